"""Routes of the console."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from mockapi.console import (
    clock,
    faults,
    home,
    journal,
    journal_comparison,
    journal_entry,
    oauth,
    scenario_editor,
    scores,
    site_screens,
    site_totals,
    sites_table,
    worlds,
)
from mockapi.console.page import CONSOLE
from mockapi.http.address import CONSOLE_CALLBACK

_EDITOR = ["GET", "POST"]


def console_routes() -> Sequence[Route]:
    """Return the routes, relative to the root of a world."""
    return (
        Route("/", home.home),
        Route(CONSOLE, home.redirect_home),
        Route(f"{CONSOLE}/", home.redirect_home),
        Route(f"{CONSOLE}/tiles", home.tiles),
        Route(f"{CONSOLE}/sites", sites_table.list_sites),
        Route(f"{CONSOLE}/site-rows", sites_table.site_rows),
        Route(f"{CONSOLE}/site-progress", sites_table.site_progress),
        Route(f"{CONSOLE}/sites/{{site_id}}", site_screens.show_site),
        Route(f"{CONSOLE}/sites/{{site_id}}/totals", site_totals.show_totals),
        Route(f"{CONSOLE}/scores", scores.show_scores),
        Route(f"{CONSOLE}/clock", clock.show_clock),
        Route(f"{CONSOLE}/clock/effects", clock.show_effects),
        Route(f"{CONSOLE}/faults", faults.show_faults),
        Route(f"{CONSOLE}/journal", journal.show_journal),
        Route(f"{CONSOLE}/journal/compare", journal_comparison.show_comparison),
        Route(f"{CONSOLE}/journal/{{number:int}}", journal_entry.show_entry),
        Route(f"{CONSOLE}/oauth", oauth.show_oauth),
        Route(f"{CONSOLE}/oauth/flow", oauth.show_flow),
        Route(CONSOLE_CALLBACK, oauth.show_flow),
        Route(f"{CONSOLE}/worlds", worlds.show_worlds),
        Route(f"{CONSOLE}/scenario", scenario_editor.show_own_scenario, methods=_EDITOR),
        Route(
            f"{CONSOLE}/scenario-schema.json",
            scenario_editor.show_schema,
            middleware=[Middleware(GZipMiddleware)],
        ),
        Route(f"{CONSOLE}/scenarios/{{name}}", scenario_editor.show_scenario, methods=_EDITOR),
    )
