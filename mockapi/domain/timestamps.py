"""Instants, durations and intervals in ISO 8601."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from enum import StrEnum


class Interval(StrEnum):
    """The interval of a reading; days and months begin at midnight UTC."""

    QUARTER_HOUR = "PT15M"
    HOUR = "PT1H"
    DAY = "P1D"
    MONTH = "P1M"

    @property
    def length(self) -> timedelta:
        """Return the length of the interval; for months, a nominal 30 days."""
        return _LENGTHS[self]


_LENGTHS = {
    Interval.QUARTER_HOUR: timedelta(minutes=15),
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.MONTH: timedelta(days=30),
}


_NUMBER = r"\d{1,12}(?:[.,]\d{1,9})?"
_ISO_8601 = re.compile(
    r"P(?:(?P<years>\d{1,6})Y)?(?:(?P<months>\d{1,6})M)?"
    rf"(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?P<time>T(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER})S)?)?"
)
_MONTHS = 12
_EXACT = ("weeks", "days", "hours", "minutes", "seconds")


@dataclass(frozen=True)
class Duration:
    """A duration: calendar *months*, and the exact *rest*."""

    months: int = 0
    rest: timedelta = timedelta(0)

    def after(self, at: datetime) -> datetime:
        """Return the instant after *at*; a month after 31 January is the last of February.

        Raise `OverflowError` beyond the year 9999.
        """
        years, month = divmod(at.year * _MONTHS + at.month - 1 + self.months, _MONTHS)
        if years > MAXYEAR:
            raise OverflowError(f"Year {years} is out of range.")
        day = min(at.day, monthrange(years, month + 1)[1])
        return at.replace(year=years, month=month + 1, day=day) + self.rest


def parse_duration(text: str) -> Duration:
    """Return the duration in *text*, such as `P1DT2H`, `P2W` or `P1Y6M`.

    Raise `ValueError` if it is not valid, or negative.
    """
    found = _ISO_8601.fullmatch(text)
    if text.startswith("-"):
        raise ValueError("must not be negative: a clock moves forward only")
    given = {name: value for name, value in found.groupdict().items() if value} if found else {}
    if not given or given.pop("time", "") == "T":
        raise ValueError("must be an ISO 8601 duration such as P1DT2H, PT90S or P1M")
    months = _MONTHS * int(given.get("years", 0)) + int(given.get("months", 0))
    exact = {
        name: float(given[name].replace(",", ".")) if name in given else 0.0 for name in _EXACT
    }
    try:
        return Duration(months, timedelta(**exact))
    except OverflowError as error:
        raise ValueError("must be a duration of less than a billion days") from error


# RFC 3339, and variants that Java, JavaScript, Go, .NET and Python print: no seconds, a comma
# before the fraction, years with a sign, offsets without colon or minutes, `[Europe/Paris]` at the
# end.
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
    """An instant outside the years 1 to 9999; *nearest* is the nearest one inside."""

    def __init__(self, nearest: datetime) -> None:
        super().__init__(f"must be an instant in the years {MINYEAR} to {MAXYEAR}")
        self.nearest = nearest


def parse(text: str) -> datetime:
    """Return the instant in *text*, in UTC and truncated to microseconds.

    A time zone name after the offset is ignored. A space is accepted for the plus sign, because
    a plus sign in a query is decoded so. Raise `OutOfRange` for instants that `datetime` cannot
    represent, and `ValueError` for anything else, such as a date-time without offset.
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
    # If the year is out of range, the rest is checked with a leap year.
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
    """Return the same as `parse`, or the nearest instant if it is out of range."""
    try:
        return parse(text)
    except OutOfRange as error:
        return error.nearest


def format_seconds(at: datetime) -> str:
    """Return *at* truncated to seconds: `2022-07-11T12:18:01Z`."""
    # Not strftime, because its %Y formats the year 999 with three digits.
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def format_ns_as_seconds(stamp: int) -> str:
    """Return *stamp* (nanoseconds since 1970) truncated to seconds."""
    return format_seconds(from_nanoseconds(stamp))


def to_nanoseconds(at: datetime) -> int:
    """Return the nanoseconds since 1970 at *at*, exactly."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000


def from_nanoseconds(nanoseconds: int) -> datetime:
    """Return the instant *nanoseconds* after 1970, truncated to microseconds."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)


def format_nanoseconds(stamp: int) -> str:
    """Return *stamp* (nanoseconds since 1970) without trailing zeros.

    >>> format_nanoseconds(1664432889384302110)
    '2022-09-29T06:28:09.38430211Z'
    """
    whole, fraction = divmod(stamp, 1_000_000_000)
    text = (_EPOCH + timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%S")
    digits = f"{fraction:09d}".rstrip("0")
    return f"{text}.{digits}Z" if digits else f"{text}Z"
