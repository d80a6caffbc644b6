"""Tells how each reading of a meter came: on time or late, estimated first, restated after months.

A store keeps one value for an interval: a later revision takes the place of the earlier one and
brings its own arrival (timeseries.md 5.10). All follows from keys, so any window of arrivals is
the same however it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.domain.interval import Interval
from mockapi.series.arrival import Pipeline
from mockapi.series.channel import Channel
from mockapi.series.defects import Stream
from mockapi.series.deliveries import deliveries, edges, held
from mockapi.series.noise import Bools, Floats, Steps, key, uniform
from mockapi.series.steps import BLOCK, STEPS_A_DAY

NEVER = 1 << 62
_DAY = 86_400
_TENTH = 9 * _DAY
_TRANSFORMERS = 0.6
_OFF = np.array([0.5, 2.0, 1.2])
"""What readings are multiplied by that a current transformer of the wrong ratio takes."""


@dataclass(frozen=True)
class Revisions:
    """When each reading of a block comes, in seconds since 1970, arrays of one length.

    It comes *first* at some time; an estimate gives way to what was read at *actual*, and what
    was a *ratio* of the truth until then to the truth at *restated*; `NEVER` if there is none.
    """

    first: Steps
    actual: Steps
    restated: Steps
    ratio: Floats

    @staticmethod
    def once(brought: Steps) -> "Revisions":
        """Return how readings come that each come once."""
        never = np.full(len(brought), NEVER, np.int64)
        return Revisions(brought, never, never, np.ones(len(brought)))

    @staticmethod
    def joined(each: "Sequence[Revisions]") -> "Revisions":
        """Return the revisions of several blocks, one after the other."""
        return Revisions(
            np.concatenate([one.first for one in each]),
            np.concatenate([one.actual for one in each]),
            np.concatenate([one.restated for one in each]),
            np.concatenate([one.ratio for one in each]),
        )

    def of(self, places: Steps | Bools) -> "Revisions":
        """Return how the readings at *places* come."""
        return Revisions(
            self.first[places], self.actual[places], self.restated[places], self.ratio[places]
        )

    def last(self, now: int | Steps) -> Steps:
        """Return when the revision came that stands *now*; later than that if none did."""
        return np.where(
            self.restated <= now,
            self.restated,
            np.where(self.actual <= now, self.actual, self.first),
        )

    def estimated(self, now: int | Steps) -> Bools:
        """Tell which readings are estimates *now*."""
        waiting: Bools = (self.actual != NEVER) & (self.actual > now)
        return waiting

    def mistaken(self, now: int | Steps) -> Bools:
        """Tell which readings wait *now* for being restated."""
        waiting: Bools = (self.restated != NEVER) & (self.restated > now)
        return waiting

    def are_settled(self, wanted: Bools, now: int) -> bool:
        """Tell whether those *wanted* are *now* what was measured."""
        return not (wanted & (self.estimated(now) | self.mistaken(now))).any()


def revisions_of(stream: Stream, block: int, *, state: bool) -> Revisions | None:
    """Return how the readings of *block* come, or None where all come once, with the gateway.

    Nobody estimates a *state*, or puts it right months later.
    """
    return _revisions_of(stream.pipeline, meter_of(stream), block, state=state)


@lru_cache(maxsize=16)
def _revisions_of(
    pipeline: Pipeline, meter_id: str, block: int, *, state: bool
) -> Revisions | None:
    delivery = pipeline.delivery
    units = _units(pipeline.interval, block)
    named = (pipeline.seed, meter_id)
    late = uniform(key(*named, "late"), units) < delivery.late
    guessed = uniform(key(*named, "estimated"), units) < (0.0 if state else delivery.estimated)
    guessed &= ~late
    months = _months(pipeline.interval, units)
    wrong = uniform(key(*named, "restated"), months) < (0.0 if state else delivery.restated)
    if not (late.any() or guessed.any() or wrong.any()):
        return None
    each = len(deliveries(pipeline, block)) // len(units)
    brought = deliveries(pipeline, block).reshape(len(units), each)
    ends = edges(pipeline.interval, block)[1:].reshape(len(units), each)
    live = ends > pipeline.registered
    over = ends[:, -1:]

    def after(name: str, shortest: float, longest: float, power: int) -> Steps:
        days = shortest + (longest - shortest) * uniform(key(*named, name), units) ** power
        return held(pipeline, over + (days * _DAY).astype(np.int64)[:, np.newaxis])

    first = np.where(
        late[:, np.newaxis] & live, np.maximum(brought, after("lateness", 1, 14, 2)), brought
    )
    actual = np.where(guessed[:, np.newaxis] & live, after("actual", 2, 7, 1), NEVER)
    actual[actual <= first] = NEVER
    tenth = (months + 1).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64) + _TENTH
    tenth += (_DAY * (0.25 + 0.5 * uniform(key(*named, "tenth"), months))).astype(np.int64)
    tenth = held(pipeline, tenth)
    restated = np.where(wrong[:, np.newaxis] & live, tenth[:, np.newaxis], NEVER)
    restated[restated <= np.where(actual == NEVER, first, actual)] = NEVER
    return Revisions(
        first.ravel(),
        actual.ravel(),
        restated.ravel(),
        np.repeat(_ratios(named, months), each),
    )


def guesses(stream: Stream, block: int, before: Floats) -> Floats:
    """Return what is estimated in place of each reading, from those a week *before*."""
    units = _units(stream.pipeline.interval, block)
    drawn = uniform(key(stream.pipeline.seed, meter_of(stream), "estimate"), units)
    told: Floats = before * np.repeat(0.95 + 0.1 * drawn, len(before) // len(units))
    return told


def week_of(pipeline: Pipeline) -> int:
    """Return how many readings a week has; one where a reading has more than a week."""
    return max(1, int(7 * _DAY // pipeline.interval.length.total_seconds()))


def meter_of(stream: Stream) -> str:
    """Return what names the meter of *stream*, for a meter is late and no measurement of it."""
    channel = stream.channel
    if isinstance(channel, Channel):
        return channel.meter_id
    return channel.parts[channel.number][0]


def _units(interval: Interval, block: int) -> Steps:
    """Return the numbers of the days in *block*, or of the months."""
    count = 12 if interval is Interval.MONTH else BLOCK // STEPS_A_DAY
    return np.arange(block * count, (block + 1) * count, dtype=np.int64)


def _months(interval: Interval, units: Steps) -> Steps:
    """Return the number of the month, since 1970, that each of *units* lies in."""
    if interval is Interval.MONTH:
        return units
    months: Steps = units.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def _ratios(named: tuple[object, ...], months: Steps) -> Floats:
    """Return what the readings of each month are of the truth until they are restated."""
    drawn = uniform(key(*named, "ratio"), months)
    transformer = _OFF[(drawn * 5 % 1 * len(_OFF)).astype(np.int64)]
    trued_up = 0.97 + 0.06 * (drawn - _TRANSFORMERS) / (1 - _TRANSFORMERS)
    return np.where(drawn < _TRANSFORMERS, transformer, trued_up)
