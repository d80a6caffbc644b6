"""Makes the two kinds of answer that the APIs give: a whole body, and a long one in pieces."""

from collections.abc import Iterator
from http import HTTPStatus

from fastapi import Response
from fastapi.responses import StreamingResponse

JSON = "application/json"


def json_answer(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return *body*, already JSON; without charset, as recorded."""
    return Response(body, status, media_type=JSON)


def json_stream(pieces: Iterator[bytes]) -> Response:
    """Return *pieces* of JSON as they are made, in a thread, so that other requests go on."""
    return StreamingResponse(pieces, media_type=JSON)
