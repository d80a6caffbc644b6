"""Reads durations as ISO 8601 spells them, months and years by the calendar."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta

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
    """A time that passes: whole *months* of the calendar, and the *rest*, which is exact."""

    months: int = 0
    rest: timedelta = timedelta(0)

    def after(self, at: datetime) -> datetime:
        """Return *at* and this much later: a month after 31 January is the last of February.

        Raises `OverflowError` beyond the year 9999.
        """
        years, month = divmod(at.year * _MONTHS + at.month - 1 + self.months, _MONTHS)
        if years > MAXYEAR:
            raise OverflowError(f"There is no year {years}.")
        day = min(at.day, monthrange(years, month + 1)[1])
        return at.replace(year=years, month=month + 1, day=day) + self.rest


def parse_duration(text: str) -> Duration:
    """Return the duration that *text* spells, such as `P1DT2H`, `P2W` or `P1Y6M`.

    Raises `ValueError` for anything else, a negative one included.
    """
    found = _ISO_8601.fullmatch(text)
    if text.startswith("-"):
        raise ValueError("must not be negative: a clock moves forward only")
    stated = {name: value for name, value in found.groupdict().items() if value} if found else {}
    if not stated or stated.pop("time", "") == "T":
        raise ValueError("must be an ISO 8601 duration such as P1DT2H, PT90S or P1M")
    months = _MONTHS * int(stated.get("years", 0)) + int(stated.get("months", 0))
    exact = {
        name: float(stated[name].replace(",", ".")) if name in stated else 0.0 for name in _EXACT
    }
    try:
        return Duration(months, timedelta(**exact))
    except OverflowError as error:
        raise ValueError("must be a duration of less than a billion days") from error
