"""Judges what was asked: against an expectation, against good manners, against what there is."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from mockapi.api.operations import OAUTH_OPERATIONS
from mockapi.api.products import PRODUCTS
from mockapi.control.journal_routes import matching_entries
from mockapi.control.matcher_resolution import resolve_matcher
from mockapi.control.route import AdminRoute, error_responses
from mockapi.control.schemas.journal_bodies import EntryQuery
from mockapi.control.schemas.journal_report_bodies import (
    CoverageView,
    LintView,
    LintWarningView,
    NearMissView,
    RequestExpectation,
    VerifiedView,
    VerifyProblem,
)
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of
from mockapi.http.problem_details import PROBLEM_JSON
from mockapi.journal.coverage import Coverage, Offered, compute_coverage
from mockapi.journal.lint import lint
from mockapi.journal.verify import VerifyResult, verify, verify_order
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.entry import Entry

router = APIRouter(prefix="/journal", route_class=AdminRoute)


# Not async, here and below: a long journal takes a while, in a thread, and other requests go on.
@router.post(
    "/verify",
    summary="Whether what should have been asked was asked",
    operation_id="verifyJournal",
    response_model=VerifiedView,
    responses={
        **error_responses(404, 415),
        409: {"model": VerifyProblem, "description": "It was not; with the nearest misses"},
    },
)
def verify_journal(request: Request, wish: RequestExpectation) -> Response | VerifiedView:
    world = world_of(request)
    entries = world.journal.entries(wish.since)
    if wish.in_order is None:
        verdict = verify(entries, resolve_matcher(world, wish.matcher()), wish.count())
    else:
        verdict = verify_order(
            entries, [resolve_matcher(world, each.matcher()) for each in wish.in_order]
        )
    if verdict.verified:
        return VerifiedView(matched=tuple(verdict.matched))
    return _unverified(verdict)


@router.get(
    "/lint",
    summary="What the real APIs would refuse or ignore",
    operation_id="lintJournal",
    responses=error_responses(404),
)
def lint_journal(request: Request, wanted: Annotated[EntryQuery, Query()]) -> LintView:
    world = world_of(request)
    matcher = resolve_matcher(world, wanted.matcher())
    entries = [each for each in world.journal.entries(wanted.since) if matcher.matches(each)]
    return LintView(
        examined=len(entries), warnings=tuple(LintWarningView.of(each) for each in lint(entries))
    )


@router.get(
    "/coverage",
    summary="Which operations, statuses, faults and categories were met",
    operation_id="getCoverage",
    response_model=CoverageView,
    responses={
        **error_responses(404),
        200: {"model": CoverageView, "content": {"text/plain": {}}},
    },
)
def get_coverage(
    request: Request,
    wanted: Annotated[EntryQuery, Query()],
    accept: Annotated[str, Header()] = "",
) -> Response | CoverageView:
    world = world_of(request)
    coverage = coverage_of(world, matching_entries(world, wanted))
    if accept.strip().lower().startswith("text/plain"):
        return Response(coverage.text(), media_type="text/plain")
    return CoverageView.of(coverage)


def coverage_of(world: World, entries: "Sequence[Entry]") -> "Coverage":
    """Return how much of what the world offers *entries* met."""
    categories = sorted(category.value for category in world.edition.partner_categories)
    return compute_coverage(entries, _offered(), categories, sorted(KINDS))


def _offered() -> "Offered":
    offered: dict[str, dict[str, list[int]]] = {
        product.name: {
            operation.id: sorted({int(operation.status), 401, 403, *operation.error_statuses})
            for operation in product.operations
        }
        for product in PRODUCTS
    }
    return offered | {"oauth": {operation: [] for operation in OAUTH_OPERATIONS}}


def _unverified(verdict: "VerifyResult") -> Response:
    status = HTTPStatus.CONFLICT
    problem = VerifyProblem(
        title="Not as expected",
        status=status,
        detail=verdict.text,
        matched=tuple(verdict.matched),
        nearest=tuple(NearMissView.of(each) for each in verdict.near_misses),
    )
    text = problem.model_dump_json(by_alias=True, exclude_none=True)
    return Response(text, status, media_type=PROBLEM_JSON)
