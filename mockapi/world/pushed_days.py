"""Sums the readings of days that tests pushed readings of, as each became known."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from mockapi.domain.factors import AIR, Role
from mockapi.domain.timestamps import Interval
from mockapi.scoring.engine.rolling_year import Revision, micro
from mockapi.store.store import Store
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.delivery.arrival import begin_of, block_size
from mockapi.timeseries.delivery.arrivals import Told
from mockapi.timeseries.delivery.revision_schedule import NEVER
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.pushes import BILLION, Overlay
from mockapi.world.days import (
    CHUNK,
    FIRST_DAY,
    PERCENTILE,
    counted_in,
    days_of,
    edges_of,
    role_of,
    told_between,
    zone_of,
)
from mockapi.world.pushed_readings import overlay_of
from mockapi.world.readings import Outlet

_DAY = 86_400

Known = tuple[int, int | None]
"""When an amount became known, and the amount; None takes it away."""


def pushed_days_of(
    store: Store, outlet: Outlet, stream: Stream, since: int, until: int
) -> Iterator[Revision]:
    """Yield what became known of the days [*since*, *until*), as `days_of` does."""
    overlay = overlay_of(store, outlet.measurement.key, outlet.registered_at)
    months = stream.pipeline.interval is Interval.MONTH
    units = _months(overlay.dates) if months else _days(stream, overlay.dates)
    touched: set[int] = set()
    size = block_size(stream.pipeline.interval) if months else CHUNK
    for chunk in np.unique(units // size).tolist():
        inside = units // size == chunk
        part, within = overlay.of(inside), units[inside]
        known = store.remember(
            "push",
            ("days", stream, outlet.measurement.key, chunk),
            partial(_revised, stream, chunk, part, within),
        )
        for unit in np.unique(within).tolist():
            touched.update(_days_of_month(unit) if months else (FIRST_DAY + unit,))
        yield from (each for each in known if since <= each.day < until)
    yield from (each for each in days_of(stream, since, until) if each.day not in touched)


def _days(stream: Stream, dates: Steps) -> Steps:
    """Return the day of each of *dates*, counted from 1970, where the site stands."""
    if stream.pipeline.interval is Interval.DAY:
        return dates // _DAY
    zone = ZoneInfo(zone_of(stream))
    days = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in dates.tolist())
    return np.array([day.toordinal() - FIRST_DAY for day in days], np.int64)


def _months(dates: Steps) -> Steps:
    """Return the month of each of *dates*, counted from 1970."""
    months: Steps = dates.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return months


def _days_of_month(month: int) -> range:
    """Return the ordinals of the days of a *month* counted from 1970."""
    first, end = (begin_of(Interval.MONTH, each) // _DAY for each in (month, month + 1))
    return range(FIRST_DAY + first, FIRST_DAY + end)


def _revised(stream: Stream, chunk: int, overlay: Overlay, units: Steps) -> Sequence[Revision]:
    """Return what became known of the days of a *chunk* that *overlay* touches, each in order."""
    work = _by_month if stream.pipeline.interval is Interval.MONTH else _by_day
    return list(work(stream, chunk, overlay, units))


def _by_day(stream: Stream, chunk: int, overlay: Overlay, days: Steps) -> Iterator[Revision]:
    edges = edges_of(stream, chunk)
    begin = stream.pipeline.first
    whole = next(told_between(stream, max(begin, int(edges[0])), int(edges[-1])), None)
    for day in np.unique(days).tolist():
        first, end = edges[day - chunk * CHUNK], edges[day - chunk * CHUNK + 1]
        # A day that the back-fill holds in part is not counted.
        if first < begin < end:
            continue
        for known_at, amount in _known(stream, whole, (first, end), overlay.of(days == day)):
            yield Revision(known_at, FIRST_DAY + day, amount)


def _by_month(stream: Stream, chunk: int, overlay: Overlay, months: Steps) -> Iterator[Revision]:
    size = block_size(stream.pipeline.interval)
    begin = max(chunk * size, stream.pipeline.first)
    whole = next(told_between(stream, begin, (chunk + 1) * size), None)
    for month in np.unique(months).tolist():
        days = _days_of_month(month)
        part = overlay.of(months == month)
        for known_at, amount in _known(stream, whole, (month, month + 1), part):
            share = amount
            if amount is not None and role_of(stream) not in AIR:
                share = round(amount / len(days))
            yield from (Revision(known_at, day, share) for day in days)


def _known(
    stream: Stream, whole: Told | None, span: tuple[int, int], pushed: Overlay
) -> Iterator[Known]:
    """Yield the amounts of the intervals of *span*, of all that is told, as they became known."""
    told = None
    if whole is not None:
        inside = (whole.numbers >= span[0]) & (whole.numbers < span[1])
        told = whole.only(inside) if inside.any() else None
    before: int | None = None
    for moment in _moments(told, pushed):
        level = _level(stream, told, pushed, moment)
        amount = None if level is None else micro(level)
        if amount != before:
            yield moment, amount
        before = amount


def _moments(told: Told | None, pushed: Overlay) -> Sequence[int]:
    """Return when an amount became known, and when it may have changed, in seconds since 1970."""
    # What is pushed is known a second later: of scores that are published in the instant of a
    # push, all or none would hold it otherwise, by when they are asked for.
    knows = pushed.arrivals // BILLION + 1
    if told is None:
        return np.unique(knows).tolist()  # type: ignore[no-any-return]
    begin = told.revisions.first.max()
    later = np.concatenate([knows, told.revisions.actual, told.revisions.restated])
    moments = np.unique(later[(later > begin) & (later != NEVER)])
    return [int(begin), *moments.tolist()]


def _level(stream: Stream, told: Told | None, pushed: Overlay, at: int) -> float | None:
    """Return the sum, mean or percentile of what stands *at* a second; None without readings."""
    standing = pushed.standing(at * BILLION - 1)
    numbers, values = np.empty(0, np.int64), np.empty(0)
    if told is not None:
        came = told.came(at)
        own = np.full(len(standing.dates) + 1, -1, np.int64)
        place = np.searchsorted(standing.dates, told.at)
        hit = (np.append(standing.dates, NEVER)[place] == told.at) & (came <= at)
        np.maximum.at(own, place[hit], came[hit] * BILLION)
        standing = standing.of(standing.arrivals >= own[:-1])
        kept = (came <= at) & ~np.isin(told.at, standing.dates)
        numbers, values = told.numbers[kept], told.shown(at)[kept]
    there = standing.of(~np.isnan(standing.values))
    return _together(
        stream,
        np.concatenate([numbers, _numbers(stream, there.dates)]),
        np.concatenate([values, there.values]),
    )


def _numbers(stream: Stream, dates: Steps) -> Steps:
    """Return the numbers of the intervals that hold *dates*."""
    interval = stream.pipeline.interval
    if interval is Interval.MONTH:
        return _months(dates)
    return dates // int(interval.length.total_seconds())


def _together(stream: Stream, numbers: Steps, values: Floats) -> float | None:
    role = role_of(stream)
    counted = counted_in(stream, numbers) if len(numbers) else None
    if role is Role.RAW_AIR and counted is not None:
        values = values[counted]
    if not len(values):
        return None
    if role is Role.RAW_AIR and counted is not None:
        return float(np.percentile(values, PERCENTILE))
    return float(values.mean() if role in AIR else values.sum())
