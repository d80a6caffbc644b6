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


@dataclass(frozen=True)
class RequestInfo:
    """A request that faults may match; *customer* holds the customer's id and e-mail address."""

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
        """Whether the request changes what one of the two APIs keeps."""
        return self.api in ("partner", "user") and self.method == "POST"


Style = Literal["problem", "apigee"]

_T = TypeVar("_T")


class FaultTokens(Protocol):
    """What faults ask about the tokens of a world."""

    def authenticate(self, secret: str) -> Bearer:
        """Return whom the bearer token *secret* speaks for; raise `ApiError` if it is refused."""
        ...

    def withdraw_consent(self, secret: str) -> bool:
        """Revoke the consent behind the token *secret*; return False if there is none."""
        ...


class FaultWorld(Protocol):
    """What faults ask of the world that a request is for."""

    seed: int

    @property
    def tokens(self) -> FaultTokens: ...
    def now(self) -> datetime: ...
    def as_of(self, at: datetime) -> Any:
        """Return this world with the readings that had arrived by *at*."""
        ...

    def temporary_copy(self) -> AbstractContextManager[Any]:
        """Return a copy of this world whose writes are lost."""
        ...


class FaultedRequest(Protocol):
    """What faults may change of the request while the API answers it."""

    deliveries: int
    """How often the faults around this one deliver the request to the API."""

    def in_world(self, world: Any) -> AbstractContextManager[None]:
        """Let *world*, a variant of the request's own, answer during the block."""
        ...


class ApiAdapter(Protocol):
    """What faults ask of the two APIs: who is asked for what, and how a refusal is worded."""

    def describe_request(self, scope: Scope, form: bytes) -> RequestInfo | None:
        """Return what is known of the request; None for paths that faults leave alone."""
        ...

    def refuse(self, scope: Scope, error: ApiError, style: Style | None = None) -> BufferedResponse:
        """Return the answer that *error* deserves, worded as the settings or *style* say."""
        ...

    def refuse_refresh(self, scope: Scope) -> BufferedResponse:
        """Return the token endpoint's refusal of a refresh token."""
        ...

    def schema(self, request_info: RequestInfo) -> Mapping[str, Any]:
        """Return the JSON Schema of what the operation answers."""
        ...


class AppliedFault(NamedTuple):
    """A fault that was applied to a request."""

    id: str
    kind: str


@dataclass
class FaultContext:
    """One fault on one request; *state* is the fault's own, from request to request."""

    applied: AppliedFault
    key: Sequence[object]
    request_info: RequestInfo
    world: FaultWorld
    request: FaultedRequest
    api: ApiAdapter
    scope: Scope
    transport: asyncio.Transport | None = None
    """The socket that the request came by; None in-process."""
    finish_record: Callable[[], None] = lambda: None
    """Completes the journal's record before the client can know the answer."""
    body_limit: int = 2_000_000
    state: dict[Any, Any] = field(default_factory=dict)
    on_not_applied: Callable[[], None] = lambda: None

    def draw(self, *what: object) -> float:
        """Return a number in [0, 1) for this fault on this request, the same in every run."""
        seed, *path = self.key
        digest = ids.digest(int(str(seed)), "fault", *path, *what, size=8)
        return int.from_bytes(digest) / 2**64

    def choose(self, choices: Sequence[_T], *what: object) -> _T:
        """Return one of *choices*, the same in every run."""
        return choices[int(self.draw(*what) * len(choices))]

    def mark_not_applied(self) -> None:
        """Note that there was nothing to change, so that this request is not a hit."""
        self.on_not_applied()

    def connection(self, receive: Receive) -> Connection:
        """Return the request's connection; who asks for it says so by `needs_socket`."""
        if self.transport is None:
            raise RuntimeError(f"{self.applied.kind} was let through without a socket.")
        return Connection(self.transport, receive, self.finish_record)
