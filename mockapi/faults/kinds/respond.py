"""Any response."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator

from mockapi.domain.body_files import MAX_BODY_BYTES, OCTETS
from mockapi.domain.text_matching import HEADER_NAME, HEADER_VALUE
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import ResponseFault
from mockapi.faults.responses import BufferedResponse, compact_json

_BODIES = ("json_value", "text", "file", "base64")
_FRAMING = ("connection", "content-length", "transfer-encoding")
"""Headers that the server sets. The connection kinds send wrong ones."""
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_MAX_BASE64 = (MAX_BODY_BYTES + 2) // 3 * 4

_Name = Annotated[str, StringConstraints(pattern=HEADER_NAME, max_length=100)]
_Value = Annotated[str, StringConstraints(pattern=HEADER_VALUE, max_length=4_000)]


class Respond(ResponseFault):
    """The given response instead of the API's, which does not receive the request.

    Give the body as `json`, `text`, `file` or `base64`; without one of them it is empty. A body
    has at most 1,000,000 bytes.
    """

    # Because the attribute `json` belongs to pydantic.
    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["respond"] = "respond"
    status: int = Field(default=200, ge=200, le=599, description="HTTP status.")
    headers: Mapping[_Name, _Value] = Field(
        default_factory=dict,
        max_length=50,
        description="Headers by name; `Content-Type` follows from the body if unset.",
    )
    json_value: JsonValue = Field(default=None, alias="json", description="Body as JSON.")
    text: str | None = Field(
        default=None, max_length=MAX_BODY_BYTES, description="Body as text, in UTF-8."
    )
    file: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Name of a file with the body: in a scenario file, one in its folder or below; "
        "in a test or a command, one of their machine. A server does not read it from a request.",
    )
    base64: str | None = Field(
        default=None, max_length=_MAX_BASE64, description="Body as Base64, for binary content."
    )

    @model_validator(mode="after")
    def _check_body(self) -> Self:
        given = [name for name in _BODIES if name in self.model_fields_set]
        if len(given) > 1:
            raise ValueError("give one of `json`, `text`, `file` and `base64`")
        if self.file is not None:
            raise ValueError(
                "`file` is read by scenario files, `mockapi.fault` and `mockapi faults add` only. "
                "Send the body as `json`, `text` or `base64`"
            )
        if given and self.status in _WITHOUT_BODY:
            raise ValueError(f"a response with status {self.status} has no body. Remove it")
        return self

    @model_validator(mode="after")
    def _check_headers(self) -> Self:
        names = [name.lower() for name in self.headers]
        framing = next((name for name in names if name in _FRAMING), None)
        if framing is not None:
            raise ValueError(f"the header {framing} is set by the server. Remove it")
        if len(set(names)) < len(names):
            raise ValueError("`headers` has a name twice, in capitals and small letters")
        return self

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if len(self._response.body) > MAX_BODY_BYTES:
            raise ValueError(f"the body is larger than {MAX_BODY_BYTES:,} bytes")
        return self

    def respond(self, context: FaultContext) -> BufferedResponse:
        return self._response

    @cached_property
    def _response(self) -> BufferedResponse:
        body, media_type = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        if media_type is not None:
            headers.setdefault("content-type", media_type)
        if self.status not in _WITHOUT_BODY:
            headers["content-length"] = str(len(body))
        lines = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return BufferedResponse(self.status, lines, body)

    def _body(self) -> tuple[bytes, str | None]:
        """Return the body and its media type, None for an empty one."""
        if self.text is not None:
            return self.text.encode(), "text/plain; charset=utf-8"
        if self.base64 is not None:
            try:
                return b64decode(self.base64, validate=True), OCTETS
            except (Base64Error, ValueError) as error:
                raise ValueError(
                    "`base64` is not valid Base64. Encode the body without line breaks"
                ) from error
        if "json_value" in self.model_fields_set:
            return compact_json(self.json_value), "application/json"
        return b"", None
