"""JSON bodies: base model and encoding, and bounded validation of requests."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import to_json
from starlette.requests import ClientDisconnect

from mockapi.domain.input_text import JsonBoundsError, parse_structure
from mockapi.domain.model_members import existing_path
from mockapi.domain.validation import list_errors


def format_numbers(values: list[float]) -> str:
    """Return *values* as comma-separated JSON numbers, integers without a point (recorded)."""
    text = to_json(values)[1:-1] + b","
    return text.replace(b".0,", b",")[:-1].decode()


class ApiModel(BaseModel):
    """A body of the vendor's APIs, with members in the recorded order."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        defer_build=True,
    )


def max_items(limit: int) -> BeforeValidator:
    """Return a validator for the size of a list or mapping, which runs before its items."""

    def count(value: Any) -> Any:
        if isinstance(value, Sequence | Mapping) and len(value) > limit:
            raise ValueError(f"holds {len(value):,} items. Send at most {limit:,} at once")
        return value

    return BeforeValidator(count)


_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def encode(body: ApiModel | Sequence[ApiModel]) -> bytes:
    """Return *body* as compact UTF-8 JSON, without members that are None."""
    return _ANY.dump_json(body, by_alias=True, exclude_none=True)


def json_number(value: float) -> int | float:
    """Return an integer for a whole number, so that JSON has no point (recorded `567`)."""
    return int(value) if value == int(value) else value


_SMALL = 16_384
"""Maximum size in bytes of bodies that are validated without a thread."""


MISSING: Any = object()
"""The result of reading a body that a request does not have."""


class JsonBody:
    """The JSON body of a route, given FastAPI's *field* for it.

    With *any_member*, unknown members are ignored and may contain any JSON. FastAPI by itself
    would parse a body without bounds and validate it on the event loop.
    """

    def __init__(self, field: Any, *, any_member: bool = False) -> None:
        self._info = field.field_info
        self._any_member = any_member

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        shape: Any = Annotated[self._info.annotation, self._info]
        return TypeAdapter(shape)

    async def read(self, request: Request) -> Any:
        """Return the validated body of *request*.

        Return `MISSING` if it has none or no JSON media type. Raise `RequestValidationError` if it
        is not valid, and another `ValueError` if it is not JSON.
        """
        try:
            content = await request.body()
        except ClientDisconnect:
            return MISSING
        if not content or not is_json(request.headers.get("content-type", "")):
            return MISSING
        if len(content) <= _SMALL:
            return self._validated(content)
        return await run_in_threadpool(self._validated, content)

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
                [{**each, "loc": ("body", *_place(tree, each))} for each in list_errors(error)]
            ) from error
        return body


def _place(tree: Any, error: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return the place of *error* in *tree*; for a missing member, that which it should have."""
    loc = tuple(error["loc"])
    if error["type"] == "missing":
        return (*existing_path(tree, loc[:-1]), *loc[-1:])
    return existing_path(tree, loc)


def is_json(content_type: str) -> bool:
    """Return True if *content_type* is a JSON media type."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
