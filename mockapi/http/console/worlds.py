"""Shows worlds, their snapshots, and the scenarios that they are made of."""

from fastapi import Request, Response

from mockapi.http.address import url_of
from mockapi.http.admin.scenarios import (
    scenario_named,
    scenario_of_world,
    scenario_summaries,
)
from mockapi.http.console.page import NotShown, guarded, show
from mockapi.http.console.source import lines_of
from mockapi.http.request import world_of
from mockapi.wire.scenarios import ScenarioView
from mockapi.wire.snapshots import SnapshotView
from mockapi.wire.worlds import WorldBody
from mockapi.world.snapshots import MOST
from mockapi.world.world import World
from mockapi.world.worlds import Worlds


@guarded
async def show_worlds(request: Request) -> Response:
    world = world_of(request)
    worlds: Worlds = request.scope["mockapi.worlds"]
    kept = world.snapshots.list()
    return show(
        request,
        "console/worlds.html",
        "worlds",
        own=_seen(world),
        url=url_of(request),
        worlds=[_seen(each) for each in (worlds.first, *worlds)],
        snapshots=[SnapshotView.of(each.name, each.at, len(each.content)) for each in kept],
        most=MOST,
        scenarios=scenario_summaries(),
        idle=round(world.settings.world_idle.total_seconds() / 60),
    )


@guarded
async def show_scenario(request: Request) -> Response:
    try:
        return _shown(request, scenario_named(request.path_params["name"]))
    except LookupError as error:
        raise NotShown(str(error), "worlds") from error


@guarded
async def show_own_scenario(request: Request) -> Response:
    return _shown(request, scenario_of_world(world_of(request)))


def _seen(world: World) -> WorldBody:
    return WorldBody.of(
        world.name, world.scenario_name, world.seed, world.edition.name, world.now()
    )


def _shown(request: Request, scenario: ScenarioView) -> Response:
    return show(
        request,
        "console/scenario.html",
        "worlds",
        scenario=scenario,
        lines=lines_of(scenario.text),
    )
