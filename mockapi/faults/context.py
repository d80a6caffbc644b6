"""The request, the world and the APIs as faults see them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from mockapi.domain import ids
from mockapi.domain.errors import ApiError
from mockapi.domain.oauth import Bearer
from mockapi.domain.operations import ApiName, OperationId
from mockapi.faults.responses import BufferedResponse, Connection, Receive, Scope

HEADER = "X-Mock-Fault"
"""Request header that applies faults to its request."""


class FaultHeaderError(Exception):
    """The header `X-Mock-Fault` is not valid; the message says why."""


@dataclass(frozen=True)
class RequestInfo:
    """The properties of a request that faults match.

    *customer* holds the customer's id and e-mail address.
    """

    method: str
    path: str
    api: ApiName | None = None
    operation: OperationId | None = None
    site: str | None = None
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    client: str | None = None
    customer: Sequence[str] = ()

    @property
    def writes(self) -> bool:
        """Whether the request changes data of one of the two APIs."""
        return self.api in ("partner", "user") and self.method == "POST"


Style = Literal["problem", "apigee"]

_T = TypeVar("_T")


class FaultTokens(Protocol):
    """The token service as faults use it."""

    def authenticate(self, secret: str) -> Bearer:
        """Return the bearer of the token *secret*. Raise `ApiError` if it is not valid."""
        ...

    def withdraw_consent(self, secret: str) -> bool:
        """Revoke the consent that the token *secret* was issued for; return False if unknown."""
        ...


class FaultWorld(Protocol):
    """The world of a request as faults use it."""

    seed: int

    @property
    def tokens(self) -> FaultTokens: ...
    def now(self) -> datetime: ...
    def as_of(self, at: datetime) -> Any:
        """Return a view of this world as it was *at* an earlier instant."""
        ...

    def temporary_copy(self) -> AbstractContextManager[Any]:
        """Return a context manager for a copy of this world that is discarded afterwards."""
        ...


class FaultedRequest(Protocol):
    """The part of the request context that faults may change."""

    deliveries: int
    """How often the outer faults deliver the request to the API."""

    def in_world(self, world: Any) -> AbstractContextManager[None]:
        """Serve the request from *world*, a variant of its own, during the block."""
        ...


class ApiAdapter(Protocol):
    """The two APIs as faults use them: request recognition and error responses."""

    def describe_request(self, scope: Scope, form: bytes) -> RequestInfo | None:
        """Return the properties of the request; None for paths that faults do not apply to."""
        ...

    def error_response(
        self, scope: Scope, error: ApiError, style: Style | None = None
    ) -> BufferedResponse:
        """Return the response for *error*, in *style* or the style of the settings."""
        ...

    def refresh_error_response(self, scope: Scope) -> BufferedResponse:
        """Return the token endpoint's response to an invalid refresh token."""
        ...

    def schema(self, request_info: RequestInfo) -> Mapping[str, Any]:
        """Return the JSON Schema of the operation's response."""
        ...


class AppliedFault(NamedTuple):
    """A fault that was applied to a request."""

    id: str
    kind: str


@dataclass
class FaultContext:
    """One fault on one request; *state* belongs to the fault and lasts between requests."""

    applied: AppliedFault
    key: Sequence[object]
    request_info: RequestInfo
    world: FaultWorld
    request: FaultedRequest
    api: ApiAdapter
    scope: Scope
    transport: asyncio.Transport | None = None
    """The request's socket; None in-process."""
    finish_record: Callable[[], None] = lambda: None
    """Completes the journal's record before the client can see the response."""
    body_limit: int = 2_000_000
    state: dict[Any, Any] = field(default_factory=dict)
    on_not_applied: Callable[[], None] = lambda: None

    def draw(self, *what: object) -> float:
        """Return a reproducible number in [0, 1) for this fault on this request."""
        seed, *path = self.key
        digest = ids.digest(int(str(seed)), "fault", *path, *what, size=8)
        return int.from_bytes(digest) / 2**64

    def choose(self, choices: Sequence[_T], *what: object) -> _T:
        """Return one of *choices*, reproducibly."""
        return choices[int(self.draw(*what) * len(choices))]

    def mark_not_applied(self) -> None:
        """Record that there was nothing to change, so that the request is not a hit."""
        self.on_not_applied()

    def connection(self, receive: Receive) -> Connection:
        """Return the request's connection. Only for faults with `needs_socket`."""
        if self.transport is None:
            raise RuntimeError(f"{self.applied.kind} needs a socket, and the request has none.")
        return Connection(self.transport, receive, self.finish_record)
