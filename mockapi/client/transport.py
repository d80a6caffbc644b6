"""HTTP requests to the control API. Uses the standard library only."""

import json
import os
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from mockapi import environment
from mockapi.domain.json_values import is_scenario_text, to_json_value
from mockapi.domain.urls import is_http_url, is_loopback


def is_scenario_file(scenario: object) -> bool:
    """Return True if *scenario* ends like a file of YAML or JSON, and is not a name."""
    is_path = isinstance(scenario, str | os.PathLike) and not is_scenario_text(scenario)
    return is_path and str(scenario).endswith((".yaml", ".yml", ".json"))


def scenario_name_of(file: str | Path) -> str | None:
    """Return the scenario name for *file*, or None if no valid character remains."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file).stem)[:100].strip("._-") or None


def open_url(request: Request | str, timeout: float, ca_file: Path | None = None) -> HTTPResponse:
    """Send *request* and return the response. Raise the errors of `urllib`.

    The authorities in *ca_file* are trusted, too. Proxies from the environment are not used for
    this machine, because a company's proxy cannot reach it and `NO_PROXY` is often unset.
    """
    url = request if isinstance(request, str) else request.full_url
    direct = is_loopback(urlsplit(url).hostname or "")
    # Not `urlopen`, because it caches the proxies of its first call.
    handlers = [HTTPSHandler(context=tls_context(ca_file))] if url.startswith("https:") else []
    opener = build_opener(*([ProxyHandler({})] if direct else []), *handlers)
    response: HTTPResponse = opener.open(request, timeout=timeout)
    return response


@cache
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the authorities of the system and those in *ca_file*.

    Raise `TlsConnectionError` if the file cannot be used.
    """
    # Cached, because loading the authorities takes 20 ms.
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            is_readable = isinstance(error, ssl.SSLError)
            reason = "is not a certificate in PEM" if is_readable else error.strerror
            raise TlsConnectionError(f"{ca_file}: {reason}. {_AUTHORITY_REMEDY}") from None
    return context


_AUTHORITY_REMEDY = "Set MOCKAPI_TLS_CA_FILE to the file with the server's authority."
_OTHER_HOST_CODES = (62, 64)
"""Codes of OpenSSL for a certificate of another host name or address."""


Call = Callable[..., Any]
"""Function that sends a method, a path and an optional body to the control API."""


