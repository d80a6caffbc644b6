"""Clock, changes and timeline of a world in the control API."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from mockapi.control.route import AdminError, AdminRoute, error_responses, require_window
from mockapi.control.schemas.clock_bodies import ChangesView, ClockView, EventView, SetClockRequest
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.world.changes import changes
from mockapi.world.world_clock import ClockMovedBackError, ClockRangeError, WorldClock

router = APIRouter(route_class=AdminRoute)


@router.get(
    "/clock", summary="Return the clock", operation_id="getClock", responses=error_responses()
)
async def get_clock(request: Request) -> ClockView:
    return _view(world_of(request).clock)


@router.put(
    "/clock",
    summary="Freeze or advance the clock, run it at a rate, or follow the system clock",
    operation_id="setClock",
    responses=error_responses(409, 415),
)
async def set_clock(request: Request, change: SetClockRequest) -> ClockView:
    clock = world_of(request).clock
    try:
        if change.freeze is not None:
            clock.freeze(change.freeze)
        elif change.advance is not None:
            clock.advance(change.advance)
        elif change.rate is not None:
            clock.run(change.rate)
        else:
            clock.follow_system()
    except (ClockMovedBackError, ClockRangeError) as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error
    return _view(clock)


# Not async: counting readings is slow and runs in a thread.
@router.get(
    "/changes",
    summary="Return the changes between two instants: readings, expiries, events",
    operation_id="getChanges",
    responses=error_responses(),
)
def get_changes(
    request: Request,
    since: WorldInstant,
    until: Annotated[WorldInstant | None, Query(description="Default: now.")] = None,
) -> ChangesView:
    require_window(since, until)
    world = world_of(request)
    end = min(until or world.now(), world.now())
    found = changes(world, since, end)
    return ChangesView(
        since=timestamps.format_seconds(since),
        until=timestamps.format_seconds(end),
        readings_arrived=found.readings.total(),
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
    summary="List past, active and upcoming events of the timeline",
    operation_id="getTimeline",
    response_model_exclude_none=True,
    responses=error_responses(),
)
async def get_timeline(request: Request) -> list[EventView]:
    return [EventView.of(each) for each in world_of(request).timeline.events()]
