"""Reads and writes instants as the wire spells them."""

import re
from datetime import UTC, datetime, timedelta

_RFC_3339 = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt](?P<time>\d{2}:\d{2}:\d{2})(?:\.(?P<fraction>\d+))?"
    r"(?P<zone>[Zz]|[+\- ]\d{2}:\d{2})"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def parse(text: str) -> datetime:
    """Return the instant that *text* names, in UTC.

    Takes RFC 3339 with any fraction (kept to microseconds), and an offset whose plus sign
    arrived as a space because the client left it bare in a query (contract.md 0.15).
    Raises `ValueError` for anything else.
    """
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise ValueError("must be an RFC 3339 date-time such as 2022-01-01T12:08:56Z")
    zone = found["zone"].replace(" ", "+").upper()
    fraction = (found["fraction"] or "")[:6]
    point = f".{fraction.ljust(6, '0')}" if fraction else ""
    local = datetime.fromisoformat(f"{found['day']}T{found['time']}{point}{zone}")
    try:
        return local.astimezone(UTC)
    except OverflowError:
        # Years 1 and 9999 have instants that UTC cannot name; as bounds they mean "always".
        return _FIRST if local.year == 1 else _LAST


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
