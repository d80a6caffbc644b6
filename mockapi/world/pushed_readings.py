"""Lays the readings that tests pushed over those of a scenario."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np

from mockapi.domain.timestamps import to_nanoseconds
from mockapi.store.store import Store
from mockapi.timeseries.delivery.arrival import Batch, Reading, Run, ceiling, floor
from mockapi.timeseries.delivery.revision_schedule import NEVER
from mockapi.timeseries.models.noise import Steps
from mockapi.timeseries.pushes import (
    BILLION,
    Came,
    Overlay,
    came_of,
    dates_of,
    laid_over,
    last_word,
)
from mockapi.world.readings import LONG_AGO, Outlet, Window

_LONG_AGO = -(1 << 63)


def overlay_of(store: Store, key: str, registered_at: datetime) -> Overlay:
    """Return what was pushed under *key* of a site *registered_at* some time.

    inferred: what is pushed before a site is registered arrives with its registration.
    """

    def read() -> Overlay:
        pushes = store.pushes(key)
        arrivals = np.frombuffer(pushes.pushed_at, np.int64)
        return Overlay(
            np.frombuffer(pushes.at, np.int64) // BILLION,
            np.maximum(arrivals, max(_LONG_AGO, to_nanoseconds(registered_at))),
            np.frombuffer(pushes.value, np.float64),
        )

    return store.remember("push", ("overlay", key, registered_at), read)


def overlaid(
    store: Store, outlet: Outlet, window: Window, own: Iterable[Run | Batch | Reading]
) -> Iterator[Run | Batch]:
    """Yield what arrived in *window*: of a measurement's *own* readings and of those pushed."""
    yield from laid_over(
        _parts(own),
        standing(store, outlet, window.now),
        None if window.since is None else to_nanoseconds(window.since),
        None if window.until is None else to_nanoseconds(window.until),
    )


def standing(store: Store, outlet: Outlet, now: datetime) -> Overlay:
    """Return what was pushed of a measurement and stands *now*."""
    overlay = overlay_of(store, outlet.measurement.key, outlet.registered_at)
    return last_word(overlay, _came(store, outlet, now), to_nanoseconds(now))


def dates_standing(
    store: Store, outlet: Outlet, since: datetime, until: datetime, now: datetime
) -> Steps:
    """Return the dates in [*since*, *until*) with a reading *now*, in seconds since 1970."""
    first, end = ceiling(since), ceiling(until)
    pushed = standing(store, outlet, now).dated(first, end)
    if outlet.stream is not None:
        own = dates_of(outlet.stream, first, end, now)
    else:
        stated = _stated(store, outlet)
        own = np.array(
            [each for each, came in stated.items() if first <= each < end and came <= now], np.int64
        )
    kept = own[~np.isin(own, pushed.dates)]
    every: Steps = np.union1d(kept, pushed.told().begins)
    return every


def dates_waiting(store: Store, key: str, since: datetime, until: datetime) -> Steps:
    """Return the dates in [*since*, *until*) with a reading that waits for a registration."""
    overlay = overlay_of(store, key, LONG_AGO).dated(ceiling(since), ceiling(until))
    return overlay.standing(NEVER).told().begins


def _came(store: Store, outlet: Outlet, now: datetime) -> Came:
    if outlet.stream is not None:
        return came_of(outlet.stream, floor(now))
    stated = _stated(store, outlet)

    def came(dates: Steps) -> Steps:
        arrivals = (stated.get(each) for each in dates.tolist())
        return np.array(
            [-1 if at is None or at > now else to_nanoseconds(at) for at in arrivals], np.int64
        )

    return came


def _stated(store: Store, outlet: Outlet) -> dict[int, datetime]:
    """Return when the stated readings of a measurement come, by their dates."""
    key = outlet.measurement.key
    return {floor(each.at): each.updated_at for each in store.stated_readings(key, None, None)}


def _parts(own: Iterable[Run | Batch | Reading]) -> Iterator[Run | Batch]:
    """Yield *own* readings as runs and batches."""
    stated = []
    for each in own:
        if isinstance(each, Reading):
            stated.append((floor(each.at), floor(each.updated_at), each.value))
        else:
            yield each
    if stated:
        begins, arrivals, values = zip(*stated, strict=True)
        yield Batch(
            np.array(begins, np.int64),
            np.array(arrivals, np.int64),
            np.array(values, np.float64),
        )
