"""Additional field that the schema does not define."""

from typing import Any, Literal

from pydantic import Field, JsonValue

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import DataFault


class ExtraField(DataFault):
    """A field that the schema does not define, in every top-level object of the response."""

    kind: Literal["extra_field"] = "extra_field"
    name: str = Field(
        default="mockAddition", min_length=1, max_length=200, description="Name of the field."
    )
    value: JsonValue = Field(default="added by a fault", description="Value of the field.")

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        if isinstance(body, dict):
            return {**body, self.name: self.value}
        if isinstance(body, list) and body:
            return [
                {**each, self.name: self.value} if isinstance(each, dict) else each for each in body
            ]
        return body
