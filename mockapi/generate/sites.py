"""Invents what a scenario leaves unsaid of a site and of its meters."""

from collections.abc import Iterator, Sequence
from typing import Any

from mockapi.domain import ids
from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import catalog
from mockapi.generate.people import invent
from mockapi.scenario.schema import MeterSpec, SiteSpec
from mockapi.store.tables import Measurement, Meter, Reading, Site

_MINUTES_A_DAY = 24 * 60
_STATED = (
    "name",
    "type",
    "source_system_id",
    "building_occupants",
    "days_per_week_with_visitors",
    "number_of_visitors_per_day",
    "visit_duration",
    "weekly_operating_hours",
    "address",
    "country_iso_code",
    "zip_code",
    "state_province",
    "timezone",
    "latitude",
    "longitude",
    "elevation",
)


def site_row(spec: SiteSpec, seed: int, customer_id: str, position: int) -> Site:
    """Return the site that *spec* describes, the rest drawn from its type, its city and *seed*."""
    drawn = _drawn(spec, seed, position) if spec.building is not None else {"city": spec.city}
    stated = {name: getattr(spec, name) for name in _STATED if getattr(spec, name) is not None}
    if spec.area is not None:
        stated["gross_area"] = spec.area
    return Site(
        id=spec.id or ids.uuid4(seed, "site", position),
        position=position,
        customer_id=customer_id,
        building=spec.building,
        **(drawn | stated),
    )


def _drawn(spec: SiteSpec, seed: int, position: int) -> dict[str, Any]:
    if spec.building is None or spec.city is None:
        raise ValueError("Only a site with a building and a city can be drawn.")
    building = building_types()[spec.building]
    place = places()[spec.city]
    smallest, largest = building.area
    area = spec.area or _rounded(
        smallest + ids.number(seed, "area", position, below=largest - smallest + 1)
    )
    invented = invent(seed, place, "site", position)
    # Sites of one city do not stand in one spot: up to about three kilometres around its middle.
    north = ids.number(seed, "north", position, below=600) / 10_000 - 0.03
    east = ids.number(seed, "east", position, below=600) / 10_000 - 0.03
    return {
        "name": f"{invented.owner} {building.label} {place.city}",
        "type": building.type,
        "source_system_id": 800_000 + ids.number(seed, "source system", position, below=99_999),
        "gross_area": area,
        "building_occupants": max(1, round(area / 100 * building.occupants)),
        "days_per_week_with_visitors": building.visitor_days,
        "number_of_visitors_per_day": max(1, round(area / 100 * building.visitors)),
        # inferred: the unit is not stated; the recorded 0.020833333 is half an hour in days.
        "visit_duration": round(building.visit_hours * 60 / _MINUTES_A_DAY, 9),
        "weekly_operating_hours": building.weekly_hours,
        "address": invented.street,
        "city": place.city,
        "country_iso_code": place.country,
        "zip_code": invented.zip_code,
        "state_province": place.state,
        "timezone": place.timezone,
        "latitude": round(place.latitude + north, 4),
        "longitude": round(place.longitude + east, 4),
        "elevation": place.elevation,
    }


def _rounded(area: int) -> int:
    return round(area / 10) * 10


def meter_rows(
    spec: SiteSpec, site: Site, seed: int
) -> Iterator[tuple[Meter, Sequence[Measurement], Sequence[Reading]]]:
    """Yield the site's meters, each with its measurements and the readings stated for them."""
    meters = spec.meters
    if meters is None:
        usages = building_types()[spec.building].usages if spec.building is not None else ()
        meters = tuple(MeterSpec(usage=usage) for usage in usages)
    gateway = str(100 + ids.number(seed, "gateway", site.id, below=900))
    for position, meter in enumerate(meters):
        yield _meter_rows(meter, site, seed, position, gateway)


def _meter_rows(
    spec: MeterSpec, site: Site, seed: int, position: int, gateway: str
) -> tuple[Meter, Sequence[Measurement], Sequence[Reading]]:
    commodity = catalog().by_usage().get(spec.usage)
    meter = Meter(
        id=spec.id or ids.uuid4(seed, "meter", site.id, position),
        site_id=site.id,
        position=position,
        name=spec.name or ("main_meter" if position == 0 else f"meter_{position + 1}"),
        gateway_id=spec.gateway_id or gateway,
        commodity=spec.commodity or (commodity.name if commodity is not None else spec.usage),
        usage=spec.usage,
    )
    measurements: list[Measurement] = []
    readings: list[Reading] = []
    if spec.measurements is None and commodity is not None:
        measurements.append(
            Measurement(
                id=_measurement_id(seed, meter, 0),
                meter_id=meter.id,
                position=0,
                name=commodity.measurement,
                unit=commodity.unit_on_the_wire,
                key=ids.uuid4(seed, "key", meter.id, 0),
            )
        )
    for index, stated in enumerate(spec.measurements or ()):
        key = stated.key or ids.uuid4(seed, "key", meter.id, index)
        measurements.append(
            Measurement(
                id=stated.id or _measurement_id(seed, meter, index),
                meter_id=meter.id,
                position=index,
                name=stated.name,
                unit=stated.unit,
                key=key,
                generated=stated.readings is None,
            )
        )
        readings += [
            Reading(key=key, at=each.date, updated_at=each.updated_at, value=each.value)
            for each in stated.readings or ()
        ]
    return meter, measurements, readings


def _measurement_id(seed: int, meter: Meter, index: int) -> str:
    return str(10_000_000 + ids.number(seed, "measurement", meter.id, index, below=89_999_999))
