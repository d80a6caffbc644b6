"""Asks of a resource what RFC 6750 asks of it, with tokens that OAuth gave."""

from datetime import timedelta

from oauth_steps import SITES, question, refresh, sites_with, tokens_of

INVALID = 'Bearer realm="null",error="invalid_token",error_description="keymanagement.service.{}"'


def challenge(response):
    return (response.status_code, response.headers["www-authenticate"])


def test_missing_token_challenge_has_no_error_code(machine):
    assert challenge(machine.get(SITES)) == (401, 'Bearer realm="null"')


def test_an_unknown_token_is_invalid(machine):
    assert challenge(sites_with(machine, "mock")) == (
        401,
        INVALID.format("invalid_access_token: Invalid Access Token"),
    )


def test_an_access_token_dies_after_3599_seconds_and_not_before(machine, clock):
    token = tokens_of(machine)["access_token"]
    clock.advance(timedelta(minutes=59, seconds=58))
    assert sites_with(machine, token).status_code == 200

    clock.advance(timedelta(seconds=1))
    assert challenge(sites_with(machine, token)) == (
        401,
        INVALID.format("access_token_expired: Access Token expired"),
    )


def test_a_refresh_after_the_hour_opens_the_door_again(machine, clock):
    given = tokens_of(machine)
    clock.advance(timedelta(hours=1))
    refreshed = refresh(machine, given["refresh_token"]).json()

    assert sites_with(machine, refreshed["access_token"]).status_code == 200


def test_a_token_without_the_scope_is_told_which_one(machine):
    token = tokens_of(machine, question(scope="read:energy-score"))["access_token"]

    assert challenge(sites_with(machine, token)) == (
        403,
        'Bearer realm="null",error="insufficient_scope",scope="read:site"',
    )


def test_a_refresh_token_is_no_access_token(machine):
    assert sites_with(machine, tokens_of(machine)["refresh_token"]).status_code == 401


def test_a_token_in_the_query_or_in_a_form_is_none(machine):
    token = tokens_of(machine)["access_token"]

    assert machine.get(SITES, params={"access_token": token}).status_code == 401
