"""Validation of JSON request bodies, within bounds and off the event loop."""

from functools import cached_property
from json import JSONDecodeError
from typing import Annotated, Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from mockapi.domain.input_text import JsonBoundsError, parse_structure
from mockapi.domain.validation import list_errors

_SMALL = 16_384
"""Maximum size in bytes of bodies that are validated without a thread."""


class JsonBody:
    """The JSON body of a route, given FastAPI's *field* for it.

    With *any_member*, unknown members are ignored and may contain any JSON. FastAPI by itself
    would parse a body without bounds and validate it on the event loop. After `read`, it uses the
    parsed and validated body.
    """

    def __init__(self, field: Any, *, any_member: bool = False) -> None:
        self._info = field.field_info
        self._any_member = any_member

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        shape: Any = Annotated[self._info.annotation, self._info]
        return TypeAdapter(shape)

    async def read(self, request: Request) -> None:
        """Validate the body of *request*. Raise `RequestValidationError` if it is not valid.

        Malformed JSON, and a body without a JSON media type, are left to FastAPI.
        """
        try:
            content = await request.body()
        except ClientDisconnect:
            return
        if not content or not is_json(request.headers.get("content-type", "")):
            return
        try:
            if len(content) <= _SMALL:
                body = self._validated(content)
            else:
                body = await run_in_threadpool(self._validated, content)
        except (JSONDecodeError, UnicodeDecodeError):
            return
        # `Request.json()` returns it.
        request._json = body  # noqa: SLF001

    def _validated(self, content: bytes) -> Any:
        try:
            tree, refused = parse_structure(content)
            body = self._adapter.validate_python(tree, from_attributes=True)
            if refused is not None and not self._any_member:
                raise refused
        except JsonBoundsError as error:
            loc = ("body", *error.place)
            raise RequestValidationError(
                [{"type": "json_refused", "loc": loc, "msg": str(error)}]
            ) from error
        except ValidationError as error:
            raise RequestValidationError(
                [{**each, "loc": ("body", *each["loc"])} for each in list_errors(error)]
            ) from error
        return body


def is_json(content_type: str) -> bool:
    """Return True if *content_type* is a JSON media type."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
