"""Asks of refresh tokens what RFC 6749 section 6 and RFC 9700 section 4.14 ask of them."""

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
def rotating(open_world):
    return open_world(auto_consent=True, rotate_refresh_tokens=True)


def test_refresh_returns_new_access_and_same_refresh_token(machine):
    given = tokens_of(machine)
    refreshed = refresh(machine, given["refresh_token"]).json()

    assert refreshed == given | {"access_token": TOKEN}
    assert refreshed["access_token"] != given["access_token"]
    assert sites_with(machine, refreshed["access_token"]).status_code == 200


def test_a_refresh_leaves_the_access_token_before_it_alone(machine):
    given = tokens_of(machine)
    refresh(machine, given["refresh_token"])

    assert sites_with(machine, given["access_token"]).status_code == 200


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
def test_what_is_no_refresh_token_refreshes_nothing(machine, kind):
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


def test_rotation_leaves_the_access_tokens_before_it_alone(rotating):
    given = tokens_of(rotating)
    refresh(rotating, given["refresh_token"])

    assert sites_with(rotating, given["access_token"]).status_code == 200


def test_reused_rotated_refresh_token_revokes_its_family(rotating):
    given = tokens_of(rotating)
    newer = refresh(rotating, given["refresh_token"]).json()

    assert refresh(rotating, given["refresh_token"]).json() == REFUSED
    assert refresh(rotating, newer["refresh_token"]).json() == REFUSED
    assert sites_with(rotating, newer["access_token"]).status_code == 401
    assert sites_with(rotating, given["access_token"]).status_code == 401


def test_a_rotated_refresh_token_lives_thirty_days_of_its_own(rotating, clock):
    given = tokens_of(rotating)
    clock.advance(timedelta(days=20))
    newer = refresh(rotating, given["refresh_token"]).json()
    clock.advance(timedelta(days=20))

    assert refresh(rotating, newer["refresh_token"]).status_code == 200


def test_narrowed_token_refreshes_under_the_offline_rule(open_world):
    client = open_world(auto_consent=True, offline_access_rule=True)
    given = tokens_of(client, question())
    narrow = refresh(client, given["refresh_token"], scope="read:site").json()

    assert narrow["refresh_token"] == given["refresh_token"]
