"""Calls the control API of a running mockapi; standard library only."""

import json
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class MockApiError(Exception):
    """The control API refused, or nobody answered; says what to do about it.

    *status* and *detail* are those of the refusal, where there was one.
    """

    def __init__(self, message: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail


class Control:
    """A way to the control API of one world."""

    def __init__(self, url: str, admin_token: str | None) -> None:
        self.url = url.rstrip("/")
        self._admin_token = admin_token

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        server: str | None = None,
        whole: bool = False,
    ) -> Any:
        """Return what the control API answers; of a *whole* body None is sent too, as null."""
        data = None
        if body is not None:
            stated = {name: value for name, value in body.items() if whole or value is not None}
            data = json.dumps(stated).encode()
        with self._open(method, path, data, server=server) as response:
            text = response.read()
        return json.loads(text) if text else None

    def _open(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        media_type: str = "application/json",
        *,
        server: str | None = None,
    ) -> HTTPResponse:
        """Return the control API's answer, yet to be read; raises `MockApiError`."""
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = media_type
        if self._admin_token is not None:
            headers["Authorization"] = f"Bearer {self._admin_token}"
        request = Request(  # noqa: S310 - the address is the test's own
            f"{server or self.url}/__admin/{path}", data=data, headers=headers, method=method
        )
        try:
            response: HTTPResponse = urlopen(request, timeout=30)  # noqa: S310
        except HTTPError as error:
            detail = _detail(error)
            message = f"{method} /__admin/{path}: {detail}"
            raise MockApiError(message, error.code, detail) from error
        except URLError as error:
            raise MockApiError(f"Nobody answers at {self.url}: {error.reason}") from error
        return response


def with_query(path: str, wanted: dict[str, Any]) -> str:
    """Return *path* with what is *wanted* in its query, None left out."""
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    return f"{path}?{query}" if query else path


def _detail(error: HTTPError) -> str:
    try:
        detail: str = json.load(error)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.code}; is this a mockapi with its control API switched on?"
    return detail
