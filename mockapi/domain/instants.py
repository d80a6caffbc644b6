"""Parsing and formatting of instants."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

# RFC 3339, and what else Java, JavaScript, Go, .NET and Python print: no seconds, a comma before
# the fraction, years with a sign, offsets without colon or minutes, `[Europe/Paris]` at the end.
_INSTANT = re.compile(
    r"(?P<year>\d{4}|[+\- ]\d{4,10})-(?P<month>\d{2})-(?P<day>\d{2})[Tt ]"
    r"(?P<minute>\d{2}:\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?P<offset>[Zz]|[+\- ]\d{2}(?::?[0-5]\d(?::?[0-5]\d)?)?)?"
    r"(?:\[!?[\w+\-/.:= ]{1,64}\])*",
    re.ASCII,
)
_EXAMPLE = "2026-06-01T09:00:00Z"
_MOST_SHOWN = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class OutOfRange(ValueError):
    """An instant outside of the years 1 to 9999; *nearest* is the nearest inside."""

    def __init__(self, nearest: datetime) -> None:
        super().__init__(f"must be an instant in the years {MINYEAR} to {MAXYEAR}")
        self.nearest = nearest


def parse(text: str) -> datetime:
    """Return the instant that *text* names, in UTC and cut to microseconds.

    The offset decides; the name of a time zone behind it is ignored. A plus sign may have become
    a space, as it does where a client leaves it bare in a query. Raise `OutOfRange` for instants
    that `datetime` cannot hold, `ValueError` for a date-time without offset and anything else.
    """
    found = _INSTANT.fullmatch(text)
    shown = repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}...")
    if found is None:
        raise ValueError(f"must be an RFC 3339 date-time such as {_EXAMPLE}, not {shown}")
    if found["offset"] is None:
        raise ValueError(
            f"must be an RFC 3339 date-time with an offset, such as {_EXAMPLE}, not {shown}"
        )
    year = int(found["year"])
    # Where the year is out of range, a leap year stands in for it while the rest is checked.
    known = year if MINYEAR <= year <= MAXYEAR else 2000
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    offset = found["offset"].replace(" ", "+").upper()
    local = datetime.fromisoformat(
        f"{known:04}-{found['month']}-{found['day']}"
        f"T{found['minute']}:{found['second'] or '00'}.{fraction}{offset}"
    )
    try:
        at = local.astimezone(UTC)
    except OverflowError:
        known = 0
    if known != year:
        raise OutOfRange(_FIRST if year <= MINYEAR else _LAST)
    return at


def parse_bound(text: str) -> datetime:
    """Return the same as `parse`, but the nearest instant in place of one that is out of range."""
    try:
        return parse(text)
    except OutOfRange as error:
        return error.nearest


def seconds(at: datetime) -> str:
    """Return *at* to the second, cut and not rounded: `2022-07-11T12:18:01Z`."""
    # Not strftime, whose %Y writes the year 999 with three digits.
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def seconds_of(stamp: int) -> str:
    """Return *stamp* (nanoseconds since 1970) to the second, cut and not rounded."""
    return seconds(from_nanoseconds(stamp))


def to_nanoseconds(at: datetime) -> int:
    """Return the nanoseconds since 1970 at *at*, exactly."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000


def from_nanoseconds(nanoseconds: int) -> datetime:
    """Return the instant *nanoseconds* after 1970, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)


def nanoseconds(stamp: int) -> str:
    """Return *stamp* (nanoseconds since 1970) with its trailing zeros cut.

    >>> nanoseconds(1664432889384302110)
    '2022-09-29T06:28:09.38430211Z'
    """
    whole, fraction = divmod(stamp, 1_000_000_000)
    text = (_EPOCH + timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S")
    digits = f"{fraction:09d}".rstrip("0")
    return f"{text}.{digits}Z" if digits else f"{text}Z"
