"""Bodies of snapshots."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.patterns import SNAPSHOT

SnapshotName = Annotated[
    str,
    StringConstraints(pattern=SNAPSHOT),
    Field(description="Letters, digits, points, hyphens and underscores."),
]


class SaveSnapshotRequest(AdminRequest):
    """What the present state is to be called."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"name": "configured"}]}
    )

    name: SnapshotName


class SnapshotView(AdminBody):
    """A state that the world can be put back to."""

    name: str
    at: str = Field(description="What time it is in it.", json_schema_extra={"format": "date-time"})
    size: int = Field(description="Bytes of its file.")

    @classmethod
    def of(cls, name: str, at: datetime, size: int) -> Self:
        told = timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
        return cls(name=name, at=told, size=size)
