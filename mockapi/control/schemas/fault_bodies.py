"""Shapes what the control API tells of faults."""

from functools import cache
from typing import Any, Self

from pydantic import Field, JsonValue

from mockapi.control.schemas.world_bodies import AdminBody
from mockapi.faults.base import FaultBase
from mockapi.faults.parsing import FaultPreset
from mockapi.faults.plan import ActiveFault

Stated = dict[str, JsonValue]
"""A fault in the words of the scenario, the call or the preset that it comes from."""


def _stated(fault: FaultBase) -> Stated:
    stated: Stated = fault.model_dump(mode="json", exclude_unset=True)
    return stated


class FaultView(AdminBody):
    """A fault that is on, and what it has counted."""

    id: str
    source: str = Field(description="`scenario`, `control`, or the preset that it is of.")
    matched: int = Field(description="Requests that it was for.")
    hits: int = Field(description="Requests that it struck.")
    fault: Stated = Field(description="Its kind and its settings, as stated.")

    @classmethod
    def of(cls, standing: ActiveFault) -> Self:
        return cls(
            id=standing.id,
            source=standing.source,
            matched=standing.matched,
            hits=standing.hits,
            fault=_stated(standing.fault),
        )


class FaultPresetView(AdminBody):
    """A situation by name."""

    name: str
    description: str
    faults: tuple[Stated, ...]

    @classmethod
    def of(cls, name: str, preset: FaultPreset) -> Self:
        return cls(name=name, description=preset.about, faults=tuple(map(_stated, preset.faults)))


class FaultKindView(AdminBody):
    """A kind of fault: what it does, and the JSON Schema of its settings, for forms."""

    kind: str
    description: str
    stage: str = Field(description="Where it strikes, from `delay`, the outermost, to `data`.")
    needs_socket: bool = Field(description="Whether it happens below HTTP, as it is by default.")
    json_schema: dict[str, Any] = Field(description="JSON Schema of the whole fault.")

    @classmethod
    @cache  # A schema of each kind takes long to make, and none changes.
    def of(cls, kind: str, fault: type[FaultBase]) -> Self:
        return cls(
            kind=kind,
            description=" ".join((fault.__doc__ or "").split()),
            stage=fault.stage.name.lower(),
            needs_socket=fault.model_construct().needs_socket,
            json_schema=fault.model_json_schema(),
        )
