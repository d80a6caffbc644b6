"""Shows what clients asked and were answered, and what is to be said of it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request, Response
from pydantic import ValidationError

from mockapi.api.operations import OAUTH_OPERATIONS
from mockapi.api.products import PRODUCTS
from mockapi.console.page import NotShown, guarded, show, threaded
from mockapi.control.journal_report_routes import coverage_of
from mockapi.control.journal_routes import matching_entries
from mockapi.control.route import AdminError
from mockapi.control.schemas.journal_bodies import BodyView, EntryQuery, EntrySummary, EntryView
from mockapi.control.schemas.journal_report_bodies import LintWarningView
from mockapi.domain.input_text import parse
from mockapi.domain.validation import describe_error
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of
from mockapi.journal.lint import lint
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.coverage import Coverage, OperationCoverage
    from mockapi.journal.entry import Entry


@dataclass(frozen=True)
class Row:
    """An operation; a cell counts requests, 0 where none met what it offers, None elsewhere."""

    product: str
    operation: str
    requests: int
    cells: Sequence[int | None]


@dataclass(frozen=True)
class Matrix:
    """Rows below one head of statuses; *met* of *offered* cells are not empty."""

    statuses: Sequence[str]
    rows: Sequence[Row]
    met: int
    offered: int


def matrix_of(coverage: "Coverage") -> Matrix:
    """Return the matrix of all operations and every status that one offers or gave."""
    statuses = sorted(
        {
            status
            for each in coverage.operations
            for status in (*each.statuses, *each.uncovered_statuses)
        }
    )
    rows = [
        Row(each.product, each.operation, each.requests, [_cell(each, name) for name in statuses])
        for each in coverage.operations
    ]
    cells = [cell for row in rows for cell in row.cells if cell is not None]
    return Matrix(statuses, rows, sum(cell > 0 for cell in cells), len(cells))


def _cell(met: "OperationCoverage", status: str) -> int | None:
    if status in met.statuses:
        return met.statuses[status]
    return 0 if status in met.uncovered_statuses else None


_SHOWN = 200
_NUMBER = re.compile(r"[0-9]{1,18}$")
_VIEWS = ("requests", "lint", "coverage")


@guarded
@threaded
def show_journal(request: Request) -> Response:
    world = world_of(request)
    stated = {name: value for name, value in request.query_params.items() if value}
    view = stated.pop("view", "requests")
    before = int(found[0]) if (found := _NUMBER.match(stated.pop("before", ""))) else None
    wanted, why = _filter(stated)
    entries, why = _found(world, wanted, why)
    earlier = [each for each in entries if before is None or each.number < before]
    return show(
        request,
        "console/journal.html",
        "journal",
        view=view if view in _VIEWS else "requests",
        stated=stated,
        why=why,
        size=world.journal.size,
        found=len(entries),
        entries=[EntrySummary.of(each) for each in earlier[: -_SHOWN - 1 : -1]],
        before=before,
        more=len(earlier) > _SHOWN,
        warnings=[LintWarningView.of(each) for each in lint(entries)] if view == "lint" else [],
        operations=_operations(),
        kinds=sorted(KINDS),
        **_coverage(world, entries if view == "coverage" else None),
    )


@guarded
@threaded
def show_entry(request: Request) -> Response:
    world = world_of(request)
    try:
        entry = world.journal.entry(int(request.path_params["number"]))
    except LookupError as error:
        raise NotShown(str(error), "journal") from error
    view = EntryView.of(entry)
    customers = {each.id: each.email for each in world.store.customers()}
    return show(
        request,
        "console/entry.html",
        "journal",
        entry=view,
        customer=customers.get(view.customer or "", view.customer),
        bodies={"Request": _indented(view.request_body), "Answer": _indented(view.response_body)},
        warnings=[
            each
            for each in (LintWarningView.of(one) for one in lint(world.journal.entries()))
            if entry.number in each.requests
        ],
    )


def _operations() -> Sequence[str]:
    names = [operation.id for product in PRODUCTS for operation in product.operations]
    return list(dict.fromkeys((*names, *OAUTH_OPERATIONS)))


def _coverage(world: World, entries: "Sequence[Entry] | None") -> dict[str, object]:
    if entries is None:
        return {}
    coverage = coverage_of(world, entries)
    return {"coverage": coverage, "matrix": matrix_of(coverage)}


def _indented(body: BodyView) -> str | None:
    """Return the text of a body, JSON of it as people read it."""
    if body.text is None or "json" not in body.media_type:
        return body.text
    try:
        return json.dumps(parse(body.text), indent=2, ensure_ascii=False)
    except ValueError:
        return body.text


def _filter(stated: dict[str, str]) -> tuple[EntryQuery, str | None]:
    """Return the filter that is stated; where it is none, one of everything, and why."""
    try:
        return EntryQuery.model_validate(stated), None
    except ValidationError as error:
        reasons = (f"{each['loc'][-1]}: {describe_error(each)}" for each in error.errors())
        return EntryQuery(), "; ".join(reasons)


def _found(
    world: World, wanted: EntryQuery, why: str | None
) -> tuple["Sequence[Entry]", str | None]:
    try:
        return matching_entries(world, wanted), why
    except AdminError as error:
        return (), error.detail
