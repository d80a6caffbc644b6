"""Shows what clients asked and were answered, and what is to be said of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import Request, Response
from pydantic import ValidationError

from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.journal import found_entries
from mockapi.http.admin.judging import coverage_of
from mockapi.http.console.page import guarded, not_found, show
from mockapi.http.request import world_of
from mockapi.wire.journal import EntryFilter, EntrySummary, EntryView
from mockapi.wire.judging import WarningView
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.entry import Entry

_SHOWN = 200
_VIEWS = ("requests", "lint", "coverage")


@guarded
async def show_journal(request: Request) -> Response:
    # Late, as all that judges: most servers are never asked for it.
    from mockapi.journal.lint import lint

    world = world_of(request)
    stated = {name: value for name, value in request.query_params.items() if value}
    view = stated.pop("view", "requests")
    wanted, why = _filter(stated)
    entries, why = _found(world, wanted, why)
    return show(
        request,
        "console/journal.html",
        "journal",
        view=view if view in _VIEWS else "requests",
        stated=stated,
        why=why,
        size=world.journal.size,
        newest=world.journal.newest,
        found=len(entries),
        entries=[EntrySummary.of(each) for each in entries[: -_SHOWN - 1 : -1]],
        warnings=[WarningView.of(each) for each in lint(entries)] if view == "lint" else [],
        coverage=coverage_of(world, entries) if view == "coverage" else None,
    )


@guarded
async def show_entry(request: Request) -> Response:
    from mockapi.journal.lint import lint

    world = world_of(request)
    try:
        entry = world.journal.entry(int(request.path_params["number"]))
    except LookupError as error:
        raise not_found(str(error)) from error
    return show(
        request,
        "console/entry.html",
        "journal",
        entry=EntryView.of(entry),
        warnings=[
            each
            for each in (WarningView.of(one) for one in lint(world.journal.entries()))
            if entry.number in each.requests
        ],
    )


def _filter(stated: dict[str, str]) -> tuple[EntryFilter, str | None]:
    """Return the filter that is stated; where it is none, one of everything, and why."""
    try:
        return EntryFilter.model_validate(stated), None
    except ValidationError as error:
        reasons = (f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
        return EntryFilter(), "; ".join(reasons)


def _found(
    world: World, wanted: EntryFilter, why: str | None
) -> tuple["Sequence[Entry]", str | None]:
    try:
        return found_entries(world, wanted), why
    except AdminError as error:
        return (), error.detail
