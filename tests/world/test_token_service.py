"""The token service without HTTP."""

from contextlib import closing
from datetime import timedelta

import pytest

from mockapi.domain.errors import (
    TokenExpired,
    TokenMissing,
    TokenOfOtherProduct,
    TokenRevoked,
    TokenUnknown,
)
from mockapi.domain.oauth import CODE_LIFETIME, Scope, TokenKind
from mockapi.settings import Settings
from mockapi.world.credentials import (
    InvalidCodeError,
    InvalidRefreshTokenError,
    RedirectUriMismatchError,
    RedirectUriMissingError,
)
from mockapi.world.world import World

URI = "http://127.0.0.1/callback"
SCOPES = [Scope.READ_SITE, Scope.OFFLINE_ACCESS]


@pytest.fixture(params=[{}], ids=["default"])
def world(request):
    with closing(World.open(Settings(**request.param))) as opened:
        yield opened


@pytest.fixture
def customer(world):
    return world.store.customers()[0]


@pytest.fixture
def client(world):
    return world.store.clients()[0]


def issue_code(world, customer, client, scopes=SCOPES, redirect_uri=URI):
    return world.tokens.issue_code(
        customer, client, scopes, redirect_uri=redirect_uri, code_challenge=None, sandbox=False
    )


def redeem(world, client, secret, redirect_uri=URI):
    code = world.tokens.find_code(secret, client.client_id, redirect_uri, None)
    return world.tokens.redeem_code(code)


rotating = pytest.mark.parametrize("world", [{"rotate_refresh_tokens": True}], indirect=True)


def test_code_is_redeemed_for_tokens_of_its_scopes(world, customer, client):
    issued = redeem(world, client, issue_code(world, customer, client))
    bearer = world.tokens.authenticate(issued.access_token)
    assert (bearer.customer_id, bearer.client_id) == (customer.id, client.client_id)
    assert bearer.scopes == frozenset(SCOPES)
    assert issued.refresh_token is not None


def test_replayed_code_revokes_its_tokens(world, customer, client):
    secret = issue_code(world, customer, client)
    issued = redeem(world, client, secret)
    with pytest.raises(InvalidCodeError):
        redeem(world, client, secret)
    with pytest.raises(TokenRevoked):
        world.tokens.authenticate(issued.access_token)
    with pytest.raises(InvalidRefreshTokenError):
        world.tokens.find_refresh_token(issued.refresh_token, client.client_id)


def test_code_redeemed_twice_revokes_the_first_tokens(world, customer, client):
    secret = issue_code(world, customer, client)
    first = world.tokens.find_code(secret, client.client_id, URI, None)
    second = world.tokens.find_code(secret, client.client_id, URI, None)
    issued = world.tokens.redeem_code(first)
    with pytest.raises(InvalidCodeError):
        world.tokens.redeem_code(second)
    with pytest.raises(TokenRevoked):
        world.tokens.authenticate(issued.access_token)


def test_code_is_refused_to_others_and_after_its_lifetime(world, customer, client):
    secret = issue_code(world, customer, client)
    for unknown, client_id in (("mockUnknown", client.client_id), (secret, "another client")):
        with pytest.raises(InvalidCodeError):
            world.tokens.find_code(unknown, client_id, URI, None)
    world.clock.freeze(world.now() + CODE_LIFETIME)
    with pytest.raises(InvalidCodeError):
        world.tokens.find_code(secret, client.client_id, URI, None)


@pytest.mark.parametrize(
    ("uris", "error"),
    [
        ((URI, None, URI), RedirectUriMissingError),
        ((URI, "http://other", None), RedirectUriMismatchError),
        ((None, "http://other", URI), RedirectUriMismatchError),
    ],
)
def test_code_is_bound_to_its_redirect_uri(world, customer, client, uris, error):
    issued_to, given, default = uris
    secret = issue_code(world, customer, client, redirect_uri=issued_to)
    with pytest.raises(error):
        world.tokens.find_code(secret, client.client_id, given, default)


@pytest.mark.parametrize("given", [URI, None])
def test_code_without_redirect_uri_is_bound_to_the_default_one(world, customer, client, given):
    secret = issue_code(world, customer, client, redirect_uri=None)
    assert world.tokens.find_code(secret, client.client_id, given, URI)


def test_refresh_returns_the_same_refresh_token(world, customer, client):
    secret = world.tokens.issue_tokens(customer, client, SCOPES).refresh_token
    token = world.tokens.find_refresh_token(secret, client.client_id)
    issued = world.tokens.refresh(token, secret, [Scope.READ_SITE])
    assert issued.refresh_token == secret
    assert world.tokens.authenticate(issued.access_token).scopes == {Scope.READ_SITE}


@rotating
def test_reused_rotated_token_revokes_its_family(world, customer, client):
    old = world.tokens.issue_tokens(customer, client, SCOPES).refresh_token
    token = world.tokens.find_refresh_token(old, client.client_id)
    issued = world.tokens.refresh(token, old, [Scope.READ_SITE])
    assert issued.refresh_token != old
    kept = world.tokens.find_refresh_token(issued.refresh_token, client.client_id)
    assert set(kept.scopes) == set(SCOPES)
    with pytest.raises(InvalidRefreshTokenError):
        world.tokens.find_refresh_token(old, client.client_id)
    with pytest.raises(InvalidRefreshTokenError):
        world.tokens.find_refresh_token(issued.refresh_token, client.client_id)
    with pytest.raises(TokenRevoked):
        world.tokens.authenticate(issued.access_token)