class MockApiError(Exception):
    """Error of a control API call, with advice.

    *status*, *detail* and *problem*, the whole body, come from the error response. They are None
    and empty if the server did not respond.
    """

    def __init__(
        self,
        message: str,
        status: int | None = None,
        detail: str = "",
        problem: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail
        self.problem = problem


class TlsConnectionError(MockApiError):
    """A server without a TLS connection; the message has the remedy."""


def hide_client_frames(raised: Any) -> bool:
    """Return True if pytest should hide the frames of this package for the error *raised*.

    It is the `__tracebackhide__` of the client's modules, so that pytest shows the line of the
    test last.
    """
    hidden = (AssertionError, MockApiError, RuntimeError, ValueError)
    return raised is not None and isinstance(raised.value, hidden)


__tracebackhide__ = hide_client_frames


class ControlApiTransport:
    """HTTP transport to the control API of one world.

    Raise `MockApiError` if *url* is not an HTTP URL.
    """

    def __init__(self, url: str, admin_token: str | None, ca_file: Path | None = None) -> None:
        if not is_http_url(url):
            raise MockApiError(f"url: {url!r} is not a valid URL. Example: http://127.0.0.1:8080")
        self.url = url.rstrip("/")
        if ca_file is None and self.url.startswith("https:"):
            ca_file = environment.ca_file()
        self.ca_file = ca_file
        """File with the authority of the server's certificate; None for the system's."""
        self._timeout_seconds = 30
        self._admin_token = admin_token

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        server: str | None = None,
        whole: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a call and return the decoded response. None members are sent only if *whole*."""
        data = None
        if body is not None:
            sent = {name: value for name, value in body.items() if whole or value is not None}
            data = json.dumps(sent, default=to_json_value).encode()
        text = self._fetch(method, path, data, server=server, headers=headers)
        return json.loads(text) if text else None

    def _create(self, name: str | None, body: dict[str, Any], *, exist_ok: bool = False) -> Any:
        """Create a world and return the decoded response.

        With a name, it is in the path, which a balancer routes by.
        """
        if not name:
            return self._call("POST", "worlds", {"name": name, **body})
        headers = {} if exist_ok else {"If-None-Match": "*"}
        return self._call("PUT", f"worlds/{quote(name, safe='')}", body, headers=headers)

    def _fetch(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        media_type: str = "application/json",
        *,
        server: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Send a call and return the body of the response. Raise `MockApiError`.

        An id or a name in *path* must not be empty, because the path would be that of a list.
        """
        if "" in path.partition("?")[0].split("/"):
            reason = f"{method} /__admin/{path}: the id or the name in the path is empty. Give it."
            raise MockApiError(reason, HTTPStatus.BAD_REQUEST, reason)
        sent = {**self._headers(None if data is None else media_type), **(headers or {})}
        url = f"{server or self.url}/__admin/{path}"
        status, text = self._send(method, url, sent, data)
        if status >= HTTPStatus.BAD_REQUEST:
            raise _error_response(method, url, status, text)
        return text

    def _stream(self, path: str) -> HTTPResponse:
        """Return a response whose body is a stream. Raise `MockApiError`."""
        url = f"{self.url}/__admin/{path}"
        request = Request(url, headers=self._headers(None))  # noqa: S310 - the URL of the test
        try:
            return open_url(request, self._timeout_seconds, self.ca_file)
        except HTTPError as error:
            raise _error_response("GET", url, error.code, error.read()) from None
        except URLError as error:
            raise no_response(url.partition("/__admin/")[0], error.reason) from None

    def _headers(self, media_type: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if media_type is not None:
            headers["Content-Type"] = media_type
        if self._admin_token is not None:
            headers["Authorization"] = f"Bearer {self._admin_token}"
        return headers

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        """Send a request and return status and body. Subclasses without a socket override it."""
        request = Request(url, data, dict(headers), method=method)  # noqa: S310 - the URL of the test
        try:
            with open_url(request, self._timeout_seconds, self.ca_file) as response:
                return response.status, response.read()
        except HTTPError as error:
            return error.code, error.read()
        except URLError as error:
            raise no_response(url.partition("/__admin/")[0], error.reason) from None


def with_query(path: str, parameters: Mapping[str, Any]) -> str:
    """Return *path* with *parameters* as its query. Parameters that are None are omitted."""
    query = urlencode(
        {
            name: to_json_value(value) if isinstance(value, date | timedelta) else value
            for name, value in parameters.items()
            if value is not None
        }
    )
    return f"{path}?{query}" if query else path


def _error_response(method: str, url: str, status: int, text: bytes) -> MockApiError:
    server, _, path = url.partition("/__admin/")
    problem: Mapping[str, Any] = {}
    try:
        problem = json.loads(text)
        detail: str = problem["detail"]
    except (ValueError, KeyError, TypeError):
        detail = (
            f"{server} responded with HTTP {status}. Check that it is a mockapi with "
            "MOCKAPI_ADMIN=true."
        )
    return MockApiError(f"{method} /__admin/{path}: {detail}", status, detail, problem)


def no_response(url: str, error: object) -> MockApiError:
    """Return the error for the *error* with which the server at *url* did not respond."""
    text = f"No response from {url}: "
    if isinstance(error, ssl.SSLCertVerificationError):
        is_other_host = error.verify_code in _OTHER_HOST_CODES
        remedy = "Use a host in the certificate." if is_other_host else _AUTHORITY_REMEDY
        reason = error.verify_message.removesuffix(".")
        return TlsConnectionError(f"{text}its certificate is not trusted: {reason}. {remedy}")
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "TLS failed").replace("_", " ").lower()
        return TlsConnectionError(f"{text}{reason}. Use http:// if it does not serve HTTPS.")
    return MockApiError(f"{text}{connection_reason(error).removesuffix('.')}.")


def connection_reason(error: object) -> str:
    """Return why a connection failed, without the name of a Python class."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "the response is not valid HTTP" if isinstance(error, HTTPException) else str(error)
