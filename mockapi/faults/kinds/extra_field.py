"""Adds a member that nobody knows."""

from typing import Any, Literal

from pydantic import Field, JsonValue

from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext


class ExtraField(DataFault):
    """Adds a member that no schema knows to every object at the top of the answer."""

    kind: Literal["extra_field"] = "extra_field"
    name: str = Field(
        default="mockAddition", min_length=1, max_length=200, description="Name of the member."
    )
    value: JsonValue = Field(default="added by a fault", description="Value of the member.")

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        if isinstance(body, dict):
            return {**body, self.name: self.value}
        if isinstance(body, list) and body:
            return [
                {**each, self.name: self.value} if isinstance(each, dict) else each for each in body
            ]
        return body
