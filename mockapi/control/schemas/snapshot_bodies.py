"""Bodies of snapshots."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.text_matching import SNAPSHOT

SnapshotName = Annotated[
    str,
    StringConstraints(pattern=SNAPSHOT),
    Field(description="Letters, digits, dots, hyphens and underscores."),
]


class SaveSnapshotRequest(AdminRequest):
    """Name of a new snapshot."""

    # To avoid a warning: FastAPI wraps a body in a field, and pydantic needs its schema then.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"name": "configured"}]}
    )

    name: SnapshotName


class SnapshotView(AdminBody):
    """Saved state of a world."""

    name: str
    at: str = Field(
        description="Time of the world in the snapshot.", json_schema_extra={"format": "date-time"}
    )
    size: int = Field(description="Size of its file in bytes.")

    @classmethod
    def of(cls, name: str, at: datetime, size: int) -> Self:
        text = timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
        return cls(name=name, at=text, size=size)
