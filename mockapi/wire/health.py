"""Shapes what anybody may know of a world: that it answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Health(BaseModel):
    """Whether the world answers, and which version serves it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    status: Literal["ready"] = "ready"
    version: str
    scenario: str
