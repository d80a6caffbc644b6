"""Says null where the APIs say nothing."""

from typing import Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.json_fields import FieldFault, JsonField


class NullForAbsent(FieldFault):
    """Answers null where a member is absent, which the two APIs never do.

    Where no member is absent, a stated `field` is answered as null instead.
    """

    kind: Literal["null_for_absent"] = "null_for_absent"

    def can_change(self, member: JsonField) -> bool:
        return self.field is not None or member.name not in member.owner

    def change(self, context: FaultContext, member: JsonField) -> None:
        member.owner[member.name] = None
