"""Bearer tokens by RFC 6750."""

from datetime import timedelta

from oauth_steps import SITES, question, refresh, sites_with, tokens_of

INVALID = 'Bearer realm="null",error="invalid_token",error_description="keymanagement.service.{}"'
UNKNOWN = INVALID.format("invalid_access_token: Invalid Access Token")
NO_TOKEN = 'Bearer realm="null"'


def challenge(response):
    return (response.status_code, response.headers["www-authenticate"])


def test_request_without_token_has_no_error_code(machine):
    assert challenge(machine.get(SITES)) == (401, NO_TOKEN)


def test_an_unknown_token_is_invalid(machine):
    assert challenge(sites_with(machine, "mock")) == (401, UNKNOWN)


def test_access_token_expires_after_3599_seconds(machine, clock):
    token = tokens_of(machine)["access_token"]
    clock.advance(timedelta(minutes=59, seconds=58))
    assert sites_with(machine, token).status_code == 200

    clock.advance(timedelta(seconds=1))
    assert challenge(sites_with(machine, token)) == (
        401,
        INVALID.format("access_token_expired: Access Token expired"),
    )


def test_refresh_after_expiry_gives_a_valid_token(machine, clock):
    given = tokens_of(machine)
    clock.advance(timedelta(hours=1))
    refreshed = refresh(machine, given["refresh_token"]).json()

    assert len(sites_with(machine, refreshed["access_token"]).json()) == 8


def test_missing_scope_is_in_the_challenge(machine):
    token = tokens_of(machine, question(scope="read:energy-score"))["access_token"]

    assert challenge(sites_with(machine, token)) == (
        403,
        'Bearer realm="null",error="insufficient_scope",scope="read:site"',
    )


def test_refresh_token_is_not_an_access_token(machine):
    response = sites_with(machine, tokens_of(machine)["refresh_token"])

    assert challenge(response) == (401, UNKNOWN)


def test_token_in_query_or_form_is_ignored(machine):
    token = {"access_token": tokens_of(machine)["access_token"]}
    in_query = machine.get(SITES, params=token)
    in_form = machine.request("GET", SITES, data=token)

    assert challenge(in_query) == challenge(in_form) == (401, NO_TOKEN)
