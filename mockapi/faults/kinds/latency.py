"""Makes requests wait."""

import math
from statistics import NormalDist
from typing import ClassVar, Literal, Self

import anyio
from pydantic import Field, model_validator

from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, Receive, Scope, Send

_A_CHANCE = 1e-9


class Latency(FaultBase):
    """Waits before the request goes on: always as long, between two bounds, or lognormally.

    The wait is real time, whatever the world's clock does.
    """

    kind: Literal["latency"] = "latency"
    stage: ClassVar[Stage] = Stage.DELAY

    distribution: Literal["fixed", "uniform", "lognormal"] = Field(
        default="fixed", description="How the waits are spread."
    )
    seconds: float = Field(
        gt=0,
        le=120,
        description="Seconds: the wait if fixed, the shortest if uniform, the median if lognormal.",
    )
    to: float | None = Field(
        default=None, gt=0, le=120, description="Seconds: the longest wait if uniform."
    )
    sigma: float = Field(
        default=0.5, gt=0, le=3, description="Spread of the waits' logarithm if lognormal."
    )
    most: float = Field(default=120, gt=0, le=120, description="Seconds no wait is longer than.")

    @model_validator(mode="after")
    def _have_bounds(self) -> Self:
        if (self.distribution == "uniform") != (self.to is not None):
            raise ValueError("`to` belongs to the distribution `uniform`, which needs it")
        if self.to is not None and self.to < self.seconds:
            raise ValueError("`to` must not be shorter than `seconds`")
        if self.distribution != "lognormal" and "sigma" in self.model_fields_set:
            raise ValueError("`sigma` belongs to the distribution `lognormal`")
        return self

    def wait(self, draw: float) -> float:
        """Return the seconds to wait for a number drawn from [0, 1)."""
        seconds = self.seconds
        if self.to is not None:
            seconds += draw * (self.to - self.seconds)
        elif self.distribution == "lognormal":
            chance = min(max(draw, _A_CHANCE), 1 - _A_CHANCE)
            seconds *= math.exp(self.sigma * NormalDist().inv_cdf(chance))
        return min(seconds, self.most)

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await anyio.sleep(self.wait(context.draw("seconds")))
        await app(scope, receive, send)
