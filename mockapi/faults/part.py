"""Base of the parts of a fault."""

from mockapi.domain.strict_model import StrictModel


class Part(StrictModel):
    """A part of a fault as scenarios, the control API and headers give it."""
