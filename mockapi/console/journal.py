"""Journal pages: requests, details, lint warnings and coverage."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from pydantic import ValidationError

from mockapi.console.page import ConsoleNotFoundError, render_console_page, requires_admin, threaded
from mockapi.control.journal_report_routes import coverage_of
from mockapi.control.journal_routes import OPERATION_IDS, matching_entries
from mockapi.control.route import AdminError
from mockapi.control.schemas.journal_bodies import BodyView, EntryQuery, EntrySummary, EntryView
from mockapi.control.schemas.journal_report_bodies import LintWarningView
from mockapi.domain.input_text import parse
from mockapi.domain.validation import describe_error
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of
from mockapi.journal.coverage import Coverage, OperationCoverage
from mockapi.journal.entry import Entry
from mockapi.journal.lint import lint
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
    """Requests per operation and status: *covered* of *documented* combinations have requests."""

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
    cells = [cell for row in rows for cell in row.cells if cell is not None]
    return CoverageMatrix(statuses, rows, sum(cell > 0 for cell in cells), len(cells))


def _cell(operation: OperationCoverage, status: str) -> int | None:
    if status in operation.statuses:
        return operation.statuses[status]
    return 0 if status in operation.uncovered_statuses else None


_MAX_ROWS = 200
_NUMBER = re.compile(r"[0-9]{1,18}$")
_VIEWS = ("requests", "lint", "coverage")


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
        warnings=[LintWarningView.of(each) for each in lint(entries)] if view == "lint" else [],
        operations=OPERATION_IDS,
        kinds=sorted(KINDS),
        **_coverage(world, entries if view == "coverage" else None),
    )


@requires_admin
@threaded
def show_entry(request: Request) -> Response:
    world = world_of(request)
    try:
        entry = world.journal.entry(int(request.path_params["number"]))
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "journal") from error
    view = EntryView.of(entry)
    customers = {each.id: each.email for each in world.store.customers()}
    return render_console_page(
        request,
        "console/journal_entry.html",
        "journal",
        entry=view,
        customer=customers.get(view.customer or "", view.customer),
        bodies={"Request": _indented(view.request_body), "Response": _indented(view.response_body)},
        warnings=[
            each
            for each in (LintWarningView.of(one) for one in lint(world.journal.entries()))
            if entry.number in each.requests
        ],
    )


def _coverage(world: World, entries: Sequence[Entry] | None) -> dict[str, object]:
    if entries is None:
        return {}
    coverage = coverage_of(world, entries)
    return {"coverage": coverage, "matrix": coverage_matrix(coverage)}


def _indented(body: BodyView) -> str | None:
    """Return the text of a body; JSON is indented."""
    if body.text is None or "json" not in body.media_type:
        return body.text
    try:
        return json.dumps(parse(body.text), indent=2, ensure_ascii=False)
    except ValueError:
        return body.text


def _parse_filters(filters: dict[str, str]) -> tuple[EntryQuery, str | None]:
    """Return the validated filter, or one that matches everything and the error."""
    try:
        return EntryQuery.model_validate(filters), None
    except ValidationError as error:
        reasons = (f"{each['loc'][-1]}: {describe_error(each)}" for each in error.errors())
        return EntryQuery(), "; ".join(reasons)


def _find(
    world: World, query: EntryQuery, filter_error: str | None
) -> tuple[Sequence[Entry], str | None]:
    try:
        return matching_entries(world, query), filter_error
    except AdminError as error:
        return (), error.detail
