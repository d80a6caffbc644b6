"""Tells who looks after a process that its world is ready; does without the control API."""

from fastapi import Request, Response

from mockapi.http.request import world_of
from mockapi.version import __version__
from mockapi.wire.health import Health
from mockapi.world.world import World


def health_of(world: World) -> Health:
    return Health(version=__version__, scenario=world.scenario_name)


async def health(request: Request) -> Response:
    text = health_of(world_of(request)).model_dump_json()
    return Response(text, media_type="application/json")
