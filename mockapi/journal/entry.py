"""Shapes one request and its answer, as they are told and judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mockapi.domain.input_text import parse
from mockapi.faults.context import AppliedFault
from mockapi.journal.redaction import Pairs, parse_pairs, query_text

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
    answer_headers: Pairs
    answer_body: Body
    address: str | None
    client: str | None
    customer: str | None
    site: str | None
    scope: str | None
    token_kind: str | None
    refusal: str | None
    older_paths: Sequence[str]
    lent_scope: str | None
    ignored: Sequence[str]
    unknown_members: Sequence[str]
    faults: Sequence[AppliedFault]
    inferred: Sequence[str]
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
        """Return the status, the refusal and the faults in a few words."""
        status = "no answer" if self.status is None else str(self.status)
        words = status if self.refusal is None else f"{status} {self.refusal}"
        faults = ", ".join(each.kind for each in self.faults)
        return f"{words} (fault: {faults})" if faults else words

    def header(self, name: str) -> str | None:
        """Return the request's header *name*, given in lower case."""
        return first(self.request_headers, name)

    def answer_header(self, name: str) -> str | None:
        return first(self.answer_headers, name)


def first(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
