"""Body that is not valid JSON."""

from typing import Literal

from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import RewritingFault
from mockapi.faults.responses import BufferedResponse

Defect = Literal["unclosed", "trailing_comma", "nan", "single_quotes", "two_bodies"]


class MalformedJson(RewritingFault):
    """A complete body that is not valid JSON, with the media type of JSON."""

    kind: Literal["malformed_json"] = "malformed_json"
    defect: Defect = Field(
        default="unclosed",
        description=(
            "The last bracket is missing; there is a trailing comma; `nan` replaces the content; "
            "quotes are single; or the body is sent twice."
        ),
    )

    def transform(
        self, context: FaultContext, response: BufferedResponse
    ) -> BufferedResponse | None:
        try:
            body = response.json()
        except ValueError:
            return None
        if not isinstance(body, list | dict):
            return None
        return response.with_body(_broken(response.body, self.defect))


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
