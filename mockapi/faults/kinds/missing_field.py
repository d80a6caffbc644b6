"""Leaves a member out."""

from typing import Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.json_fields import FieldFault, JsonField


class MissingField(FieldFault):
    """Leaves a member out of the objects that are answered."""

    kind: Literal["missing_field"] = "missing_field"

    def can_change(self, member: JsonField) -> bool:
        return member.name in member.owner

    def change(self, context: FaultContext, member: JsonField) -> None:
        del member.owner[member.name]
