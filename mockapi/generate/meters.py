"""Makes a site's meters, their measurements and stated readings, and its defects into rows."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from mockapi.domain import ids
from mockapi.domain.catalog import Commodity, Measured, catalog
from mockapi.scenario.defects import DefectBase, DefectSpec, Spell
from mockapi.scenario.meters import MeterSpec, SubmeterSpec
from mockapi.store.tables import meters as tables
from mockapi.store.tables.meters import Measurement, Meter, Reading
from mockapi.store.tables.sites import Site

MeasurementId = Callable[[str, int], str]
"""Returns the id of the measurement that a meter, given by its id, has at an index."""

_KEPT_APART = {"kind", "at", "rate", "usage", "share", "lasting"}


@dataclass(frozen=True)
class MeterRows:
    """A meter with all that hangs on it."""

    meter: Meter
    measurements: Sequence[Measurement]
    readings: Sequence[Reading] = ()
    defects: Sequence[Defect] = field(default=())


@cache
def _commodities() -> Mapping[str, Commodity]:
    return catalog().by_usage()


def meter_rows(
    specs: Sequence[MeterSpec], site: Site, seed: int, measurement_id: MeasurementId
) -> Iterator[MeterRows]:
    """Yield the site's meters, each followed by its submeters."""
    gateway = str(100 + ids.number(seed, "gateway", site.id, below=900))
    position = 0
    for index, spec in enumerate(specs):
        meter = Meter.drawn(
            id=spec.id or _meter_id(seed, site.id, index),
            site_id=site.id,
            position=position,
            name=spec.name or ("main_meter" if index == 0 else f"meter_{index + 1}"),
            gateway_id=spec.gateway_id or gateway,
            commodity=spec.commodity or _commodity_of(spec.usage),
            usage=spec.usage,
            interval=spec.interval,
            resolution=spec.resolution,
        )
        measurements, readings = _measured(
            spec, meter, _channels_of(meter.usage, site.gross_area or 0), seed, measurement_id
        )
        defects = [defect_row(each, site, meter.id) for each in spec.defects]
        yield MeterRows(meter, measurements, readings, defects)
        for number, each in enumerate(spec.submeters):
            submeter = _submeter(each, meter, number, seed)
            channels = _first_of(submeter.usage)
            yield MeterRows(submeter, _generated(submeter, channels, seed, measurement_id))
        position += 1 + len(spec.submeters)


def measured(
    specs: Sequence[MeterSpec], site_id: str, area: int, seed: int
) -> Iterator[tuple[str, int]]:
    """Yield meter id and index of each measurement that `meter_rows` draws for *specs*.

    The specs name a usage and nothing else. A tenth of the time of the rows.
    """
    for number, spec in enumerate(specs):
        meter_id = _meter_id(seed, site_id, number)
        for index in range(len(_channels_of(spec.usage, area))):
            yield meter_id, index


def _meter_id(seed: int, site_id: str, index: int) -> str:
    return ids.uuid4(seed, "meter", site_id, index)


def _submeter(spec: SubmeterSpec, parent: Meter, number: int, seed: int) -> Meter:
    return Meter.drawn(
        id=spec.id or ids.uuid4(seed, "submeter", parent.id, number),
        site_id=parent.site_id,
        position=parent.position + 1 + number,
        name=spec.name,
        gateway_id=spec.gateway_id or parent.gateway_id,
        commodity=parent.commodity,
        usage=parent.usage,
        interval=parent.interval,
        resolution=parent.resolution,
        parent_id=parent.id,
        share=spec.share,
    )


def _commodity_of(usage: str) -> str:
    found = _commodities().get(usage)
    return found.name if found is not None else usage


def _channels_of(usage: str, area: int) -> Sequence[Measured]:
    commodity = _commodities().get(usage)
    return () if commodity is None else commodity.channels(usage, area)


def _first_of(usage: str) -> Sequence[Measured]:
    """Return what a submeter reads: what its main meter divides, and no more."""
    return _channels_of(usage, 0)[:1]


def _generated(
    meter: Meter, channels: Sequence[Measured], seed: int, measurement_id: MeasurementId
) -> Sequence[Measurement]:
    return [
        Measurement.drawn(
            id=measurement_id(meter.id, index),
            meter_id=meter.id,
            position=index,
            name=each.measurement,
            unit=each.unit_on_the_wire,
            key=ids.uuid4(seed, "key", meter.id, index),
        )
        for index, each in enumerate(channels)
    ]


def _measured(
    spec: MeterSpec,
    meter: Meter,
    channels: Sequence[Measured],
    seed: int,
    measurement_id: MeasurementId,
) -> tuple[Sequence[Measurement], Sequence[Reading]]:
    if spec.measurements is None:
        return _generated(meter, channels, seed, measurement_id), []
    measurements: list[Measurement] = []
    readings: list[Reading] = []
    for index, stated in enumerate(spec.measurements):
        key = stated.key or ids.uuid4(seed, "key", meter.id, index)
        measurements.append(
            Measurement(
                id=stated.id or measurement_id(meter.id, index),
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
    return measurements, readings


def defect_row(spec: DefectSpec, site: Site, meter_id: str | None) -> Defect:
    """Return *spec* as it is kept; without time and rate it comes as often as its kind does."""
    settings = spec.model_dump(mode="json", by_alias=True, exclude=_KEPT_APART, exclude_none=True)
    return Defect(
        site_id=site.id,
        meter_id=meter_id,
        kind=spec.kind,
        at=spec.at,
        rate=spec.rate,
        lasting_seconds=_seconds(spec),
        settings=json.dumps(settings, sort_keys=True),
    )


def _seconds(spec: DefectBase) -> float | None:
    if not isinstance(spec, Spell) or spec.lasting is None:
        return None
    return spec.lasting.total_seconds()


def site_defects(
    specs: Sequence[DefectSpec], site: Site, meters: Sequence[Meter]
) -> Iterator[Defect]:
    """Yield the defects of a whole site, or of each of its meters of the usage that one names."""
    for spec in specs:
        if spec.usage is None:
            yield defect_row(spec, site, None)
        for meter in meters:
            if meter.usage == spec.usage and meter.parent_id is None:
                yield defect_row(spec, site, meter.id)
