"""Asks a running server, and gets tokens of it where the recorded ones are redacted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from mockapi.replay.recording import Credential

Headers = Sequence[tuple[str, str]]


class TargetFailed(Exception):
    """Nobody answers, or no token is to be had; the message says what to do about it."""


class NotSendableError(Exception):
    """A request holds what HTTP does not allow."""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    body: bytes


class Target:
    """The server at *url*, which may have a path; *token* is used for every redacted one."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        admin_token: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Raise `ValueError` for a *url* that is not http or https; *timeout* in seconds."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no http or https address.")
        self.url = url.rstrip("/")
        self._prefix = parts.path.rstrip("/")
        self._host, self._port = parts.hostname, parts.port
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._token = token
        self._admin_token = admin_token
        self._timeout = timeout
        self._minted: dict[Credential, str] = {}

    def ask(self, method: str, target: str, headers: Headers, body: bytes | None) -> Answer:
        """Return the answer; raise `TargetFailed` if there is none.

        Raise `NotSendableError` for a request that HTTP does not allow.
        """
        connection = self._connect(self._host, self._port, timeout=self._timeout)
        try:
            connection.putrequest(method, self._prefix + target, skip_accept_encoding=True)
            for name, value in headers:
                # An answer in another encoding could not be compared.
                if name.lower() != "accept-encoding":
                    connection.putheader(name, _encoded(value))
            if body is not None or method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body or b"")))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, HTTPException) as error:
            raise TargetFailed(f"{method} {target}: {self.url} gives no answer: {error}") from error
        except ValueError as error:
            # A line break in a header or a control character in a path of the session.
            raise NotSendableError(f"cannot be sent: {error}") from error
        finally:
            connection.close()

    def token(self, credential: Credential) -> str:
        """Return a token for *credential*: the one given, or one of the target's control API."""
        if self._token is not None:
            return self._token
        if credential not in self._minted:
            self._minted[credential] = self._mint(credential)
        return self._minted[credential]

    def _mint(self, credential: Credential) -> str:
        wish = {"customer": credential.customer, "scope": credential.scope}
        if not credential.is_personal:
            wish["client_id"] = credential.client
        path = "/__admin/pats" if credential.is_personal else "/__admin/tokens"
        headers = [("Content-Type", "application/json")]
        if self._admin_token is not None:
            headers.append(("Authorization", f"Bearer {self._admin_token}"))
        body = json.dumps({name: value for name, value in wish.items() if value is not None})
        answer = self.ask("POST", path, headers, body.encode())
        told = _json(answer.body)
        minted = told.get("token") or told.get("access_token")
        if answer.status != HTTPStatus.OK or not isinstance(minted, str):
            reason = told.get("detail") or f"{path} answered {answer.status}"
            raise TargetFailed(
                f"The session's tokens are redacted, and {self.url} gives no other: {reason} "
                "Pass one with --token."
            )
        return minted


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
