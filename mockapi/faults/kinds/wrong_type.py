"""Value of a wrong JSON type."""

from typing import Any, Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FieldFault, JsonField


class WrongType(FieldFault):
    """A field with a value of another JSON type.

    Numbers become text, text becomes a number, and lists become objects.
    """

    kind: Literal["wrong_type"] = "wrong_type"

    def can_change(self, field: JsonField) -> bool:
        return field.parent.get(field.name) is not None

    def change(self, context: FaultContext, field: JsonField) -> None:
        field.parent[field.name] = _convert(field.parent[field.name])


def _convert(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return len(value)
    return {str(place): each for place, each in enumerate(value)} if value else ""
