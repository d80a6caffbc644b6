"""Answers `GET /sites/{site-id}/timeseries`."""

from typing import Annotated

from fastapi import Query, Request, Response

from mockapi.api.schemas.timeseries import encode_timeseries
from mockapi.domain.errors import InvalidParam, InvalidRequest
from mockapi.http.context import bearer_of, world_of
from mockapi.http.parameters import ArrivalWindow
from mockapi.http.responses import json_stream


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
