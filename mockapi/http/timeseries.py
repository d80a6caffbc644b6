"""Answers `GET /sites/{site-id}/timeseries`."""

from typing import Annotated

from fastapi import Query, Request, Response

from mockapi.domain.errors import InvalidParam, InvalidRequest
from mockapi.http.answer import json_stream
from mockapi.http.queries import ArrivalWindow
from mockapi.http.request import bearer_of, world_of
from mockapi.wire.timeseries import encode_timeseries


async def list_timeseries(
    request: Request, site_id: str, window: Annotated[ArrivalWindow, Query()]
) -> Response:
    # inferred: a window that ends before it begins, or where it begins, is refused.
    if window.since is not None and window.until is not None and window.since >= window.until:
        raise InvalidRequest(
            [InvalidParam("updatedAt[lt]", "updatedAt[lt]", "must be later than updatedAt[gte]")]
        )
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    return json_stream(encode_timeseries(world.timeseries(site, window.since, window.until)))
