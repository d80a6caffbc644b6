"""Routes of scores and of their calculation."""

from collections.abc import Collection, Iterable
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.api.performance_scores import ScoreBody, encode_scores
from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.score_bodies import (
    BuildingProfileView,
    CalculationStepView,
    ExplanationView,
    FactorView,
    MeterInputView,
    ScoreColumns,
    ScoreComponentView,
    ScoreCoverageView,
    ScorePointsView,
)
from mockapi.domain import timestamps
from mockapi.domain.errors import SiteNotFound
from mockapi.domain.factors import factors
from mockapi.domain.scores import ComputedScore, ScoreCategory, ScoreNotFoundError, ScoreType
from mockapi.http.context import world_of
from mockapi.http.parameters import join_sorted
from mockapi.scoring.engine import DISCLAIMER, ENGINE
from mockapi.scoring.engine.arithmetic import points
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.explanation import Explanation, explain
from mockapi.scoring.service import listed
from mockapi.store.tables import PerformanceScore
from mockapi.world.sites import is_scored, site_with
from mockapi.world.world import World

_CURVE = (
    "S(r) = 100 / (1 + r^2), where r is the site's intensity over its reference; "
    "for CO2 straight lines between points"
)


def view_of(found: Explanation) -> ExplanationView:
    """Return the body of *found*."""
    stamp = found.updated_at_ns
    return ExplanationView(
        disclaimer=DISCLAIMER
        if found.posted is None
        else f"Posted by a scoring partner, not computed by {ENGINE}.",
        engine=ENGINE,
        factors_version=factors().version,
        site=found.site.id,
        date=found.date,
        type=found.type,
        category=found.category,
        origin="computed" if found.posted is None else "posted",
        score=found.score,
        updated_at=None if stamp is None else timestamps.format_ns_as_seconds(stamp),
        missing=tuple(found.missing),
        curve=_CURVE,
        points=_points(found),
        building_profile=_building_profile(found.building_profile),
        inputs=tuple(
            MeterInputView(
                meter_id=each.meter_id,
                usage=each.usage,
                total=each.total,
                covered_days=each.days,
                daily=each.daily,
                annual=each.annual,
                last_day=date.fromordinal(each.last_day).isoformat(),
            )
            for each in found.consumptions
        ),
        steps=tuple(
            CalculationStepView(
                name=each.name, value=each.value, unit=each.unit, formula=each.formula
            )
            for each in found.steps
        ),
        coverage=_coverage(found),
        factors=tuple(FactorView.of(name, each) for name, each in found.factors.items()),
        components=tuple(
            ScoreComponentView(name=name, score=each) for name, each in found.made_from.items()
        ),
    )


def _points(found: Explanation) -> ScorePointsView | None:
    most = factors().points.get(found.category)
    if most is None or found.score is None:
        return None
    return ScorePointsView(points=points(found.score, most.value), maximum=int(most.value))


def _building_profile(profile: BuildingProfile) -> BuildingProfileView:
    return BuildingProfileView(
        gross_area=profile.area,
        building_occupants=profile.occupants,
        number_of_visitors_per_day=profile.visitors_per_day,
        days_per_week_with_visitors=profile.days_with_visitors,
        visit_duration=profile.visit_duration,
        weekly_operating_hours=profile.weekly_hours,
        benchmark=profile.compared_with,
    )


def _coverage(found: Explanation) -> ScoreCoverageView | None:
    validity = found.validity
    if validity is None:
        return None
    return ScoreCoverageView(
        covered_days=validity.covered_days,
        window_days=validity.window_days,
        confidence=validity.confidence,
        tests=dict(validity.tests),
        warnings=validity.warnings,
    )


router = APIRouter(route_class=AdminRoute)

SiteId = Annotated[str, Query(description="Id of the site.")]
Types = Annotated[frozenset[ScoreType], Query(description="All types if unset. May be repeated.")]
Categories = Annotated[
    frozenset[ScoreCategory],
    Query(description="All categories of the edition if unset. May be repeated."),
]
Since = Annotated[date | None, Query(description="Dates from then on. All dates if unset.")]


# Not async: years of scores are slow to compute, in a thread.
@router.get(
    "/scores",
    summary="List the scores of a site in the form of the Partner API",
    operation_id="listScores",
    response_model=list[ScoreBody],
    responses=error_responses(404),
)
def list_scores(
    request: Request,
    site: SiteId,
    type: Types = frozenset(),
    category: Categories = frozenset(),
    since: Since = None,
) -> Response:
    found = _found(world_of(request), site, type, category, since)
    return Response(encode_scores(found), media_type="application/json")


# Not async: see above.
@router.get(
    "/scores/columns",
    summary="Return the scores of a site as columns by type (a fifth of the size)",
    operation_id="getScoreColumns",
    responses=error_responses(404),
)
def get_score_columns(
    request: Request,
    site: SiteId,
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
) -> Iterable[PerformanceScore | ComputedScore]:
    """Return the requested scores and compute only those. Raise `AdminError`."""
    allowed = world.edition.partner_categories
    unknown = categories - allowed
    if unknown:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            f"category: {join_sorted(unknown)} is not in this edition. Use {join_sorted(allowed)}.",
        )
    with not_found_errors():
        site = site_with(world, site_id)
    shown = categories or allowed
    found: Iterable[PerformanceScore | ComputedScore]
    if is_scored(world, site):
        found = listed(world, site, types, shown)
    else:
        found = world.store.scores(site.id, types, shown)
    begin = "" if since is None else since.isoformat()
    return (each for each in found if each.date >= begin)


@router.get(
    "/scores/explain",
    summary="Return the calculation of a score",
    operation_id="explainScore",
    responses=error_responses(404),
)
async def explain_score(
    request: Request,
    site: Annotated[str, Query(description="Id of the site.")],
    date: Annotated[
        date, Query(description="Date of the score. For a monthly score, any day of its month.")
    ],
    type: ScoreType = ScoreType.DAILY,
    category: ScoreCategory = ScoreCategory.ENERGY,
) -> ExplanationView:
    world = world_of(request)

    def explained() -> ExplanationView:
        return view_of(explain(world, site, date, type, category))

    try:
        return await run_in_threadpool(explained)
    except SiteNotFound as error:
        raise AdminError(HTTPStatus.NOT_FOUND, f"Site {site!r} does not exist.") from error
    except ScoreNotFoundError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
