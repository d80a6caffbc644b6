"""Reads the bounds of a window of dates as people write them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from mockapi.domain import instants
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR

_PADDING = {r"\d{4}": "-01-01", r"\d{4}-\d{2}": "-01"}


class WrongWindow(ValueError):
    """A bound that is no date, or bounds in the wrong order."""


@dataclass(frozen=True)
class Window:
    """Dates from *since* on and before *until*.

    A bound without an offset is a wall clock: that of UTC, or each site's own where *local*.
    """

    since: datetime
    until: datetime
    local: bool = False

    @classmethod
    def of(cls, since: str, until: str, *, local: bool = False) -> Self:
        """Return the window between two texts; raise `WrongWindow` for what is none.

        A year, a month and a day stand for their beginnings.
        """
        window = cls(_bound("--from", since), _bound("--to", until), local)
        first, last = window.seen_from(None)
        if first >= last:
            raise WrongWindow(f"--from {since} must lie before --to {until}")
        return window

    def seen_from(self, timezone: str | None) -> tuple[datetime, datetime]:
        """Return the instants, in UTC, that the bounds name at a site in *timezone*."""
        zone: tzinfo = ZoneInfo(timezone) if self.local and timezone else UTC
        return _instant(self.since, zone), _instant(self.until, zone)


def _bound(option: str, text: str) -> datetime:
    whole = text.strip()
    for shape, missing in _PADDING.items():
        if re.fullmatch(shape, whole):
            whole += missing
            break
    try:
        bound = _date_time(whole)
    except ValueError as error:
        raise WrongWindow(
            f"{option}: {text!r} is not a date. Use 2025, 2025-01, 2025-01-31, "
            "2025-01-31T06:00 or 2025-01-31T06:00:00+01:00."
        ) from error
    if not FIRST_YEAR <= bound.year <= LAST_YEAR:
        raise WrongWindow(f"{option}: {text} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return bound


def _date_time(text: str) -> datetime:
    try:
        return instants.parse(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _instant(bound: datetime, zone: tzinfo) -> datetime:
    return (bound if bound.tzinfo is not None else bound.replace(tzinfo=zone)).astimezone(UTC)
