"""Outdated data."""

from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from mockapi.domain import timestamps
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send, capture_response

_STAMPS = ("updatedAt", "createdAt")


class StaleData(FaultBase):
    """The data of an earlier time in responses to reads, as from a replica that lags behind.

    Readings that had not arrived then, and scores and requests that did not exist, are missing.
    Tokens are checked by the current clock.
    """

    kind: Literal["stale_data"] = "stale_data"
    stage: ClassVar[Stage] = Stage.DATA

    by: timedelta = Field(
        gt=timedelta(0),
        le=timedelta(days=36_525),
        description="Age of the data, as an ISO 8601 duration or in seconds.",
    )

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api in ("partner", "user") and not request_info.writes

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            at = context.world.now() - self.by
        except OverflowError:
            at = timestamps.parse("0001-01-01T00:00:00Z")
        with context.request.in_world(context.world.as_of(at)):
            response = await capture_response(app, scope, receive)
        try:
            body = response.json()
        except ValueError:
            context.mark_not_applied()
        else:
            seen = _seen_at(body, at)
            response = response if seen == body else response.with_json(seen)
        await response.send(send)


def _seen_at(body: Any, at: Any) -> Any:
    """Return *body* without the items whose timestamps are later than *at*."""
    if not isinstance(body, list):
        return body
    return [each for each in body if not _is_later(each, at)]


def _is_later(item: Any, at: Any) -> bool:
    stamps = [item[name] for name in _STAMPS if name in item] if isinstance(item, dict) else []
    return any(timestamps.parse(stamp) > at for stamp in stamps)
