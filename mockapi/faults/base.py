"""Says what all kinds of faults have in common, and in which order they wrap one another."""

from enum import IntEnum
from typing import Any, ClassVar, Self

from anyio.to_thread import run_sync
from pydantic import Field, model_validator

from mockapi.domain.errors import ApiError, TokenExpired, TokenRevoked
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.model import FaultModel, Match, When
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response


class Stage(IntEnum):
    """From the client inwards: a fault of an earlier stage wraps those of later ones.

    Within a stage the one that was switched on first is the outer one.
    """

    DELAY = 1
    CONNECTION = 2
    BYTES = 3
    DELIVERY = 4
    GATE = 5
    DATA = 6


class FaultBase(FaultModel):
    """A kind of fault: settings as fields, and one way to misbehave."""

    stage: ClassVar[Stage]
    counts_requests: ClassVar[bool] = False
    """Whether it must stand for several requests, so that no header can ask for it."""

    match: Match = Field(default_factory=Match, description="Which requests it is for.")
    when: When = Field(default_factory=When, description="Which of those it strikes.")

    @property
    def needs_socket(self) -> bool:
        """Whether it happens below HTTP, where an app in a test's own process has nothing."""
        return False

    def applies_to(self, request_info: RequestInfo) -> bool:
        """Tell whether this kind can befall *request_info* at all."""
        return True

    def with_status(self, status: int) -> Self:
        """Return this fault with another status, for kinds that have one."""
        raise NotImplementedError

    @property
    def has_status(self) -> bool:
        return type(self).with_status is not FaultBase.with_status

    @model_validator(mode="after")
    def _script_what_it_can(self) -> Self:
        if any(isinstance(each, int) for each in self.when.sequence) and not self.has_status:
            raise ValueError("a status in `when.sequence` is for the kind `status` alone")
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
    """A fault that answers in the API's place."""

    stage: ClassVar[Stage] = Stage.GATE

    def answer(self, context: FaultContext) -> BufferedResponse | None:
        """Return what to answer; None when there is nothing to context."""
        raise NotImplementedError

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = self.answer(context)
        if answer is None:
            context.mark_not_applied()
            await app(scope, receive, send)
        else:
            await answer.send(send)


class RewritingFault(FaultBase):
    """A fault that changes the answer on its way back."""

    stage: ClassVar[Stage] = Stage.BYTES

    def transform(self, context: FaultContext, answer: BufferedResponse) -> BufferedResponse | None:
        """Return what to answer instead; None when there is nothing to change."""
        raise NotImplementedError

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await capture_response(app, scope, receive)
        # In a thread: the answer may be large, and other requests go on.
        changed = None if answer.is_dropped else await run_sync(self.transform, context, answer)
        if changed is None:
            context.mark_not_applied()
        await (changed or answer).send(send)


class DataFault(RewritingFault):
    """A fault in the data that one of the two APIs answers."""

    stage: ClassVar[Stage] = Stage.DATA

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and request_info.operation is not None

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        """Return the JSON to answer instead of *body*; *body* itself when nothing changes."""
        raise NotImplementedError

    def transform(self, context: FaultContext, answer: BufferedResponse) -> BufferedResponse | None:
        try:
            body = answer.json()
        except ValueError:
            return None
        changed = self.transform_json(context, body)
        return None if changed is body else answer.with_json(changed)


class ValidTokenFault(ResponseFault):
    """A fault that refuses a good bearer token with *refusal*; the token itself stays good."""

    refusal: ClassVar[type[TokenExpired | TokenRevoked]]

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and request_info.token is not None

    def answer(self, context: FaultContext) -> BufferedResponse | None:
        # A token that is refused anyway is refused for its own reason.
        try:
            context.world.tokens.authenticate(context.request_info.token or "")
        except ApiError:
            return None
        return context.api.refuse(context.scope, self.refusal())
