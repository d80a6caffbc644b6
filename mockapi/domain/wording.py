"""Words what pydantic refuses for whoever stated it; the wire of both APIs has words of its own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST_MISTAKES = 100
_MOST_CONVERTED = 5_000
"""Mistakes that pydantic may turn into dictionaries, which takes microseconds for each."""
_MOST_QUOTED = 100

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
            return f"{told}, not {quoted(stated)}" if isinstance(stated, str) else told
    told = str(mistake["msg"]).removeprefix("Value error, ")
    return told.partition(", unable to ")[0]


def mistakes_of(error: "ValidationError") -> Sequence[Mapping[str, Any]]:
    """Return the first mistakes of *error*, and how many more there are as the last one."""
    count = error.error_count()
    listed: list[Mapping[str, Any]] = []
    if count <= _MOST_CONVERTED:
        listed += error.errors(include_url=False)[:_MOST_MISTAKES]
    if more := count - len(listed):
        text = f"has {more:,} more mistakes" if listed else f"has {count:,} mistakes"
        listed.append({"type": "too_many_mistakes", "loc": (), "msg": text, "input": None})
    return listed


def quoted(value: str) -> str:
    """Return *value* in quotes, shortened if it is long."""
    shown = repr(value[:_MOST_QUOTED])
    return shown if len(value) <= _MOST_QUOTED else f"{shown[:-1]}…{shown[-1]}"
