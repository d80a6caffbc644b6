"""Answers `GET /sites`."""

from fastapi import Request, Response

from mockapi.http.answer import json_answer
from mockapi.http.request import bearer_of, world_of
from mockapi.wire.base import encode
from mockapi.wire.sites import SiteBody


async def list_sites(request: Request) -> Response:
    world = world_of(request)
    customer_id = bearer_of(request).customer_id

    def body() -> bytes:
        return encode([SiteBody.of(site, world.edition) for site in world.store.sites(customer_id)])

    return json_answer(world.store.remember("site", ("sites body", customer_id), body))
