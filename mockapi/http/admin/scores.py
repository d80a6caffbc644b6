"""Lists and explains scores."""

from collections.abc import Collection, Iterable
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.domain.errors import SiteNotFound
from mockapi.domain.score import ComputedScore, NotScored, ScoreCategory, ScoreType
from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.refusals import refusals
from mockapi.http.admin.route import AdminRoute
from mockapi.http.queries import names
from mockapi.http.request import world_of
from mockapi.wire.admin_scores import ScoreColumns
from mockapi.wire.explain import ExplanationView
from mockapi.wire.scores import ScoreBody, encode_scores
from mockapi.world.scored import is_scored
from mockapi.world.sites import site_with
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.store.tables.scoring import PerformanceScore

router = APIRouter(route_class=AdminRoute)

Wanted = Annotated[str, Query(description="Id of the site.")]
Types = Annotated[frozenset[ScoreType], Query(description="All if unset; may be repeated.")]
Categories = Annotated[
    frozenset[ScoreCategory], Query(description="All of the edition if unset; may be repeated.")
]
Since = Annotated[date | None, Query(description="Dates from then on; all if unset.")]


# Not async: there may be years to compute, in a thread, and other requests go on.
@router.get(
    "/scores",
    summary="The scores of a site, as the Partner API publishes them",
    operation_id="listScores",
    response_model=list[ScoreBody],
    responses=refusals(404),
)
def list_scores(
    request: Request,
    site: Wanted,
    type: Types = frozenset(),
    category: Categories = frozenset(),
    since: Since = None,
) -> Response:
    found = _found(world_of(request), site, type, category, since)
    return Response(encode_scores(found), media_type="application/json")


# Not async, as above.
@router.get(
    "/scores/columns",
    summary="The scores of a site in columns by type, a fifth as long",
    operation_id="getScoreColumns",
    responses=refusals(404),
)
def get_score_columns(
    request: Request,
    site: Wanted,
    type: Types = frozenset(),
    category: Categories = frozenset(),
    since: Since = None,
) -> list[ScoreColumns]:
    found = _found(world_of(request), site, type, category, since)
    return list(ScoreColumns.all_of(found))


def _found(
    world: World,
    site_id: str,
    types: Collection[ScoreType],
    categories: frozenset[ScoreCategory],
    since: date | None,
) -> "Iterable[PerformanceScore | ComputedScore]":
    """Return the scores that are wanted, and work out no others; raises `AdminError`."""
    allowed = world.edition.partner_categories
    unknown = categories - allowed
    if unknown:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            f"category: this edition has no {names(unknown)}, only {names(allowed)}.",
        )
    try:
        site = site_with(world, site_id)
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
    shown = categories or allowed
    if is_scored(world, site):
        # Late: the engine would make every start longer.
        from mockapi.world.scores import listed

        found = listed(world, site, types, shown)
    else:
        found = world.store.scores(site.id, types, shown)
    begin = "" if since is None else since.isoformat()
    return (each for each in found if each.date >= begin)


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
