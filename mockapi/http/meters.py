"""Answers `GET /sites/{site-id}/meters`."""

from fastapi import Request, Response

from mockapi.http.answer import json_answer
from mockapi.http.request import bearer_of, world_of
from mockapi.wire.base import encode
from mockapi.wire.sites import MeterBody


async def list_meters(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    meters = world.store.meters(site.id)
    return json_answer(
        encode([MeterBody.of(meter, channels, world.edition) for meter, channels in meters])
    )
