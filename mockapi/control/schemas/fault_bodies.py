"""Bodies of faults, fault kinds and presets."""

from functools import cache
from typing import Any, Self

from pydantic import Field, JsonValue

from mockapi.control.schemas.world_bodies import AdminBody
from mockapi.faults.fault_base import FaultBase
from mockapi.faults.parsing import FaultPreset
from mockapi.faults.plan import ActiveFault

FaultSettings = dict[str, JsonValue]
"""Kind and given settings of a fault, without defaults."""


def _given_settings(fault: FaultBase) -> FaultSettings:
    settings: FaultSettings = fault.model_dump(mode="json", exclude_unset=True)
    return settings


class FaultView(AdminBody):
    """Active fault with its counts."""

    id: str
    source: str = Field(description="`scenario`, `control`, or the name of a preset.")
    matched: int = Field(description="Number of requests that matched.")
    hits: int = Field(description="Number of requests that it was applied to.")
    fault: FaultSettings = Field(description="Its kind and its given settings.")

    @classmethod
    def of(cls, standing: ActiveFault) -> Self:
        return cls(
            id=standing.id,
            source=standing.source,
            matched=standing.matched,
            hits=standing.hits,
            fault=_given_settings(standing.fault),
        )


class FaultPresetView(AdminBody):
    """Named group of faults."""

    name: str
    description: str
    client_sees: str = Field(description="Responses that a client gets, with each status.")
    faults: tuple[FaultSettings, ...]

    @classmethod
    def of(cls, name: str, preset: FaultPreset) -> Self:
        return cls(
            name=name,
            description=preset.about,
            client_sees=preset.client_sees,
            faults=tuple(map(_given_settings, preset.faults)),
        )


class FaultKindView(AdminBody):
    """Fault kind with its description and the JSON Schema of its settings."""

    kind: str
    description: str
    stage: str = Field(description="Where it applies, from `delay` (outermost) to `data`.")
    needs_socket: bool = Field(description="True if its default settings act below HTTP.")
    json_schema: dict[str, Any] = Field(description="JSON Schema of the whole fault.")

    @classmethod
    @cache  # Because each schema is slow to generate and never changes.
    def of(cls, kind: str, fault: type[FaultBase]) -> Self:
        return cls(
            kind=kind,
            description=" ".join((fault.__doc__ or "").split()),
            stage=fault.stage.name.lower(),
            needs_socket=fault.model_construct().needs_socket,
            json_schema=fault.model_json_schema(),
        )
