"""Routes of journal verification, lint and coverage."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from mockapi.api.operations import OAUTH_OPERATIONS
from mockapi.api.products import PRODUCTS
from mockapi.control.journal_routes import matching_entries, resolve_matcher
from mockapi.control.route import AdminRoute, error_responses, problem_response
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
from mockapi.http.responses import PROBLEM_JSON
from mockapi.journal.coverage import Coverage, Offered, compute_coverage
from mockapi.journal.entry import Entry
from mockapi.journal.lint import lint
from mockapi.journal.verify import VerifyResult, verify, verify_order
from mockapi.world.world import World

router = APIRouter(prefix="/journal", route_class=AdminRoute)


# Not async, here and below: a long journal is slow and runs in a thread.
@router.post(
    "/verify",
    summary="Verify that expected requests were made",
    operation_id="verifyJournal",
    response_model=VerifiedView,
    responses={
        **error_responses(404, 415),
        409: problem_response(VerifyProblem, "The expectation failed; with the nearest requests"),
    },
)
def verify_journal(request: Request, expectation: RequestExpectation) -> Response | VerifiedView:
    world = world_of(request)
    entries = world.journal.entries(expectation.since)
    if expectation.in_order is None:
        verdict = verify(
            entries, resolve_matcher(world, expectation.matcher()), expectation.count()
        )
    else:
        verdict = verify_order(
            entries, [resolve_matcher(world, each.matcher()) for each in expectation.in_order]
        )
    if verdict.verified:
        return VerifiedView(matched=tuple(verdict.matched))
    return _unverified(verdict)


@router.get(
    "/lint",
    summary="List what the real APIs would reject or ignore",
    operation_id="lintJournal",
    responses=error_responses(404),
)
def lint_journal(request: Request, query: Annotated[EntryQuery, Query()]) -> LintView:
    world = world_of(request)
    matcher = resolve_matcher(world, query.matcher())
    entries = [each for each in world.journal.entries(query.since) if matcher.matches(each)]
    return LintView(
        examined=len(entries), warnings=tuple(LintWarningView.of(each) for each in lint(entries))
    )


@router.get(
    "/coverage",
    summary="Return covered operations, statuses, errors, faults and categories",
    operation_id="getCoverage",
    response_model=CoverageView,
    responses={
        **error_responses(404),
        200: {"model": CoverageView, "content": {"text/plain": {}}},
    },
)
def get_coverage(
    request: Request,
    query: Annotated[EntryQuery, Query()],
    accept: Annotated[str, Header()] = "",
) -> Response | CoverageView:
    world = world_of(request)
    coverage = coverage_of(world, matching_entries(world, query))
    if accept.strip().lower().startswith("text/plain"):
        return Response(coverage.text(), media_type="text/plain")
    return CoverageView.of(coverage)


def coverage_of(world: World, entries: Sequence[Entry]) -> Coverage:
    """Return the coverage of the operations, faults and categories of *world* by *entries*."""
    categories = sorted(category.value for category in world.edition.partner_categories)
    return compute_coverage(entries, _operations_with_statuses(), categories, sorted(KINDS))


def _operations_with_statuses() -> Offered:
    offered: dict[str, dict[str, list[int]]] = {
        product.name: {
            operation.id: sorted({int(operation.status), 401, 403, *operation.error_statuses})
            for operation in product.operations
        }
        for product in PRODUCTS
    }
    return offered | {"oauth": {operation: [] for operation in OAUTH_OPERATIONS}}


def _unverified(verdict: VerifyResult) -> Response:
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
