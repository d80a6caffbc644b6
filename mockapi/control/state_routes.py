"""Routes that add, change and remove sites, meters, scores and scoring requests."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockapi.api.performance_scores import ScoreBody
from mockapi.api.scoring_requests import ScoringRequestBody
from mockapi.api.sites import MeterBody, SiteBody
from mockapi.control.route import AdminRoute, error_responses
from mockapi.control.scenario_parts import Part, example, parsed, state_errors
from mockapi.control.schemas.score_bodies import RemovedScoresView
from mockapi.domain.catalog import catalog
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.http.context import world_of
from mockapi.http.json_bodies import ApiModel, encode
from mockapi.http.responses import JsonResponse
from mockapi.scenario.updates import (
    ChangedScore,
    MeterUpdate,
    NewMeter,
    NewScores,
    NewScoringRequest,
    NewSite,
    SiteUpdate,
)
from mockapi.world import score_edits, site_edits

router = APIRouter(route_class=AdminRoute)


_FIRST_SITE = "510affb6-69ec-4a7a-a510-acf99e641739"
"""Id of the first site of the demo, for examples."""


def _created(body: ApiModel | list[ScoreBody]) -> Response:
    return JsonResponse(encode(body), HTTPStatus.CREATED)


@router.post(
    "/sites",
    summary="Add a site",
    description="The body has the keys of a site in a scenario, and `customer`, the id or e-mail "
    "address of the owner (default: the first customer). Other values are drawn from the seed. "
    "The response is the site as the Partner API returns it.",
    operation_id="addSite",
    status_code=HTTPStatus.CREATED,
    response_model=SiteBody,
    responses=error_responses(404, 409, 415),
)
async def add_site(
    request: Request,
    body: Annotated[
        Part, example({"building": "office", "city": "Lyon", "area": 12000, "registered": True})
    ],
) -> Response:
    world, spec = world_of(request), parsed(NewSite, body)
    with state_errors():
        site = site_edits.add_site(world, spec)
    return _created(SiteBody.of(site, world.edition))


@router.patch(
    "/sites/{site_id}",
    summary="Change a site",
    description="The body has keys of a site in a scenario with new values; null removes a value. "
    "A new `building` also sets the values that depend on it, a new `city` the place and the "
    "address, unless they are given. `registered: true` registers the site.",
    operation_id="updateSite",
    response_model=SiteBody,
    responses=error_responses(404, 415),
)
async def update_site(
    request: Request, site_id: str, body: Annotated[Part, example({"name": "Tour A", "area": 9000})]
) -> Response:
    world, update = world_of(request), parsed(SiteUpdate, body)
    with state_errors():
        site = site_edits.update_site(world, site_id, update)
    return JsonResponse(encode(SiteBody.of(site, world.edition)))


@router.delete(
    "/sites/{site_id}",
    summary="Remove a site with its meters, readings, projects, scores and scoring requests",
    operation_id="removeSite",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def remove_site(request: Request, site_id: str) -> None:
    with state_errors():
        site_edits.remove_site(world_of(request), site_id)


@router.post(
    "/meters",
    summary="Add a meter to a site",
    description="The body has the keys of a meter in a scenario, and `site`, the id of its site. "
    "The response is the meter as the Partner API returns it.",
    operation_id="addMeter",
    status_code=HTTPStatus.CREATED,
    response_model=MeterBody,
    responses=error_responses(404, 409, 415),
)
async def add_meter(
    request: Request,
    body: Annotated[
        Part, example({"site": _FIRST_SITE, "usage": catalog().commodity[0].usages[0]})
    ],
) -> Response:
    world, spec = world_of(request), parsed(NewMeter, body)
    with state_errors():
        meter, channels = site_edits.add_meter(world, spec.site, spec)
    return _created(MeterBody.of(meter, channels, world.edition))


@router.patch(
    "/meters/{meter_id}",
    summary="Change name, gateway, interval or resolution of a meter",
    description="The body has keys of a meter in a scenario with new values.",
    operation_id="updateMeter",
    response_model=MeterBody,
    responses=error_responses(404, 415),
)
async def update_meter(
    request: Request, meter_id: str, body: Annotated[Part, example({"name": "Main meter"})]
) -> Response:
    world, update = world_of(request), parsed(MeterUpdate, body)
    with state_errors():
        meter, channels = site_edits.update_meter(world, meter_id, update)
    return JsonResponse(encode(MeterBody.of(meter, channels, world.edition)))


@router.delete(
    "/meters/{meter_id}",
    summary="Remove a meter with its submeters and readings",
    operation_id="removeMeter",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def remove_meter(request: Request, meter_id: str) -> None:
    with state_errors():
        site_edits.remove_meter(world_of(request), meter_id)


@router.post(
    "/scores",
    summary="Store scores of a site",
    description="The body has `site`, the id of the site, and `scores`, a list as in a scenario. "
    "A score replaces that of the same date, type and category. The response has the scores as "
    "the Partner API returns posted ones.",
    operation_id="addScores",
    status_code=HTTPStatus.CREATED,
    response_model=list[ScoreBody],
    responses=error_responses(404, 415),
)
async def add_scores(
    request: Request,
    body: Annotated[
        Part,
        example(
            {
                "site": _FIRST_SITE,
                "scores": [
                    {"date": "2026-05-31", "type": "daily", "category": "energy", "score": 71}
                ],
            }
        ),
    ],
) -> Response:
    world, spec = world_of(request), parsed(NewScores, body)
    with state_errors():
        stored = score_edits.add_scores(world, spec)
    return _created([ScoreBody.stamped(*each) for each in stored])


@router.patch(
    "/scores",
    summary="Change the value of a stored score",
    description="The body has `site`, `date`, `type` and `category` of the score, and `score`, its "
    "new value. Computed scores are not stored; replace them with POST.",
    operation_id="updateScore",
    response_model=ScoreBody,
    responses=error_responses(404, 415),
)
async def update_score(
    request: Request,
    body: Annotated[
        Part,
        example(
            {
                "site": _FIRST_SITE,
                "date": "2026-05-31",
                "type": "daily",
                "category": "energy",
                "score": 72,
            }
        ),
    ],
) -> Response:
    world, spec = world_of(request), parsed(ChangedScore, body)
    with state_errors():
        stored = score_edits.update_score(world, spec)
    return JsonResponse(encode(ScoreBody.stamped(*stored)))


@router.delete(
    "/scores",
    summary="Remove the stored scores of a site",
    description="Of the site, or only those with the given date, type and category. Computed "
    "scores that they replaced are published again.",
    operation_id="removeScores",
    responses=error_responses(404),
)
async def remove_scores(
    request: Request,
    site: Annotated[str, Query(description="Id of the site.")],
    date: Annotated[date | None, Query(description="Default: all dates.")] = None,
    type: Annotated[ScoreType | None, Query(description="Default: all types.")] = None,
    category: Annotated[ScoreCategory | None, Query(description="Default: all.")] = None,
) -> RemovedScoresView:
    with state_errors():
        count = score_edits.remove_scores(world_of(request), site, date, type, category)
    return RemovedScoresView(site=site, count=count)


@router.post(
    "/scoring-requests",
    summary="Add a scoring request",
    description="The body has the keys of a scoring request in a scenario (`created_at` is now by "
    "default), `site`, the id of the site, and `customer` (default: the owner of the site). A "
    "pending request is decided as the scenario says.",
    operation_id="addScoringRequest",
    status_code=HTTPStatus.CREATED,
    response_model=ScoringRequestBody,
    responses=error_responses(404, 409, 415),
)
async def add_scoring_request(
    request: Request,
    body: Annotated[Part, example({"site": _FIRST_SITE})],
) -> Response:
    world, spec = world_of(request), parsed(NewScoringRequest, body)
    with state_errors():
        made = score_edits.add_scoring_request(world, spec)
    return _created(ScoringRequestBody.of(made, world.edition, world.now()))
