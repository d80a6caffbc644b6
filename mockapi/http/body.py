"""Base model for API bodies: camelCase, frozen, `None` omitted."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic_core import to_json


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
