"""Declares the calls of the control API."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request

from mockapi.domain import instants
from mockapi.domain.oauth.scopes import ALL_SCOPES, Scope
from mockapi.domain.oauth.tokens import PAT_DEFAULT_LIFETIME
from mockapi.http.admin import errors
from mockapi.http.admin.errors import AdminError, demand_admin
from mockapi.http.request import world_of
from mockapi.store.tables import Client, Customer
from mockapi.version import __version__
from mockapi.wire.admin import (
    AdminProblem,
    ClientView,
    CustomerView,
    Health,
    PersonalTokenBody,
    PersonalTokenWish,
    TokenBody,
    TokenWish,
    WorldView,
)
from mockapi.world.world import World

PREFIX = "/__admin"


def _refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": AdminProblem, "description": HTTPStatus(status).phrase}
        for status in (401, 403, *statuses)
    }


router = APIRouter(dependencies=[Depends(demand_admin)])
public = APIRouter()


@public.get("/health", summary="Whether the world answers", operation_id="getHealth")
async def health(request: Request) -> Health:
    return Health(version=__version__, scenario=world_of(request).scenario_name)


@router.get(
    "/world", summary="Who and what is there", operation_id="getWorld", responses=_refusals()
)
async def world(request: Request) -> WorldView:
    world = world_of(request)
    return WorldView(
        scenario=world.scenario_name,
        seed=world.seed,
        edition=world.edition.name,
        now=instants.seconds(world.now()),
        customers=tuple(
            CustomerView.of(customer, world.store.sites(customer.id))
            for customer in world.store.customers()
        ),
        clients=tuple(ClientView.of(client) for client in world.store.clients()),
    )


@router.post(
    "/reset",
    summary="Put the world back to its first state",
    operation_id="resetWorld",
    status_code=HTTPStatus.NO_CONTENT,
    responses=_refusals(),
)
async def reset(request: Request) -> None:
    world_of(request).reset()


@router.post(
    "/tokens",
    summary="Mint an access token without any consent page",
    operation_id="createToken",
    response_model_exclude_none=True,
    responses=_refusals(400, 404),
)
async def create_token(request: Request, wish: TokenWish | None = None) -> TokenBody:
    wish = wish or TokenWish()
    world = world_of(request)
    customer = _customer(world, wish.customer)
    client = _client(world, wish.client_id)
    issued = world.issuer.token_for(
        customer, client, wish.scope or _scopes_of(client), wish.expires_in
    )
    return TokenBody(
        access_token=issued.access_token,
        expires_in=issued.expires_in,
        refresh_token=issued.refresh_token,
        scope=issued.scope,
    )


@router.post(
    "/pats",
    summary="Mint a personal access token without the portal page",
    operation_id="createPersonalAccessToken",
    responses=_refusals(400, 404),
)
async def create_personal_token(
    request: Request, wish: PersonalTokenWish | None = None
) -> PersonalTokenBody:
    wish = wish or PersonalTokenWish()
    world = world_of(request)
    issued = world.issuer.personal_token(
        _customer(world, wish.customer),
        wish.name,
        wish.scope or ALL_SCOPES,
        wish.expires_at or world.now() + PAT_DEFAULT_LIFETIME,
    )
    return PersonalTokenBody.of(issued.token, issued.name, issued.scope, issued.expires_at)


def _customer(world: World, name: str | None) -> Customer:
    try:
        return world.store.customer_named(name) if name else world.store.customers()[0]
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, _first_missing(error, "customers")) from error


def _client(world: World, client_id: str | None) -> Client:
    try:
        return world.store.client(client_id) if client_id else world.store.clients()[0]
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, _first_missing(error, "clients")) from error


def _first_missing(error: LookupError, what: str) -> str:
    if isinstance(error, IndexError):
        return f"This world has no {what}; its scenario states none."
    return str(error)


def _scopes_of(client: Client) -> frozenset[Scope]:
    return frozenset(Scope(scope) for scope in client.scopes)


def create_admin_app(max_body_bytes: int) -> FastAPI:
    """Return the control API as an app, to be mounted below `PREFIX`."""
    app = FastAPI(
        title="mockapi control API",
        description="What a test may ask of its world.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=max_body_bytes,
    )
    errors.install_on(app)
    app.include_router(public)
    app.include_router(router)
    return app
