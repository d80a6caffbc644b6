"""Defects of a stream: its readings with their effects, and the report of its incidents.

Readings are computed and cached in whole blocks, so that any window has the same ones. The report
computes no readings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial

import numpy as np

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.timeseries.block_cache import cached_blocks
from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.defects.effects import EFFECTS, Measured, Source, apply_defects
from mockapi.timeseries.defects.incident import (
    Incident,
    IncidentGrid,
    MeterDefect,
    MeterIncident,
)
from mockapi.timeseries.defects.incidents import list_incidents
from mockapi.timeseries.intervals import block_size, floor, number_at
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel
from mockapi.timeseries.models.noise import Floats
from mockapi.timeseries.models.registry import MODELS, main_model
from mockapi.timeseries.models.submeters import values_from
from mockapi.timeseries.time_axis import edges

_ORDER = {kind: place for place, kind in enumerate(EFFECTS)}
_REGISTER_KINDS = {"cumulative", "register_rollover"}
_SENSOR_KINDS = {"co2_drift": "CO2 Concentration"}
_WRONG_UNIT_FACTORS = {
    "kWh": (1000.0, 0.001, 3.6),
    "cubic meter": (1000.0, 35.3147, 0.353147, 2.83168),
    "kg": (0.001, 2.20462),
    "ppm": (1000.0, 0.0001),
}
"""Factors of wrong units: Wh, MWh, MJ; liters, cubic feet, hundreds of them; tonnes, pounds."""


@dataclass(frozen=True)
class _CleanReadings:
    """The clean readings of a channel, for any intervals."""

    channel: MeterModel | SubmeterModel
    interval: Interval

    def read(self, first: int, count: int) -> Floats:
        size = block_size(self.interval)
        blocks = range(first // size, (first + count - 1) // size + 1)
        read = [_block(self.channel, self.interval, each) for each in blocks]
        begin = first - blocks[0] * size
        return np.concatenate(read)[begin : begin + count]

    def total(self, first: int, end: int) -> float:
        size = block_size(self.interval)
        total = 0.0
        while first < end:
            stop = min(end, (first // size + 1) * size)
            whole = stop - first == size
            total += (
                _total(self.channel, self.interval, first // size)
                if whole
                else float(self.read(first, stop - first).sum())
            )
            first = stop
        return total


@cached_blocks(64)
def _block(channel: MeterModel | SubmeterModel, interval: Interval, block: int) -> Floats:
    size = block_size(interval)
    return values_from(channel, interval, block * size, size)


@lru_cache(maxsize=4_096)
def _total(channel: MeterModel | SubmeterModel, interval: Interval, block: int) -> float:
    return float(_block(channel, interval, block).sum())


def grid_of(stream: MeterStream) -> IncidentGrid:
    """Return the incident grid of *stream*."""
    main = main_model(stream.model)
    model = MODELS[main.usage, main.measurement]
    pipeline = stream.pipeline
    history = int(pipeline.history.total_seconds())
    unit = catalog().by_usage()[main.usage]
    return IncidentGrid(
        interval=pipeline.interval,
        timezone=main.profile.timezone,
        begin=floor(pipeline.registered_at) - history,
        history=history,
        resolution=model.resolution(main),
        factors=_WRONG_UNIT_FACTORS[unit.published_unit],
        state=model.state,
    )


def applicable_defects(stream: MeterStream) -> tuple[MeterDefect, ...]:
    """Return the defects that apply to the measurement, in the order of application.

    Register defects do not apply to sensors, and CO2 drift only to CO2 sensors.
    """
    if not stream.defects:
        return ()
    main = main_model(stream.model)
    state = MODELS[main.usage, main.measurement].state
    found = [
        each
        for each in stream.defects
        if not (state and each.spec.kind in _REGISTER_KINDS)
        and _SENSOR_KINDS.get(each.spec.kind, main.measurement) == main.measurement
    ]
    return tuple(sorted(found, key=lambda each: _ORDER[each.spec.kind]))


@cached_blocks(32)
def defective_block(stream: MeterStream, block: int) -> Measured:
    """Return the readings of *block* with the effects of defects."""
    interval = stream.pipeline.interval
    size = block_size(interval)
    clean = _CleanReadings(stream.model, interval)
    numbers = np.arange(block * size, (block + 1) * size, dtype=np.int64)
    dates = edges(interval, block * size, size)[:-1]
    measured = numbers, dates, clean.read(block * size, size)
    sources = partial(_source, grid_of(stream), clean)
    return apply_defects(applicable_defects(stream), sources, measured)


def _source(grid: IncidentGrid, clean: _CleanReadings, defect: MeterDefect) -> Source:
    other = clean if defect.other is None else _CleanReadings(defect.other, clean.interval)
    return Source(grid, clean.read, clean.total, other.read)


def site_incidents(
    channels: Iterable[MeterChannel], kind: str | None, since: datetime, until: datetime
) -> Iterator[MeterIncident]:
    """Yield the incidents at the meters of a site that overlap [*since*, *until*), in order.

    Incidents of several measurements of a meter are merged, with all their keys.
    """
    found: dict[MeterIncident, list[str]] = {}
    for channel in channels:
        if channel.stream is not None:
            for each in _of_channel(channel, channel.stream, kind, since, until):
                found.setdefault(each, []).append(channel.key)
    for each, keys in sorted(found.items(), key=lambda item: item[0].begin):
        yield replace(each, keys=tuple(keys))


def _of_channel(
    channel: MeterChannel,
    stream: MeterStream,
    kind: str | None,
    since: datetime,
    until: datetime,
) -> Iterator[MeterIncident]:
    if not stream.defects or since >= until:
        return
    defects = tuple(each for each in applicable_defects(stream) if kind in (None, each.spec.kind))
    interval = stream.pipeline.interval
    first, end = number_at(interval, floor(since)), number_at(interval, floor(until)) + 1
    for defect, incident in list_incidents(defects, grid_of(stream), first, end):
        begins, ends = _span(stream, incident)
        if begins < until and (ends is None or ends > since):
            yield MeterIncident(
                site=channel.site.id,
                meter=channel.meter.id,
                keys=(),
                unit=channel.measurement.unit or "",
                incident=incident,
                begin=begins,
                end=ends,
                gap_seconds=_gap(stream, incident),
                other=defect.other_meter,
            )


def _span(stream: MeterStream, incident: Incident) -> tuple[datetime, datetime | None]:
    begin, end = incident.span(stream.pipeline.interval)
    return _at(begin), None if end is None else _at(end)


def _gap(stream: MeterStream, incident: Incident) -> float:
    if not incident.gap:
        return 0.0
    gap = replace(incident, end=incident.first + incident.gap)
    begin, end = gap.span(stream.pipeline.interval)
    return float(end - begin) if end is not None else 0.0


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
