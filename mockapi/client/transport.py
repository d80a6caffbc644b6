"""HTTP requests to the control API, by the standard library alone."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from mockapi.domain.urls import is_http_url, is_loopback


def rfc_3339(at: datetime | str) -> str:
    """Return an aware instant as text, and text as it is; a naive one raises `ValueError`."""
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; add tzinfo=UTC.")
    return at.isoformat()


def iso_8601(duration: timedelta | str) -> str:
    """Return a duration as text, and text as it is."""
    if isinstance(duration, str):
        return duration
    # A negative one is for the server to refuse, in the words it has for it.
    sign, length = ("-", -duration) if duration < timedelta(0) else ("", duration)
    return f"{sign}P{length.days}DT{length.seconds}.{length.microseconds:06d}S"


def is_scenario_file(scenario: object) -> bool:
    """Return True if *scenario* is the path of a file by its ending, and not a name."""
    return str(scenario).endswith((".yaml", ".yml", ".json"))


def scenario_name_of(file: str | Path) -> str | None:
    """Return what a scenario is called that comes from *file*; None where no letter is left."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file).stem)[:100].strip("._-") or None


def to_json_value(value: object) -> str:
    """Return what JSON has no word for, as the control API reads it; else raise `TypeError`."""
    if isinstance(value, datetime):
        return rfc_3339(value)
    if isinstance(value, timedelta):
        return iso_8601(value)
    raise TypeError(f"The control API has no word for {value!r}.")


def open_url(request: Request | str, timeout: float) -> HTTPResponse:
    """Send *request*, a URL or more, and return the response; raise what `urllib` raises.

    Proxies of the environment are used for other machines only: a company's proxy cannot reach
    this one, and `NO_PROXY` is often unset.
    """
    url = request if isinstance(request, str) else request.full_url
    direct = is_loopback(urlsplit(url).hostname or "")
    # Not `urlopen`: it keeps the proxies that were set when it was first called.
    opener = _direct() if direct else build_opener()
    response: HTTPResponse = opener.open(request, timeout=timeout)
    return response


@cache
def _direct() -> OpenerDirector:
    return build_opener(ProxyHandler({}))


class MockApiError(Exception):
    """The control API refused, or nobody answered; says what to do about it.

    *status* and *detail* are those of the refusal, where there was one.
    """

    def __init__(self, message: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail


def hide_client_frames(raised: Any) -> bool:
    """Tell whether what was *raised*, by pytest's word for it, needs no look into the handle.

    The modules of the handle have this as `__tracebackhide__`: of a failure pytest then shows the
    test's own line last.
    """
    told = (AssertionError, MockApiError, RuntimeError, ValueError)
    return raised is not None and isinstance(raised.value, told)


__tracebackhide__ = hide_client_frames


class ControlApiTransport:
    """A way to the control API of one world; raises `MockApiError` for what is no address."""

    def __init__(self, url: str, admin_token: str | None) -> None:
        if not is_http_url(url):
            raise MockApiError(f"{url!r} is no address; write http://127.0.0.1:8080")
        self.url = url.rstrip("/")
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
    ) -> Any:
        """Return what the control API answers; of a *whole* body None is sent too, as null."""
        data = None
        if body is not None:
            stated = {name: value for name, value in body.items() if whole or value is not None}
            data = json.dumps(stated, default=to_json_value).encode()
        text = self._fetch(method, path, data, server=server)
        return json.loads(text) if text else None

    def _fetch(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        media_type: str = "application/json",
        *,
        server: str | None = None,
    ) -> bytes:
        """Return the body of the control API's answer; raises `MockApiError`."""
        headers = self._headers(None if data is None else media_type)
        url = f"{server or self.url}/__admin/{path}"
        status, text = self._send(method, url, headers, data)
        if status >= HTTPStatus.BAD_REQUEST:
            raise _refused(method, url, status, text)
        return text

    def _stream(self, path: str) -> HTTPResponse:
        """Return an answer that is yet to be read, and may never end; raises `MockApiError`."""
        url = f"{self.url}/__admin/{path}"
        request = Request(url, headers=self._headers(None))  # noqa: S310 - the test's own
        try:
            return open_url(request, self._timeout_seconds)
        except HTTPError as error:
            raise _refused("GET", url, error.code, error.read()) from None
        except URLError as error:
            raise _unanswered(url, error) from None

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
        """Return status and body of the answer; whoever has no socket asks in another way."""
        request = Request(url, data, dict(headers), method=method)  # noqa: S310 - the test's own
        try:
            with open_url(request, self._timeout_seconds) as response:
                return response.status, response.read()
        except HTTPError as error:
            return error.code, error.read()
        except URLError as error:
            raise _unanswered(url, error) from None


def with_query(path: str, wanted: Mapping[str, Any]) -> str:
    """Return *path* with what is *wanted* in its query, None left out."""
    query = urlencode(
        {
            name: to_json_value(value) if isinstance(value, datetime | timedelta) else value
            for name, value in wanted.items()
            if value is not None
        }
    )
    return f"{path}?{query}" if query else path


def _refused(method: str, url: str, status: int, text: bytes) -> MockApiError:
    server, _, path = url.partition("/__admin/")
    detail = _detail(server, status, text)
    return MockApiError(f"{method} /__admin/{path}: {detail}", status, detail)


def _detail(server: str, status: int, text: bytes) -> str:
    try:
        detail: str = json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        return (
            f"{server} answers HTTP {status}; is this a mockapi with its control API switched "
            "on (MOCKAPI_ADMIN)?"
        )
    return detail


def _unanswered(url: str, error: URLError) -> MockApiError:
    reason = error.reason
    told = reason.strerror if isinstance(reason, OSError) and reason.strerror else reason
    return MockApiError(f"No response from {url.partition('/__admin/')[0]}: {told}")
