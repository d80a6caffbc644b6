"""Daily totals of days with pushed readings, at the times at which they become known."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from zoneinfo import ZoneInfo

import numpy as np

from mockapi.domain.factors import AIR, Role
from mockapi.domain.scores import DailyAmount, micro
from mockapi.domain.timestamps import Interval
from mockapi.store.store import Store
from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.daily_totals import (
    CHUNK,
    FIRST_DAY,
    PERCENTILE,
    daily_totals,
    days_of_month,
    edges_of,
    occupied_intervals,
    revisions_between,
    role_of,
    zone_of,
)
from mockapi.timeseries.delivery.revisions import NEVER
from mockapi.timeseries.intervals import BILLION, block_size
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.pushes import PushedRevisions, pushed_revisions
from mockapi.timeseries.readings import RevisionedReadings
from mockapi.timeseries.time_axis import numbers_of

KnownAmount = tuple[int, int | None]
"""The time at which an amount becomes known, and the amount; None removes it."""


def totals_with_pushes(
    store: Store, channel: MeterChannel, stream: MeterStream, since: int, until: int
) -> Iterator[DailyAmount]:
    """Yield the amounts of the days [*since*, *until*) as `daily_totals` does."""
    pushed = pushed_revisions(store, channel.key, channel.registered_at)
    months = stream.pipeline.interval is Interval.MONTH
    units = numbers_of(Interval.MONTH, pushed.dates) if months else _days(stream, pushed.dates)
    changed: set[int] = set()
    found: list[DailyAmount] = []
    size = block_size(stream.pipeline.interval) if months else CHUNK
    for chunk in np.unique(units // size).tolist():
        inside = units // size == chunk
        part, within = pushed.at(inside), units[inside]
        known = store.cached(
            "push",
            ("days", stream, channel.key, chunk),
            partial(_revision_rows, stream, chunk, part, within),
        )
        for unit in np.unique(within).tolist():
            changed.update(days_of_month(unit) if months else (FIRST_DAY + unit,))
        found += (each for each in known if since <= each.day < until)
    found += (each for each in daily_totals(stream, since, until) if each.day not in changed)
    yield from sorted(found, key=itemgetter(0, 1))


def _days(stream: MeterStream, dates: Steps) -> Steps:
    """Return the local day of each of *dates*, counted from 1970."""
    if stream.pipeline.interval is Interval.DAY:
        return numbers_of(Interval.DAY, dates)
    zone = ZoneInfo(zone_of(stream))
    days = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in dates.tolist())
    return np.array([day.toordinal() - FIRST_DAY for day in days], np.int64)


def _revision_rows(
    stream: MeterStream, chunk: int, pushed: PushedRevisions, units: Steps
) -> Sequence[DailyAmount]:
    """Return the amounts of the days of a *chunk* that have *pushed* readings, in order of time."""
    totals = _by_month if stream.pipeline.interval is Interval.MONTH else _by_day
    return list(totals(stream, chunk, pushed, units))


def _by_day(
    stream: MeterStream, chunk: int, pushed: PushedRevisions, days: Steps
) -> Iterator[DailyAmount]:
    edges = edges_of(stream, chunk)
    begin = stream.pipeline.first
    whole = revisions_between(stream, max(begin, int(edges[0])), int(edges[-1]))
    for day in np.unique(days).tolist():
        first, end = edges[day - chunk * CHUNK], edges[day - chunk * CHUNK + 1]
        # A day that the back-fill covers in part is not counted.
        if first < begin < end:
            continue
        own = None if whole is None else whole.between(first, end)
        for known_at, amount in _known_amounts(stream, own, pushed.at(days == day)):
            yield DailyAmount(known_at, FIRST_DAY + day, amount)


def _by_month(
    stream: MeterStream, chunk: int, pushed: PushedRevisions, months: Steps
) -> Iterator[DailyAmount]:
    size = block_size(stream.pipeline.interval)
    begin = max(chunk * size, stream.pipeline.first)
    whole = revisions_between(stream, begin, (chunk + 1) * size)
    for month in np.unique(months).tolist():
        days = days_of_month(month)
        own = None if whole is None else whole.between(month, month + 1)
        for known_at, amount in _known_amounts(stream, own, pushed.at(months == month)):
            share = amount
            if amount is not None and role_of(stream) not in AIR:
                share = round(amount / len(days))
            yield from (DailyAmount(known_at, day, share) for day in days)


def _known_amounts(
    stream: MeterStream, own: RevisionedReadings | None, pushed: PushedRevisions
) -> Iterator[KnownAmount]:
    """Yield the amounts of *own* and *pushed* readings together as they become known."""
    before: int | None = None
    for moment in _change_times(own, pushed):
        level = _level(stream, own, pushed, moment)
        amount = None if level is None else micro(level)
        if amount != before:
            yield moment, amount
        before = amount


def _change_times(own: RevisionedReadings | None, pushed: PushedRevisions) -> Sequence[int]:
    """Return the times at which an amount becomes known or changes, in seconds since 1970."""
    # A push is known one second later. Otherwise, scores that are published in the instant of a
    # push would include it or not, depending on when they are requested.
    known = pushed.arrivals // BILLION + 1
    if own is None:
        return np.unique(known).tolist()  # type: ignore[no-any-return]
    begin = own.revisions.first.max()
    later = np.concatenate([known, own.revisions.actual, own.revisions.restated])
    moments = np.unique(later[(later > begin) & (later != NEVER)])
    return [int(begin), *moments.tolist()]


def _level(
    stream: MeterStream, own: RevisionedReadings | None, pushed: PushedRevisions, at: int
) -> float | None:
    """Return the sum, mean or percentile of the readings *at* a second; None if there are none."""
    effective = pushed.latest(at * BILLION - 1)
    numbers, values = np.empty(0, np.int64), np.empty(0)
    if own is not None:
        arrivals = own.arrival_times(at)
        arrived = arrivals <= at
        effective = effective.later_than(_last_arrivals(effective.dates, own, arrivals, arrived))
        kept = arrived & ~effective.replace(own.dates)
        numbers, values = own.numbers[kept], own.values_at(at)[kept]
    given = effective.readings()
    return _total(
        stream,
        np.concatenate([numbers, numbers_of(stream.pipeline.interval, given.dates)]),
        np.concatenate([values, given.values]),
    )


def _last_arrivals(dates: Steps, own: RevisionedReadings, arrivals: Steps, arrived: Bools) -> Steps:
    """Return when the last of *own* readings of each of *dates* arrived; -1 if none arrived."""
    found = np.full(len(dates) + 1, -1, np.int64)
    places = np.searchsorted(dates, own.dates)
    hit = (np.append(dates, NEVER)[places] == own.dates) & arrived
    np.maximum.at(found, places[hit], arrivals[hit] * BILLION)
    return found[:-1]


def _total(stream: MeterStream, numbers: Steps, values: Floats) -> float | None:
    role = role_of(stream)
    occupied = occupied_intervals(stream, numbers) if len(numbers) else None
    if role is Role.RAW_AIR and occupied is not None:
        values = values[occupied]
    if not len(values):
        return None
    if role is Role.RAW_AIR and occupied is not None:
        return float(np.percentile(values, PERCENTILE))
    return float(values.mean() if role in AIR else values.sum())
