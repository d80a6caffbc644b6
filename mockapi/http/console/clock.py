"""Shows a world's time, moves it, and tells what happened by itself and what is to come."""

from fastapi import Request, Response

from mockapi.http.console.agenda import agenda
from mockapi.http.console.page import guarded, show
from mockapi.http.request import world_of

STEPS = (
    ("PT15M", "15 minutes"),
    ("PT1H", "1 hour"),
    ("P1D", "1 day"),
    ("P7D", "1 week"),
    ("P1M", "1 month"),
)


@guarded
async def show_clock(request: Request) -> Response:
    world = world_of(request)
    return show(
        request,
        "console/clock.html",
        "clock",
        steps=STEPS,
        coming=agenda(world),
        stated=bool(world.timeline.events()),
    )
