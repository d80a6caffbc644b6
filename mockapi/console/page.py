"""Page layout, navigation, access control and quick start of the console."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.control.route import holds_admin_token
from mockapi.domain import timestamps
from mockapi.domain.urls import INLINE_SCENARIO, WORLD_PATH_PREFIX
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import prefix_of, world_of, world_prefix_of, worlds_of
from mockapi.journal.entry import Entry
from mockapi.middleware.gateway import is_api_path
from mockapi.oauth.pages.page import PageError, error_page, render
from mockapi.world.world import World

PLACEHOLDER = "ACCESS_TOKEN"
"""Placeholder in examples for an unknown access token."""
PERSONAL = "PERSONAL_ACCESS_TOKEN"
"""Placeholder in examples for an unknown personal access token."""


class Snippet(NamedTuple):
    """Example code in one language."""

    name: str
    code: str


def snippets(url: str, token: str | None, personal: str | None = None) -> Sequence[Snippet]:
    """Return examples in several languages that list the sites of the server at *url*."""
    sites = f"{url}/ecostruxure/scoring/v1/sites"
    bearer = token or PLACEHOLDER
    return (
        Snippet(
            "curl",
            f'curl -H "Authorization: Bearer {bearer}" \\\n  {sites}\n\n'
            "# Customers list their own sites with the User API:\n"
            f'curl -H "Authorization: Bearer {personal or PERSONAL}" \\\n'
            f"  {url}/ecostruxure/user/scoring/v1/sites",
        ),
        Snippet(
            "Python",
            "import json\n"
            "from urllib.request import Request, urlopen\n\n"
            "headers = {\n"
            f'    "Authorization": "Bearer {bearer}",\n'
            "}\n"
            f'url = "{sites}"\n'
            "for site in json.load(urlopen(Request(url, headers=headers))):\n"
            '    print(site["id"], site["name"])',
        ),
        Snippet(
            "JavaScript",
            "const headers = {\n"
            f'  Authorization: "Bearer {bearer}",\n'
            "};\n"
            "const response = await fetch(\n"
            f'  "{sites}",\n'
            "  { headers },\n"
            ");\n"
            "for (const site of await response.json()) {\n"
            "  console.log(site.id, site.name);\n"
            "}",
        ),
    )


CONSOLE = "/console"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class NavItem(NamedTuple):
    """Link of the navigation."""

    name: str
    path: str
    title: str


NAVIGATION = (
    NavItem("home", "/", "Home"),
    NavItem("sites", f"{CONSOLE}/sites", "Sites"),
    NavItem("scores", f"{CONSOLE}/scores", "Scores"),
    NavItem("clock", f"{CONSOLE}/clock", "Clock"),
    NavItem("faults", f"{CONSOLE}/faults", "Faults"),
    NavItem("journal", f"{CONSOLE}/journal", "Journal"),
    NavItem("oauth", f"{CONSOLE}/oauth", "OAuth"),
    NavItem("worlds", f"{CONSOLE}/worlds", "Worlds"),
    NavItem("docs", "/docs", "API docs"),
)

Page = Callable[[Request], Coroutine[Any, Any, Response]]


class WorldLink(NamedTuple):
    """Name and root path of a world of this server."""

    name: str
    root: str


@dataclass(frozen=True)
class PageContext:
    """State of the world that every page shows."""

    root: str
    world: str
    scenario: str
    now: str
    mode: str
    rate: float
    faults: int
    presets: int
    """Number of presets that the faults belong to."""
    bookmark: str
    """Position in the journal when the page was rendered. Empty without access."""
    worlds: Sequence[WorldLink]
    mistakes: int
    """Number of mistakes in the watched scenario file after its last change."""
    has_console: bool
    """True unless the console is disabled, which leaves Home and the API docs."""

    @property
    def title(self) -> str:
        """Name of the scenario, or of the world if the scenario was sent as text."""
        return self.world if self.scenario == INLINE_SCENARIO else self.scenario


def requires_admin(page: Page) -> Page:
    """Decorate *page* to apply the access rules of the control API."""

    async def wrapper(request: Request) -> Response:
        settings = world_of(request).settings
        if not settings.admin:
            return error_page(
                request,
                PageError(
                    HTTPStatus.NOT_FOUND,
                    "The console is disabled",
                    "It needs the control API. Remove MOCKAPI_ADMIN=false.",
                ),
            )
        if not holds_admin_token(request):
            return token_prompt_page(request)
        # Before the page reads the journal, so that it misses no request in between.
        request.state.bookmark = world_of(request).journal.cursor
        return await page(request)

    return wrapper


def token_prompt_page(request: Request) -> Response:
    """Return the page that asks for the token of the control API."""
    headers = {"WWW-Authenticate": 'Bearer realm="mockapi control API"'}
    return render_console_page(
        request,
        "console/locked.html",
        "",
        status=HTTPStatus.UNAUTHORIZED,
        headers=headers,
    )


def has_access(request: Request) -> bool:
    """Return True if *request* may use the control API."""
    return world_of(request).settings.admin and holds_admin_token(request)


def shown_tokens(request: Request) -> tuple[str | None, str | None]:
    """Return an access token and a personal token for examples, if *request* may see them."""
    return world_of(request).given_tokens() if has_access(request) else (None, None)


def latest_entries(world: World, most: int) -> Sequence[Entry]:
    """Return the latest API requests, newest first. Requests for pages are excluded."""
    # Bounded, because an entry is built on first use.
    entries = world.journal.entries(max(0, world.journal.newest - 10 * most))
    of_apis = [each for each in entries if each.product is not None or is_api_path(each.path)]
    return of_apis[: -most - 1 : -1]


def render_console_page(request: Request, template: str, section: str, **values: Any) -> Response:
    """Return the page *template* in the *section* of the navigation."""
    headers = {"Content-Security-Policy": _POLICY, **values.pop("headers", {})}
    page = _page_context(request)
    return render(
        request,
        template,
        headers=headers,
        section=section,
        navigation=[
            each for each in NAVIGATION if page.has_console or not each.path.startswith(CONSOLE)
        ],
        page=page,
        section_path=next((each.path for each in NAVIGATION if each.name == section), "/"),
        **values,
    )


def threaded(page: Callable[[Request], Response]) -> Page:
    """Decorate the slow *page* to run in a thread, without blocking other requests."""

    async def wrapper(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return wrapper


class ConsoleNotFoundError(PageError):
    """Raised if the object of a page does not exist. *section* links to the existing ones."""

    def __init__(self, detail: str, section: str, title: str = "Not found") -> None:
        super().__init__(HTTPStatus.NOT_FOUND, title, detail)
        self.section = section


async def not_found_page(request: Request, error: Exception) -> Response:
    """Return the console page for a `ConsoleNotFoundError`."""
    if not isinstance(error, ConsoleNotFoundError):
        raise error
    return render_console_page(
        request,
        "console/error.html",
        error.section,
        status=error.status,
        title=error.title,
        detail=error.detail,
    )


def _page_context(request: Request) -> PageContext:
    world = world_of(request)
    is_allowed = has_access(request)
    faults = tuple(world.faults) if is_allowed else ()
    watched = None if world.name else worlds_of(request).watched
    return PageContext(
        root=world_prefix_of(request),
        world=world.name,
        scenario=world.scenario_name,
        now=timestamps.format_seconds(world.now()),
        mode=world.clock.state.mode,
        rate=1 if world.clock.state.mode == "system" else world.clock.state.rate,
        faults=len(faults),
        presets=len({each.source for each in faults} & fault_presets().keys()),
        bookmark=getattr(request.state, "bookmark", world.journal.cursor) if is_allowed else "",
        worlds=list_worlds(request) if is_allowed else (),
        mistakes=len(watched.mistakes) if watched is not None and is_allowed else 0,
        has_console=world.settings.admin,
    )


def list_worlds(request: Request) -> Sequence[WorldLink]:
    """Return the worlds of this server, starting with the default world."""
    worlds = worlds_of(request)
    prefix = prefix_of(request)
    named = [WorldLink(each.name, prefix + WORLD_PATH_PREFIX + each.name) for each in worlds]
    return [WorldLink("", prefix), *named]


def plural(noun: str, count: int) -> str:
    """Return *noun* in the form for *count*."""
    return noun if count == 1 else f"{noun}s"
