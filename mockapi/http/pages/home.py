"""Shows the front page: what this is, where things are, and lines to start with."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.http.oauth.metadata import issuer_of
from mockapi.http.pages.page import render
from mockapi.http.pages.visit import current_visit
from mockapi.http.request import world_of
from mockapi.version import __version__
from mockapi.world.world import World


class Line(NamedTuple):
    """One line to paste, and what it shows."""

    purpose: str
    command: str


async def home(request: Request) -> Response:
    world = world_of(request)
    return render(
        request,
        "home.html",
        current_visit(request),
        version=__version__,
        scenario=world.scenario_name,
        edition=world.edition.name,
        now=world.now().strftime("%Y-%m-%d %H:%M"),
        customers=len(world.store.customers()),
        clients=world.store.clients() if _shows_secrets(world) else (),
        lines=_lines(world, issuer_of(request)),
    )


def _shows_secrets(world: World) -> bool:
    # Whoever guards the control API guards what it tells; this page then tells no more.
    return world.settings.admin and world.settings.admin_token is None


def _lines(world: World, url: str) -> Sequence[Line]:
    token = personal = None
    if _shows_secrets(world) and world.scenario.customers:
        first = world.scenario.customers[0]
        token = next((each.token for each in first.access_tokens), None)
        personal = next((each.token for each in first.personal_access_tokens), None)
    return (
        Line(
            "Partner API: the sites of a customer who consented",
            f'curl -H "Authorization: Bearer {token or "$ACCESS_TOKEN"}" '
            f"{url}/ecostruxure/scoring/v1/sites",
        ),
        Line(
            "User API: the customer's own sites, with a personal access token",
            f'curl -H "Authorization: Bearer {personal or "$PERSONAL_ACCESS_TOKEN"}" '
            f"{url}/ecostruxure/user/scoring/v1/sites",
        ),
    )
