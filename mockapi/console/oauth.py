"""Shows who agreed to what and the tokens that are out, and leads through the flow."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import CONSOLE, guarded, show
from mockapi.control.schemas.world_bodies import ClientView
from mockapi.control.token_routes import consent_views, token_views
from mockapi.domain.oauth import TEXTS, Scope
from mockapi.http.address import CANONICAL_BASE, CONSOLE_CALLBACK
from mockapi.http.context import url_of, world_of
from mockapi.world.world import World

_SHOWN = 50


@dataclass(frozen=True)
class Grantor:
    """A customer, with how much of what they agreed to is live."""

    name: str
    email: str
    consents: int
    tokens: int


class Step(NamedTuple):
    """A step of the flow as a client goes through it."""

    name: str
    title: str
    about: str


STEPS = (
    Step(
        "ask",
        "Ask for authorization",
        "The client sends the customer's browser to the authorization server, with what it wants.",
    ),
    Step("signin", "The customer signs in", "The server finds out who is asked."),
    Step("consent", "The customer decides", "Nothing is granted before the customer agrees."),
    Step(
        "back",
        "Back at the client",
        "A redirect brings the browser back, with a code and the state that the client sent.",
    ),
    Step(
        "trade",
        "Trade the code for tokens",
        "From client to server, without the browser: the code is worth nothing by itself.",
    ),
    Step("call", "Call the API", "The access token opens the API for an hour."),
    Step("refresh", "Refresh", "A refresh token gives a new access token without asking again."),
    Step("revoke", "Revoke, and call again", "A revoked token opens nothing any more."),
)


@guarded
async def show_oauth(request: Request) -> Response:
    world = world_of(request)
    consents = consent_views(world, limit=_SHOWN)
    tokens = token_views(world, _SHOWN)
    clients = [ClientView.of(each) for each in world.store.clients()]
    return show(
        request,
        "console/oauth.html",
        "oauth",
        view="overview",
        clients=clients,
        customers=_grantors(world),
        consents=consents,
        more_consents=len(world.store.all_consents()) - len(consents),
        tokens=tokens,
        most=_SHOWN,
        scopes=[(scope.value, text.title) for scope, text in TEXTS.items()],
        clients_json=json.dumps({each.client_id: each.scopes for each in clients}),
        latest=world.tokens.default_personal_expiry.date().isoformat(),
        earliest=world.now().date().isoformat(),
    )


@guarded
async def show_flow(request: Request) -> Response:
    world = world_of(request)
    clients = [ClientView.of(each) for each in world.store.clients()]
    told = {
        "base": CANONICAL_BASE,
        "callback": CONSOLE_CALLBACK,
        "sites": "/ecostruxure/scoring/v1/sites",
        "clients": [each.model_dump(mode="json") for each in clients],
        "issuer": url_of(request),
        "journal": world.journal.size > 0,
    }
    return show(
        request,
        "console/flow.html",
        "oauth",
        view="flow",
        returning=request.scope["path"] == CONSOLE_CALLBACK,
        steps=STEPS,
        clients=clients,
        wanted=request.query_params.get("client"),
        customers=world.store.customers(),
        scopes=[(scope.value, TEXTS[scope].title) for scope in Scope],
        flow=json.dumps(told),
        callback=url_of(request) + CONSOLE_CALLBACK,
        page=f"{CONSOLE}/oauth/flow",
    )


def _grantors(world: World) -> Sequence[Grantor]:
    live = Counter(each.customer_id for each in world.store.all_consents() if not each.revoked_at)
    tokens = world.store.count_live(world.now())
    return [
        Grantor(each.name, each.email, live[each.id], tokens.get(each.id, 0))
        for each in world.store.customers()
    ]
