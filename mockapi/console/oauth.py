"""OAuth pages: clients, consents and tokens, and the guided authorization flow."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import CONSOLE, render_console_page, requires_admin
from mockapi.control.schemas.token_bodies import ConsentView, TokenView
from mockapi.control.schemas.world_bodies import ClientView
from mockapi.control.token_routes import MAX_TOKENS, consent_views, token_views
from mockapi.domain.oauth import TEXTS, Scope
from mockapi.http.address import CANONICAL_BASE, CONSOLE_CALLBACK
from mockapi.http.context import url_of, world_of
from mockapi.world.world import World

_MAX_ROWS = 50


@dataclass(frozen=True)
class CustomerConsents:
    """Customer with the number of live consents and tokens."""

    name: str
    email: str
    consents: int
    tokens: int


class FlowStep(NamedTuple):
    """Step of the authorization flow, from the view of a client."""

    name: str
    title: str
    description: str


STEPS = (
    FlowStep(
        "authorize",
        "Request authorization",
        "The client sends the customer's browser to the authorization server with its request.",
    ),
    FlowStep("signin", "The customer signs in", "The server identifies the customer."),
    FlowStep("consent", "The customer decides", "Access is granted only if the customer consents."),
    FlowStep(
        "callback",
        "Return to the client",
        "The server redirects the browser to the client with a code and the state of the request.",
    ),
    FlowStep(
        "exchange",
        "Exchange the code for tokens",
        "The client sends the code to the server directly, without the browser.",
    ),
    FlowStep("call", "Call the API", "The access token is valid for one hour."),
    FlowStep(
        "refresh",
        "Refresh",
        "The refresh token returns a new access token without another consent.",
    ),
    FlowStep("revoke", "Revoke, then call again", "A revoked token is rejected."),
)


@requires_admin
async def show_oauth(request: Request) -> Response:
    world = world_of(request)
    consents, tokens = _consents_and_tokens(world, request.query_params.get("token"))
    clients = [ClientView.of(each) for each in world.store.clients()]
    return render_console_page(
        request,
        "console/oauth.html",
        "oauth",
        view="overview",
        clients=clients,
        customers=_customer_consents(world),
        consents=consents,
        token=request.query_params.get("token"),
        more_consents=len(world.store.all_consents()) - len(consents),
        tokens=tokens,
        limit=_MAX_ROWS,
        scopes=[(scope.value, text.title) for scope, text in TEXTS.items()],
        clients_json=json.dumps({each.client_id: each.scopes for each in clients}),
        latest=world.tokens.default_personal_expiry.date().isoformat(),
        earliest=world.now().date().isoformat(),
    )


def _consents_and_tokens(
    world: World, token: str | None
) -> tuple[Sequence[ConsentView], Sequence[TokenView]]:
    """Return the newest consents and tokens, or the *token* with that id and its consent."""
    if token is None:
        return consent_views(world, limit=_MAX_ROWS), token_views(world, _MAX_ROWS)
    tokens = [each for each in token_views(world, MAX_TOKENS) if each.id == token]
    wanted = {each.consent for each in tokens}
    return [each for each in consent_views(world) if each.id in wanted], tokens


@requires_admin
async def show_flow(request: Request) -> Response:
    world = world_of(request)
    clients = [ClientView.of(each) for each in world.store.clients()]
    config = {
        "base": CANONICAL_BASE,
        "callback": CONSOLE_CALLBACK,
        "sites": "/ecostruxure/scoring/v1/sites",
        "clients": [each.model_dump(mode="json") for each in clients],
        "issuer": url_of(request),
        "journal": world.journal.size > 0,
    }
    return render_console_page(
        request,
        "console/flow.html",
        "oauth",
        view="flow",
        returning=request.scope["path"] == CONSOLE_CALLBACK,
        steps=STEPS,
        clients=clients,
        client_id=request.query_params.get("client"),
        customers=world.store.customers(),
        scopes=[(scope.value, TEXTS[scope].title) for scope in Scope],
        flow=json.dumps(config),
        callback=url_of(request) + CONSOLE_CALLBACK,
        flow_path=f"{CONSOLE}/oauth/flow",
    )


def _customer_consents(world: World) -> Sequence[CustomerConsents]:
    live = Counter(each.customer_id for each in world.store.all_consents() if not each.revoked_at)
    tokens = world.store.count_live(world.now())
    return [
        CustomerConsents(each.name, each.email, live[each.id], tokens.get(each.id, 0))
        for each in world.store.customers()
    ]
