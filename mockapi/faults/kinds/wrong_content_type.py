"""Wrong media type."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from mockapi.domain.text_matching import MEDIA_TYPE
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import RewritingFault
from mockapi.faults.responses import BufferedResponse


class WrongContentType(RewritingFault):
    """A wrong `Content-Type` with an unchanged body."""

    kind: Literal["wrong_content_type"] = "wrong_content_type"
    media_type: str | None = Field(
        default="text/html",
        pattern=MEDIA_TYPE,
        max_length=200,
        description="Media type to send; null omits the header.",
    )

    def transform(self, context: FaultContext, response: BufferedResponse) -> BufferedResponse:
        if self.media_type is not None:
            return response.with_header("content-type", self.media_type)
        headers = [each for each in response.headers if each[0].lower() != b"content-type"]
        return replace(response, headers=headers)
