"""Scoring requests: create and list."""

from http import HTTPStatus

from fastapi import Request, Response

from mockapi.api.schemas.score_bodies import ScoringRequestBody
from mockapi.domain.errors import (
    InvalidParam,
    InvalidRequest,
    ScoringRequestDenied,
    SiteNotFound,
)
from mockapi.http.body import encode
from mockapi.http.context import bearer_of, world_of
from mockapi.http.responses import json_response
from mockapi.store.tables.site_tables import Site
from mockapi.world.sites import scoring_decision


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
    return json_response(encode(body), HTTPStatus.CREATED)


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
    return json_response(encode([ScoringRequestBody.of(each, world.edition, now) for each in own]))


def _site(request: Request, site_id: str) -> Site:
    # No 404 is published for scoring requests, so that the recorded denial is used.
    try:
        return world_of(request).store.site(site_id, bearer_of(request).customer_id)
    except SiteNotFound:
        raise ScoringRequestDenied from None
