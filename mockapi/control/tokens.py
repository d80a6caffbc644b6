"""Mints tokens without any page."""

from datetime import timedelta
from http import HTTPStatus

from fastapi import APIRouter, Request

from mockapi.control.route import AdminError, AdminRoute, refusals
from mockapi.control.schemas.world import PersonalTokenBody, PersonalTokenWish, TokenBody, TokenWish
from mockapi.domain.oauth import ALL_SCOPES
from mockapi.http.context import world_of
from mockapi.store.tables.sites import Client, Customer
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


@router.post(
    "/tokens",
    summary="Mint an access token without any consent page",
    operation_id="createToken",
    response_model_exclude_none=True,
    responses=refusals(404, 415),
)
async def create_token(request: Request, wish: TokenWish | None = None) -> TokenBody:
    wish = wish or TokenWish()
    world = world_of(request)
    customer = _customer(world, wish.customer)
    client = _client(world, wish.client_id)
    lifetime = None if wish.expires_in is None else timedelta(seconds=wish.expires_in)
    issued = world.tokens.issue_tokens(customer, client, wish.scope, lifetime)
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
    responses=refusals(404, 415),
)
async def create_personal_token(
    request: Request, wish: PersonalTokenWish | None = None
) -> PersonalTokenBody:
    wish = wish or PersonalTokenWish()
    world = world_of(request)
    issued = world.tokens.issue_personal_token(
        _customer(world, wish.customer), wish.name, wish.scope or ALL_SCOPES, wish.expires_at
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
