"""Words what pydantic refuses for whoever stated it; the wire of both APIs has words of its own."""

from collections.abc import Mapping
from typing import Any

_REASONS = {"extra_forbidden": "is not known here", "missing": "is required"}
_FORMS = {
    "time_delta": "must be an ISO 8601 duration such as PT1H",
    "datetime": "must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z",
    "timezone": "must be an RFC 3339 date-time with an offset, such as 2026-06-01T09:00:00Z",
    "date": "must be a date such as 2026-06-01",
}


def reason(mistake: Mapping[str, Any]) -> str:
    """Return what is wrong, by one of the mistakes that a `ValidationError` lists.

    A text of another form than is due is repeated.
    """
    kind, stated = str(mistake["type"]), mistake.get("input")
    if kind in _REASONS:
        return _REASONS[kind]
    for start, told in _FORMS.items():
        if kind.startswith(f"{start}_"):
            return f"{told}, not {stated!r}" if isinstance(stated, str) else told
    told = str(mistake["msg"]).removeprefix("Value error, ")
    return told.partition(", unable to ")[0]
