"""The commands `mockapi token` and `mockapi pat`."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def status_with(token: str, url: str) -> int:
    try:
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def test_token_is_printed_and_valid_for_the_partner_api(server, output_of):
    printed = output_of("token")
    assert printed == printed.strip() + "\n"
    assert status_with(printed.strip(), f"{server.partner_url}/sites") == 200


def test_expired_token_is_rejected(server, output_of):
    token = output_of("token", "--expires-in", "0").strip()
    assert status_with(token, f"{server.partner_url}/sites") == 401


def test_token_as_json_has_the_members_of_the_endpoint(server, output_of):
    body = json.loads(
        output_of("token", "--customer", "grace@example.com", "--scope", "read:site", "--json")
    )
    assert set(body) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert body["scope"] == "read:site"


def test_personal_token_is_valid_for_the_user_api_only(server, output_of):
    token = output_of("pat", "--name", "ci").strip()
    assert status_with(token, f"{server.user_url}/sites") == 200
    assert status_with(token, f"{server.partner_url}/sites") == 401


def test_personal_token_as_json_has_name_and_expiry(server, output_of):
    body = json.loads(
        output_of("pat", "--name", "ci", "--expires-at", "2026-07-01T00:00:00Z", "--json")
    )
    assert (body["name"], body["expires_at"]) == ("ci", "2026-07-01T00:00:00Z")


@pytest.mark.parametrize("command", ["token", "pat"])
@pytest.mark.parametrize("scope", ["", " "])
def test_empty_scope_lists_the_scopes(server, run, command, scope):
    result = run(command, "--scope", scope)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("scope: must have at least one scope. Use read:site, ")
    assert result.stderr.endswith(", separated by spaces, or leave it out for all scopes.\n")


@pytest.mark.parametrize("command", ["token", "pat"])
def test_token_of_an_unknown_customer_is_rejected(server, run, command):
    result = run(command, "--customer", "nobody@example.com")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "nobody@example.com" in result.stderr
