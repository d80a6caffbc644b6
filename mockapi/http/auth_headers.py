"""Parsing of the `Authorization` header: bearer tokens and Basic credentials."""

import base64
import hmac
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote


class Credentials(NamedTuple):
    """The content of an `Authorization` header; empty without one.

    A malformed Basic header has a scheme and no client id.
    """

    scheme: str = ""
    bearer_token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None

    def has_bearer_token(self, expected: str) -> bool:
        """Return True if the bearer token is *expected*; compared in constant time."""
        given = (self.bearer_token or "").encode()
        return self.scheme == "bearer" and hmac.compare_digest(given, expected.encode())


_NONE = Credentials()


def find_credentials(headers: Iterable[tuple[bytes, bytes]]) -> Credentials:
    """Return the credentials in the raw *headers* of a request, whose names are lower case."""
    for name, value in headers:
        if name == b"authorization":
            return parse_authorization(value.decode("latin-1"))
    return _NONE


def parse_authorization(header: str) -> Credentials:
    """Return the credentials in the value of an `Authorization` header."""
    scheme, _, rest = header.partition(" ")
    scheme = scheme.lower()
    if scheme == "bearer":
        return Credentials(scheme, rest.strip() or None)
    if scheme == "basic":
        return Credentials(scheme, None, *_parse_basic(rest))
    return Credentials(scheme)


def _parse_basic(encoded: str) -> tuple[str | None, str | None]:
    """Return client id and secret, each form-encoded within Basic (RFC 6749 section 2.3.1)."""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        return None, None
    client_id, colon, secret = decoded.partition(":")
    return (unquote(client_id), unquote(secret)) if colon else (None, None)
