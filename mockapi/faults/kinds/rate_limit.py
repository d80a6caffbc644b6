"""Refuses requests beyond a rate."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from mockapi.domain import injected_errors
from mockapi.domain.errors import GatewayError
from mockapi.faults.base import ResponseFault
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import BufferedResponse

_MOST_COUNTED = 10_000
"""Clients or customers that are counted apart; the oldest is forgotten first."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Bucket:
    """Tokens that requests take, and that time on the world's clock brings back."""

    tokens: float
    filled_at: datetime

    def take(self, now: datetime, rate: float, size: float) -> float:
        """Take a token, of *rate* a second and *size* at most; return the seconds until one is.

        0 means that it was taken.
        """
        passed = max((now - self.filled_at).total_seconds(), 0.0)
        self.tokens = min(size, self.tokens + passed * rate)
        self.filled_at = now
        # Tokens come back in fractions, whose sums fall short of one by as good as nothing.
        if self.tokens >= 1 - 1e-9:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / rate


@dataclass
class QuotaWindow:
    """How many requests the present interval has seen."""

    began_at: datetime
    count: int = 0


class RateLimit(ResponseFault):
    """Refuses requests beyond a rate with 429 and `Retry-After`, by the world's clock.

    `spike_arrest` is a token bucket: it refills all the time and holds `burst` requests. `quota`
    counts requests in intervals that begin at multiples of `seconds` since 1970 in UTC.
    """

    kind: Literal["rate_limit"] = "rate_limit"
    counts_requests: ClassVar[bool] = True

    policy: Literal["spike_arrest", "quota"] = Field(
        default="spike_arrest", description="Which of Apigee's two policies refuses."
    )
    limit: int = Field(ge=0, le=1_000_000, description="Requests that are let through a period.")
    seconds: float = Field(default=1.0, gt=0, le=31_622_400, description="Length of the period.")
    burst: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Requests at once, of `spike_arrest`; as many as `limit` if unset.",
    )
    by: Literal["client", "customer", "operation", "everybody"] = Field(
        default="client", description="Whose requests are counted together."
    )
    status: Literal[429, 500] = Field(
        default=429, description="HTTP status; Apigee's own default was 500."
    )
    retry_after: bool = Field(default=True, description="Whether to tell how long to wait.")

    @model_validator(mode="after")
    def _refill(self) -> Self:
        if self.policy == "spike_arrest" and self.limit == 0:
            raise ValueError("a limit of 0 is for the policy `quota`; nothing would ever refill")
        if self.policy == "quota" and self.burst is not None:
            raise ValueError("`burst` is for the policy `spike_arrest`")
        return self

    def answer(self, context: FaultContext) -> BufferedResponse | None:
        who = self._who(context)
        wait = self._wait(context, who)
        if wait <= 0:
            return None
        answer = context.api.refuse(context.scope, self._error(who))
        if self.retry_after:
            answer = answer.with_header("retry-after", str(math.ceil(wait)))
        return answer

    def _who(self, context: FaultContext) -> str:
        request_info = context.request_info
        if self.by == "customer":
            return request_info.customer[0] if request_info.customer else "anybody"
        if self.by == "everybody":
            return "default"
        return (request_info.client if self.by == "client" else request_info.operation) or "anybody"

    def _wait(self, context: FaultContext, who: str) -> float:
        if len(context.state) > _MOST_COUNTED:
            del context.state[next(iter(context.state))]
        now = context.world.now()
        if self.policy == "quota":
            period = timedelta(seconds=self.seconds)
            began_at = now - (now - _EPOCH) % period
            window = context.state.setdefault(who, QuotaWindow(began_at))
            if window.began_at != began_at:
                window.began_at, window.count = began_at, 0
            window.count += 1
            return 0.0 if window.count <= self.limit else (began_at + period - now).total_seconds()
        size = float(self.burst or self.limit)
        bucket: Bucket = context.state.setdefault(who, Bucket(size, now))
        return bucket.take(now, self.limit / self.seconds, size)

    def _error(self, who: str) -> GatewayError:
        status = HTTPStatus(self.status)
        if self.policy == "quota":
            return injected_errors.quota_exceeded(who, status)
        if self.limit >= self.seconds:
            return injected_errors.spike_arrest(f"{self.limit / self.seconds:g}ps", status)
        return injected_errors.spike_arrest(f"{60 * self.limit / self.seconds:g}pm", status)
