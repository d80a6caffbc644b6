"""Redirect URIs: exact comparison, except for the port of loopback addresses."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from oauth_steps import ADA, BASE, HOST, PUBLIC_ID, answer, code_of, public_question, redeem

SCENARIO = """
extends: empty
clients:
  - client_id: odd1
    client_secret: odd1secret
    name: Odd
    redirect_uris: ["{uri}"]
customers: [{{email: ada@example.com}}]
"""


def location(client, uri, **changes):
    asked = {"response_type": "code", "client_id": "odd1", "redirect_uri": uri, "state": "xyz"}
    response = client.get(f"{BASE}/authorize", params=asked | changes)
    assert response.status_code == 302, response.text
    return response.headers["location"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:8765/cb?flag",
        "http://127.0.0.1:8765/cb?p=%E9",
        "http://127.0.0.1:8765/cb?a=1;b=2",
        "http://127.0.0.1:8765/cb?back=/x/y:z",
        "http://127.0.0.1:8765/cb?t=a%20b",
        "http://127.0.0.1:8765/cb?b=2&a=1&b=1",
        "http://127.0.0.1:8765/cb?a=&&b",
        "com.example.app:/cb;v=1?x",
    ],
)
def test_registered_query_is_unchanged(test_client, scenario, uri):
    client = test_client(scenario=scenario(SCENARIO.format(uri=uri)), auto_consent=True)

    granted = location(client, uri)
    refused = location(client, uri, response_type="token")

    assert granted.startswith(f"{uri}&code=mock")
    assert granted.endswith("&state=xyz&iss=http%3A%2F%2Fmock%3A8080")
    assert refused.startswith(f"{uri}&error=unsupported_response_type&")


def test_bare_question_mark_of_redirect_uri_gets_no_ampersand(test_client, scenario):
    uri = "http://127.0.0.1:8765/cb?"
    client = test_client(scenario=scenario(SCENARIO.format(uri=uri)), auto_consent=True)

    assert location(client, uri).startswith(f"{uri}code=mock")


def test_state_of_the_request_replaces_the_registered_one(test_client, scenario):
    uri = "http://127.0.0.1:8765/cb?state=fixed&a=1"
    client = test_client(scenario=scenario(SCENARIO.format(uri=uri)), auto_consent=True)

    sent = parse_qsl(urlsplit(location(client, uri)).query)

    assert [pair for pair in sent if pair[0] != "code"] == [
        ("a", "1"),
        ("state", "xyz"),
        ("iss", HOST),
    ]


def test_registered_state_remains_without_state_in_the_request(test_client, scenario):
    uri = "http://127.0.0.1:8765/cb?state=fixed"
    client = test_client(scenario=scenario(SCENARIO.format(uri=uri)), auto_consent=True)

    assert location(client, uri, state="").startswith(f"{uri}&code=mock")


def test_redirect_uri_outside_of_ascii_is_percent_encoded(test_client, scenario):
    uri = "http://127.0.0.1:8765/caf\u00e9"
    client = test_client(scenario=scenario(SCENARIO.format(uri=uri)), auto_consent=True)

    assert location(client, uri).startswith("http://127.0.0.1:8765/caf%C3%A9?code=mock")


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1:51004/cb"),
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1/cb?a=1", "http://127.0.0.1:51004/cb?a=1"),
        ("http://[::1]:8766/cb", "http://[::1]:51004/cb"),
        ("http://127.0.0.1:8766", "http://127.0.0.1:51004"),
    ],
)
def test_loopback_redirect_uri_may_have_any_port(test_client, scenario, registered, asked):
    client = test_client(scenario=scenario(SCENARIO.format(uri=registered)), auto_consent=True)

    assert location(client, asked).startswith(asked)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1:51004/other"),
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1:51004/cb?more"),
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1:51004x/cb"),
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1:8766@example.com/cb"),
        ("http://127.0.0.1:8766/cb", "http://127.0.0.1.example.com:8766/cb"),
        ("http://127.0.0.1:8766/cb", "http://[::1]:8766/cb"),
        ("http://127.0.0.1:8766/cb", "https://127.0.0.1:51004/cb"),
        ("http://127.0.0.1:8766/cb", "http://["),
        ("http://localhost:8766/cb", "http://localhost:51004/cb"),
        ("http://192.0.2.1:8766/cb", "http://192.0.2.1:51004/cb"),
    ],
)
def test_other_redirect_uri_is_refused(test_client, scenario, registered, asked):
    client = test_client(scenario=scenario(SCENARIO.format(uri=registered)), auto_consent=True)
    question = {"response_type": "code", "client_id": "odd1", "redirect_uri": asked}

    refused = client.get(f"{BASE}/authorize", params=question)

    assert refused.status_code == 400
    assert "redirect_uri is not one of those that the client registered" in refused.text


def test_setting_requires_the_registered_loopback_port(test_client):
    client = test_client(auto_consent=True, loopback_any_port=False)
    question = public_question(redirect_uri="http://127.0.0.1:51004/callback")

    refused = client.get(f"{BASE}/authorize", params=question)

    assert refused.status_code == 400
    assert "redirect_uri is not one of those that the client registered" in refused.text
    assert answer(client.get(f"{BASE}/authorize", params=public_question()))["iss"] == HOST


def test_code_is_bound_to_its_port(machine):
    asked = "http://127.0.0.1:51004/callback"
    question = public_question(redirect_uri=asked, login_hint=ADA)
    form = {"client_id": PUBLIC_ID, "code_verifier": "mock-verifier-mock-verifier-mock-verifier-0"}

    other = redeem(
        machine,
        code_of(machine, question),
        auth=None,
        redirect_uri="http://127.0.0.1:51005/callback",
        **form,
    )
    same = redeem(machine, code_of(machine, question), auth=None, redirect_uri=asked, **form)

    assert (other.status_code, other.json()["error"]) == (400, "invalid_grant")
    assert (same.status_code, same.json()["token_type"]) == (200, "Bearer")
