"""Handles for faults and presets, and the types of their arguments."""

import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, Self, TypedDict
from urllib.parse import quote

from mockapi.client.transport import Call, MockApiError, hide_client_frames
from mockapi.domain.body_files import with_file_content
from mockapi.domain.input_text import UnreadableFileError
from mockapi.domain.operations import ApiName, OperationId
from mockapi.domain.text_matching import shortened, suggestion


class FaultMatch(TypedDict, total=False):
    """Settings of `match`: the requests that a fault can apply to."""

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
    """Settings of `when`: the matching requests that a fault is applied to."""

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
    """Settings of `match` and `when`, at the top level or in the two groups."""

    match: FaultMatch
    when: FaultWhen


class RequestFilter(TypedDict, total=False):
    """Filter by field values. `*` in *path* matches any text."""

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
    """Filter for requests with a number above *since*."""

    since: int


class JournalFilter(EntryFilter, total=False):
    """Filter for at most *limit* requests."""

    limit: int


class ExpectedRequest(RequestFilter, total=False):
    """Expected request with query, headers and body. The value None means: the name is missing."""

    query: Mapping[str, str | None]
    headers: Mapping[str, str | None]
    body: Any


class Expectation(ExpectedRequest, total=False):
    """Expected number of requests, or expected requests in order."""

    times: int | None
    at_least: int | None
    at_most: int | None
    in_order: Sequence[ExpectedRequest] | None
    since: int


__tracebackhide__ = hide_client_frames

_MATCH = FaultMatch.__annotations__
_WHEN = FaultWhen.__annotations__
_FRAMES_TO_THE_TEST = 4
"""Number of frames from `UnusedFaults.add` to the caller of `fault()`."""


def fault_body(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that creates a fault; settings of `match` and `when` may be top-level.

    Raise `MockApiError` if a file to respond with cannot be read.
    """
    try:
        body = dict(with_file_content({**settings, "kind": kind}))
    except UnreadableFileError as error:
        raise MockApiError(str(error), HTTPStatus.BAD_REQUEST, str(error)) from None
    for part, names in (("match", _MATCH), ("when", _WHEN)):
        flat = {name: body.pop(name) for name in names if name in body}
        grouped = body.get(part, {})
        # The control API rejects values that are not mappings.
        body[part] = {**grouped, **flat} if isinstance(grouped, Mapping) else grouped
    return body


def check_settings(kind: str, given: Iterable[str], known: Mapping[str, Collection[str]]) -> None:
    """Raise `MockApiError` if *kind* is not in *known*, or if it does not have a *given* setting.

    *known* are the settings of each kind.
    """
    if kind not in known:
        raise _unknown(f"{shortened(kind)!r} is not a kind of fault.", kind, known)
    names = (*known[kind], *_MATCH, *_WHEN, "match", "when")
    for each in given:
        if each not in names:
            raise _unknown(f"{shortened(each)}: is not a setting of {kind}.", each, names)


def check_preset(name: str, known: Collection[str]) -> None:
    """Raise `MockApiError` if the preset *name* is not in *known*."""
    if name not in known:
        raise _unknown(f"{shortened(name)!r} is not a preset.", name, known)


def _unknown(message: str, name: str, known: Collection[str]) -> MockApiError:
    text = f"{message} {suggestion(str(name), known)}"
    return MockApiError(text, HTTPStatus.BAD_REQUEST, text)


@dataclass(frozen=True, eq=False)
class UnusedFault:
    """Call of `fault()` or `preset()` whose result was not added."""

    call: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.call} was never added. Use it in a `with` statement or call add()."


class UnusedFaults:
    """Calls of `fault()` and `preset()` whose results were not added."""

    def __init__(self) -> None:
        self.are_checked = False
        """True if a pytest fixture checks them. Otherwise the garbage collector warns."""
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
        """Warn if *made* was not added and no fixture checks it."""
        if made in self._calls and not self.are_checked:
            self.remove(made)
            warnings.warn_explicit(str(made), RuntimeWarning, made.file, made.line)


class _Handle:
    """Base of the handles: active from the start of a `with` block to its end."""

    def __init__(self, call: Call, unused: UnusedFaults, made_by: str) -> None:
        self._call = call
        self._unused = unused
        self._made = unused.add(made_by)

    def __del__(self) -> None:
        self._unused.collect(self._made)


class FaultHandle(_Handle):
    """Fault of a test, active from the start of a `with` block to its end."""

    def __init__(
        self, call: Call, unused: UnusedFaults, kind: str, settings: dict[str, Any]
    ) -> None:
        super().__init__(call, unused, f"fault({kind!r})")
        self._kind, self._settings = kind, settings
        self._last: dict[str, Any] | None = None
        self._is_active = False
        self._is_lost = False

    def __enter__(self) -> Self:
        return self.add()

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def id(self) -> str:
        """Id of the fault in the control API."""
        return str(self._view()["id"])

    @property
    def hits(self) -> int:
        """Number of requests that the fault was applied to. Final after its removal."""
        return int(self._view()["hits"])

    @property
    def matched(self) -> int:
        """Number of matching requests, whether it was applied or not."""
        return int(self._view()["matched"])

    def add(self) -> Self:
        """Add the fault to the world. It stays until it is removed or the world is reset."""
        self._unused.remove(self._made)
        body = fault_body(self._kind, self._settings)
        self._last = self._call("POST", "faults", body, whole=True)
        self._is_active, self._is_lost = True, False
        return self

    def remove(self) -> None:
        """Remove the fault from the world. Do nothing if it is already removed."""
        if self._is_active and self._last is not None:
            self._is_active = False
            last = _remove(self._call, self._last["id"])
            self._is_lost = last is None
            self._last = last or self._last

    def _view(self) -> dict[str, Any]:
        if self._last is None:
            self._unused.remove(self._made)
            raise RuntimeError("This fault was never added. Use it in a `with` statement.")
        if self._is_lost:
            raise MockApiError(
                "The fault was removed by a reset or by clear_faults(). Its counts are lost."
            )
        if self._is_active:
            self._last = self._call("GET", f"faults/{self._last['id']}")
        return self._last


class PresetHandle(_Handle):
    """Faults of a preset, active from the start of a `with` block to its end."""

    def __init__(self, call: Call, unused: UnusedFaults, name: str) -> None:
        super().__init__(call, unused, f"preset({name!r})")
        self._name = name
        self._ids: list[str] = []

    def __enter__(self) -> Self:
        return self.add()

    def add(self) -> Self:
        """Add the faults of the preset. They stay until they are removed or the world is reset."""
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
