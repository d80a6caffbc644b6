"""Tiles of the home page, with figures that each request computes for a few more sites."""

from fastapi import Request, Response

from mockapi.console.figure_computation import compute_figures
from mockapi.console.home import tile_values
from mockapi.console.overview import MOST_SITES
from mockapi.console.page import render_console_page, requires_admin, threaded
from mockapi.console.site_figures import FigureGroup, is_known
from mockapi.http.context import world_of
from mockapi.world.sites import all_sites


@requires_admin
@threaded
def show_tiles(request: Request) -> Response:
    """Compute figures of a few more sites, and return the tiles of the home page."""
    world = world_of(request)
    sites = all_sites(world)
    shown = [each for each in sites if each.registered_at is not None][:MOST_SITES]
    # Electricity first, because it is computed fast.
    group = FigureGroup.ELECTRICITY
    if all(is_known(world, each, (group,)) for each in shown):
        group = FigureGroup.SCORE
    compute_figures(world, shown, (group,))
    return render_console_page(request, "console/tiles.html", "home", **tile_values(world, sites))
