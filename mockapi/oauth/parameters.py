"""Parameters of OAuth requests (RFC 6749): not repeated, and ignored if empty."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from fastapi import Request
from starlette.requests import ClientDisconnect

from mockapi.domain.errors import BodyTooLarge
from mockapi.http.auth_headers import Credentials
from mockapi.http.context import world_of

FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 100


class FormUnreadable(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    """The body or query is not a valid form; the message says why, in ASCII."""


class Parameters(OAuth2Payload):  # type: ignore[misc]  # Authlib has no types
    """The parameters of a request as Authlib uses them."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._datalist: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._datalist[name].append(value)
        # RFC 6749 section 3.1: sent without a value is treated as not sent.
        self._data = {name: values[0] for name, values in self._datalist.items() if values[0]}

    @property
    def data(self) -> Mapping[str, str]:
        return self._data

    @property
    def datalist(self) -> Mapping[str, list[str]]:
        return self._datalist

    def get(self, name: str) -> str | None:
        return self._data.get(name)

    def all(self, name: str) -> Sequence[str]:
        """Return all values of the parameter *name*."""
        return self._datalist.get(name, [])

    def repeated(self, names: Sequence[str]) -> str | None:
        """Return the first of *names* that is repeated, or None."""
        return next((name for name in names if len(self._datalist.get(name, ())) > 1), None)


class OAuthRequest(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request as Authlib uses it."""

    def __init__(
        self, method: str, parameters: Parameters, credentials: Credentials | None = None
    ) -> None:
        # Authlib accepts http only on loopback, and hosts in a compose network are others.
        super().__init__(method, "https://mockapi.invalid/")
        self.payload = parameters
        self.credentials = credentials or Credentials()

    @property
    def args(self) -> Mapping[str, str]:
        return self.payload.data if self.method == "GET" else {}

    @property
    def form(self) -> Mapping[str, str]:
        return self.payload.data if self.method == "POST" else {}


def query_of(request: Request) -> Parameters:
    """Return the parameters in the query. Raise `FormUnreadable` if it is not valid."""
    return _parse(request.scope["query_string"])


async def form_of(request: Request) -> Parameters:
    """Return the parameters in the body. Raise `FormUnreadable` or `BodyTooLarge`."""
    limit = world_of(request).settings.max_body_bytes
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise BodyTooLarge(limit)
    except ClientDisconnect as error:
        raise FormUnreadable("The body is incomplete.") from error
    if not body:
        return Parameters()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise FormUnreadable(f"The body must be {FORM}.")
    return _parse(bytes(body))


def _parse(text: bytes) -> Parameters:
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise FormUnreadable(
            f"The parameters must be UTF-8, percent-encoded, and no more than {_MAX_FIELDS}."
        ) from error
    return Parameters(pairs)
