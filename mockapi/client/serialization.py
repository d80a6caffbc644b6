"""Spells instants and durations as the control API reads them; standard library only."""

import re
from datetime import datetime, timedelta
from pathlib import Path



def rfc_3339(at: datetime | str) -> str:
    """Return an aware instant as text, and text as it is; a naive one raises `ValueError`."""
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; add tzinfo=UTC.")
    return at.isoformat()


def iso_8601(duration: timedelta | str) -> str:
    """Return a duration as text, and text as it is."""
    if isinstance(duration, str):
        return duration
    # A negative one is for the server to refuse, in the words it has for it.
    sign, length = ("-", -duration) if duration < timedelta(0) else ("", duration)
    return f"{sign}P{length.days}DT{length.seconds}.{length.microseconds:06d}S"


def is_scenario_file(scenario: object) -> bool:
    """Return True if *scenario* is the path of a file by its ending, and not a name."""
    return str(scenario).endswith((".yaml", ".yml", ".json"))


def name_of(file: str | Path) -> str | None:
    """Return what a scenario is called that comes from *file*; None where no letter is left."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file).stem)[:100].strip("._-") or None


def spelt(value: object) -> str:
    """Return what JSON has no word for, as the control API reads it; else raise `TypeError`."""
    if isinstance(value, datetime):
        return rfc_3339(value)
    if isinstance(value, timedelta):
        return iso_8601(value)
    raise TypeError(f"The control API has no word for {value!r}.")
