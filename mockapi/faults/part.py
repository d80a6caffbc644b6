"""Gives every part of a fault its manners: closed, frozen, told by pydantic's own words."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a fault as scenarios, the control API and headers state it."""

    # Built when first needed: 27 kinds would make every start a twentieth longer.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
