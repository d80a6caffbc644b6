"""Tells what customers agreed to and which tokens are out, and takes back either."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from mockapi.control.route import AdminError, AdminRoute, not_found_errors, refusals
from mockapi.control.schemas.consents import ConsentFilter, ConsentView, TokenFilter, TokenView
from mockapi.http.context import world_of
from mockapi.store.tables.sites import Customer
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)

_MOST = 10_000


@router.get(
    "/consents",
    summary="What customers agreed to, live and revoked, the newest first",
    operation_id="listConsents",
    responses=refusals(400, 404),
)
def list_consents(request: Request, wanted: Annotated[ConsentFilter, Query()]) -> list[ConsentView]:
    world = world_of(request)
    return list(consent_views(world, _wanted(world, wanted)))


@router.delete(
    "/consents/{consent_id}",
    summary="Revoke a consent, and with it every token that stands on it",
    operation_id="revokeConsent",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(404, 409),
)
async def revoke_consent(request: Request, consent_id: str) -> None:
    world = world_of(request)
    with not_found_errors():
        consent = world.store.consent(consent_id)
    if consent.revoked_at is not None:
        raise AdminError(HTTPStatus.CONFLICT, f"The consent {consent_id!r} is revoked already.")
    world.tokens.consents.revoke(consent_id, consent.customer_id)


@router.get(
    "/tokens",
    summary="Which tokens are out, the newest first, without their secrets",
    operation_id="listTokens",
    responses=refusals(400, 404),
)
def list_tokens(request: Request, wanted: Annotated[TokenFilter, Query()]) -> list[TokenView]:
    world = world_of(request)
    owner = _wanted(world, wanted)
    found = [
        each
        for each in token_views(world, _MOST)
        if (owner is None or each.customer == owner.email)
        and wanted.kind in (None, each.kind)
        and wanted.state in (None, each.state)
    ]
    return found[: wanted.limit]


@router.delete(
    "/tokens/{token_id}",
    summary="Revoke a token; a refresh token takes its family, a personal one its consent",
    operation_id="revokeToken",
    status_code=HTTPStatus.NO_CONTENT,
    responses=refusals(404, 409),
)
async def revoke_token(request: Request, token_id: str) -> None:
    world = world_of(request)
    with not_found_errors():
        token = world.store.token_with(token_id)
    if token.revoked_at is not None:
        raise AdminError(HTTPStatus.CONFLICT, f"The token {token_id!r} is revoked already.")
    world.tokens.revoke(token)


def consent_views(
    world: World, owner: Customer | None = None, limit: int | None = None
) -> Sequence[ConsentView]:
    """Return what *owner*, or everybody, agreed to: the newest first, *limit* of them."""
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
    """Return the *limit* newest tokens, the newest first."""
    emails = {each.id: each.email for each in world.store.customers()}
    return [
        TokenView.of(each, emails[each.customer_id], world.tokens.state_of(each))
        for each in world.store.all_tokens(limit)
    ]


def _wanted(world: World, wanted: ConsentFilter) -> Customer | None:
    if wanted.customer is None:
        return None
    with not_found_errors():
        return world.store.customer_named(wanted.customer)
