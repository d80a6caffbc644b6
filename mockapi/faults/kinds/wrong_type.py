"""Answers a value of another type."""

from typing import Any, Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.json_fields import FieldFault, JsonField


class WrongType(FieldFault):
    """Answers a member as another JSON type.

    A number comes as text, text as a number, a list as an object.
    """

    kind: Literal["wrong_type"] = "wrong_type"

    def can_change(self, member: JsonField) -> bool:
        return member.owner.get(member.name) is not None

    def change(self, context: FaultContext, member: JsonField) -> None:
        member.owner[member.name] = _of_another_type(member.owner[member.name])


def _of_another_type(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return len(value)
    return {str(place): each for place, each in enumerate(value)} if value else ""
