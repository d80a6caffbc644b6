"""Worlds page."""

from pathlib import Path

from fastapi import Request, Response

from mockapi.console.page import render_console_page, requires_admin
from mockapi.control.named_world_routes import named_world_view
from mockapi.control.scenario_routes import scenario_summaries
from mockapi.control.schemas.world_bodies import SnapshotView
from mockapi.http.context import url_of, world_of, worlds_of
from mockapi.scenario.errors import ScenarioError
from mockapi.world.reload import NotReloadableError, scenario_file_of
from mockapi.world.snapshots import MOST
from mockapi.world.world import World


@requires_admin
async def show_worlds(request: Request) -> Response:
    world = world_of(request)
    worlds = worlds_of(request)
    snapshots = world.snapshots.list()
    return render_console_page(
        request,
        "console/worlds.html",
        "worlds",
        world=named_world_view(world),
        url=url_of(request),
        worlds=[named_world_view(each) for each in (worlds.first, *worlds)],
        snapshots=[SnapshotView.of(each.name, each.at, len(each.content)) for each in snapshots],
        limit=MOST,
        scenarios=scenario_summaries(),
        file=_scenario_file(world),
        watched=None if world.name else worlds.watched,
        idle=round(world.settings.world_idle.total_seconds() / 60),
    )


def _scenario_file(world: World) -> Path | None:
    """Return the file that the world can be loaded from again; None if there is none."""
    try:
        return scenario_file_of(world.settings, is_text=world.is_from_text)
    except (NotReloadableError, ScenarioError):
        return None
