"""Refresh tokens by RFC 6749 section 6 and RFC 9700 section 4.14."""

from datetime import timedelta

import pytest
from dirty_equals import IsStr
from oauth_steps import (
    PUBLIC_ID,
    PUBLIC_REDIRECT_URI,
    VERIFIER,
    code_of,
    public_question,
    question,
    redeem,
    refresh,
    sites_with,
    tokens_of,
)

TOKEN = IsStr(regex="mock[A-Za-z0-9]{24}")
REFUSED = {
    "error": "invalid_grant",
    "error_description": "The refresh token is unknown, revoked, expired, or another client's.",
}
SCOPE_REFUSED = {
    "error": "invalid_scope",
    "error_description": "The requested scope is invalid, unknown, or malformed.",
}


@pytest.fixture
def rotating(test_client):
    return test_client(auto_consent=True, rotate_refresh_tokens=True)


def test_refresh_gives_a_new_access_token_only(machine):
    given = tokens_of(machine)
    refreshed = refresh(machine, given["refresh_token"]).json()

    assert refreshed == given | {"access_token": TOKEN}
    assert refreshed["access_token"] != given["access_token"]
    assert sites_with(machine, refreshed["access_token"]).status_code == 200


def test_refresh_does_not_revoke_the_previous_token(machine):
    given = tokens_of(machine)
    refresh(machine, given["refresh_token"])

    assert len(sites_with(machine, given["access_token"]).json()) == 8


def test_refresh_token_expires_after_thirty_days(machine, clock):
    given = tokens_of(machine)
    clock.advance(timedelta(days=30, seconds=-1))
    assert refresh(machine, given["refresh_token"]).status_code == 200

    clock.advance(timedelta(seconds=1))
    assert refresh(machine, given["refresh_token"]).json() == REFUSED


def test_a_refresh_may_narrow_the_scope_and_later_widen_it_again(machine):
    given = tokens_of(machine)
    narrow = refresh(machine, given["refresh_token"], scope="read:site").json()
    again = refresh(machine, given["refresh_token"]).json()

    assert (narrow["scope"], again["scope"]) == ("read:site", "read:site offline_access")


@pytest.mark.parametrize("scope", ["read:site write:energy-score", "delete:site", "  "])
def test_a_refresh_never_widens_the_scope(machine, scope):
    response = refresh(machine, tokens_of(machine)["refresh_token"], scope=scope)

    assert (response.status_code, response.json()) == (400, SCOPE_REFUSED)


@pytest.mark.parametrize("kind", ["access_token", "unknown"])
def test_other_tokens_cannot_be_refreshed(machine, kind):
    given = tokens_of(machine) | {"unknown": "mock"}

    assert refresh(machine, given[kind]).json() == REFUSED


def test_refresh_token_of_another_client_is_rejected(machine):
    code = code_of(machine, public_question())
    named = {"client_id": PUBLIC_ID}
    given = redeem(
        machine,
        code,
        auth=None,
        redirect_uri=PUBLIC_REDIRECT_URI,
        code_verifier=VERIFIER,
        **named,
    ).json()

    assert refresh(machine, given["refresh_token"]).json() == REFUSED
    assert refresh(machine, given["refresh_token"], auth=None, **named).status_code == 200


def test_rotation_gives_a_new_refresh_token_of_the_same_scope(rotating):
    given = tokens_of(rotating)
    narrow = refresh(rotating, given["refresh_token"], scope="read:site").json()
    wide = refresh(rotating, narrow["refresh_token"]).json()

    assert given["refresh_token"] != narrow["refresh_token"]
    assert wide == given | {"access_token": TOKEN, "refresh_token": TOKEN}


def test_rotation_does_not_revoke_access_tokens(rotating):
    given = tokens_of(rotating)
    refresh(rotating, given["refresh_token"])

    assert len(sites_with(rotating, given["access_token"]).json()) == 8


def test_reuse_of_a_rotated_token_revokes_its_family(rotating):
    given = tokens_of(rotating)
    newer = refresh(rotating, given["refresh_token"]).json()

    assert refresh(rotating, given["refresh_token"]).json() == REFUSED
    assert refresh(rotating, newer["refresh_token"]).json() == REFUSED
    assert sites_with(rotating, newer["access_token"]).status_code == 401
    assert sites_with(rotating, given["access_token"]).status_code == 401


def test_rotated_refresh_token_has_its_own_lifetime(rotating, clock):
    given = tokens_of(rotating)
    clock.advance(timedelta(days=20))
    newer = refresh(rotating, given["refresh_token"]).json()
    clock.advance(timedelta(days=20))

    newest = refresh(rotating, newer["refresh_token"]).json()

    assert newest == newer | {"access_token": TOKEN, "refresh_token": TOKEN}
    assert newest["refresh_token"] != newer["refresh_token"]


def test_narrowed_token_can_be_refreshed_with_the_rule(test_client):
    client = test_client(auto_consent=True, offline_access_rule=True)
    given = tokens_of(client, question())
    narrow = refresh(client, given["refresh_token"], scope="read:site").json()

    assert narrow["refresh_token"] == given["refresh_token"]
