"""Gives every published body its manners: camelCase, frozen, absent rather than null."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic_core import to_json


def format_numbers(values: list[float]) -> str:
    """Return *values* as JSON numbers between commas, whole ones without a point (recorded)."""
    text = to_json(values)[1:-1] + b","
    return text.replace(b".0,", b",")[:-1].decode()


class ApiModel(BaseModel):
    """A body as the vendor publishes it, in the recorded order of its members."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        defer_build=True,
    )


def max_items(limit: int) -> BeforeValidator:
    """Return a validator that counts a list's items, or a map's names, before any is validated."""

    def count(value: Any) -> Any:
        if isinstance(value, Sequence | Mapping) and len(value) > limit:
            raise ValueError(f"holds {len(value):,} items. Send at most {limit:,} at once")
        return value

    return BeforeValidator(count)


_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def encode(body: ApiModel | Sequence[ApiModel]) -> bytes:
    """Return *body* as compact UTF-8 JSON, without its absent members."""
    return _ANY.dump_json(body, by_alias=True, exclude_none=True)


def json_number(value: float) -> int | float:
    """Return *value* as JSON writes it: a whole number without a point (recorded `567`)."""
    return int(value) if value == int(value) else value
