"""Explains scores."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.domain.errors import SiteNotFound
from mockapi.domain.score import NotScored, ScoreCategory, ScoreType
from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.refusals import refusals
from mockapi.http.request import world_of
from mockapi.wire.base import encode
from mockapi.wire.explain import ExplanationView
from mockapi.wire.scores import ScoreBody, encode_scores
from mockapi.world.scored import is_scored
from mockapi.world.sites import site_with

router = APIRouter()


# Not async: there may be years to compute, in a thread, and other requests go on.
@router.get(
    "/scores",
    summary="The scores of a site, as the Partner API publishes them",
    operation_id="listScores",
    response_model=list[ScoreBody],
    responses=refusals(404),
)
def list_scores(request: Request, site: Annotated[str, Query(description="Its id.")]) -> Response:
    world = world_of(request)
    shown = world.edition.partner_categories
    try:
        found = site_with(world, site)
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
    if not is_scored(world, found):
        body = encode([ScoreBody.of(row) for row in world.store.scores(site, (), shown)])
        return Response(body, media_type="application/json")
    # Late: the engine would make every start longer.
    from mockapi.world.scores import listed

    return Response(encode_scores(listed(world, found, (), shown)), media_type="application/json")


@router.get(
    "/scores/explain",
    summary="How a score came about",
    operation_id="explainScore",
    responses=refusals(404),
)
async def explain_score(
    request: Request,
    site: Annotated[str, Query(description="Id of the site.")],
    date: Annotated[date, Query(description="Of a monthly score any day of its month.")],
    type: ScoreType = ScoreType.DAILY,
    category: ScoreCategory = ScoreCategory.ENERGY,
) -> ExplanationView:
    world = world_of(request)

    def explained() -> ExplanationView:
        # Late: the engine would make every start longer.
        from mockapi.http.admin.explanation import view_of
        from mockapi.world.explaining import explain

        return view_of(explain(world, site, date, type, category))

    try:
        return await run_in_threadpool(explained)
    except SiteNotFound as error:
        raise AdminError(HTTPStatus.NOT_FOUND, f"No site has the id {site!r}.") from error
    except NotScored as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
