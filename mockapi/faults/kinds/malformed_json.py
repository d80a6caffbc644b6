"""Sends a body that is nearly JSON."""

from typing import Literal

from pydantic import Field

from mockapi.faults.base import RewritingFault
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import BufferedResponse

Defect = Literal["unclosed", "trailing_comma", "nan", "single_quotes", "two_bodies"]


class MalformedJson(RewritingFault):
    """Sends a body that no JSON parser takes, whole and under the right media type."""

    kind: Literal["malformed_json"] = "malformed_json"
    defect: Defect = Field(
        default="unclosed",
        description=(
            "The last bracket is missing; a comma too many; `nan` where a value was; "
            "the quotes of another language; or the body comes twice."
        ),
    )

    def transform(self, context: FaultContext, answer: BufferedResponse) -> BufferedResponse | None:
        try:
            body = answer.json()
        except ValueError:
            return None
        if not isinstance(body, list | dict):
            return None
        return answer.with_body(_broken(answer.body, self.defect))


def _broken(body: bytes, defect: Defect) -> bytes:
    if defect == "unclosed":
        return body[:-1]
    if defect == "trailing_comma":
        return body[:-1] + b"," + body[-1:]
    if defect == "nan":
        return body[:1] + b"nan" + body[-1:]
    if defect == "single_quotes" and b'"' in body:
        return body.replace(b'"', b"'")
    return body + body
