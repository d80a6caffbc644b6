"""Rows of sites, with drawn values for those not given, and the delivery that rows define."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from itertools import count
from typing import Any

from mockapi.domain import ids
from mockapi.domain.buildings import BuildingType, Place, building_types, places
from mockapi.scenario.meters import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.fake_names import fake_address
from mockapi.scenario.site_model import SiteScoring, SiteSpec
from mockapi.store.tables import Site

SOURCE_SYSTEMS = 99_999
"""Number of source system ids to draw from; further sites get longer ones."""

_FIRST_SOURCE_SYSTEM = 800_000
_FIRST_LEED_ID = 8_100_000_000
_FIRST_MEASUREMENT = 10_000_000
_MEASUREMENTS = 89_999_999
_MAX_SITES = 1_000_000


class UniqueIds:
    """The ids of one kind in a world: those of the scenario, and those drawn so far."""

    def __init__(
        self,
        given: Iterable[int | str | None],
        is_stored: Callable[[str], bool] | None = None,
    ) -> None:
        """*is_stored* returns True for an id that the world already has."""
        self._taken = {str(each) for each in given}
        self._is_stored = is_stored

    def take(self, candidates: Iterable[int]) -> int:
        """Return the first of *candidates* that is not in use, and mark it as used."""
        chosen = next(
            each
            for each in candidates
            if str(each) not in self._taken and not (self._is_stored and self._is_stored(str(each)))
        )
        self._taken.add(str(chosen))
        return chosen


def measurement_ids(seed: int, meter_id: str, index: int) -> Iterator[int]:
    """Yield candidates for the measurement at *index* of a meter."""
    for attempt in count():
        path = (meter_id, index, attempt) if attempt else (meter_id, index)
        yield _FIRST_MEASUREMENT + ids.seeded_int(seed, "measurement", *path, below=_MEASUREMENTS)


def source_system_ids(draw: int, position: int) -> Iterator[int]:
    """Yield candidates for the site at *position*; *draw*, below `SOURCE_SYSTEMS`, is the first."""
    yield _FIRST_SOURCE_SYSTEM + draw
    yield from count(_FIRST_SOURCE_SYSTEM + SOURCE_SYSTEMS + 1 + position, _MAX_SITES)


def leed_ids(position: int) -> Iterator[int]:
    """Yield candidates for the project of the site at *position*."""
    return count(_FIRST_LEED_ID + position, _MAX_SITES)


_MINUTES_PER_DAY = 24 * 60
_FALLBACK_LOCALE = "en_US"
GIVEN_COLUMNS = (
    "name",
    "type",
    "source_system_id",
    "building_occupants",
    "days_per_week_with_visitors",
    "number_of_visitors_per_day",
    "visit_duration",
    "weekly_operating_hours",
    "roof_area",
    "address",
    "country_iso_code",
    "zip_code",
    "state_province",
    "timezone",
    "latitude",
    "longitude",
    "elevation",
    "interval",
)


def site_row(
    spec: SiteSpec, seed: int, customer_id: str, position: int, source_systems: UniqueIds
) -> Site:
    """Return the row of *spec*, with other values drawn from its type, its city and *seed*."""
    drawn: dict[str, Any] = {"city": spec.city}
    if spec.building is not None:
        drawn = _drawn(spec, seed, position)
    given = {name: getattr(spec, name) for name in GIVEN_COLUMNS if getattr(spec, name) is not None}
    if spec.area is not None:
        given["gross_area"] = spec.area
    if spec.arrival is not None:
        given["arrival"] = spec.arrival.model_dump_json()
    if spec.history is not None:
        given["history_seconds"] = spec.history.total_seconds()
    scoring = SiteScoring(
        scoring=spec.scoring,
        benchmark=spec.benchmark,
        surveys=spec.surveys,
        scoring_verdict=spec.scoring_verdict,
    )
    if scoring != SiteScoring():
        given["scoring"] = scoring.model_dump_json(exclude_none=True)
    if spec.building is not None and spec.source_system_id is None:
        draw = ids.seeded_int(seed, "source system", position, below=SOURCE_SYSTEMS)
        drawn["source_system_id"] = source_systems.take(source_system_ids(draw, position))
    return Site(
        id=spec.id or ids.uuid4(seed, "site", position),
        position=position,
        customer_id=customer_id,
        building=spec.building,
        **(drawn | given),
    )


def _drawn(spec: SiteSpec, seed: int, position: int) -> dict[str, Any]:
    if spec.building is None:
        raise ValueError("Only a site with a building and a city can be drawn.")
    building = building_types()[spec.building]
    place = _place(spec)
    smallest, largest = building.area
    area = spec.area or round_to_ten(
        smallest + ids.seeded_int(seed, "area", position, below=largest - smallest + 1)
    )
    # Distribute the sites of one city up to about three kilometres around its centre.
    north = ids.seeded_int(seed, "north", position, below=600) / 10_000 - 0.03
    east = ids.seeded_int(seed, "east", position, below=600) / 10_000 - 0.03
    # Skipped if all names are given, because Faker is slow to import.
    names = {} if _is_named(spec) else _fake_names(building, place, seed, position)
    return {
        **names,
        "latitude": round(place.latitude + north, 4),
        "longitude": round(place.longitude + east, 4),
        **building_columns(building, area),
        **place_columns(place),
    }


def _is_named(spec: SiteSpec) -> bool:
    return None not in (spec.name, spec.address, spec.zip_code)


def _fake_names(building: BuildingType, place: Place, seed: int, position: int) -> dict[str, Any]:
    address = fake_address(seed, place, "site", position)
    return {
        "name": f"{address.owner} {building.label} {place.city}",
        "address": address.street,
        "zip_code": address.zip_code,
    }


def _place(spec: SiteSpec) -> Place:
    city = spec.city or ""
    if city in places():
        return places()[city]
    locales = (each.locale for each in places().values() if each.country == spec.country_iso_code)
    return Place(
        city=city,
        country=spec.country_iso_code or "",
        state=spec.state_province or city,
        latitude=spec.latitude or 0.0,
        longitude=spec.longitude or 0.0,
        elevation=spec.elevation or 0.0,
        timezone=spec.timezone or "UTC",
        locale=next(locales, _FALLBACK_LOCALE),
    )


def building_columns(building: BuildingType, area: int) -> dict[str, Any]:
    """Return the columns that depend on the type and the *area* in m2 of a building."""
    return {
        "type": building.type,
        "gross_area": area,
        "building_occupants": max(1, round(area / 100 * building.occupants)),
        "days_per_week_with_visitors": building.visitor_days,
        "number_of_visitors_per_day": max(1, round(area / 100 * building.visitors)),
        # assumption: the unit is not given; the recorded 0.020833333 is half an hour in days.
        "visit_duration": round(building.visit_hours * 60 / _MINUTES_PER_DAY, 9),
        "weekly_operating_hours": building.weekly_hours,
    }


def place_columns(place: Place) -> dict[str, Any]:
    """Return the columns that all sites in *place* share."""
    return {
        "city": place.city,
        "country_iso_code": place.country,
        "state_province": place.state,
        "timezone": place.timezone,
        "elevation": place.elevation,
    }


def round_to_ten(area: int) -> int:
    """Return *area* rounded to a multiple of 10."""
    return round(area / 10) * 10


def arrival_of(site: Site, scenario: Scenario) -> ArrivalSpec:
    """Return the delivery of readings of *site*, by default that of *scenario*."""
    return scenario.arrival if site.arrival is None else _parsed(site.arrival)


def history_of(site: Site, scenario: Scenario) -> timedelta:
    """Return the duration of the history that the registration of *site* delivers."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return scenario.history


def backfill_duration(site: Site, scenario: Scenario) -> timedelta:
    """Return the duration of the back-fill of *site*."""
    arrival = arrival_of(site, scenario)
    if not arrival.backfill:
        return timedelta(0)
    return timedelta(minutes=-(-history_of(site, scenario) // arrival.backfill))


@lru_cache(maxsize=64)
def _parsed(text: str) -> ArrivalSpec:
    return ArrivalSpec.model_validate_json(text)
