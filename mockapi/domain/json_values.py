"""JSON values of Python objects, and scenarios that are given as such instead of a name."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

# pytest hides these frames, because a wrong value is in the line of the test.
__tracebackhide__ = True


def rfc_3339(at: datetime | str, name: str = "at") -> str:
    """Return *at* as RFC 3339 text; text is unchanged.

    Raise `ValueError` for a naive datetime, and `TypeError`, which has the *name* of the argument,
    for other types.
    """
    if isinstance(at, str):
        return at
    if not isinstance(at, datetime):
        raise TypeError(
            f"{name}: {at!r} is not an instant. Use a datetime with a time zone, or text such as "
            "'2026-06-01T09:00:00Z'."
        )
    if at.tzinfo is None:
        raise ValueError(f"{at!r} does not have a time zone. Add tzinfo=UTC.")
    return at.isoformat()


def iso_8601(duration: timedelta | str, name: str = "duration") -> str:
    """Return *duration* as ISO 8601 text; text is unchanged.

    Raise `TypeError`, which has the *name* of the argument, for other types.
    """
    if isinstance(duration, str):
        return duration
    if not isinstance(duration, timedelta):
        raise TypeError(
            f"{name}: {duration!r} is not a duration. Use a timedelta, or text such as 'PT1H'."
        )
    # The server rejects negative durations.
    sign, length = ("-", -duration) if duration < timedelta(0) else ("", duration)
    return f"{sign}P{length.days}DT{length.seconds}.{length.microseconds:06d}S"


def to_json_value(value: object) -> str:
    """Return dates, datetimes and timedeltas as text, for `json.dumps`.

    Raise `TypeError` for other values.
    """
    if isinstance(value, datetime):
        return rfc_3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return iso_8601(value)
    raise TypeError(f"{value!r} cannot be sent as JSON. Use text, numbers, datetime or timedelta.")


def scenario_text_of(scenario: Mapping[str, Any]) -> str:
    """Return *scenario* as JSON, which is a scenario's text. Raise `TypeError` as above."""
    return json.dumps(scenario, default=to_json_value, ensure_ascii=False, indent=2)


def is_scenario_text(scenario: object) -> bool:
    """Return True if *scenario* is a scenario in JSON, and not the name of one or of a file."""
    return isinstance(scenario, str) and scenario.lstrip().startswith("{")
