"""Rows of meters with their measurements and given readings, and rows of defects."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter
from pydantic_core import from_json

from mockapi.domain import ids
from mockapi.domain.catalog import Commodity, MeasurementType, catalog
from mockapi.scenario.defects import (
    AnyDefect,
    DefectBase,
    DefectSpec,
    DurationDefect,
    SwappedMeters,
)
from mockapi.scenario.meters import MeterSpec, SubmeterSpec
from mockapi.scenario.seeding.meter_models import MeterModels, yearly_columns
from mockapi.store import tables
from mockapi.store.tables import Measurement, Meter, Reading, Site
from mockapi.timeseries.defects.incident import MeterDefect

_BITS = 1 << 63


@cache
def _adapter() -> TypeAdapter[AnyDefect]:
    return TypeAdapter(DefectSpec)


SiteDefect = tuple[AnyDefect, str | None]
"""A defect and the id of its meter; None for a defect of all meters of the site."""


def defect_from_row(row: tables.Defect) -> SiteDefect:
    """Return the defect in *row* and the id of its meter."""
    return _spec_of(row), row.meter_id


def _spec_of(row: tables.Defect) -> AnyDefect:
    values = {"kind": row.kind, "at": row.at, "rate": row.rate, "for": row.lasting_seconds}
    return _adapter().validate_python(
        {name: value for name, value in values.items() if value is not None}
        | from_json(row.settings),
    )


def defects_of(
    specs: Sequence[SiteDefect], models: MeterModels
) -> Mapping[str, tuple[MeterDefect, ...]]:
    """Return the defects of each meter of a site by its id; both of two swapped meters have one.

    Each meter and each defect has its own seed.
    """
    found: dict[str, list[MeterDefect]] = defaultdict(list)
    before: dict[tuple[str, str | None], int] = defaultdict(int)
    profile, meters = models.profile, [meter for meter, _ in models.meters]
    for spec, meter_id in specs:
        number = before[spec.kind, meter_id]
        before[spec.kind, meter_id] += 1
        name = ("defect", profile.site_id, spec.kind, number)
        if isinstance(spec, SwappedMeters):
            pair = _pair(spec, meter_id, meters, (profile.seed, name))
            seed = ids.seeded_int(profile.seed, *name, *(each.id for each in pair), below=_BITS)
            for one, other in (pair, pair[::-1]) if pair else ():
                measurement = catalog().by_usage()[other.usage].measurement
                model = models.of(other, measurement)
                found[one.id].append(MeterDefect(spec, seed, model, other.id))
            continue
        for meter in meters:
            if meter_id in (None, meter.id) and meter.usage in catalog().by_usage():
                seed = ids.seeded_int(profile.seed, *name, meter_id is None, meter.id, below=_BITS)
                found[meter.id].append(MeterDefect(spec, seed))
    return {each: tuple(defects) for each, defects in found.items()}


def _pair(
    spec: SwappedMeters, meter_id: str | None, meters: Sequence[Meter], drawn: tuple[int, object]
) -> tuple[Meter, ...]:
    """Return the two meters that are swapped; an empty tuple if two are not found."""
    known = catalog().by_usage()
    candidates = [each for each in meters if each.parent_id is None and each.usage in known]
    if meter_id is None and candidates:
        meter_id = candidates[ids.seeded_int(*drawn, "one", below=len(candidates))].id
    one = next((each for each in candidates if each.id == meter_id), None)
    others = [each for each in candidates if each is not one]
    if spec.other is not None:
        others = [each for each in others if each.usage == spec.other]
    if one is None or not others:
        return ()
    # Prefer meters of the same commodity: they are next to each other and easily confused.
    near = [each for each in others if each.commodity == one.commodity] or others
    return one, near[ids.seeded_int(*drawn, one.id, "other", below=len(near))]


MeasurementId = Callable[[str, int], str]
"""Returns the id of the measurement at an index of the meter with an id."""

_COLUMNS_OF_DEFECTS = {"kind", "at", "rate", "usage", "share", "duration"}


@dataclass(frozen=True)
class MeterRows:
    """The rows of a meter, its measurements, readings and defects."""

    meter: Meter
    measurements: Sequence[Measurement]
    readings: Sequence[Reading] = ()
    defects: Sequence[tables.Defect] = field(default=())


@cache
def _commodities() -> Mapping[str, Commodity]:
    return catalog().by_usage()


def meter_rows(
    specs: Sequence[MeterSpec],
    site: Site,
    seed: int,
    measurement_id: MeasurementId,
    *,
    first: int = 0,
    position: int = 0,
) -> Iterator[MeterRows]:
    """Yield the meters of *site*, each followed by its submeters.

    *first* is the number of the first meter, *position* its place among all meters.
    """
    gateway = str(100 + ids.seeded_int(seed, "gateway", site.id, below=900))
    for index, spec in enumerate(specs, first):
        meter = Meter.create_unvalidated(
            id=spec.id or meter_id_at(seed, site.id, index),
            site_id=site.id,
            position=position,
            name=spec.name or ("main_meter" if index == 0 else f"meter_{index + 1}"),
            gateway_id=spec.gateway_id or gateway,
            commodity=spec.commodity or _commodity_of(spec.usage),
            usage=spec.usage,
            interval=spec.interval,
            resolution=spec.resolution,
            **yearly_columns(spec.yearly),
        )
        measurements, readings = _measurements_and_readings(
            spec, meter, _channels_of(meter.usage, site.gross_area or 0), seed, measurement_id
        )
        defects = [defect_row(each, site, meter.id) for each in spec.defects]
        yield MeterRows(meter, measurements, readings, defects)
        for number, each in enumerate(spec.submeters):
            submeter = _submeter(each, meter, number, seed)
            channels = _main_channel(submeter.usage)
            yield MeterRows(submeter, _generated(submeter, channels, seed, measurement_id))
        position += 1 + len(spec.submeters)


def measurement_positions(
    specs: Sequence[MeterSpec], site_id: str, area: int, seed: int
) -> Iterator[tuple[str, int]]:
    """Yield meter id and index of each measurement that `meter_rows` draws for *specs*.

    The *specs* must have a usage only. Takes a tenth of the time of `meter_rows`.
    """
    for number, spec in enumerate(specs):
        meter_id = meter_id_at(seed, site_id, number)
        for index in range(len(_channels_of(spec.usage, area))):
            yield meter_id, index


def meter_id_at(seed: int, site_id: str, index: int) -> str:
    """Return the id that is drawn for the meter with the number *index* at a site."""
    return ids.uuid4(seed, "meter", site_id, index)


def _submeter(spec: SubmeterSpec, parent: Meter, number: int, seed: int) -> Meter:
    return Meter.create_unvalidated(
        id=spec.id or ids.uuid4(seed, "submeter", parent.id, number),
        site_id=parent.site_id,
        position=parent.position + 1 + number,
        name=spec.name,
        gateway_id=spec.gateway_id or parent.gateway_id,
        commodity=parent.commodity,
        usage=parent.usage,
        interval=parent.interval,
        parent_id=parent.id,
        share=spec.share,
    )


def _commodity_of(usage: str) -> str:
    found = _commodities().get(usage)
    return found.name if found is not None else usage


def _channels_of(usage: str, area: int) -> Sequence[MeasurementType]:
    commodity = _commodities().get(usage)
    return () if commodity is None else commodity.channels(usage, area)


def _main_channel(usage: str) -> Sequence[MeasurementType]:
    """Return the only channel of a submeter, the first one of its main meter."""
    return _channels_of(usage, 0)[:1]


def _generated(
    meter: Meter, channels: Sequence[MeasurementType], seed: int, measurement_id: MeasurementId
) -> Sequence[Measurement]:
    return [
        Measurement.create_unvalidated(
            id=measurement_id(meter.id, index),
            meter_id=meter.id,
            position=index,
            name=each.measurement,
            unit=each.published_unit,
            key=ids.uuid4(seed, "key", meter.id, index),
        )
        for index, each in enumerate(channels)
    ]


def _measurements_and_readings(
    spec: MeterSpec,
    meter: Meter,
    channels: Sequence[MeasurementType],
    seed: int,
    measurement_id: MeasurementId,
) -> tuple[Sequence[Measurement], Sequence[Reading]]:
    if spec.measurements is None:
        return _generated(meter, channels, seed, measurement_id), []
    measurements: list[Measurement] = []
    readings: list[Reading] = []
    for index, given in enumerate(spec.measurements):
        key = given.key or ids.uuid4(seed, "key", meter.id, index)
        measurements.append(
            Measurement(
                id=given.id or measurement_id(meter.id, index),
                meter_id=meter.id,
                position=index,
                name=given.name,
                unit=given.unit,
                key=key,
                generated=given.readings is None,
            )
        )
        readings += [
            Reading(key=key, at=each.date, updated_at=each.updated_at, value=each.value)
            for each in given.readings or ()
        ]
    return measurements, readings


def defect_row(spec: DefectSpec, site: Site, meter_id: str | None) -> tables.Defect:
    """Return the row of *spec*; without time and rate the defect has the rate of its kind."""
    settings = spec.model_dump(
        mode="json", by_alias=True, exclude=_COLUMNS_OF_DEFECTS, exclude_none=True
    )
    return tables.Defect(
        site_id=site.id,
        meter_id=meter_id,
        kind=spec.kind,
        at=spec.at,
        rate=spec.rate,
        lasting_seconds=_seconds(spec),
        settings=json.dumps(settings, sort_keys=True),
    )


def _seconds(spec: DefectBase) -> float | None:
    if not isinstance(spec, DurationDefect) or spec.duration is None:
        return None
    return spec.duration.total_seconds()


def site_defects(
    specs: Sequence[DefectSpec], site: Site, meters: Sequence[Meter]
) -> Iterator[tables.Defect]:
    """Yield the rows of defects of a site, or of its meters with the usage of the defect."""
    for spec in specs:
        if spec.usage is None:
            yield defect_row(spec, site, None)
        for meter in meters:
            if meter.usage == spec.usage and meter.parent_id is None:
                yield defect_row(spec, site, meter.id)
