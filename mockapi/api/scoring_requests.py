"""Scoring requests: body, create and list (docs/contract/scores.md)."""

from datetime import datetime
from http import HTTPStatus
from typing import Self

from fastapi import Request, Response
from pydantic import Field

from mockapi.domain import timestamps
from mockapi.domain.edition import Edition
from mockapi.domain.errors import (
    InvalidParam,
    InvalidRequest,
    ScoringRequestDenied,
    SiteNotFound,
)
from mockapi.domain.scores import ScoringRequestStatus, status_at
from mockapi.http.context import bearer_of, world_of
from mockapi.http.json_bodies import ApiModel, encode
from mockapi.http.responses import JsonResponse
from mockapi.store.tables import ScoringRequest, Site
from mockapi.world.sites import scoring_decision

_DETAILS = {
    ScoringRequestStatus.PENDING: "Site is being configured",
    ScoringRequestStatus.CONFIGURED: "site is configured successfully",
    # assumption: no rejected request was ever recorded; the detail is ours.
    ScoringRequestStatus.REJECTED: "Site could not be configured",
}


class ScoringRequestBody(ApiModel):
    """A scoring request as published; `id` is an integer in edition 2023-java."""

    id: str | int
    status: ScoringRequestStatus
    detail: str = Field(examples=[_DETAILS[ScoringRequestStatus.PENDING]])
    created_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, request: ScoringRequest, edition: Edition, now: datetime) -> Self:
        """Return *request* with its status at *now*."""
        status = status_at(now, request.configured_at, request.rejected_at)
        is_open = status is ScoringRequestStatus.PENDING
        detail = request.detail if is_open else request.verdict_detail
        identity = request.number if edition.integer_request_ids else request.id
        return cls(
            id=request.id if identity is None else identity,
            status=status,
            detail=detail or _DETAILS[status],
            created_at=timestamps.format_seconds(request.created_at),
        )


async def create_scoring_request(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = _site(request, site_id)
    now = world.now()
    created = world.store.add_scoring_request(
        site,
        bearer_of(request).customer_id,
        now,
        world.seed,
        scoring_decision(world.scenario, site),
    )
    body = ScoringRequestBody.of(created, world.edition, now)
    return JsonResponse(encode(body), HTTPStatus.CREATED)


async def list_scoring_requests(request: Request, site_id: str, id: str | None = None) -> Response:
    world = world_of(request)
    integer = world.edition.integer_request_ids
    if id and integer and not id.isdecimal():
        raise InvalidRequest([InvalidParam("id", "id", "must be an integer")])
    site = _site(request, site_id)
    requests = world.store.scoring_requests(site.id)
    own = [each for each in requests if each.customer_id == bearer_of(request).customer_id]
    # Recorded for a visible site with a request of another customer.
    if requests and not own:
        raise ScoringRequestDenied
    if id:
        own = [each for each in own if id == (str(each.number) if integer else each.id)]
    now = world.now()
    return JsonResponse(encode([ScoringRequestBody.of(each, world.edition, now) for each in own]))


def _site(request: Request, site_id: str) -> Site:
    # No 404 is published for scoring requests, so that the recorded denial is used.
    try:
        return world_of(request).store.site(site_id, bearer_of(request).customer_id)
    except SiteNotFound:
        raise ScoringRequestDenied from None
