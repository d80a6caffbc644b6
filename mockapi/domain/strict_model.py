"""Base of the bodies and scenario parts of mockapi's own: JSON types are not converted."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


def whole_number(value: object) -> object:
    """Return *value*, as an integer where it is a whole float: JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must not be a boolean")  # noqa: TRY004 - pydantic reports ValueError only
    return value


class StrictModel(BaseModel):
    """A closed, frozen model whose numbers and booleans are JSON numbers and JSON booleans.

    pydantic's own strict mode would refuse text for instants and lists for tuples, too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        strict: CoreSchema = _without_conversion(handler(source))
        return strict


def _without_conversion(node: Any) -> Any:
    if isinstance(node, list | tuple):
        return type(node)(map(_without_conversion, node))
    if not isinstance(node, dict) or node.get("strict"):
        return node
    if node.get("type") == "int":
        return core_schema.no_info_before_validator_function(whole_number, {**node, "strict": True})
    if node.get("type") in ("float", "bool"):
        return {**node, "strict": True}
    if node.get("type") == "timedelta" or node.get("expected") == [1]:
        # A literal 1 equals True, and a duration may be given as a number of seconds.
        return core_schema.no_info_before_validator_function(_no_boolean, node)
    return {
        key: each if key in ("metadata", "serialization") else _without_conversion(each)
        for key, each in node.items()
    }
