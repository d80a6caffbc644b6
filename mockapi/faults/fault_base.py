"""Base classes of the fault kinds, and the stages that order them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Literal, Self

from anyio.to_thread import run_sync
from pydantic import Field, model_validator

from mockapi.domain.errors import ApiError, TokenExpired, TokenRevoked
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.model import FaultModel, Match, When
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response


class Stage(IntEnum):
    """The position of a fault between client and API; an earlier stage wraps later ones.

    Within a stage, the fault that was added first is the outermost.
    """

    DELAY = 1
    CONNECTION = 2
    BYTES = 3
    DELIVERY = 4
    GATE = 5
    DATA = 6


class FaultBase(FaultModel):
    """A fault: its settings as fields, and `apply`, which misbehaves accordingly."""

    stage: ClassVar[Stage]
    counts_requests: ClassVar[bool] = False
    """Whether the kind counts requests, and so cannot be given in a header of one request."""

    match: Match = Field(default_factory=Match, description="The requests that the fault is for.")
    when: When = Field(
        default_factory=When, description="Which of the matching requests it is applied to."
    )

    @property
    def needs_socket(self) -> bool:
        """Whether the fault acts below HTTP, which an in-process app does not have."""
        return False

    def applies_to(self, request_info: RequestInfo) -> bool:
        """Return True if this kind of fault can be applied to the request."""
        return True

    def with_status(self, status: int) -> Self:
        """Return a copy with another *status*, for kinds that have one."""
        raise NotImplementedError

    @property
    def has_status(self) -> bool:
        return type(self).with_status is not FaultBase.with_status

    @model_validator(mode="after")
    def _check_sequence(self) -> Self:
        if any(isinstance(each, int) for each in self.when.sequence) and not self.has_status:
            raise ValueError("`when.sequence` may contain a status only for the kind `status`")
        return self

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Respond as this fault does. *app* responds as if there were no fault."""
        raise NotImplementedError


class SocketFault(FaultBase):
    """A fault that happens below HTTP."""

    @property
    def needs_socket(self) -> bool:
        return True


class ResponseFault(FaultBase):
    """A fault that responds instead of the API."""

    stage: ClassVar[Stage] = Stage.GATE

    def respond(self, context: FaultContext) -> BufferedResponse | None:
        """Return the response; None if the fault does not apply to this request."""
        raise NotImplementedError

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = self.respond(context)
        if response is None:
            context.mark_not_applied()
            await app(scope, receive, send)
        else:
            await response.send(send)


class RewritingFault(FaultBase):
    """A fault that changes the API's response."""

    stage: ClassVar[Stage] = Stage.BYTES

    def transform(
        self, context: FaultContext, response: BufferedResponse
    ) -> BufferedResponse | None:
        """Return the changed response; None if there is nothing to change."""
        raise NotImplementedError

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = await capture_response(app, scope, receive)
        # In a thread, because the response may be large.
        changed = None if response.is_dropped else await run_sync(self.transform, context, response)
        if changed is None:
            context.mark_not_applied()
        await (changed or response).send(send)


class DataFault(RewritingFault):
    """A fault in the data that one of the two APIs returns."""

    stage: ClassVar[Stage] = Stage.DATA

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and request_info.operation is not None

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        """Return the changed JSON; *body* itself if there is nothing to change."""
        raise NotImplementedError

    def transform(
        self, context: FaultContext, response: BufferedResponse
    ) -> BufferedResponse | None:
        try:
            body = response.json()
        except ValueError:
            return None
        changed = self.transform_json(context, body)
        return None if changed is body else response.with_json(changed)


class ValidTokenFault(ResponseFault):
    """A fault that rejects a valid bearer token with *refusal*; the token stays valid."""

    refusal: ClassVar[type[TokenExpired | TokenRevoked]]

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and request_info.token is not None

    def respond(self, context: FaultContext) -> BufferedResponse | None:
        # A token that is invalid anyway is rejected for its own reason.
        try:
            context.world.tokens.authenticate(context.request_info.token or "")
        except ApiError:
            return None
        return context.api.error_response(context.scope, self.refusal())


Schema = Mapping[str, Any]


@dataclass(frozen=True)
class JsonField:
    """A field of one object of the body, present or only defined by the schema."""

    parent: dict[str, Any]
    name: str
    path: str
    """The names that lead to the field, joined by dots."""
    schema: Schema


def json_fields_of(body: Any, schema: Schema) -> Iterator[JsonField]:
    """Yield every field that an object in *body* has, or could have by *schema*."""
    definitions = schema.get("$defs", {})
    pending: list[tuple[Any, Schema, str]] = [(body, schema, "")]
    while pending:
        node, node_schema, path = pending.pop()
        resolved = _resolved(node_schema, definitions)
        if isinstance(node, list):
            pending += [(each, resolved.get("items", {}), path) for each in reversed(node)]
        elif isinstance(node, dict):
            properties = resolved.get("properties", {})
            for name in dict.fromkeys((*node, *properties)):
                below = f"{path}.{name}" if path else name
                resolved_field = _resolved(properties.get(name, {}), definitions)
                yield JsonField(node, name, below, resolved_field)
                pending.append((node.get(name), resolved_field, below))


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return *schema* with references resolved and without the alternative null."""
    while True:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
            continue
        choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if len(choices) != 1:
            return schema
        schema = choices[0]


class FieldFault(DataFault):
    """A fault in one field of the objects of the response."""

    field: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Name of the field, or names joined by dots; chosen at random if unset.",
    )
    objects: Literal["all", "one"] = Field(
        default="all",
        description="Whether all objects with the field are changed, or one chosen at random.",
    )

    preferred_names: ClassVar[Sequence[str]] = ()
    """Names of fields to choose from first."""

    def can_change(self, field: JsonField) -> bool:
        raise NotImplementedError

    def change(self, context: FaultContext, field: JsonField) -> None:
        """Change the field in its parent object."""
        raise NotImplementedError

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        found = [
            each
            for each in json_fields_of(body, context.api.schema(context.request_info))
            if self.matches_field(each) and self.can_change(each)
        ]
        if not found:
            return body
        paths = sorted({each.path for each in found})
        if self.field is None:
            preferred = [each for each in paths if each.rpartition(".")[2] in self.preferred_names]
            paths = [context.choose(preferred or paths, "field")]
        found = [each for each in found if each.path in paths]
        for chosen in [context.choose(found, "object")] if self.objects == "one" else found:
            self.change(context, chosen)
        # A copy, because the caller compares identities and the change was made in path.
        return body.copy()

    def matches_field(self, field: JsonField) -> bool:
        """Return True if the setting `field` names *field*, or is unset."""
        return (
            self.field is None or field.path == self.field or field.path.endswith(f".{self.field}")
        )
