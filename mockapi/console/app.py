"""Routes of the console."""

from collections.abc import Sequence
from importlib import import_module

from fastapi import Request, Response
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from mockapi.console.page import CONSOLE, Page
from mockapi.http.address import CONSOLE_CALLBACK

_EDITOR = ["GET", "POST"]
_COMPRESSED = [Middleware(GZipMiddleware)]


def _screen(module: str, name: str) -> Page:
    """Return the page *name* of a *module* of this package, which its first request imports."""

    async def show(request: Request) -> Response:
        # Imported lazily: the modules of all screens would slow the first page.
        page: Page = getattr(import_module(f"mockapi.console.{module}"), name)
        return await page(request)

    return show


def console_routes() -> Sequence[Route]:
    """Return the routes, relative to the root of a world."""
    return (
        Route("/", _screen("home", "home")),
        Route(CONSOLE, _screen("home", "redirect_home")),
        Route(f"{CONSOLE}/", _screen("home", "redirect_home")),
        Route(f"{CONSOLE}/tiles", _screen("tiles", "show_tiles")),
        Route(f"{CONSOLE}/sites", _screen("sites_table", "list_sites")),
        Route(f"{CONSOLE}/site-rows", _screen("sites_table", "site_rows")),
        Route(f"{CONSOLE}/site-progress", _screen("sites_table", "site_progress")),
        Route(f"{CONSOLE}/sites/{{site_id}}", _screen("site_screens", "show_site")),
        Route(f"{CONSOLE}/sites/{{site_id}}/totals", _screen("site_totals", "show_totals")),
        Route(f"{CONSOLE}/scores", _screen("scores", "show_scores")),
        Route(f"{CONSOLE}/clock", _screen("clock", "show_clock")),
        Route(f"{CONSOLE}/clock/effects", _screen("clock", "show_effects")),
        Route(f"{CONSOLE}/faults", _screen("faults", "show_faults")),
        Route(f"{CONSOLE}/journal", _screen("journal", "show_journal")),
        Route(f"{CONSOLE}/journal/compare", _screen("journal_comparison", "show_comparison")),
        Route(f"{CONSOLE}/journal/{{number:int}}", _screen("journal_entry", "show_entry")),
        Route(f"{CONSOLE}/oauth", _screen("oauth", "show_oauth")),
        Route(f"{CONSOLE}/oauth/flow", _screen("oauth", "show_flow")),
        Route(CONSOLE_CALLBACK, _screen("oauth", "show_flow")),
        Route(f"{CONSOLE}/worlds", _screen("worlds", "show_worlds")),
        Route(
            f"{CONSOLE}/scenario", _screen("scenario_editor", "show_own_scenario"), methods=_EDITOR
        ),
        Route(
            f"{CONSOLE}/scenario-schema.json",
            _screen("scenario_editor", "show_schema"),
            middleware=_COMPRESSED,
        ),
        Route("/docs", _screen("api_docs", "redirect_to_partner_api")),
        Route("/docs/", _screen("api_docs", "redirect_to_partner_api")),
        Route("/docs/{name}", _screen("api_docs", "show_operations"), middleware=_COMPRESSED),
        Route(
            "/docs/{name}/{operation}",
            _screen("api_docs", "show_operation"),
            middleware=_COMPRESSED,
        ),
        Route("/openapi/{name}.json", _screen("api_docs", "show_document"), middleware=_COMPRESSED),
        Route(
            f"{CONSOLE}/scenarios/{{name}}",
            _screen("scenario_editor", "show_scenario"),
            methods=_EDITOR,
        ),
    )
