"""Sends the right body under a wrong name."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from mockapi.domain.patterns import MEDIA_TYPE
from mockapi.faults.base import RewritingFault
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import BufferedResponse


class WrongContentType(RewritingFault):
    """Sends the answer under another media type; the body stays as it is."""

    kind: Literal["wrong_content_type"] = "wrong_content_type"
    media_type: str | None = Field(
        default="text/html",
        pattern=MEDIA_TYPE,
        max_length=200,
        description="Instead of `application/json`; null leaves the header out.",
    )

    def transform(self, context: FaultContext, answer: BufferedResponse) -> BufferedResponse:
        if self.media_type is not None:
            return answer.with_header("content-type", self.media_type)
        headers = [each for each in answer.headers if each[0].lower() != b"content-type"]
        return replace(answer, headers=headers)
