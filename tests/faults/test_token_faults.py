"""Faults of tokens, consents and the authorization server."""

import json
from urllib.parse import urlencode

import pytest
import requests
from fault_steps import BEARER, CLIENT, CLIENTS, SITES, TOKEN

from mockapi import MockApi

BOTH = [CLIENTS["http.client"], CLIENTS["requests"]]


def refused(detail):
    return {
        "type": "https://ecostructure-openapi.se.com/problem/unauthorized",
        "title": "Unauthorized",
        "status": 401,
        "detail": detail,
    }


@pytest.mark.parametrize("ask", BOTH)
@pytest.mark.parametrize(
    ("kind", "detail", "code"),
    [
        pytest.param("token_expired", "Access Token expired", "access_token_expired", id="expired"),
        pytest.param(
            "token_revoked", "Access Token not approved", "access_token_not_approved", id="revoked"
        ),
    ],
)
def test_rejected_token_stays_valid(server, ask, kind, detail, code):
    with server.fault(kind, times=1) as fault:
        affected, after = ask(server.url + SITES), ask(server.url + SITES)

    assert (affected.status, json.loads(affected.text)) == (401, refused(detail))
    assert affected.headers["www-authenticate"] == (
        'Bearer realm="null",error="invalid_token",'
        f'error_description="keymanagement.service.{code}: {detail}"'
    )
    assert (after.status, fault.hits) == (200, 1)


def test_invalid_token_is_rejected_without_a_hit(server):
    with server.fault("token_expired", times=1) as fault:
        unknown = CLIENTS["requests"](
            server.url + SITES, headers={"Authorization": "Bearer mockNobody"}
        )
        affected = CLIENTS["requests"](server.url + SITES)

    assert json.loads(unknown.text) == refused("Invalid Access Token")
    assert json.loads(affected.text) == refused("Access Token expired")
    assert fault.hits == 1


@pytest.mark.parametrize("ask", BOTH)
def test_consent_withdrawn_revokes_all_tokens(server, ask):
    url = server.url + SITES
    with server.fault("consent_withdrawn", after=2) as fault:
        statuses = [ask(url).status for _ in range(4)]

    assert (statuses, fault.hits) == ([200, 200, 401, 401], 1)
    assert json.loads(ask(url).text) == refused("Access Token not approved")
    server.reset()
    assert ask(url).status == 200


def refresh(ask, server: MockApi, refresh_token: str):
    client_id, secret = CLIENT
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": secret,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(server.url + TOKEN, "POST", headers=headers, data=urlencode(form))


def minted(server: MockApi) -> str:
    answer = requests.post(f"{server.url}/__admin/tokens", json={}, timeout=10)
    return answer.json()["refresh_token"]


@pytest.mark.parametrize("ask", BOTH)
def test_rejected_refresh_token_stays_valid(server, ask):
    token = minted(server)
    with server.fault("refresh_refused", customer="ada@example.com", times=1) as fault:
        affected, after = refresh(ask, server, token), refresh(ask, server, token)

    assert (affected.status, json.loads(affected.text)) == (
        400,
        {
            "error": "invalid_grant",
            "error_description": "The refresh token is unknown, revoked, expired, or "
            "another client's.",
        },
    )
    assert (after.status, json.loads(after.text)["refresh_token"], fault.hits) == (200, token, 1)


def test_token_faults_follow_the_error_style(server_url):
    server = MockApi(server_url(error_style="apigee"))
    token = minted(server)
    with server.fault("refresh_refused"):
        refreshed = refresh(CLIENTS["requests"], server, token)
    with server.fault("token_expired"):
        expired = CLIENTS["requests"](server.url + SITES)

    assert refreshed.text == '{"ErrorCode" : "invalid_request", "Error" :"Invalid Refresh Token"}'
    assert json.loads(expired.text) == {
        "fault": {
            "faultstring": "Access Token expired",
            "detail": {"errorcode": "keymanagement.service.access_token_expired"},
        }
    }


@pytest.mark.parametrize("ask", BOTH)
def test_tokens_are_valid_during_an_outage_of_the_server(server, ask):
    token = minted(server)
    with server.fault("authorization_server_down", retry_after=30) as fault:
        affected = refresh(ask, server, token)
        sites = ask(server.url + SITES, headers=BEARER)

    assert (
        affected.status,
        affected.headers["retry-after"],
        json.loads(affected.text)["detail"],
    ) == (
        503,
        "30",
        "The Service is temporarily unavailable",
    )
    assert (sites.status, fault.hits, fault.matched) == (200, 1, 1)
