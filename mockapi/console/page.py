"""Pages of the console: frame, navigation and quick start."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.control.route import holds_admin_token
from mockapi.domain import timestamps
from mockapi.domain.urls import INLINE_SCENARIO, WORLD_PATH_PREFIX
from mockapi.http.context import prefix_of, root_of, world_of, worlds_of
from mockapi.oauth.pages.page import PageRefused, notice, render
from mockapi.settings import Settings

PLACEHOLDER = "ACCESS_TOKEN"
"""What stands where a token belongs while there is none in hand."""
PERSONAL = "PERSONAL_ACCESS_TOKEN"


class Snippet(NamedTuple):
    """Code to copy, in one language."""

    name: str
    code: str


def snippets(url: str, token: str | None, personal: str | None = None) -> Sequence[Snippet]:
    """Return how to list sites from a server at *url*, by curl, Python and JavaScript."""
    sites = f"{url}/ecostruxure/scoring/v1/sites"
    bearer = token or PLACEHOLDER
    return (
        Snippet(
            "curl",
            f'curl -H "Authorization: Bearer {bearer}" \\\n  {sites}\n\n'
            "# Customers see their own through the User API:\n"
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
            "const answer = await fetch(\n"
            f'  "{sites}",\n'
            "  { headers },\n"
            ");\n"
            "for (const site of await answer.json()) {\n"
            "  console.log(site.id, site.name);\n"
            "}",
        ),
    )


CONSOLE = "/console"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Place(NamedTuple):
    """A way in the console's navigation."""

    name: str
    path: str
    title: str


PLACES = (
    Place("home", "/", "Home"),
    Place("sites", f"{CONSOLE}/sites", "Sites"),
    Place("scores", f"{CONSOLE}/scores", "Scores"),
    Place("clock", f"{CONSOLE}/clock", "Clock"),
    Place("faults", f"{CONSOLE}/faults", "Faults"),
    Place("journal", f"{CONSOLE}/journal", "Journal"),
    Place("oauth", f"{CONSOLE}/oauth", "OAuth"),
    Place("worlds", f"{CONSOLE}/worlds", "Worlds"),
)

Page = Callable[[Request], Coroutine[Any, Any, Response]]


class Neighbour(NamedTuple):
    """A world of this server: what it is called, and where it begins."""

    name: str
    root: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a world."""

    root: str
    world: str
    scenario: str
    now: str
    mode: str
    rate: float
    faults: int
    read: str
    """The journal's cursor: what comes after it the page has yet to show; empty for strangers."""
    worlds: Sequence[Neighbour]

    @property
    def title(self) -> str:
        """What the world is called by: its scenario, or its own name if that came as a text."""
        return self.world if self.scenario == INLINE_SCENARIO else self.scenario


def guarded(page: Page) -> Page:
    """Return *page* as one that tells no more than the control API would."""

    async def shown(request: Request) -> Response:
        settings = world_of(request).settings
        if not settings.admin:
            return notice(
                request,
                PageRefused(
                    HTTPStatus.NOT_FOUND,
                    "The console is switched off",
                    "It works through the control API, and MOCKAPI_ADMIN is false.",
                ),
            )
        if not holds_admin_token(request):
            return locked(request)
        return await page(request)

    return shown


def locked(request: Request) -> Response:
    """Return the page that asks for the control API's token, and keeps it in the browser's tab."""
    sent = "authorization" in request.headers
    headers = {"WWW-Authenticate": 'Bearer realm="mockapi control API"'}
    return show(
        request,
        "console/locked.html",
        "",
        status=HTTPStatus.UNAUTHORIZED,
        headers=headers,
        refused=sent,
    )


def is_open(settings: Settings) -> bool:
    """Tell whether anybody may use the control API."""
    return settings.admin and settings.admin_token is None


def show(request: Request, template: str, here: str, **values: Any) -> Response:
    """Return the page *template* at the place called *here* of the navigation."""
    headers = {"Content-Security-Policy": _POLICY, **values.pop("headers", {})}
    return render(
        request,
        template,
        headers=headers,
        here=here,
        places=PLACES,
        frame=_frame(request),
        place=next((each.path for each in PLACES if each.name == here), "/"),
        **values,
    )


def threaded(page: Callable[[Request], Response]) -> Page:
    """Return *page*, which takes a while, as one that runs in a thread: other requests go on."""

    async def shown(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return shown


class NotShown(PageRefused):
    """What a screen has not got; *back* is the place that lists what there is."""

    def __init__(self, detail: str, back: str, title: str = "Not found") -> None:
        super().__init__(HTTPStatus.NOT_FOUND, title, detail)
        self.back = back


async def not_shown(request: Request, error: Exception) -> Response:
    """Return the page that says what is not there, within the console."""
    if not isinstance(error, NotShown):
        raise error
    return show(
        request,
        "console/notice.html",
        error.back,
        status=error.status,
        title=error.title,
        detail=error.detail,
        back=error.back,
    )


def _frame(request: Request) -> Frame:
    world = world_of(request)
    tells = world.settings.admin and holds_admin_token(request)
    return Frame(
        root=root_of(request),
        world=world.name,
        scenario=world.scenario_name,
        now=timestamps.format_seconds(world.now()),
        mode=world.clock.course.mode,
        rate=1 if world.clock.course.mode == "system" else world.clock.course.rate,
        faults=len(tuple(world.faults)) if tells else 0,
        read=world.journal.cursor if tells else "",
        worlds=neighbours(request) if tells else (),
    )


def neighbours(request: Request) -> Sequence[Neighbour]:
    """Return the worlds of this server, the first one first."""
    worlds = worlds_of(request)
    prefix = prefix_of(request)
    named = [Neighbour(each.name, prefix + WORLD_PATH_PREFIX + each.name) for each in worlds]
    return [Neighbour("", prefix), *named]
