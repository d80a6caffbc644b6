"""Replay of a session: requests with new tokens, and differences of the responses."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from mockapi.client import MockApi, MockApiError
from mockapi.client.transport import no_response, tls_context
from mockapi.replay.recorded_operation import SiteIds
from mockapi.replay.recorded_request import Credential, RecordedRequest
from mockapi.replay.structures import differences, structure_of

Headers = Sequence[tuple[str, str]]


class ReplayError(Exception):
    """No token for a request; the message has a remedy."""


class NotSendableError(Exception):
    """A request that HTTP does not allow."""


@dataclass(frozen=True)
class ReplayResponse:
    """Response of the server."""

    status: int
    body: bytes
    headers: Headers = ()


class ReplayClient:
    """Client of the server of *api*, which creates tokens; *token* replaces those recorded."""

    def __init__(self, api: MockApi, *, token: str | None = None) -> None:
        self._api = api
        self._parts = urlsplit(api.url)
        self._token = token
        self._tokens: dict[Credential, str] = {}

    @property
    def has_token(self) -> bool:
        """Whether a token was given, which replaces all recorded bearer tokens."""
        return self._token is not None

    def request(
        self, method: str, target: str, headers: Headers, body: bytes | None
    ) -> ReplayResponse:
        """Return the response. Raise `MockApiError` if there is none.

        Raise `NotSendableError` if HTTP does not allow the request.
        """
        connection = self._connection()
        try:
            connection.putrequest(method, self._parts.path + target, skip_accept_encoding=True)
            for name, value in headers:
                # Because a compressed response cannot be compared.
                if name.lower() != "accept-encoding":
                    connection.putheader(name, _encoded(value))
            if body is not None or method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body or b"")))
            connection.endheaders(body)
            response = connection.getresponse()
            return ReplayResponse(response.status, response.read(), response.getheaders())
        except (OSError, HTTPException) as error:
            raise no_response(f"{self._api.url} to {method} {target}", error) from error
        except ValueError as error:
            raise NotSendableError("has a line break or control character in its head") from error
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
        context = tls_context(self._api.ca_file)
        return HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS, context=context)

    def token(self, credential: Credential) -> str:
        """Return the given token, or a new one for *credential* from the control API."""
        if self._token is not None:
            return self._token
        if credential not in self._tokens:
            self._tokens[credential] = self._create_token(credential)
        return self._tokens[credential]

    def _create_token(self, credential: Credential) -> str:
        customer, scope = credential.customer, credential.scope
        try:
            if credential.is_personal:
                return self._api.pat(customer=customer, scope=scope)
            return self._api.token(customer=customer, scope=scope, client_id=credential.client)
        except MockApiError as error:
            if error.status is None:
                raise
            reason = error.detail
        # Another program responds with something else than JSON, or with another object.
        except (LookupError, TypeError, ValueError):
            reason = f"{self._api.url} has no control API."
        raise ReplayError(
            f"The tokens of the session are redacted, and no others can be created: {reason} "
            "Give a token with --token."
        )


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


_TIMEOUT_SECONDS = 30
_INVALID_TOKEN = "mockReplayedDeadToken0000001"
NOT_JSON: Any = object()
"""Tree of a text that is not JSON."""

_MOST_DIFFERENCES = 10


class ReplayOutcome(StrEnum):
    """Outcome of one request."""

    ALIKE = "ok"
    DIFFERENT = "DIFF"
    NOT_SENT = "skip"


@dataclass(frozen=True)
class ReplayResult:
    """One request with its outcome and the reasons."""

    recorded: RecordedRequest
    outcome: ReplayOutcome
    reasons: Sequence[str] = ()
    response: ReplayResponse | None = None
    """The response of the server; None if the request was not sent."""

    def __str__(self) -> str:
        recorded = self.recorded
        target = recorded.target.encode("ascii", "backslashreplace").decode()
        line = f"{self.outcome:4} {recorded.place:4}. {recorded.method} {target}"
        line += f" {recorded.status}" if recorded.status else ""
        return "\n".join((line, *(f"           {reason}" for reason in self.reasons)))

    def to_dict(self) -> dict[str, Any]:
        """Return the members of the JSON output."""
        return {
            "number": self.recorded.place,
            "method": self.recorded.method,
            "target": self.recorded.target,
            "status": self.recorded.status or None,
            "outcome": self.outcome.name.lower(),
            "reasons": list(self.reasons),
        }


def replay_session(
    session: Sequence[RecordedRequest], client: ReplayClient
) -> Iterator[ReplayResult]:
    """Yield the outcome of each request, in order. Raise `ReplayError` if one fails.

    A site id in a target is replaced by that of the site at the same place of the server's list,
    so that a session can be sent to a world with other sites.
    """
    sites = SiteIds()
    for recorded in session:
        if recorded.unsendable is not None:
            yield ReplayResult(recorded, ReplayOutcome.NOT_SENT, [recorded.unsendable])
            continue
        target, headers = sites.replace(recorded.target), _headers(recorded, client)
        try:
            response = client.request(recorded.method, target, headers, recorded.body)
        except NotSendableError as error:
            yield ReplayResult(recorded, ReplayOutcome.NOT_SENT, [str(error)])
            continue
        sites.learn(recorded, response.body)
        found = list(_compare(recorded, response.status, response.body))
        if len(found) > _MOST_DIFFERENCES:
            found[_MOST_DIFFERENCES:] = [f"and {len(found) - _MOST_DIFFERENCES} more"]
        outcome = ReplayOutcome.DIFFERENT if found else ReplayOutcome.ALIKE
        yield ReplayResult(recorded, outcome, found, response)


def _headers(recorded: RecordedRequest, client: ReplayClient) -> list[tuple[str, str]]:
    """Return the headers to send, with another token if one is redacted or given."""
    headers = list(recorded.headers)
    is_bearer = (recorded.authorization or "").lower().startswith("bearer ")
    if recorded.credential is None and not (client.has_token and is_bearer):
        return headers
    headers = [each for each in headers if each[0].lower() != "authorization"]
    # An invalid token, so that a recorded 401 is repeated.
    token = _INVALID_TOKEN
    if recorded.was_authorized:
        token = client.token(recorded.credential or Credential())
    return [*headers, ("Authorization", f"Bearer {token}")]


def _compare(recorded: RecordedRequest, status: int, body: bytes) -> Iterator[str]:
    if status != recorded.status:
        # Not compared further, because the body of another status differs, too.
        yield f"status: was {recorded.status}, is {status}"
        return
    if recorded.response_body is None:
        return
    before, now = json_tree(recorded.response_body), json_tree(body.decode("utf-8", "replace"))
    if before is NOT_JSON and now is NOT_JSON:
        return
    if before is NOT_JSON or now is NOT_JSON:
        was, is_ = ("JSON", "not JSON") if now is NOT_JSON else ("not JSON", "JSON")
        yield f"body: was {was}, is {is_}"
        return
    try:
        yield from differences(structure_of(before), structure_of(now))
    except RecursionError:
        yield "body: is nested too deep to compare"


def json_tree(text: str) -> Any:
    """Return the JSON tree of *text*, or `NOT_JSON`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return NOT_JSON
