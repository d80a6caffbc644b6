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


def revisions_of(stream: Stream, first: int, count: int, *, state: bool) -> Revisions | None:
    """Return how *count* readings from *first* on come, or None where all come with the gateway.

    They are those of whole days of UTC, or of months. Nobody estimates a *state*, or puts it right
    months later.
    """
    return _revisions_of(stream.pipeline, meter_of(stream), first, count, state=state)


@lru_cache(maxsize=16)
def _revisions_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Revisions | None:
    each = readings_a_unit(pipeline.interval)
    stages = stages_of(pipeline, meter_id, first // each, count // each, state=state)
    if stages is None:
        return None
    bounds = edges(pipeline.interval, first, count)
    live = bounds[1:].reshape(-1, each) > pipeline.registered
    brought = deliveries(pipeline, first, count).reshape(-1, each)
    late, told, put_right = (
        at[:, np.newaxis] for at in (stages.late, stages.actual, stages.restated)
    )
    come = np.where(live & (late != NEVER), np.maximum(brought, late), brought)
    actual = np.where(live & (told > come), told, NEVER)
    stood = np.where(actual == NEVER, come, actual)
    restated = np.where(live & (put_right > stood), put_right, NEVER)
    return Revisions(
        come.ravel(), actual.ravel(), restated.ravel(), np.repeat(stages.ratio, each)
    )


@dataclass(frozen=True)
class Stages:
    """When the readings of days, or of months, come otherwise than the gateway brings them.

    Arrays of one length, in seconds since 1970 or `NEVER`: all that is *late* comes no earlier
    than that, what was read in place of an estimate at *actual*, what is a *ratio* of the truth
    until then at *restated*.
    """

    late: Steps
    actual: Steps
    restated: Steps
    ratio: Floats

    def within(self, earliest: int, until: int) -> Bools:
        """Tell of which days, or months, anything may come so in [*earliest*, *until*)."""
        stages = (self.late, self.actual, self.restated)
        first, *others = ((earliest <= each) & (each < until) for each in stages)
        return first | others[0] | others[1]


@lru_cache(maxsize=16)
def stages_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Stages | None:
    """Return how *count* days, or months, from *first* on come; None if all as they are brought."""
    delivery, named = pipeline.delivery, (pipeline.seed, meter_id)
    units, months = _units(pipeline.interval, first, count)
    seeds = np.array([[key(*named, "late")], [key(*named, "estimated")]], np.uint64)
    late, guessed = uniform(seeds, units) < np.array(
        [[delivery.late], [0.0 if state else delivery.estimated]]
    )
    guessed &= ~late
    wrong = np.zeros(count, np.bool_)
    if delivery.restated and not state:
        wrong = uniform(key(*named, "restated"), months) < delivery.restated
    if not (late.any() or guessed.any() or wrong.any()):
        return None

    def after(name: str, struck: Bools, shortest: float, longest: float, power: int) -> Steps:
        at = np.full(count, NEVER, np.int64)
        chosen = units[struck]
        over = _ends(pipeline.interval, chosen)
        days = shortest + (longest - shortest) * uniform(key(*named, name), chosen) ** power
        at[struck] = held(pipeline, over + (days * _DAY).astype(np.int64))
        return at

    return Stages(
        after("lateness", late, 1, 14, 2),
        after("actual", guessed, 2, 7, 1),
        _restated(pipeline, named, months, wrong),
        _ratios(named, months) if wrong.any() else np.ones(count),
    )


def _restated(
    pipeline: Pipeline, named: tuple[object, ...], months: Steps, wrong: Bools
) -> Steps:
    """Return when what was read in each of *months* and is *wrong* is put right."""
    at = np.full(len(months), NEVER, np.int64)
    struck = months[wrong]
    tenth = _ends(Interval.MONTH, struck) + _TENTH
    tenth += (_DAY * (0.25 + 0.5 * uniform(key(*named, "tenth"), struck))).astype(np.int64)
    at[wrong] = held(pipeline, tenth)
    return at


def guesses(stream: Stream, first: int, before: Floats) -> Floats:
    """Return what is estimated in place of readings from *first* on, from those a week *before*."""
    each = readings_a_unit(stream.pipeline.interval)
    units, _ = _units(stream.pipeline.interval, first // each, len(before) // each)
    drawn = uniform(key(stream.pipeline.seed, meter_of(stream), "estimate"), units)
    told: Floats = before * np.repeat(0.95 + 0.1 * drawn, each)
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


def readings_a_unit(interval: Interval) -> int:
    """Return how many readings a day has; one where a reading is a month."""
    return max(1, int(_DAY // interval.length.total_seconds()))


@lru_cache(maxsize=16)
def _units(interval: Interval, first: int, count: int) -> tuple[Steps, Steps]:
    """Return the numbers of *count* days from *first* on, or of months, and of their months."""
    units = np.arange(first, first + count, dtype=np.int64)
    if interval is Interval.MONTH:
        return units, units
    return units, units.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _ends(interval: Interval, units: Steps) -> Steps:
    """Return when each of *units* ends, days or months, in seconds since 1970."""
    if interval is Interval.MONTH:
        return (units + 1).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    ends: Steps = (units + 1) * _DAY
    return ends


def _ratios(named: tuple[object, ...], months: Steps) -> Floats:
    """Return what the readings of each month are of the truth until they are restated."""
    drawn = uniform(key(*named, "ratio"), months)
    transformer = _OFF[(drawn * 5 % 1 * len(_OFF)).astype(np.int64)]
    trued_up = 0.97 + 0.06 * (drawn - _TRANSFORMERS) / (1 - _TRANSFORMERS)
    return np.where(drawn < _TRANSFORMERS, transformer, trued_up)
