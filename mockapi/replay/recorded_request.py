"""Recorded requests and their responses."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

REDACTED = "…"
"""Mark of redacted credentials."""


class InvalidHarError(Exception):
    """A file that is not HAR, or too large; the message has the place."""


@dataclass(frozen=True)
class Credential:
    """Client, customer and scope of a token; None if unknown."""

    client: str | None = None
    customer: str | None = None
    scope: str | None = None
    is_personal: bool = False


@dataclass(frozen=True)
class RecordedRequest:
    """One request of the session with its response."""

    place: int
    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None
    status: int
    """0 if it was not recorded."""
    response_body: str | None
    """None if it was not recorded completely."""
    credential: Credential | None
    """Owner of the redacted token; None if no token was redacted."""
    unsendable: str | None
    """Reason why the request cannot be sent again; None if it can."""
    response_headers: Sequence[tuple[str, str]] = ()
    started_at: str | None = None
    """The time of the request as recorded, ISO 8601."""
    customer: str | None = None
    """The customer, if the recording has it."""
    authorization: str | None = None
    """The credential, if the recording has it: one credential has one customer."""

    @property
    def was_authorized(self) -> bool:
        """Whether the response was not 401."""
        return self.status != HTTPStatus.UNAUTHORIZED
