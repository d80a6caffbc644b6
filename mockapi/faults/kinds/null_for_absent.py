"""Null for a field that is absent."""

from typing import Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FieldFault, JsonField


class NullForAbsent(FieldFault):
    """Null for a field that is absent, which the two APIs never return.

    If `field` is set and no such field is absent, present ones become null.
    """

    kind: Literal["null_for_absent"] = "null_for_absent"

    def can_change(self, field: JsonField) -> bool:
        return self.field is not None or field.name not in field.parent

    def change(self, context: FaultContext, field: JsonField) -> None:
        field.parent[field.name] = None
