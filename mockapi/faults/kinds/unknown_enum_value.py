"""Value outside an enumeration."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FieldFault, JsonField


class UnknownEnumValue(FieldFault):
    """A value that is not in the enumeration of the field, which typed clients may reject.

    Enumerations are those of the schema (types and categories of scores, status of requests) and
    the terms of the catalog (commodities, usages, units, building types).
    """

    kind: Literal["unknown_enum_value"] = "unknown_enum_value"
    value: str = Field(
        default="mockUnknown", min_length=1, max_length=200, description="The unknown value."
    )

    fallback_names: ClassVar[Sequence[str]] = ("commodity", "usage", "unit", "type")
    preferred_names: ClassVar[Sequence[str]] = ("category", "status", "commodity")

    def can_change(self, field: JsonField) -> bool:
        if not isinstance(field.parent.get(field.name), str):
            return False
        return self.field is not None or "enum" in field.schema or field.name in self.fallback_names

    def change(self, context: FaultContext, field: JsonField) -> None:
        field.parent[field.name] = self.value
