"""Finds what is suspicious in a scenario though legal: nobody is kept from using it."""

from collections.abc import Callable, Iterator, Mapping
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from mockapi.domain.buildings import BuildingType, building_types, places
from mockapi.domain.catalog import catalog
from mockapi.scenario.defects import AnyDefect
from mockapi.scenario.document import Document
from mockapi.scenario.errors import MOST_MISTAKES, OF_A_FILE, Limits, Mistake, listed
from mockapi.scenario.loading import document_of, scenario_of
from mockapi.scenario.schema import Scenario
from mockapi.scenario.sites import SiteSpec

Steps = tuple[int | str, ...]
Doubt = tuple[str | None, str]
"""Which key of a site it is about, or the site as a whole, and what is odd."""

_ROUND_THE_CLOCK = 168
_OFFICE_HOURS = 100
_FARTHEST_KM = 100
_EARTH_KM = 6371
_OFF_BY = 5
_SMALLEST_ROOF = 10


def lint(path: Path) -> tuple[Scenario, list[Mistake]]:
    """Return the scenario in *path*, and what is suspicious in it, in the order of the file.

    All mistakes raise one `ScenarioError`.
    """
    return examined(document_of(path)[0])


def examined(document: Document, limits: Limits = OF_A_FILE) -> tuple[Scenario, list[Mistake]]:
    """Return the scenario in *document*, and what is suspicious in it; raise `ScenarioError`."""
    scenario = scenario_of(document, limits)
    found = [*_of_sites(scenario), *_of(scenario)]
    doubts = [document.mistake(*each) for each in found[:MOST_MISTAKES]]
    return scenario, list(listed([*document.doubts, *doubts], len(found) - len(doubts)))


def _of(scenario: Scenario) -> Iterator[tuple[Steps, str]]:
    if not scenario.everyone:
        yield (), "nobody is in it: without `sites` or `customers` there is nothing to ask for"
    if scenario.everyone and not scenario.applications:
        yield ("customers",), "no client is stated, so nobody can ask for consent"
    if all(not each.sites and each.portfolio is None for each in scenario.everyone):
        return
    for index, customer in enumerate(scenario.customers):
        owner = scenario.everyone[index]
        if not owner.sites and owner.portfolio is None and not customer.sees:
            yield ("customers", index), f"{customer.email} has no sites and sees none"


def _of_sites(scenario: Scenario) -> Iterator[tuple[Steps, str]]:
    stated: list[tuple[Steps, SiteSpec]] = [
        (("sites", index), site) for index, site in enumerate(scenario.sites)
    ]
    for number, customer in enumerate(scenario.customers):
        stated += [
            (("customers", number, "sites", index), site)
            for index, site in enumerate(customer.sites)
        ]
    for steps, site in stated:
        for check in _CHECKS:
            for key, message in check(site):
                yield (steps if key is None else (*steps, key)), message


def _sun_without_a_roof(site: SiteSpec) -> Iterator[Doubt]:
    solar = [meter for meter in site.metered() if "solar" in meter.usage]
    if solar and site.roof_area is not None and site.roof_area < _SMALLEST_ROOF:
        yield "roof_area", f"{solar[0].usage!r} is metered, but the roof has {site.roof_area} m2"
    if solar and site.latitude is not None and abs(site.latitude) > 80:  # noqa: PLR2004
        yield "latitude", f"{solar[0].usage!r} is metered where the sun is away half the year"


def _hours(site: SiteSpec) -> Iterator[Doubt]:
    building, hours = _type_of(site), site.weekly_operating_hours
    if building is None or hours is None:
        return
    if building.weekly_hours == _ROUND_THE_CLOCK and hours < _OFFICE_HOURS:
        yield (
            "weekly_operating_hours",
            f"this {site.building} is closed at night ({hours} h a week)",
        )
    if building.weekly_hours < _OFFICE_HOURS and hours == _ROUND_THE_CLOCK:
        yield "weekly_operating_hours", f"this {site.building} never closes"
    if hours == 0:
        yield "weekly_operating_hours", f"this {site.building} never opens"


