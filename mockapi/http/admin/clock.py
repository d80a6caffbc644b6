"""Tells a world's time and moves it."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.refusals import refusals
from mockapi.http.request import world_of
from mockapi.wire.clock import ClockMove, ClockView
from mockapi.world.clock import BeyondTheEnd, CannotTurnBack, WorldClock

router = APIRouter()


@router.get("/clock", summary="What time it is", operation_id="getClock", responses=refusals())
async def tell(request: Request) -> ClockView:
    return _view(world_of(request).clock)


@router.put(
    "/clock",
    summary="Freeze the clock, advance it, run it at a rate, or follow the system's",
    operation_id="moveClock",
    responses=refusals(400, 409),
)
async def move(request: Request, move: ClockMove) -> ClockView:
    clock = world_of(request).clock
    try:
        if move.freeze is not None:
            clock.freeze(move.freeze)
        elif move.advance is not None:
            clock.advance(move.advance)
        elif move.rate is not None:
            clock.run(move.rate)
        else:
            clock.follow_system()
    except (CannotTurnBack, BeyondTheEnd) as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error
    return _view(clock)


def _view(clock: WorldClock) -> ClockView:
    return ClockView.of(clock.now(), clock.course)
