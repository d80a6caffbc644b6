"""Warnings about values of a scenario that are valid but unusual."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import asin, cos, radians, sin, sqrt

from mockapi.domain.buildings import BuildingType, building_types, places
from mockapi.domain.catalog import catalog
from mockapi.scenario.defects import AnyDefect
from mockapi.scenario.document import Document
from mockapi.scenario.errors import MAX_ISSUES, NodePath, ScenarioIssue, limit_issues
from mockapi.scenario.schema import Scenario
from mockapi.scenario.site_model import SiteSpec

SiteWarning = tuple[str | None, str]
"""The key of a site, or None for the whole site, and the message."""

_ROUND_THE_CLOCK = 168
_OFFICE_HOURS = 100
_FARTHEST_KM = 100
_EARTH_KM = 6371
_OFF_BY = 5
_SMALLEST_ROOF = 10


def warnings_of(document: Document, scenario: Scenario) -> Sequence[ScenarioIssue]:
    """Return the warnings about the *scenario* in *document*, in the order of the file."""
    found = [*_site_warnings(scenario), *_scenario_warnings(scenario)]
    warnings = [document.issue_at(*each) for each in found[:MAX_ISSUES]]
    return limit_issues([*document.warnings, *warnings], len(found) - len(warnings))


def _scenario_warnings(scenario: Scenario) -> Iterator[tuple[NodePath, str]]:
    if not scenario.all_customers:
        yield (), "the scenario is empty. Add `sites` or `customers`."
    if scenario.all_customers and not scenario.all_clients:
        yield ("customers",), "no application can ask for consent. Add one under `clients`."
    if all(not each.sites and each.portfolio is None for each in scenario.all_customers):
        return
    for index, customer in enumerate(scenario.customers):
        owner = scenario.all_customers[index]
        if not owner.sites and owner.portfolio is None and not customer.sees:
            yield (
                ("customers", index),
                f"{customer.email!r} has no sites. Add `sites` or `sees`.",
            )


def _site_warnings(scenario: Scenario) -> Iterator[tuple[NodePath, str]]:
    sites: list[tuple[NodePath, SiteSpec]] = [
        (("sites", index), site) for index, site in enumerate(scenario.sites)
    ]
    for number, customer in enumerate(scenario.customers):
        sites += [
            (("customers", number, "sites", index), site)
            for index, site in enumerate(customer.sites)
        ]
    for path, site in sites:
        for check in _CHECKS:
            for key, message in check(site):
                yield (path if key is None else (*path, key)), message


def _solar_location(site: SiteSpec) -> Iterator[SiteWarning]:
    solar = [meter for meter in site.metered() if "solar" in meter.usage]
    if solar and site.roof_area is not None and site.roof_area < _SMALLEST_ROOF:
        yield (
            "roof_area",
            f"{solar[0].usage!r} is metered, but the roof has {site.roof_area} m2",
        )
    if solar and site.latitude is not None and abs(site.latitude) > 80:  # noqa: PLR2004
        yield "latitude", f"{solar[0].usage!r} is metered where the sun does not rise in winter"


def _hours(site: SiteSpec) -> Iterator[SiteWarning]:
    building, hours = _building_type(site), site.weekly_operating_hours
    if building is None or hours is None:
        return
    if building.weekly_hours == _ROUND_THE_CLOCK and hours < _OFFICE_HOURS:
        yield (
            "weekly_operating_hours",
            f"{hours} hours per week; a {site.building} is usually open day and night",
        )
    if building.weekly_hours < _OFFICE_HOURS and hours == _ROUND_THE_CLOCK:
        yield "weekly_operating_hours", f"a {site.building} is not usually open day and night"
    if hours == 0:
        yield "weekly_operating_hours", f"0 hours per week; this {site.building} is never open"


def _people(site: SiteSpec) -> Iterator[SiteWarning]:
    building = _building_type(site)
    if building is None or site.area is None:
        return
    hundreds = site.area / 100
    for key, value, usual, what in (
        ("building_occupants", site.building_occupants, building.occupants, "occupants"),
        ("number_of_visitors_per_day", site.number_of_visitors_per_day, building.visitors,
         "visitors per day"),
    ):  # fmt: skip
        if value is None:
            continue
        expected = usual * hundreds
        if value > max(_OFF_BY * expected, _OFF_BY):
            yield key, f"{value} {what} on {site.area} m2; {expected:.0f} are usual"
        elif key == "building_occupants" and value * _OFF_BY < expected and expected > _OFF_BY:
            yield key, f"only {value} {what} on {site.area} m2; {expected:.0f} are usual"


def _visits(site: SiteSpec) -> Iterator[SiteWarning]:
    visitors, days = site.number_of_visitors_per_day, site.days_per_week_with_visitors
    if visitors == 0 and days:
        yield "number_of_visitors_per_day", f"0 visitors per day, on {days} days per week"
    if visitors and days == 0:
        yield "days_per_week_with_visitors", f"{visitors} visitors per day, on 0 days per week"
    if site.visit_duration is not None and site.visit_duration > 1:
        yield "visit_duration", f"a visit takes {site.visit_duration:g} days. Use days, not hours."


def _size(site: SiteSpec) -> Iterator[SiteWarning]:
    building = _building_type(site)
    if building is None or site.area is None:
        return
    smallest, largest = building.area
    if not smallest / _OFF_BY <= site.area <= largest * _OFF_BY:
        yield "area", f"{site.area} m2 of {site.building}; {smallest} to {largest} are usual"


def _coordinates(site: SiteSpec) -> Iterator[SiteWarning]:
    if site.latitude is None or site.longitude is None:
        return
    if site.latitude == site.longitude == 0:
        yield "latitude", "0, 0 is in the sea"
    place = places().get(site.city or "")
    if place is None:
        return
    distance = _kilometres((site.latitude, site.longitude), (place.latitude, place.longitude))
    if distance > _FARTHEST_KM:
        yield "latitude", f"the site is {distance:.0f} km from {place.city}"
    if site.timezone is not None and site.timezone != place.timezone:
        yield "timezone", f"{place.city} is in {place.timezone}"


def _country(site: SiteSpec) -> Iterator[SiteWarning]:
    place = places().get(site.city or "")
    country = site.country_iso_code
    if place is None or country is None or site.building is None:
        return
    if country != place.country:
        yield "country_iso_code", f"{place.city} is in {place.country}, not in {country}"


def _commodities(site: SiteSpec) -> Iterator[SiteWarning]:
    by_usage = catalog().by_usage()
    for index, meter in enumerate(site.meters if isinstance(site.meters, tuple) else ()):
        known = by_usage.get(meter.usage)
        if meter.yearly is not None and (known is None or known.symbol == "ppm"):
            yield None, f"meter {index}: `yearly` has no effect on {meter.usage!r}: not a register"
        if known is not None and meter.commodity not in (None, known.name):
            yield None, f"meter {index}: {meter.usage!r} belongs to {known.name}"
        if meter.usage not in by_usage and not meter.measurements:
            yield None, f"meter {index}: {meter.usage!r} has no readings. Add `measurements`."


def _defects(site: SiteSpec) -> Iterator[SiteWarning]:
    """Yield defects without effect: sensors have no register, meters no drift."""
    by_usage = catalog().by_usage()
    defects: list[tuple[str | None, AnyDefect]] = [(None, each) for each in site.defects]
    for meter in site.metered():
        defects += [(meter.usage, each) for each in meter.defects]
    for usage, defect in defects:
        known = by_usage.get(usage or defect.usage or "")
        if known is None:
            continue
        is_sensor = known.symbol == "ppm"
        if defect.kind == "co2_drift" and not is_sensor:
            yield None, f"co2_drift has no effect on {usage or defect.usage!r}: not a CO2 sensor"
        if defect.kind in ("cumulative", "register_rollover") and is_sensor:
            yield None, f"{defect.kind} has no effect on {usage or defect.usage!r}: not a register"


def _building_type(site: SiteSpec) -> BuildingType | None:
    known: Mapping[str, BuildingType] = building_types()
    return known[site.building] if site.building is not None else None


def _kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    (north, east), (other_north, other_east) = (tuple(map(radians, each)) for each in (here, there))
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


_CHECKS: tuple[Callable[[SiteSpec], Iterator[SiteWarning]], ...] = (
    _solar_location,
    _hours,
    _people,
    _visits,
    _size,
    _coordinates,
    _country,
    _commodities,
    _defects,
)
