"""Faults and presets that a test switches on, and the types of their arguments."""

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, Self, TypedDict
from urllib.parse import quote

from mockapi.client.transport import MockApiError, hide_client_frames
from mockapi.domain.operations import ApiName, OperationId


class FaultMatch(TypedDict, total=False):
    """Which requests a fault is for: the settings of `match`."""

    operation: OperationId | None
    api: ApiName | None
    path: str | None
    method: str | None
    client: str | None
    customer: str | None
    site: str | None
    query: Mapping[str, str]
    header: Mapping[str, str]


class FaultWhen(TypedDict, total=False):
    """Which of the matching requests a fault applies to: the settings of `when`."""

    times: int | None
    after: int
    every: int
    sequence: Sequence[Literal["ok", "fault"] | int] | str
    repeat: bool
    probability: float
    seed: int | None
    since: datetime | str | None
    until: datetime | str | None
    per: Literal["client", "customer", "site", "operation"] | None


class FaultTargets(FaultMatch, FaultWhen, total=False):
    """The settings of `match` and `when`, whose names differ; as themselves or in two groups."""

    match: FaultMatch
    when: FaultWhen


class RequestFilter(TypedDict, total=False):
    """Requests in the journal whose fields have the given values; `*` in *path* is any text."""

    operation: OperationId | None
    product: ApiName | None
    method: str | None
    path: str | None
    status: int | str | None
    client: str | None
    customer: str | None
    site: str | None
    error: str | None
    fault: str | None


class EntryFilter(RequestFilter, total=False):
    """Requests in the journal with a number above *since*."""

    since: int


class JournalFilter(EntryFilter, total=False):
    """At most *limit* requests in the journal."""

    limit: int


class ExpectedRequest(RequestFilter, total=False):
    """A request with its query, headers and body; None as a value means that the name is absent."""

    query: Mapping[str, str | None]
    headers: Mapping[str, str | None]
    body: Any


class Expectation(ExpectedRequest, total=False):
    """How often a request is expected, or the requests that are expected in order."""

    times: int | None
    at_least: int | None
    at_most: int | None
    in_order: Sequence[ExpectedRequest] | None
    since: int


__tracebackhide__ = hide_client_frames

Call = Callable[..., Any]
"""Calls the control API with a method, a path below it and perhaps a body; returns the answer."""

_MATCH = FaultMatch.__annotations__
_WHEN = FaultWhen.__annotations__
_FRAMES_TO_THE_TEST = 4
"""From `UnusedFaults.add` through two constructors and `fault()` to the line that calls it."""


def fault_body(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that creates a fault; settings of `match` and `when` may be top-level."""
    body = {**settings, "kind": kind}
    for part, names in (("match", _MATCH), ("when", _WHEN)):
        flat = {name: body.pop(name) for name in names if name in body}
        grouped = body.get(part, {})
        # Anything but a mapping is left for the control API to refuse.
        body[part] = {**grouped, **flat} if isinstance(grouped, Mapping) else grouped
    return body


@dataclass(frozen=True, eq=False)
class UnusedFault:
    """A call of `fault()` or `preset()` whose result has not been switched on."""

    call: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.call} was never switched on. Use it in a `with` statement or call add()."


class UnusedFaults:
    """The calls of `fault()` and `preset()` whose results have not been switched on."""

    def __init__(self) -> None:
        self.are_checked = False
        """Whether a pytest fixture checks them. If not, the garbage collector warns."""
        self._calls: dict[UnusedFault, None] = {}

    def __iter__(self) -> Iterator[UnusedFault]:
        return iter(tuple(self._calls))

    def add(self, call: str) -> UnusedFault:
        """Add a *call* made by the caller of `MockApi.fault` or `MockApi.preset`."""
        frame = sys._getframe(_FRAMES_TO_THE_TEST)  # noqa: SLF001 - as `warnings` does
        made = UnusedFault(call, frame.f_code.co_filename, frame.f_lineno)
        self._calls[made] = None
        return made

    def remove(self, made: UnusedFault) -> None:
        self._calls.pop(made, None)

    def collect(self, made: UnusedFault) -> None:
        """Warn if *made* was not switched on and nothing else checks that."""
        if made in self._calls and not self.are_checked:
            self.remove(made)
            warnings.warn_explicit(str(made), RuntimeWarning, made.file, made.line)


class _Handle:
    """Something that is on from the beginning of a `with` block to its end."""

    def __init__(self, call: Call, unused: UnusedFaults, made_by: str) -> None:
        self._call = call
        self._unused = unused
        self._made = unused.add(made_by)

    def __del__(self) -> None:
        self._unused.collect(self._made)


class FaultHandle(_Handle):
    """A fault of a test's own: on from the beginning of a `with` block to its end."""

    def __init__(
        self, call: Call, unused: UnusedFaults, kind: str, settings: dict[str, Any]
    ) -> None:
        super().__init__(call, unused, f"fault({kind!r})")
        self._stated = fault_body(kind, settings)
        self._last: dict[str, Any] | None = None
        self._is_on = False
        self._is_lost = False

    def __enter__(self) -> Self:
        return self.add()

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def id(self) -> str:
        """The fault's id in the control API."""
        return str(self._seen()["id"])

    @property
    def hits(self) -> int:
        """How many requests it was applied to; after its removal, the final number."""
        return int(self._seen()["hits"])

    @property
    def matched(self) -> int:
        """How many requests it was for, applied or not."""
        return int(self._seen()["matched"])

    def add(self) -> Self:
        """Apply it from now on, until it is removed or the world is reset."""
        self._unused.remove(self._made)
        self._last = self._call("POST", "faults", self._stated, whole=True)
        self._is_on, self._is_lost = True, False
        return self

    def remove(self) -> None:
        """Switch it off; once is enough, and after a reset it is off already."""
        if self._is_on and self._last is not None:
            self._is_on = False
            last = _remove(self._call, self._last["id"])
            self._is_lost = last is None
            self._last = last or self._last

    def _seen(self) -> dict[str, Any]:
        if self._last is None:
            self._unused.remove(self._made)
            raise RuntimeError("This fault was never on; use it in a `with` statement.")
        if self._is_lost:
            raise MockApiError(
                "The fault was switched off by a reset or by clear_faults(), "
                "and its counts are gone."
            )
        if self._is_on:
            self._last = self._call("GET", f"faults/{self._last['id']}")
        return self._last


class PresetHandle(_Handle):
    """The faults of a situation: on from the beginning of a `with` block to its end."""

    def __init__(self, call: Call, unused: UnusedFaults, name: str) -> None:
        super().__init__(call, unused, f"preset({name!r})")
        self._name = name
        self._ids: list[str] = []

    def __enter__(self) -> Self:
        return self.add()

    def add(self) -> Self:
        """Apply its faults from now on, until they are removed or the world is reset."""
        self._unused.remove(self._made)
        path = f"faults/presets/{quote(self._name, safe='')}"
        self._ids = [each["id"] for each in self._call("POST", path)]
        return self

    def __exit__(self, *_: object) -> None:
        for fault_id in self._ids:
            _remove(self._call, fault_id)


def _remove(call: Call, fault_id: str) -> dict[str, Any] | None:
    """Remove a fault and return its last counts, or None if it was already removed."""
    try:
        removed: dict[str, Any] = call("DELETE", f"faults/{fault_id}")
    except MockApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return removed
