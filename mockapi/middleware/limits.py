"""Limits of a request's head, checked before anything else looks at it.

Pure ASGI, and before everything that belongs to a world.
"""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.faults.responses import problem_response

MOST_TARGET_BYTES = 16_384
MOST_HEADERS = 200
MOST_HEADER_BYTES = 65_536


class RequestLimits:
    """Refuses a request whose target or whose headers are too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            status, detail = refusal
            await problem_response(status, status.phrase, detail).send(send)


def _refusal(scope: Scope) -> tuple[HTTPStatus, str] | None:
    # assumption: the limits of the vendor's gateway are not published; here a target may have
    # 16,384 bytes, and the headers 200 lines and 65,536 bytes.
    if len(scope["path"]) + len(scope["query_string"]) > MOST_TARGET_BYTES:
        return (
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The path and the query are longer than {MOST_TARGET_BYTES:,} bytes.",
        )
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS:
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"There are more than {MOST_HEADERS} header lines.",
        )
    if sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The headers are longer than {MOST_HEADER_BYTES:,} bytes.",
        )
    return None
