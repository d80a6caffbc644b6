"""Journal page: requests, findings of the lint, and coverage."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import Request, Response
from pydantic import ValidationError

from mockapi.console.page import (
    render_console_page,
    requires_admin,
    shown_tokens,
    snippets,
    threaded,
)
from mockapi.console.score_words import CATEGORY_WORDS
from mockapi.control.journal_report_routes import coverage_of
from mockapi.control.journal_routes import OPERATION_IDS, matching_entries
from mockapi.control.route import AdminError
from mockapi.control.schemas.journal_bodies import EntryQuery, EntrySummary
from mockapi.control.schemas.journal_report_bodies import LintWarningView
from mockapi.domain.text_matching import join_messages
from mockapi.domain.validation import describe_error
from mockapi.faults.kinds import KINDS
from mockapi.http.context import url_of, world_of
from mockapi.journal.coverage import Coverage, OperationCoverage
from mockapi.journal.entry import Entry
from mockapi.journal.lint import lint
from mockapi.journal.request_checks import FIXES, GUIDES, LintWarning
from mockapi.world.world import World


@dataclass(frozen=True)
class CoverageRow:
    """Operation with its number of requests per status; None for undocumented statuses."""

    product: str
    operation: str
    requests: int
    cells: Sequence[int | None]


@dataclass(frozen=True)
class CoverageMatrix:
    """Requests per operation and status: *covered* of *documented* combinations have requests.

    A returned status that is not documented has a cell, but is not counted.
    """

    statuses: Sequence[str]
    rows: Sequence[CoverageRow]
    covered: int
    documented: int


def coverage_matrix(coverage: Coverage) -> CoverageMatrix:
    """Return the matrix of all operations and their documented or returned statuses."""
    statuses = sorted(
        {
            status
            for each in coverage.operations
            for status in (*each.statuses, *each.uncovered_statuses)
        }
    )
    rows = [
        CoverageRow(
            each.product, each.operation, each.requests, [_cell(each, name) for name in statuses]
        )
        for each in coverage.operations
    ]
    documented = sum(len(each.documented_statuses) for each in coverage.operations)
    missing = sum(len(each.uncovered_statuses) for each in coverage.operations)
    return CoverageMatrix(statuses, rows, documented - missing, documented)


def _cell(operation: OperationCoverage, status: str) -> int | None:
    if status in operation.statuses:
        return operation.statuses[status]
    return 0 if status in operation.uncovered_statuses else None


_MAX_ROWS = 100
_NUMBER = re.compile(r"[0-9]{1,18}$")
_VIEWS = ("requests", "lint", "coverage")


class Help(NamedTuple):
    """Page of this server that helps to fix a finding of the lint."""

    title: str
    path: str


_QUOTA = "Rate limit quota violation"
"""Message in a 429 after a quota is used up."""
DOCUMENT = Help("API docs", "/docs/partner")
"""Page for findings without one of their own."""
_FLOW = Help("Try the flow", "/console/oauth/flow")
QUOTA_PRESET = Help("Try the preset quota-exhausted", "/console/faults#preset-quota-exhausted")
HELP = {
    "missing-scope": _FLOW,
    "token-per-request": _FLOW,
    "dead-token": _FLOW,
    "no-back-off": Help("Try the preset spike-arrest", "/console/faults#preset-spike-arrest"),
}


@dataclass(frozen=True)
class Finding:
    """Finding of the lint with its fix, the guide and a page that helps."""

    warning: LintWarningView
    fix: str
    guide: str
    help: Help


def findings_in(entries: Sequence[Entry]) -> Sequence[Finding]:
    """Return the findings of the lint in *entries*, which are sorted from the oldest."""
    return [
        Finding(
            LintWarningView.of(each),
            FIXES[each.code],
            f"docs/{GUIDES[each.code]}",
            _help_of(each, entries),
        )
        for each in lint(entries)
    ]


def _help_of(warning: LintWarning, entries: Sequence[Entry]) -> Help:
    """Return the page that helps; for a used up quota, the preset that repeats it."""
    if warning.code == "no-back-off":
        texts = (each.response_body.text for each in entries if each.number in warning.requests)
        if any(_QUOTA in text for text in texts if text):
            return QUOTA_PRESET
    return HELP.get(warning.code, DOCUMENT)


@requires_admin
@threaded
def show_journal(request: Request) -> Response:
    world = world_of(request)
    filters = {name: value for name, value in request.query_params.items() if value}
    view = filters.pop("view", "requests")
    before = int(found[0]) if (found := _NUMBER.match(filters.pop("before", ""))) else None
    query, error = _parse_filters(filters)
    entries, error = _find(world, query, error)
    older = [each for each in entries if before is None or each.number < before]
    return render_console_page(
        request,
        "console/journal.html",
        "journal",
        view=view if view in _VIEWS else "requests",
        filters=filters,
        error=error,
        size=world.journal.size,
        found=len(entries),
        entries=[EntrySummary.of(each) for each in older[: -_MAX_ROWS - 1 : -1]],
        before=before,
        more=len(older) > _MAX_ROWS,
        findings=findings_in(entries) if view == "lint" else [],
        examples=() if world.journal.newest else snippets(url_of(request), *shown_tokens(request)),
        operations=OPERATION_IDS,
        kinds=sorted(KINDS),
        **_coverage(world, entries if view == "coverage" else None),
    )


def _coverage(world: World, entries: Sequence[Entry] | None) -> dict[str, object]:
    if entries is None:
        return {}
    coverage = coverage_of(world, entries)
    matrix = coverage_matrix(coverage)
    return {"coverage": coverage, "matrix": matrix, "category_words": CATEGORY_WORDS}


def _parse_filters(filters: dict[str, str]) -> tuple[EntryQuery, str | None]:
    """Return the validated filter, or one that matches everything and the error."""
    try:
        return EntryQuery.model_validate(filters), None
    except ValidationError as error:
        reasons = (f"{each['loc'][-1]}: {describe_error(each)}" for each in error.errors())
        return EntryQuery(), join_messages(reasons)


def _find(
    world: World, query: EntryQuery, filter_error: str | None
) -> tuple[Sequence[Entry], str | None]:
    try:
        return matching_entries(world, query), filter_error
    except AdminError as error:
        return (), error.detail
