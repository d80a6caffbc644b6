"""Lists the console's pages."""

from collections.abc import Sequence

from starlette.routing import Route

from mockapi.http.console import clock, home, scores, site, sites
from mockapi.http.console.page import CONSOLE


def console_routes() -> Sequence[Route]:
    """Return the pages below each world's root."""
    return (
        Route("/", home.home),
        Route(f"{CONSOLE}/sites", sites.list_sites),
        Route(f"{CONSOLE}/sites/{{site_id}}", site.show_site),
        Route(f"{CONSOLE}/scores", scores.show_scores),
        Route(f"{CONSOLE}/clock", clock.show_clock),
    )
