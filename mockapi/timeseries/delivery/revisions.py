"""Revisions of a meter's readings: on time or late, estimated first, restated after months.

A store keeps one value for an interval: a later revision takes the place of the earlier one and
brings its own arrival (docs/explanation/readings.md#delivery). All follows from keys, so any
window of arrivals is the same however it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.delivery.delivery_model import Pipeline
from mockapi.timeseries.delivery.gateway import deliveries, edges
from mockapi.timeseries.delivery.revision_schedule import NEVER, readings_per_unit, stages_of
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.noise import Bools, Floats, Steps, key, uniform

_DAY = 86_400


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


def revisions_of(stream: MeterStream, first: int, count: int, *, state: bool) -> Revisions | None:
    """Return how *count* readings from *first* on come, or None where all come with the gateway.

    They are those of whole days of UTC, or of months. Nobody estimates a *state*, or puts it right
    months later.
    """
    return _revisions_of(stream.pipeline, meter_of(stream), first, count, state=state)


@lru_cache(maxsize=16)
def _revisions_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Revisions | None:
    each = readings_per_unit(pipeline.interval)
    struck = stages_of(pipeline, meter_id, first // each, count // each, state=state)
    if not struck:
        return None
    # Of the days that are struck alone, which are few.
    places = np.array(list(struck)) - first // each
    late, told, put_right = (
        np.array([getattr(stage, name) for stage in struck.values()])[:, np.newaxis]
        for name in ("late", "actual", "restated")
    )
    ends = edges(pipeline.interval, first, count)[1:].reshape(-1, each)[places]
    live = ends > pipeline.registered
    come, actual, restated = np.full((3, count // each, each), NEVER, np.int64)
    come[:] = deliveries(pipeline, first, count).reshape(-1, each)
    brought = come[places]
    came = np.where(live & (late != NEVER), np.maximum(brought, late), brought)
    told = np.where(live & (told > came), told, NEVER)
    stood = np.where(told == NEVER, came, told)
    come[places], actual[places] = came, told
    restated[places] = np.where(live & (put_right > stood), put_right, NEVER)
    ratio = np.ones((count // each, each))
    ratio[places] = np.array([[stage.ratio] for stage in struck.values()])
    return Revisions(come.ravel(), actual.ravel(), restated.ravel(), ratio.ravel())


def estimates(stream: MeterStream, first: int, before: Floats) -> Floats:
    """Return what is estimated in place of readings from *first* on, from those a week *before*."""
    each = readings_per_unit(stream.pipeline.interval)
    units = np.arange(first // each, (first + len(before)) // each, dtype=np.int64)
    drawn = uniform(key(stream.pipeline.seed, meter_of(stream), "estimate"), units)
    told: Floats = before * np.repeat(0.95 + 0.1 * drawn, each)
    return told


def week_of(pipeline: Pipeline) -> int:
    """Return how many readings a week has; one where a reading has more than a week."""
    return max(1, int(7 * _DAY // pipeline.interval.length.total_seconds()))


def meter_of(stream: MeterStream) -> str:
    """Return what names the meter of *stream*, for a meter is late and no measurement of it."""
    model = stream.model
    return model.meter_id if isinstance(model, MeterModel) else model.parts[model.number][0]
