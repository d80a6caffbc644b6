"""Recorded requests: the raw exchange and the entry made of it."""

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
    """What handlers note about a request for the journal.

    The defaults are the class's: every request makes one, and most note little.
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
    """The scope that the operation is sure to want, and the token lacks."""
    ignored: Sequence[str] = ()
    """Query parameters that the operation does not know."""
    members: frozenset[str] | None = None
    """The members that the operation knows of its body, where it takes one."""

    def set_operation(self, match: OperationMatch) -> None:
        """Note that the request reached the operation of *match*."""
        self.product, self.operation, self.site, self.older_paths = match


RawHeaders = Sequence[tuple[bytes, bytes]]

RECORDED_BYTES = 32 * 1024
"""How much of a body is kept; a portfolio's sites fit, a year of readings does not."""


class BodyPrefix:
    """The first bytes of a body, and how many there were."""

    size = 0
    _kept = 0
    _pieces: Sequence[bytes] = ()

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = RECORDED_BYTES - self._kept
        if room > 0 and piece:
            # Of bytes that fit, the slice is the same object: nothing is copied.
            piece = bytes(piece[:room])
            self._pieces = (*self._pieces, piece)
            self._kept += len(piece)

    def text(self) -> str:
        return b"".join(self._pieces).decode("utf-8", "replace")

    @property
    def whole(self) -> bool:
        return self._kept == self.size


class RawExchange:
    """What a request leaves behind while it runs; shaped late, and then rid of its secrets."""

    # The defaults are the class's: what a request does not need costs it nothing.
    number = 0
    status: int | None = None
    response_headers: RawHeaders = ()
    request = BodyPrefix()
    """Nobody's, until there is a body to be heard."""
    duration = 0.0
    gap: float | None = None
    """Seconds of real time since the answer before; None for the first request."""
    bearer_token: str | None = None
    client_id: str | None = None
    """The client that authenticated by HTTP Basic, or tried to."""
    faults: Sequence["AppliedFault"] = ()
    entry: "Entry | None" = None
    """What `entry_builder.entry_of` made of it."""

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
        self.answer = BodyPrefix()

    def finish(self, faults: Sequence["AppliedFault"]) -> None:
        """Take the time, and what struck; from now on nothing changes."""
        self.duration = steady() - self.began
        self.faults = tuple(faults)


FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Body:
    """What is shown of a body; *note* says what is missing of it, and why."""

    size: int
    media_type: str
    text: str | None
    note: str | None = None

    def parsed(self) -> Any:
        """Return JSON as a tree and a form as an object; None for what is neither."""
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
    """A request and its answer, without secrets; as it is told and judged."""

    number: int
    at: datetime
    """By the world's clock."""
    real_at: datetime
    """By the machine's clock."""
    began: float
    """Seconds on the machine's steady clock; only differences of two mean anything."""
    duration_ms: float
    gap_ms: float | None
    """Real time since the answer before; None for the first request."""
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
    """None when the connection ended before an answer began."""
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
    """The hash of the bearer token, so that uses of one token are known as such."""
    issued: str | None
    """The hash of the access token that the answer hands out."""

    @property
    def target(self) -> str:
        """The path and the query, in ASCII but for stubs."""
        query = f"?{query_text(self.query)}" if self.query else ""
        return quote(self.path, safe="/:@!$&'()*+,;=~") + query

    @property
    def outcome(self) -> str:
        """Return the status, the error and the faults in a few words."""
        status = "no answer" if self.status is None else str(self.status)
        words = status if self.error is None else f"{status} {self.error}"
        faults = ", ".join(each.kind for each in self.faults)
        return f"{words} (fault: {faults})" if faults else words

    def header(self, name: str) -> str | None:
        """Return the request's header *name*, given in lower case."""
        return first(self.request_headers, name)

    def answer_header(self, name: str) -> str | None:
        return first(self.response_headers, name)


def first(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
