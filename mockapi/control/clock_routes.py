"""Clock, changes and timeline of a world in the control API."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from mockapi.control.route import AdminError, AdminRoute, error_responses
from mockapi.control.schemas.clock_bodies import ChangesView, ClockView, EventView, SetClockRequest
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.world.changes import changes
from mockapi.world.clock import ClockMovedBackError, ClockRangeError, WorldClock

router = APIRouter(route_class=AdminRoute)


@router.get(
    "/clock", summary="What time it is", operation_id="getClock", responses=error_responses()
)
async def tell(request: Request) -> ClockView:
    return _view(world_of(request).clock)


@router.put(
    "/clock",
    summary="Freeze the clock, advance it, run it at a rate, or follow the system's",
    operation_id="setClock",
    responses=error_responses(409, 415),
)
async def move(request: Request, move: SetClockRequest) -> ClockView:
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
    except (ClockMovedBackError, ClockRangeError) as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error
    return _view(clock)


# Not async: to count readings takes a while, in a thread, and other requests go on.
@router.get(
    "/changes",
    summary="What came about since an instant: readings, expiries, events",
    operation_id="getChanges",
    responses=error_responses(),
)
def get_changes(
    request: Request,
    since: WorldInstant,
    until: Annotated[WorldInstant | None, Query(description="Now if unset.")] = None,
) -> ChangesView:
    world = world_of(request)
    end = min(until or world.now(), world.now())
    found = changes(world, since, end)
    return ChangesView(
        since=timestamps.format_seconds(since),
        until=timestamps.format_seconds(end),
        readings_arrived=found.readings,
        sites_counted=found.sites,
        all_sites=found.every_site,
        tokens_expired=found.tokens_expired,
        requests_configured=found.requests["configured"],
        requests_rejected=found.requests["rejected"],
        events=found.events,
    )


def _view(clock: WorldClock) -> ClockView:
    return ClockView.of(clock.now(), clock.state)


@router.get(
    "/timeline",
    summary="What happened by the scenario's timeline, and what is to come",
    operation_id="getTimeline",
    response_model_exclude_none=True,
    responses=error_responses(),
)
async def timeline(request: Request) -> list[EventView]:
    return [
        EventView.of(each.event, each.at, each.until, each.state)
        for each in world_of(request).timeline.events()
    ]
