"""Lists the console's pages."""

from collections.abc import Sequence

from starlette.routing import Route

from mockapi.http.console import home


def console_routes() -> Sequence[Route]:
    """Return the pages below each world's root."""
    return (Route("/", home.home),)
