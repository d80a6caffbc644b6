"""`GET /sites/{site-id}/timeseries` (docs/contract/timeseries.md)."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import ConfigDict, Field

from mockapi.domain.errors import InvalidParam, InvalidRequest
from mockapi.http.context import bearer_of, world_of
from mockapi.http.json_bodies import ApiModel
from mockapi.http.parameters import ArrivalWindow
from mockapi.http.responses import streaming_json_response
from mockapi.store.tables import Site
from mockapi.world.world import World


class ReadingBody(ApiModel):
    """A value; `date` is when it was measured, `updatedAt` when it became visible."""

    date: str = Field(json_schema_extra={"format": "date-time"})
    updated_at: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float


class TimeseriesBody(ApiModel):
    """The readings under one key."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0",
                    "values": [
                        {
                            "date": "2026-06-01T08:00:00Z",
                            "updatedAt": "2026-06-01T08:10:05Z",
                            "value": 218.4,
                        }
                    ],
                }
            ]
        }
    )

    key: str
    values: tuple[ReadingBody, ...]


async def list_timeseries(
    request: Request, site_id: str, window: Annotated[ArrivalWindow, Query()]
) -> Response:
    # assumption: a window that ends before it begins, or where it begins, is refused.
    if window.since is not None and window.until is not None and window.since >= window.until:
        raise InvalidRequest(
            [InvalidParam("updatedAt[lt]", "updatedAt[lt]", "must be later than updatedAt[gte]")]
        )
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    return streaming_json_response(_pieces(world, site, window))


def _pieces(world: World, site: Site, window: ArrivalWindow) -> Iterator[bytes]:
    # Imported lazily: numpy adds 90 ms to start-up, and here a thread waits for it.
    from mockapi.api.reading_encoder import encode_timeseries

    yield from encode_timeseries(world.reader.timeseries(site, window.since, window.until))
