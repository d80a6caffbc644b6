"""HTTP client of a replay, with new tokens for redacted ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from mockapi.replay.recording import Credential

Headers = Sequence[tuple[str, str]]


class ReplayError(Exception):
    """A server without a response, or without tokens; the message has a remedy."""


class NotSendableError(Exception):
    """A request that HTTP does not allow."""


@dataclass(frozen=True)
class ReplayResponse:
    """Response of the server."""

    status: int
    body: bytes


class ReplayClient:
    """Client of the server at *url*, which may have a path; *token* replaces redacted ones."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        admin_token: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Raise `ValueError` if *url* is not an HTTP URL; *timeout* in seconds."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"--to: {url!r} is not a valid URL. Example: http://127.0.0.1:8080")
        self.url = url.rstrip("/")
        self._prefix = parts.path.rstrip("/")
        self._host, self._port = parts.hostname, parts.port
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._token = token
        self._admin_token = admin_token
        self._timeout = timeout
        self._tokens: dict[Credential, str] = {}

    def request(
        self, method: str, target: str, headers: Headers, body: bytes | None
    ) -> ReplayResponse:
        """Return the response. Raise `ReplayError` if there is none.

        Raise `NotSendableError` if HTTP does not allow the request.
        """
        connection = self._connect(self._host, self._port, timeout=self._timeout)
        try:
            connection.putrequest(method, self._prefix + target, skip_accept_encoding=True)
            for name, value in headers:
                # Because a compressed response cannot be compared.
                if name.lower() != "accept-encoding":
                    connection.putheader(name, _encoded(value))
            if body is not None or method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body or b"")))
            connection.endheaders(body)
            response = connection.getresponse()
            return ReplayResponse(response.status, response.read())
        except (OSError, HTTPException) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "connection closed"
            raise ReplayError(
                f"{method} {target}: no response from {self.url}: {reason}. Check that it runs."
            ) from error
        except ValueError as error:
            raise NotSendableError("has a line break or control character in its head") from error
        finally:
            connection.close()

    def token(self, credential: Credential) -> str:
        """Return the given token, or a new one for *credential* from the control API."""
        if self._token is not None:
            return self._token
        if credential not in self._tokens:
            self._tokens[credential] = self._create_token(credential)
        return self._tokens[credential]

    def _create_token(self, credential: Credential) -> str:
        body_members = {"customer": credential.customer, "scope": credential.scope}
        if not credential.is_personal:
            body_members["client_id"] = credential.client
        path = "/__admin/pats" if credential.is_personal else "/__admin/tokens"
        headers = [("Content-Type", "application/json")]
        if self._admin_token is not None:
            headers.append(("Authorization", f"Bearer {self._admin_token}"))
        body = json.dumps(
            {name: value for name, value in body_members.items() if value is not None}
        )
        response = self.request("POST", path, headers, body.encode())
        view = _json(response.body)
        token = view.get("token") or view.get("access_token")
        if response.status != HTTPStatus.OK or not isinstance(token, str):
            reason = view.get("detail") or f"{path} responded with {response.status}."
            raise ReplayError(
                f"The tokens of the session are redacted, and no others can be created: {reason} "
                "Give a token with --token."
            )
        return token


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def _json(body: bytes) -> dict[str, Any]:
    try:
        view = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return view if isinstance(view, dict) else {}
