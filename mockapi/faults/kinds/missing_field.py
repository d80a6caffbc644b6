"""Missing field."""

from typing import Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FieldFault, JsonField


class MissingField(FieldFault):
    """A field that is missing from the objects of the response."""

    kind: Literal["missing_field"] = "missing_field"

    def can_change(self, field: JsonField) -> bool:
        return field.name in field.parent

    def change(self, context: FaultContext, field: JsonField) -> None:
        del field.parent[field.name]
