"""Reads instants on the wall clock of a place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from mockapi.series.noise import Steps

_DAY = 86_400


def offsets_of(timezone: str, seconds: Steps) -> Steps:
    """Return by how many seconds the clocks of *timezone* are ahead of UTC, shape as *seconds*."""
    zone = ZoneInfo(timezone)
    days, place = np.unique(seconds // _DAY, return_inverse=True)
    opening = np.array([_utc_offset(zone, day * _DAY) for day in days.tolist()], np.int64)
    closing = np.array([_utc_offset(zone, (day + 1) * _DAY) for day in days.tolist()], np.int64)
    offsets: Steps = opening[place]
    for index in np.flatnonzero((opening != closing)[place]).tolist():
        offsets[index] = _utc_offset(zone, int(seconds[index]))
    return offsets


def _utc_offset(zone: ZoneInfo, second: int) -> int:
    # Whole minutes, as ISO 8601 has no other: before 1972 some clocks differed by seconds.
    offset = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60) * 60