def _crowd(site: SiteSpec) -> Iterator[Doubt]:
    building = _type_of(site)
    if building is None or site.area is None:
        return
    hundreds = site.area / 100
    for key, stated, usual, what in (
        ("building_occupants", site.building_occupants, building.occupants, "occupants"),
        ("number_of_visitors_per_day", site.number_of_visitors_per_day, building.visitors,
         "visitors a day"),
    ):  # fmt: skip
        if stated is None:
            continue
        due = usual * hundreds
        if stated > max(_OFF_BY * due, _OFF_BY):
            yield key, f"{stated} {what} on {site.area} m2; {due:.0f} are usual"
        elif key == "building_occupants" and stated * _OFF_BY < due and due > _OFF_BY:
            yield key, f"only {stated} {what} on {site.area} m2; {due:.0f} are usual"


def _visits(site: SiteSpec) -> Iterator[Doubt]:
    visitors, days = site.number_of_visitors_per_day, site.days_per_week_with_visitors
    if visitors == 0 and days:
        yield "number_of_visitors_per_day", f"no visitors, on {days} days a week"
    if visitors and days == 0:
        yield "days_per_week_with_visitors", f"{visitors} visitors a day, on no day of the week"
    if site.visit_duration is not None and site.visit_duration > 1:
        yield "visit_duration", f"a visit of {site.visit_duration:g} days; is it in hours?"


def _size(site: SiteSpec) -> Iterator[Doubt]:
    building = _type_of(site)
    if building is None or site.area is None:
        return
    smallest, largest = building.area
    if not smallest / _OFF_BY <= site.area <= largest * _OFF_BY:
        yield "area", f"{site.area} m2 of {site.building}; {smallest} to {largest} are usual"


def _whereabouts(site: SiteSpec) -> Iterator[Doubt]:
    if site.latitude is None or site.longitude is None:
        return
    if site.latitude == site.longitude == 0:
        yield "latitude", "0, 0 is in the sea"
    place = places().get(site.city or "")
    if place is None:
        return
    far = _kilometres((site.latitude, site.longitude), (place.latitude, place.longitude))
    if far > _FARTHEST_KM:
        yield "latitude", f"the site stands {far:.0f} km from {place.city}"
    if site.timezone is not None and site.timezone != place.timezone:
        yield "timezone", f"{place.city} is in {place.timezone}"


def _country(site: SiteSpec) -> Iterator[Doubt]:
    place = places().get(site.city or "")
    stated = site.country_iso_code
    if place is None or stated is None or site.building is None:
        return
    if stated != place.country:
        yield "country_iso_code", f"{place.city} is in {place.country}, not in {stated}"


def _commodities(site: SiteSpec) -> Iterator[Doubt]:
    by_usage = catalog().by_usage()
    for index, meter in enumerate(site.meters if isinstance(site.meters, tuple) else ()):
        known = by_usage.get(meter.usage)
        if known is not None and meter.commodity not in (None, known.name):
            yield None, f"meter {index}: {meter.usage!r} belongs to {known.name}"
        if meter.usage not in by_usage and not meter.measurements:
            yield None, f"meter {index}: {meter.usage!r} measures nothing; state `measurements`"


def _defects(site: SiteSpec) -> Iterator[Doubt]:
    """Yield the defects that strike nothing: sensors have no register, meters no drift."""
    by_usage = catalog().by_usage()
    stated: list[tuple[str | None, AnyDefect]] = [(None, each) for each in site.defects]
    for meter in site.metered():
        stated += [(meter.usage, each) for each in meter.defects]
    for usage, defect in stated:
        known = by_usage.get(usage or defect.usage or "")
        if known is None:
            continue
        sensed = known.symbol == "ppm"
        if defect.kind == "co2_drift" and not sensed:
            yield None, f"co2_drift does nothing to {usage or defect.usage!r}, no sensor of CO2"
        if defect.kind in ("cumulative", "register_rollover") and sensed:
            yield None, f"{defect.kind} does nothing to {usage or defect.usage!r}: no register"


def _type_of(site: SiteSpec) -> BuildingType | None:
    known: Mapping[str, BuildingType] = building_types()
    return known[site.building] if site.building is not None else None


def _kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    (north, east), (other_north, other_east) = (tuple(map(radians, each)) for each in (here, there))
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


_CHECKS: tuple[Callable[[SiteSpec], Iterator[Doubt]], ...] = (
    _sun_without_a_roof,
    _hours,
    _crowd,
    _visits,
    _size,
    _whereabouts,
    _country,
    _commodities,
    _defects,
)
