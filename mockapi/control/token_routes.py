"""Routes of tokens, personal access tokens and consents."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.token_bodies import (
    ConsentQuery,
    ConsentView,
    CreatePersonalTokenRequest,
    CreateTokenRequest,
    PersonalTokenView,
    TokenQuery,
    TokenResponse,
    TokenView,
)
from mockapi.domain.oauth import ALL_SCOPES
from mockapi.http.context import world_of
from mockapi.store.tables import Client, Customer
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


@router.post(
    "/tokens",
    summary="Create an access token without the consent page",
    operation_id="createToken",
    response_model_exclude_none=True,
    responses=error_responses(404, 415),
)
async def create_token(request: Request, body: CreateTokenRequest | None = None) -> TokenResponse:
    body = body or CreateTokenRequest()
    world = world_of(request)
    customer = _customer(world, body.customer)
    client = _client(world, body.client_id)
    lifetime = None if body.expires_in is None else timedelta(seconds=body.expires_in)
    issued = world.tokens.issue_tokens(customer, client, body.scope, lifetime)
    return TokenResponse(
        access_token=issued.access_token,
        expires_in=issued.expires_in,
        refresh_token=issued.refresh_token,
        scope=issued.scope,
    )


@router.post(
    "/pats",
    summary="Create a personal access token without the portal page",
    operation_id="createPersonalAccessToken",
    responses=error_responses(404, 415),
)
async def create_personal_token(
    request: Request, body: CreatePersonalTokenRequest | None = None
) -> PersonalTokenView:
    body = body or CreatePersonalTokenRequest()
    world = world_of(request)
    issued = world.tokens.issue_personal_token(
        _customer(world, body.customer), body.name, body.scope or ALL_SCOPES, body.expires_at
    )
    return PersonalTokenView.of(issued.token, issued.name, issued.scope, issued.expires_at)


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
        return f"This world does not have {what}. Add some to its scenario."
    return str(error)


MAX_TOKENS = 10_000
"""Maximum number of tokens that are listed."""


@router.get(
    "/consents",
    summary="List consents, also revoked ones, newest first",
    operation_id="listConsents",
    responses=error_responses(400, 404),
)
def list_consents(request: Request, query: Annotated[ConsentQuery, Query()]) -> list[ConsentView]:
    world = world_of(request)
    return list(consent_views(world, _owner(world, query)))


@router.delete(
    "/consents/{consent_id}",
    summary="Revoke a consent and all its tokens",
    operation_id="revokeConsent",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404, 409),
)
async def revoke_consent(request: Request, consent_id: str) -> None:
    world = world_of(request)
    with not_found_errors():
        consent = world.store.consent(consent_id)
    if consent.revoked_at is not None:
        raise AdminError(HTTPStatus.CONFLICT, f"The consent {consent_id!r} is already revoked.")
    world.tokens.consents.revoke(consent_id, consent.customer_id)


@router.get(
    "/tokens",
    summary="List issued tokens without their secrets, newest first",
    operation_id="listTokens",
    responses=error_responses(400, 404),
)
def list_tokens(request: Request, query: Annotated[TokenQuery, Query()]) -> list[TokenView]:
    world = world_of(request)
    owner = _owner(world, query)
    found = [
        each
        for each in token_views(world, MAX_TOKENS)
        if (owner is None or each.customer == owner.email)
        and query.kind in (None, each.kind)
        and query.state in (None, each.state)
    ]
    return found[: query.limit]


@router.delete(
    "/tokens/{token_id}",
    summary="Revoke a token; also the family of a refresh token, the consent of a personal one",
    operation_id="revokeToken",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404, 409),
)
async def revoke_token(request: Request, token_id: str) -> None:
    world = world_of(request)
    with not_found_errors():
        token = world.store.token_with(token_id)
    if token.revoked_at is not None:
        raise AdminError(HTTPStatus.CONFLICT, f"The token {token_id!r} is already revoked.")
    world.tokens.revoke(token)


def consent_views(
    world: World, owner: Customer | None = None, limit: int | None = None
) -> Sequence[ConsentView]:
    """Return the newest *limit* consents of *owner* or of all customers, newest first."""
    emails = {each.id: each.email for each in world.store.customers()}
    histories = world.store.consent_histories()
    found = [
        each for each in world.store.all_consents() if owner is None or each.customer_id == owner.id
    ]
    return [
        ConsentView.of(each, emails[each.customer_id], histories.get(each.id, ()))
        for each in found[:limit]
    ]


def token_views(world: World, limit: int) -> Sequence[TokenView]:
    """Return the newest *limit* tokens, newest first."""
    emails = {each.id: each.email for each in world.store.customers()}
    return [
        TokenView.of(each, emails[each.customer_id], world.tokens.state_of(each))
        for each in world.store.all_tokens(limit)
    ]


def _owner(world: World, query: ConsentQuery) -> Customer | None:
    if query.customer is None:
        return None
    with not_found_errors():
        return world.store.customer_named(query.customer)
