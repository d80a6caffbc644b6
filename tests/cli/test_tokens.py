"""Tokens by `mockapi token` and `mockapi pat`."""

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


def test_a_token_is_printed_alone_and_opens_the_partner_api(server, told):
    printed = told("token")
    assert printed == printed.strip() + "\n"
    assert status_with(printed.strip(), f"{server.partner_url}/sites") == 200


def test_a_token_that_is_expired_already_opens_nothing(server, told):
    token = told("token", "--expires-in", "0").strip()
    assert status_with(token, f"{server.partner_url}/sites") == 401


def test_a_token_is_told_with_all_that_the_token_endpoint_tells(server, told):
    body = json.loads(
        told("token", "--customer", "grace@example.com", "--scope", "read:site", "--json")
    )
    assert set(body) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert body["scope"] == "read:site"


def test_a_personal_token_opens_the_user_api_and_not_the_partner_api(server, told):
    token = told("pat", "--name", "ci").strip()
    assert status_with(token, f"{server.user_url}/sites") == 200
    assert status_with(token, f"{server.partner_url}/sites") == 401


def test_a_personal_token_is_told_with_its_name_and_its_end(server, told):
    body = json.loads(told("pat", "--name", "ci", "--expires-at", "2026-07-01T00:00:00Z", "--json"))
    assert (body["name"], body["expires_at"]) == ("ci", "2026-07-01T00:00:00Z")


@pytest.mark.parametrize("command", ["token", "pat"])
def test_a_token_of_nobody_is_refused_in_one_line(server, run, command):
    result = run(command, "--customer", "nobody@example.com")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "nobody@example.com" in result.stderr