@pytest.mark.parametrize("world", [{"offline_access_rule": True}], indirect=True)
def test_offline_access_rule_decides_on_the_refresh_token(world, customer, client):
    tokens = world.tokens
    assert tokens.issue_tokens(customer, client, [Scope.READ_SITE]).refresh_token is None
    assert tokens.issue_tokens(customer, client, SCOPES).refresh_token is not None


def test_consent_gains_scopes_and_restarts_after_revocation(world, customer, client):
    consents = world.tokens.consents
    live = consents.grant(customer, client, [Scope.READ_SITE])
    again = consents.grant(customer, client, [Scope.READ_ASSET])
    assert again.id == live.id
    assert {Scope.READ_SITE, Scope.READ_ASSET} <= set(again.scopes)
    consents.revoke(live.id, customer.id)
    restarted = consents.grant(customer, client, [Scope.READ_ASSET])
    assert (restarted.id, restarted.scopes) == (live.id, (Scope.READ_ASSET,))


def test_revoked_consent_revokes_tokens_and_codes_once(world, customer, client):
    tokens = world.tokens
    secret = issue_code(world, customer, client)
    issued = tokens.issue_tokens(customer, client)
    assert tokens.withdraw_consent(issued.access_token)
    assert not tokens.withdraw_consent(issued.access_token)
    with pytest.raises(TokenRevoked):
        tokens.authenticate(issued.access_token)
    with pytest.raises(InvalidCodeError):
        redeem(world, client, secret)


def test_revoked_access_token_leaves_its_refresh_token(world, customer, client):
    tokens = world.tokens
    issued = tokens.issue_tokens(customer, client, SCOPES)
    tokens.revoke(world.store.token(issued.access_token))
    assert tokens.find_refresh_token(issued.refresh_token, client.client_id)
    tokens.revoke(world.store.token(issued.refresh_token))
    with pytest.raises(InvalidRefreshTokenError):
        tokens.find_refresh_token(issued.refresh_token, client.client_id)


def test_token_passes_through_its_states(world, customer, client):
    tokens = world.tokens
    issued = tokens.issue_tokens(customer, client, lifetime=timedelta(seconds=60))
    row = world.store.token(issued.access_token)
    assert (issued.expires_in, tokens.state_of(row)) == ("60", "live")
    world.clock.freeze(world.now() + timedelta(seconds=60))
    assert tokens.state_of(row) == "expired"
    with pytest.raises(TokenExpired):
        tokens.authenticate(issued.access_token)
    tokens.revoke(row)
    assert tokens.state_of(world.store.token(issued.access_token)) == "revoked"


def test_each_api_accepts_its_kinds_of_tokens(world, customer, client):
    tokens = world.tokens
    access = tokens.issue_tokens(customer, client, SCOPES)
    personal = tokens.issue_personal_token(customer, "mine")
    assert tokens.authenticate(access.access_token, "partner").kind is TokenKind.ACCESS
    assert tokens.authenticate(personal.token, "user").kind is TokenKind.PERSONAL
    with pytest.raises(TokenOfOtherProduct):
        tokens.authenticate(personal.token, "partner")
    for secret in ("mockUnknown", access.refresh_token):
        with pytest.raises(TokenUnknown):
            tokens.authenticate(secret)
    with pytest.raises(TokenMissing):
        tokens.authenticate(None)


@pytest.mark.parametrize("world", [{"user_api_oauth": False}], indirect=True)
def test_user_api_refuses_access_tokens_where_it_takes_no_oauth(world, customer, client):
    secret = world.tokens.issue_tokens(customer, client).access_token
    with pytest.raises(TokenOfOtherProduct):
        world.tokens.authenticate(secret, "user")


@pytest.mark.parametrize("world", [{"accept_any_token": True}], indirect=True)
def test_unknown_token_is_the_first_customers_if_any_accepted(world, customer):
    assert world.tokens.authenticate("anything").customer_id == customer.id


def test_personal_token_has_a_consent_and_a_lifetime_of_its_own(world, customer):
    tokens = world.tokens
    first, second = (tokens.issue_personal_token(customer, "mine") for _ in range(2))
    assert first.expires_at == tokens.default_personal_expiry < tokens.latest_personal_expiry
    tokens.revoke(world.store.token(first.token))
    with pytest.raises(TokenRevoked):
        tokens.authenticate(first.token)
    tokens.expire_personal_tokens(customer, "mine", world.now())
    with pytest.raises(TokenExpired):
        tokens.authenticate(second.token)


def test_internal_token_reuses_the_consent_that_covers_it(world, customer, client):
    tokens = world.tokens
    tokens.consents.grant(customer, client, [Scope(scope) for scope in client.scopes])
    before = world.store.consent_histories()
    issued = tokens.issue_internal_token(customer, client)
    assert issued.refresh_token is None
    assert world.store.consent_histories().keys() == before.keys()
