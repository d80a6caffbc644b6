"""Puts readings into the columns that the control API gives them in."""

from datetime import datetime
from http import HTTPStatus

import numpy as np

from mockapi.domain.interval import Interval
from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.sites import MOST_READINGS
from mockapi.series.noise import Steps
from mockapi.series.wall_clock import offsets_of
from mockapi.store.tables.sites import Site
from mockapi.wire.admin_series import SeriesView
from mockapi.world.columns import coarser, columns, count_of, is_level, outlet_of
from mockapi.world.sites import interval_of
from mockapi.world.world import World

_DIGITS = 6


def series_view(
    world: World,
    site: Site,
    key: str,
    window: tuple[datetime, datetime],
    interval: Interval | None,
) -> SeriesView:
    """Return the readings of *window* as a body; raises `AdminError`."""
    try:
        outlet = outlet_of(world, site, key)
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
    if count_of(outlet, *window) > MOST_READINGS:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            f"There are more than {MOST_READINGS:,} readings in that window; ask for less of it.",
        )
    found, absent = columns(world, outlet, *window)
    own = Interval(interval_of(world, site, outlet.meter))
    timezone, level = site.timezone or "UTC", is_level(outlet)
    wanted = interval or own
    if wanted.length > own.length:
        found = coarser(found, wanted, timezone, level=level)
    else:
        wanted = own
    # Sums of many small readings carry digits that no meter showed.
    return SeriesView.model_construct(
        key=key,
        site=site.id,
        meter=outlet.meter.id,
        measurement=outlet.measurement.name,
        unit=outlet.measurement.unit,
        timezone=timezone,
        interval=wanted,
        level=level,
        offsets=_changes(found.dates, timezone),
        dates=tuple(found.dates.tolist()),
        values=tuple(np.round(found.values, _DIGITS).tolist()),
        updated_at=tuple(found.arrivals.tolist()),
        marks=tuple(found.marks.tolist()),
        holes=tuple((each.begin, each.end, each.count, each.arrives) for each in absent.holes()),
    )


def _changes(dates: Steps, timezone: str) -> tuple[tuple[int, int], ...]:
    if not len(dates):
        return ()
    offsets = offsets_of(timezone, dates)
    where = np.flatnonzero(np.diff(offsets, prepend=offsets[0] - 1))
    return tuple(zip(dates[where].tolist(), offsets[where].tolist(), strict=True))
