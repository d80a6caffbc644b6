"""Delays."""

import math
from statistics import NormalDist
from typing import ClassVar, Literal, Self

import anyio
from pydantic import Field, model_validator

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send

_MIN_PROBABILITY = 1e-9


class Latency(FaultBase):
    """A delay before the request is processed: fixed, uniform or lognormal.

    The delay is real time, regardless of the world's clock.
    """

    kind: Literal["latency"] = "latency"
    stage: ClassVar[Stage] = Stage.DELAY

    distribution: Literal["fixed", "uniform", "lognormal"] = Field(
        default="fixed", description="Distribution of the delays."
    )
    seconds: float = Field(
        gt=0,
        le=120,
        description="Seconds: the delay if fixed, the minimum if uniform, the median if lognormal.",
    )
    to: float | None = Field(
        default=None, gt=0, le=120, description="Seconds: the maximum if uniform."
    )
    sigma: float = Field(
        default=0.5,
        gt=0,
        le=3,
        description="Standard deviation of the logarithm of the delays if lognormal.",
    )
    most: float = Field(default=120, gt=0, le=120, description="Maximum delay in seconds.")

    @model_validator(mode="after")
    def _check_distribution(self) -> Self:
        if (self.distribution == "uniform") != (self.to is not None):
            raise ValueError(
                "`to` is required for the distribution `uniform` and not allowed for others"
            )
        if self.to is not None and self.to < self.seconds:
            raise ValueError("`to` must not be less than `seconds`")
        if self.distribution != "lognormal" and "sigma" in self.model_fields_set:
            raise ValueError("`sigma` is allowed only for the distribution `lognormal`")
        return self

    def delay(self, draw: float) -> float:
        """Return the delay in seconds for *draw*, a random number in [0, 1)."""
        seconds = self.seconds
        if self.to is not None:
            seconds += draw * (self.to - self.seconds)
        elif self.distribution == "lognormal":
            probability = min(max(draw, _MIN_PROBABILITY), 1 - _MIN_PROBABILITY)
            seconds *= math.exp(self.sigma * NormalDist().inv_cdf(probability))
        return min(seconds, self.most)

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await anyio.sleep(self.delay(context.draw("seconds")))
        await app(scope, receive, send)
