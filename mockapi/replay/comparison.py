"""Sends each request of a session, and says in what its answer differs from the recorded one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mockapi.replay.recording import Recorded
from mockapi.replay.target import NotSendableError, Target

_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


@dataclass
class Shape:
    """The types that were seen at one place, and what was seen below it."""

    types: set[str] = field(default_factory=set)
    members: dict[str, "Shape"] = field(default_factory=dict)
    always: set[str] | None = None
    """The members that every object at this place had; None before the first object."""
    items: "Shape | None" = None

    def see(self, value: Any) -> None:
        """Add *value*, a JSON tree, to what was seen here."""
        if isinstance(value, dict):
            self.types.add("object")
            self.always = set(value) if self.always is None else self.always & set(value)
            for name, member in value.items():
                self.members.setdefault(name, Shape()).see(member)
        elif isinstance(value, list):
            self.types.add("array")
            self.items = self.items or Shape()
            for each in value:
                self.items.see(each)
        else:
            self.types.add(_NAMES[type(value)])


def shape_of(value: Any) -> Shape:
    """Return the shape of *value*, a JSON tree."""
    shape = Shape()
    shape.see(value)
    return shape


def differences(recorded: Shape, answered: Shape, place: str = "$") -> Iterator[str]:
    """Yield each place at which *answered* is of another shape than *recorded*.

    What only some elements of an array had may be absent; an empty array tells nothing.
    """
    if not recorded.types or not answered.types:
        return
    new = answered.types - recorded.types
    if new:
        yield f"{place}: was {_or(recorded.types)}, is {_or(new)}"
        return
    for name in sorted((recorded.always or set()) - set(answered.members)):
        if "object" in answered.types:
            yield f"{place}.{name}: is missing"
    for name in sorted(set(answered.members) - set(recorded.members)):
        yield f"{place}.{name}: is new"
    for name in sorted(set(answered.members) & set(recorded.members)):
        yield from differences(recorded.members[name], answered.members[name], f"{place}.{name}")
    if recorded.items is not None and answered.items is not None:
        yield from differences(recorded.items, answered.items, f"{place}[]")


def _or(types: Sequence[str] | set[str]) -> str:
    return " or ".join(sorted(types))


_DEAD_TOKEN = "mockReplayedDeadToken0000001"
_NOT_JSON: Any = object()
_MOST_DIFFERENCES = 10


class Outcome(StrEnum):
    """What became of one request."""

    ALIKE = "ok"
    DIFFERENT = "DIFF"
    NOT_SENT = "skip"


@dataclass(frozen=True)
class Replayed:
    """One request, and the reasons for its outcome."""

    recorded: Recorded
    outcome: Outcome
    reasons: Sequence[str] = ()

    def __str__(self) -> str:
        recorded = self.recorded
        target = recorded.target.encode("ascii", "backslashreplace").decode()
        line = f"{self.outcome:4} {recorded.place:4}. {recorded.method} {target} {recorded.status}"
        return "\n".join((line, *(f"           {reason}" for reason in self.reasons)))

    def told(self) -> dict[str, Any]:
        """Return this for who reads JSON: the request, `alike`, `different` or `not_sent`, why."""
        return {
            "number": self.recorded.place,
            "method": self.recorded.method,
            "target": self.recorded.target,
            "status": self.recorded.status,
            "outcome": self.outcome.name.lower(),
            "reasons": list(self.reasons),
        }


def replay_session(session: Sequence[Recorded], target: Target) -> Iterator[Replayed]:
    """Yield the outcome of each request, in order; raises `TargetFailed`."""
    for recorded in session:
        if recorded.unsendable is not None:
            yield Replayed(recorded, Outcome.NOT_SENT, [recorded.unsendable])
            continue
        headers = list(recorded.headers)
        if recorded.credential is not None:
            # What was refused with 401 is refused again only with a token that opens nothing.
            token = target.token(recorded.credential) if recorded.was_let_in else _DEAD_TOKEN
            headers.append(("Authorization", f"Bearer {token}"))
        try:
            answer = target.ask(recorded.method, recorded.target, headers, recorded.body)
        except NotSendableError as error:
            yield Replayed(recorded, Outcome.NOT_SENT, [str(error)])
            continue
        found = list(_compare(recorded, answer.status, answer.body))
        if len(found) > _MOST_DIFFERENCES:
            found[_MOST_DIFFERENCES:] = [f"and {len(found) - _MOST_DIFFERENCES} more"]
        yield Replayed(recorded, Outcome.DIFFERENT if found else Outcome.ALIKE, found)


def _compare(recorded: Recorded, status: int, body: bytes) -> Iterator[str]:
    if status != recorded.status:
        # Of another status, the body is another too: that is no second difference.
        yield f"status: was {recorded.status}, is {status}"
        return
    if recorded.answer is None:
        return
    before, now = _tree(recorded.answer), _tree(body.decode("utf-8", "replace"))
    if before is _NOT_JSON and now is _NOT_JSON:
        return
    if before is _NOT_JSON or now is _NOT_JSON:
        was, is_ = ("JSON", "is not") if now is _NOT_JSON else ("no JSON", "is")
        yield f"body: was {was}, {is_}"
        return
    try:
        yield from differences(shape_of(before), shape_of(now))
    except RecursionError:
        yield "body: nests too deep to be compared"


def _tree(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON
