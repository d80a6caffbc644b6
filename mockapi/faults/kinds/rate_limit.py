"""Rate limits."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from mockapi.domain import injected_errors
from mockapi.domain.errors import GatewayError
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import ResponseFault
from mockapi.faults.responses import BufferedResponse

_MAX_COUNTED = 10_000
"""Maximum number of clients or customers that are counted; the oldest is dropped first."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Bucket:
    """A token bucket that refills with the time of the world's clock."""

    tokens: float
    filled_at: datetime

    def take(self, now: datetime, rate: float, size: float) -> float:
        """Take a token; return 0, or the seconds until the next one if the bucket is empty.

        The bucket refills with *rate* tokens per second, up to *size*.
        """
        passed = max((now - self.filled_at).total_seconds(), 0.0)
        self.tokens = min(size, self.tokens + passed * rate)
        self.filled_at = now
        # Because fractions are added up, the sum may be slightly less than one.
        if self.tokens >= 1 - 1e-9:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / rate


@dataclass
class QuotaWindow:
    """The number of requests in the current interval."""

    started_at: datetime
    count: int = 0


class RateLimit(ResponseFault):
    """A rate limit by the world's clock; further requests get 429 and `Retry-After`.

    `spike_arrest` is a token bucket: it refills continuously and holds `burst` requests. `quota`
    counts requests in intervals that begin at multiples of `seconds` since 1970 in UTC.
    """

    kind: Literal["rate_limit"] = "rate_limit"
    counts_requests: ClassVar[bool] = True

    policy: Literal["spike_arrest", "quota"] = Field(
        default="spike_arrest", description="The Apigee policy to emulate."
    )
    limit: int = Field(
        ge=0, le=1_000_000, description="Number of requests that are allowed per period."
    )
    seconds: float = Field(default=1.0, gt=0, le=31_622_400, description="Length of the period.")
    burst: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Size of the bucket, for `spike_arrest`; default: `limit`.",
    )
    by: Literal["client", "customer", "operation", "everybody"] = Field(
        default="client", description="How requests are grouped for counting."
    )
    status: Literal[429, 500] = Field(
        default=429, description="HTTP status; the default of older Apigee versions was 500."
    )
    retry_after: bool = Field(default=True, description="Whether to send `Retry-After`.")

    @model_validator(mode="after")
    def _check_policy(self) -> Self:
        if self.policy == "spike_arrest" and self.limit == 0:
            raise ValueError("a limit of 0 is allowed only for the policy `quota`")
        if self.policy == "quota" and self.burst is not None:
            raise ValueError("`burst` is allowed only for the policy `spike_arrest`")
        return self

    def respond(self, context: FaultContext) -> BufferedResponse | None:
        group = self._group(context)
        wait = self._wait(context, group)
        if wait <= 0:
            return None
        response = context.api.error_response(context.scope, self._error(group))
        if self.retry_after:
            response = response.with_header("retry-after", str(math.ceil(wait)))
        return response

    def _group(self, context: FaultContext) -> str:
        request_info = context.request_info
        if self.by == "customer":
            return request_info.customer[0] if request_info.customer else "unknown"
        if self.by == "everybody":
            return "default"
        return (request_info.client if self.by == "client" else request_info.operation) or "unknown"

    def _wait(self, context: FaultContext, group: str) -> float:
        if len(context.state) > _MAX_COUNTED:
            del context.state[next(iter(context.state))]
        now = context.world.now()
        if self.policy == "quota":
            period = timedelta(seconds=self.seconds)
            started_at = now - (now - _EPOCH) % period
            window = context.state.setdefault(group, QuotaWindow(started_at))
            if window.started_at != started_at:
                window.started_at, window.count = started_at, 0
            window.count += 1
            return (
                0.0 if window.count <= self.limit else (started_at + period - now).total_seconds()
            )
        size = float(self.burst or self.limit)
        bucket: Bucket = context.state.setdefault(group, Bucket(size, now))
        return bucket.take(now, self.limit / self.seconds, size)

    def _error(self, group: str) -> GatewayError:
        status = HTTPStatus(self.status)
        if self.policy == "quota":
            return injected_errors.quota_exceeded(group, status)
        rate, unit = self.limit / self.seconds, "ps"
        if rate < 1:
            rate, unit = 60 * rate, "pm"
        # Without an exponent, which Apigee does not use.
        return injected_errors.spike_arrest(f"{rate:.6f}".rstrip("0").rstrip(".") + unit, status)
