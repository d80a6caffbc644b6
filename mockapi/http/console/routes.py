"""Lists the console's pages."""

from collections.abc import Sequence

from starlette.routing import Route

from mockapi.http.console import clock, faults, home, journal, scores, site, sites
from mockapi.http.console.page import CONSOLE


def console_routes() -> Sequence[Route]:
    """Return the pages below each world's root."""
    return (
        Route("/", home.home),
        Route(f"{CONSOLE}/sites", sites.list_sites),
        Route(f"{CONSOLE}/sites/{{site_id}}", site.show_site),
        Route(f"{CONSOLE}/scores", scores.show_scores),
        Route(f"{CONSOLE}/clock", clock.show_clock),
        Route(f"{CONSOLE}/faults", faults.show_faults),
        Route(f"{CONSOLE}/journal", journal.show_journal),
        Route(f"{CONSOLE}/journal/{{number:int}}", journal.show_entry),
    )
