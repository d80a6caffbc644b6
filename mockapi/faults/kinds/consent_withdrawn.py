"""Withdrawal of a consent while its tokens are in use."""

from typing import ClassVar, Literal

from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send


class ConsentWithdrawn(FaultBase):
    """The withdrawal of the consent for the request's token, as by the customer on their page.

    This fault changes the world: all tokens of that consent are revoked from this request on,
    also after the fault is removed, until the world is reset.
    """

    kind: Literal["consent_withdrawn"] = "consent_withdrawn"
    stage: ClassVar[Stage] = Stage.GATE

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and request_info.token is not None

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        token = context.request_info.token
        if token is None or not context.world.tokens.withdraw_consent(token):
            context.mark_not_applied()
        await app(scope, receive, send)
