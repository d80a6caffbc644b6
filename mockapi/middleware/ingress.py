"""Checks of every request before its routing: target, `Host`, `Origin`, address and sizes."""

import re
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from fastapi import Response
from fastapi.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.domain.urls import is_loopback, split_authority, split_names
from mockapi.faults.responses import problem_response
from mockapi.http.address import MCP_PATH, AddressReader, HostInvalid, path_in_world
from mockapi.http.responses import problem
from mockapi.http.shutdown import connection_of
from mockapi.settings import Settings

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_ORIGIN = re.compile(
    rb"null|[A-Za-z][A-Za-z0-9+.\-]*://(?:\[[0-9A-Fa-f:.]+\]|[^\[\]/?#@:\s]*)(?::[0-9]*)?"
)
_METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
_CONTROL = "/__admin"
_HEALTH = "/__admin/health"
_CONSOLE = "/console"


class Ingress:
    """ASGI middleware that validates target, host and origin, and determines the address.

    If the server listens on loopback only, requests to the control API and the console must use
    an allowed host name, as a protection against DNS rebinding.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._reader = AddressReader(settings)
        public = split_authority(urlsplit(settings.public_url or "").netloc)
        # The host as configured, because the name of a machine may resolve to loopback.
        own = (settings.host.lower(), *(public or ())[:1])
        self._allowed = (*own, *split_names(settings.allowed_hosts or ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["method"] == "HEAD":
                send = _without_body(send)
            error = self._check(scope)
            if error is not None:
                await error(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> Response | None:
        """Normalize *scope*; return an error response if the request is not valid."""
        path: str = scope["path"]
        if scope["method"] == "CONNECT":
            detail = "CONNECT is not supported. Send requests to this server directly."
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": _METHODS})
        if path == "*" and scope["method"] == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": _METHODS})
        try:
            if not path.startswith("/"):
                _take_target(scope)
            host = self._reader.read(scope)
            _check_origin(scope)
        except (TargetInvalid, HostInvalid, OriginInvalid) as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        path = path_in_world(scope["path"])
        is_control = path == MCP_PATH or (f"{path}/".startswith(f"{_CONTROL}/") and path != _HEALTH)
        is_console = path == "/" or f"{path}/".startswith(f"{_CONSOLE}/")
        if not (is_control or is_console) or self._is_allowed(scope, host):
            return None
        detail = (
            f"Host {host[:100]!r} is not allowed for the control API and the console. "
            "Add it to MOCKAPI_ALLOWED_HOSTS."
        )
        if is_control:
            return problem(HTTPStatus.MISDIRECTED_REQUEST, detail)
        return PlainTextResponse(detail + "\n", HTTPStatus.MISDIRECTED_REQUEST)

    def _is_allowed(self, scope: Scope, host: str) -> bool:
        connection = connection_of(scope)
        parts = split_authority(host)
        # Only browsers are affected by rebinding, and they always send a host.
        if connection is None or not is_loopback(connection.host) or parts is None:
            return True
        name = parts[0]
        return is_loopback(name) or any(_matches(name, each) for each in self._allowed)


class TargetInvalid(Exception):
    """The request's target is neither a path nor an http or https URL."""


class OriginInvalid(Exception):
    """The request has an `Origin` that is not an origin (RFC 6454 section 7)."""


def _check_origin(scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name == b"origin" and not _ORIGIN.fullmatch(value):
            text = value[:100].decode("latin-1")
            raise OriginInvalid(
                f"Origin: {text!r} is not an origin. Use a scheme, a host and a port,"
                " such as http://localhost:3000."
            )


def _take_target(scope: Scope) -> None:
    """Set path and host from a target in absolute form, whose host overrides the header.

    Clients send such targets to proxies (RFC 9112 section 3.2.2).
    """
    raw = scope.get("raw_path")
    target: str = scope["path"] if raw is None else raw.decode("latin-1")
    scheme = _ABSOLUTE.match(target)
    if scheme is None and target:
        raise TargetInvalid(f"{target[:100]!r} is not a path. Begin it with a slash.")
    if scheme is not None:
        authority, _, rest = target[scheme.end() :].partition("/")
        if split_authority(authority) is None:
            raise TargetInvalid(f"{target[:100]!r} has no valid host.")
        others = [line for line in scope["headers"] if line[0] != b"host"]
        scope["headers"] = [(b"host", authority.encode("latin-1")), *others]
        scope["scheme"] = scheme[0].lower().removesuffix("://")
        target = rest
    scope["path"] = "/" + unquote(target)
    scope.pop("raw_path", None)


def _matches(name: str, allowed: str) -> bool:
    return allowed in ("*", name) or (allowed.startswith("*.") and name.endswith(allowed[1:]))


def _without_body(send: Send) -> Send:
    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without_body


MAX_TARGET_BYTES = 16_384
MAX_HEADERS = 200
MAX_HEADER_BYTES = 65_536


class RequestLimits:
    """ASGI middleware that rejects requests with a too long target or too many headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        violation = _violation(scope) if scope["type"] == "http" else None
        if violation is None:
            await self._app(scope, receive, send)
        else:
            status, detail = violation
            await problem_response(status, status.phrase, detail).send(send)


def _violation(scope: Scope) -> tuple[HTTPStatus, str] | None:
    # assumption: the limits of the vendor's gateway are not published; here a target may have
    # 16,384 bytes, and the headers 200 lines and 65,536 bytes.
    if len(scope["path"]) + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return (
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The path and the query are longer than {MAX_TARGET_BYTES:,} bytes.",
        )
    headers = scope["headers"]
    if len(headers) > MAX_HEADERS:
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"There are more than {MAX_HEADERS} header lines.",
        )
    size = 0
    # A loop, because a generator expression is slower.
    for name, value in headers:
        size += len(name) + len(value)
    if size > MAX_HEADER_BYTES:
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The headers are longer than {MAX_HEADER_BYTES:,} bytes.",
        )
    return None
