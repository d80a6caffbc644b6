"""Sends each request of a session, and says in what its answer differs from the recorded one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockapi.replay.session import Recorded
from mockapi.replay.shapes import differences, shape_of
from mockapi.replay.target import NotSendableError, Target

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


def replay(session: Sequence[Recorded], target: Target) -> Iterator[Replayed]:
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
