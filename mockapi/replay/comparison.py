"""Replay of requests, and differences of the responses from the recorded ones."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mockapi.replay.client import NotSendableError, ReplayClient
from mockapi.replay.recording import RecordedRequest

_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


@dataclass
class JsonStructure:
    """The types of the values at one place of a JSON tree, and the structure below it."""

    types: set[str] = field(default_factory=set)
    members: dict[str, "JsonStructure"] = field(default_factory=dict)
    always: set[str] | None = None
    """The members of all objects at this place; None before the first object."""
    items: "JsonStructure | None" = None

    def add(self, value: Any) -> None:
        """Add the JSON tree *value*."""
        if isinstance(value, dict):
            self.types.add("object")
            self.always = set(value) if self.always is None else self.always & set(value)
            for name, member in value.items():
                self.members.setdefault(name, JsonStructure()).add(member)
        elif isinstance(value, list):
            self.types.add("array")
            self.items = self.items or JsonStructure()
            for each in value:
                self.items.add(each)
        else:
            self.types.add(_NAMES[type(value)])


def structure_of(value: Any) -> JsonStructure:
    """Return the structure of *value*, a JSON tree."""
    structure = JsonStructure()
    structure.add(value)
    return structure


def differences(recorded: JsonStructure, current: JsonStructure, place: str = "$") -> Iterator[str]:
    """Yield each place at which *current* has another structure than *recorded*.

    Members that only some elements of an array have are optional. Empty arrays are not compared.
    """
    if not recorded.types or not current.types:
        return
    new = current.types - recorded.types
    if new:
        yield f"{place}: was {_or(recorded.types)}, is {_or(new)}"
        return
    for name in sorted((recorded.always or set()) - set(current.members)):
        if "object" in current.types:
            yield f"{place}.{name}: is missing"
    for name in sorted(set(current.members) - set(recorded.members)):
        yield f"{place}.{name}: is new"
    for name in sorted(set(current.members) & set(recorded.members)):
        yield from differences(recorded.members[name], current.members[name], f"{place}.{name}")
    if recorded.items is not None and current.items is not None:
        yield from differences(recorded.items, current.items, f"{place}[]")


def _or(types: Sequence[str] | set[str]) -> str:
    return " or ".join(sorted(types))


_INVALID_TOKEN = "mockReplayedDeadToken0000001"
_NOT_JSON: Any = object()
_MOST_DIFFERENCES = 10


class ReplayOutcome(StrEnum):
    """Outcome of one request."""

    ALIKE = "ok"
    DIFFERENT = "DIFF"
    NOT_SENT = "skip"


@dataclass(frozen=True)
class ReplayResult:
    """One request with its outcome and the reasons."""

    recorded: RecordedRequest
    outcome: ReplayOutcome
    reasons: Sequence[str] = ()

    def __str__(self) -> str:
        recorded = self.recorded
        target = recorded.target.encode("ascii", "backslashreplace").decode()
        line = f"{self.outcome:4} {recorded.place:4}. {recorded.method} {target} {recorded.status}"
        return "\n".join((line, *(f"           {reason}" for reason in self.reasons)))

    def to_dict(self) -> dict[str, Any]:
        """Return the members of the JSON output."""
        return {
            "number": self.recorded.place,
            "method": self.recorded.method,
            "target": self.recorded.target,
            "status": self.recorded.status,
            "outcome": self.outcome.name.lower(),
            "reasons": list(self.reasons),
        }


def replay_session(
    session: Sequence[RecordedRequest], client: ReplayClient
) -> Iterator[ReplayResult]:
    """Yield the outcome of each request, in order. Raise `ReplayError` if one fails."""
    for recorded in session:
        if recorded.unsendable is not None:
            yield ReplayResult(recorded, ReplayOutcome.NOT_SENT, [recorded.unsendable])
            continue
        headers = list(recorded.headers)
        if recorded.credential is not None:
            # An invalid token, so that a recorded 401 is repeated.
            token = client.token(recorded.credential) if recorded.was_authorized else _INVALID_TOKEN
            headers.append(("Authorization", f"Bearer {token}"))
        try:
            response = client.request(recorded.method, recorded.target, headers, recorded.body)
        except NotSendableError as error:
            yield ReplayResult(recorded, ReplayOutcome.NOT_SENT, [str(error)])
            continue
        found = list(_compare(recorded, response.status, response.body))
        if len(found) > _MOST_DIFFERENCES:
            found[_MOST_DIFFERENCES:] = [f"and {len(found) - _MOST_DIFFERENCES} more"]
        yield ReplayResult(
            recorded, ReplayOutcome.DIFFERENT if found else ReplayOutcome.ALIKE, found
        )


def _compare(recorded: RecordedRequest, status: int, body: bytes) -> Iterator[str]:
    if status != recorded.status:
        # Not compared further, because the body of another status differs, too.
        yield f"status: was {recorded.status}, is {status}"
        return
    if recorded.response_body is None:
        return
    before, now = _tree(recorded.response_body), _tree(body.decode("utf-8", "replace"))
    if before is _NOT_JSON and now is _NOT_JSON:
        return
    if before is _NOT_JSON or now is _NOT_JSON:
        was, is_ = ("JSON", "not JSON") if now is _NOT_JSON else ("not JSON", "JSON")
        yield f"body: was {was}, is {is_}"
        return
    try:
        yield from differences(structure_of(before), structure_of(now))
    except RecursionError:
        yield "body: is nested too deep to compare"


def _tree(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON
