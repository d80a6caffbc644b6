"""Answers a word that is not on the list."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.json_fields import FieldFault, JsonField


class UnknownEnumValue(FieldFault):
    """Answers a value that is not on the member's list, which typed clients may choke on.

    Lists are those of the schema (types and categories of scores, status of requests); where
    it has none, the words of the catalog (commodities, usages, units, building types) count.
    """

    kind: Literal["unknown_enum_value"] = "unknown_enum_value"
    value: str = Field(
        default="mockUnknown", min_length=1, max_length=200, description="The unknown value."
    )

    words: ClassVar[Sequence[str]] = ("commodity", "usage", "unit", "type")
    prefers: ClassVar[Sequence[str]] = ("category", "status", "commodity")

    def can_change(self, member: JsonField) -> bool:
        if not isinstance(member.owner.get(member.name), str):
            return False
        return self.field is not None or "enum" in member.schema or member.name in self.words

    def change(self, context: FaultContext, member: JsonField) -> None:
        member.owner[member.name] = self.value
