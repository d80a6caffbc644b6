"""Recorded requests: raw exchanges, and the redacted entries made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mockapi.domain.clock import SystemClock, steady
from mockapi.domain.input_text import parse
from mockapi.domain.oauth import Bearer
from mockapi.domain.operations import OperationMatch
from mockapi.faults.context import AppliedFault
from mockapi.journal.redaction import Pairs, parse_pairs, query_text


class RequestAnnotations:
    """Facts that handlers add to a request for the journal.

    Defaults are class attributes, because there is one instance per request.
    """

    product: str | None = None
    operation: str | None = None
    site: str | None = None
    bearer: Bearer | None = None
    error: str | None = None
    """The class of the error, or OAuth's `error`."""
    older_paths: Sequence[str] = ()
    """The older base and the operation's older name, where the request used them."""
    missing_scope: str | None = None
    """The scope that certainly suffices for the operation, if the token does not have it."""
    ignored: Sequence[str] = ()
    """Query parameters that the operation does not define."""
    members: frozenset[str] | None = None
    """The members that the operation defines for its body, if it has one."""

    def set_operation(self, match: OperationMatch) -> None:
        """Record that the request reached the operation of *match*."""
        self.product, self.operation, self.site, self.older_paths = match


RawHeaders = Sequence[tuple[bytes, bytes]]

RECORDED_BYTES = 32 * 1024
"""Recorded bytes per body: enough for the sites of a portfolio, not for a year of readings."""


class BodyPrefix:
    """The first bytes of a body, and its size."""

    size = 0
    _recorded = 0
    _chunks: Sequence[bytes] = ()

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        free = RECORDED_BYTES - self._recorded
        if free > 0 and chunk:
            # If all bytes fit, the slice is the same object and nothing is copied.
            chunk = bytes(chunk[:free])
            self._chunks = (*self._chunks, chunk)
            self._recorded += len(chunk)

    def text(self) -> str:
        return b"".join(self._chunks).decode("utf-8", "replace")

    @property
    def is_complete(self) -> bool:
        return self._recorded == self.size


class RawExchange:
    """The data recorded while a request runs; it is made into an entry on first use."""

    # Defaults are class attributes, to keep instances small.
    number = 0
    status: int | None = None
    response_headers: RawHeaders = ()
    request = BodyPrefix()
    """Shared and empty until the request has a body."""
    duration = 0.0
    gap: float | None = None
    """Seconds of real time since the previous response; None for the first request."""
    bearer_token: str | None = None
    client_id: str | None = None
    """The client id in HTTP Basic, authenticated or not."""
    faults: Sequence["AppliedFault"] = ()
    entry: "Entry | None" = None
    """The entry, once `entry_builder.entry_of` has built it."""

    def __init__(
        self,
        at: datetime,
        edition: str,
        line: tuple[str, str, str, bytes, str | None],
        headers: RawHeaders,
        annotations: RequestAnnotations,
    ) -> None:
        """*line* is method, scheme, path, query string and the client's address."""
        self.at = at
        self.real_at = SystemClock().now()
        self.edition = edition
        self.line = line
        self.request_headers: RawHeaders = headers
        self.annotations = annotations
        self.began = steady()
        self.response = BodyPrefix()

    def finish(self, faults: Sequence["AppliedFault"]) -> None:
        """Set the duration and the applied faults."""
        self.duration = steady() - self.began
        self.faults = tuple(faults)


FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Body:
    """The redacted text of a body; *note* says what is missing and why."""

    size: int
    media_type: str
    text: str | None
    note: str | None = None

    def parsed(self) -> Any:
        """Return the value of JSON, or the fields of a form as a dict; otherwise None."""
        if self.text is None:
            return None
        if self.media_type == FORM:
            return dict(parse_pairs(self.text))
        try:
            return parse(self.text)
        except ValueError:
            return None


@dataclass(frozen=True)
class Entry:
    """A request and its response without secrets."""

    number: int
    at: datetime
    """By the world's clock."""
    real_at: datetime
    """By the machine's clock."""
    began: float
    """Seconds of the monotonic clock; only differences are meaningful."""
    duration_ms: float
    gap_ms: float | None
    """Real time since the previous response; None for the first request."""
    world: str
    edition: str
    product: str | None
    operation: str | None
    method: str
    origin: str
    path: str
    query: Pairs
    request_headers: Pairs
    request_body: Body
    status: int | None
    """None if the connection was closed before the response started."""
    response_headers: Pairs
    response_body: Body
    address: str | None
    client: str | None
    customer: str | None
    site: str | None
    scope: str | None
    token_kind: str | None
    error: str | None
    older_paths: Sequence[str]
    missing_scope: str | None
    ignored: Sequence[str]
    unknown_members: Sequence[str]
    faults: Sequence[AppliedFault]
    assumptions: Sequence[str]
    credential: str | None
    """The hash of the bearer token, which identifies uses of the same token."""
    issued: str | None
    """The hash of the access token in the response."""

    @property
    def target(self) -> str:
        """The path and the query in ASCII, except for the ellipses of masks."""
        query = f"?{query_text(self.query)}" if self.query else ""
        return quote(self.path, safe="/:@!$&'()*+,;=~") + query

    @property
    def outcome(self) -> str:
        """Return the status, the error and the faults in a few words."""
        status = "no response" if self.status is None else str(self.status)
        words = status if self.error is None else f"{status} {self.error}"
        faults = ", ".join(each.kind for each in self.faults)
        return f"{words} (fault: {faults})" if faults else words

    def header(self, name: str) -> str | None:
        """Return the request header *name* (in lower case)."""
        return first(self.request_headers, name)

    def response_header(self, name: str) -> str | None:
        return first(self.response_headers, name)


def first(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
