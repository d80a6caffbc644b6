"""Computes the readings of a stream with all that its defects do to them, block by block.

Whole blocks are computed and remembered, so a window is the same however it is asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import Channel, Submeter
from mockapi.timeseries.defects.effects import (
    Rows,
    Source,
    accumulate,
    add_up,
    change_clocks,
    drift,
    drop,
    exchange,
    freeze,
    freeze_at_zero,
    mislabel,
    multiply,
    negate,
    repeat,
    replace_meter,
    roll_over,
    spike,
)
from mockapi.timeseries.defects.incident import Defect, Grid, Stream, second_of
from mockapi.timeseries.defects.incidents import incidents
from mockapi.timeseries.delivery.arrival import block_size
from mockapi.timeseries.delivery.gateway import edges
from mockapi.timeseries.models.noise import Floats
from mockapi.timeseries.models.registry import MODELS, modelled
from mockapi.timeseries.models.submeters import block_values

KINDS: Mapping[str, Callable[..., Rows]] = {
    "swapped_meters": exchange,
    "meter_replacement": replace_meter,
    "stuck_value": freeze,
    "stuck_at_zero": freeze_at_zero,
    "negative": negate,
    "co2_drift": add_up,
    "cumulative": accumulate,
    "register_rollover": roll_over,
    "unit_change": multiply,
    "spike": spike,
    "dst_mistake": change_clocks,
    "time_zone_mistake": mislabel,
    "clock_drift": drift,
    "duplicates": repeat,
    "short_gap": drop,
    "long_outage": drop,
}
"""In the order in which they act on the same reading: sensor, register, clock, delivery."""

_ORDER = {kind: place for place, kind in enumerate(KINDS)}
_OF_REGISTERS = {"cumulative", "register_rollover"}
_DRIFTING = {"co2_drift": "CO2 Concentration"}
_MISTAKEN = {
    "kWh": (1000.0, 0.001, 3.6),
    "cubic meter": (1000.0, 35.3147, 0.353147, 2.83168),
    "kg": (0.001, 2.20462),
    "ppm": (1000.0, 0.0001),
}
"""What a unit is taken for: Wh, MWh, MJ; litres, cubic feet, hundreds of them; tonnes, pounds."""


@dataclass(frozen=True)
class _Clean:
    """The clean readings of a channel, whatever intervals are asked for."""

    channel: Channel | Submeter
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


@lru_cache(maxsize=64)
def _block(channel: Channel | Submeter, interval: Interval, block: int) -> Floats:
    values = block_values(channel, interval, block)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=4_096)
def _total(channel: Channel | Submeter, interval: Interval, block: int) -> float:
    return float(_block(channel, interval, block).sum())


def grid_of(stream: Stream) -> Grid:
    """Return what the incidents of *stream* depend on."""
    main = main_of(stream.channel)
    model = MODELS[main.usage, main.measurement]
    pipeline = stream.pipeline
    history = int(pipeline.history.total_seconds())
    unit = catalog().by_usage()[main.usage]
    return Grid(
        interval=pipeline.interval,
        timezone=main.facts.timezone,
        begin=second_of(pipeline.registered_at) - history,
        history=history,
        resolution=model.resolution(main),
        factors=_MISTAKEN[unit.unit_on_the_wire],
        state=model.state,
    )


def striking(stream: Stream) -> tuple[Defect, ...]:
    """Return the defects that can strike what is measured, in the order in which they act.

    A sensor has no register, and what drifts as a sensor of CO2 does is one.
    """
    if not stream.defects:
        return ()
    main = main_of(stream.channel)
    state = MODELS[main.usage, main.measurement].state
    found = [
        each
        for each in stream.defects
        if not (state and each.spec.kind in _OF_REGISTERS)
        and _DRIFTING.get(each.spec.kind, main.measurement) == main.measurement
    ]
    return tuple(sorted(found, key=lambda each: _ORDER[each.spec.kind]))


def main_of(channel: Channel | Submeter) -> Channel:
    """Return the channel whose model *channel* has."""
    return modelled(channel if isinstance(channel, Channel) else channel.main)


def spoiled(defects: tuple[Defect, ...], sources: Callable[[Defect], Source], rows: Rows) -> Rows:
    """Return consecutive clean *rows* with what *defects* do to them, in their order."""
    if not len(rows.numbers):
        return rows
    first, end = int(rows.numbers[0]), int(rows.numbers[-1]) + 1
    for defect in defects:
        source = sources(defect)
        for incident in incidents(defect, source.grid, first, end):
            rows = KINDS[defect.spec.kind](rows, incident, source)
    return rows


@lru_cache(maxsize=32)
def spoiled_rows(stream: Stream, block: int) -> Rows:
    """Return what became of the readings of *block*."""
    interval = stream.pipeline.interval
    size = block_size(interval)
    clean = _Clean(stream.channel, interval)
    numbers = np.arange(block * size, (block + 1) * size, dtype=np.int64)
    rows = Rows(numbers, edges(interval, block * size, size)[:-1], clean.read(block * size, size))
    return spoiled(striking(stream), partial(_source, grid_of(stream), clean), rows)


def _source(grid: Grid, clean: _Clean, defect: Defect) -> Source:
    other = clean if defect.other is None else _Clean(defect.other, clean.interval)
    return Source(grid, clean.read, clean.total, other.read)
