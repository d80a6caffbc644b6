"""Health check, for probes. It works without the control API."""

from typing import Literal

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict

from mockapi.http.context import world_of
from mockapi.version import __version__
from mockapi.world.world import World


class Health(BaseModel):
    """Status, version and scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    status: Literal["ready"] = "ready"
    version: str
    scenario: str


def health_of(world: World) -> Health:
    return Health(version=__version__, scenario=world.scenario_name)


async def health(request: Request) -> Response:
    text = health_of(world_of(request)).model_dump_json()
    return Response(text, media_type="application/json")
