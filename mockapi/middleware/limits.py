"""Limits of the request line and headers, checked before anything else."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.faults.responses import problem_response

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
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The headers are longer than {MAX_HEADER_BYTES:,} bytes.",
        )
    return None
