"""Tells what happens in a world by itself."""

from fastapi import APIRouter, Request

from mockapi.control.errors import refusals
from mockapi.control.route import AdminRoute
from mockapi.control.schemas.clock import EventView
from mockapi.http.context import world_of



@router.get(
    "/timeline",
    summary="What happened by the scenario's timeline, and what is to come",
    operation_id="getTimeline",
    response_model_exclude_none=True,
    responses=refusals(),
)
async def timeline(request: Request) -> list[EventView]:
    return [
        EventView.of(each.event, each.at, each.until, each.state)
        for each in world_of(request).timeline.events()
    ]
