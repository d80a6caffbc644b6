"""The token endpoint by RFC 6749, 7636 and 9700."""

import base64
import logging
from datetime import timedelta

import pytest
from dirty_equals import IsStr
from oauth_steps import (
    BASE,
    CLIENT_ID,
    PUBLIC_ID,
    PUBLIC_REDIRECT_URI,
    REDIRECT_URI,
    REVOKED,
    SECRET,
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
BODY = {
    "access_token": TOKEN,
    "expires_in": "3599",
    "refresh_token": TOKEN,
    "scope": "read:site offline_access",
    "token_type": "Bearer",
}
CODE_REFUSED = {
    "error": "invalid_grant",
    "error_description": "The code is unknown, already used, expired, or another client's.",
}
CLIENT_REFUSED = {
    "error": "invalid_client",
    "error_description": "Client authentication failed.",
}
UNCACHED = {"cache-control": "no-store", "pragma": "no-cache"}


def post(client, form, **options):
    return client.post(f"{BASE}/token", data=form, **options)


def invalid(description):
    return {"error": "invalid_request", "error_description": description}


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_code_gives_tokens_in_the_recorded_format(machine):
    response = redeem(machine, code_of(machine))

    assert response.json() == BODY
    assert list(response.json()) == sorted(BODY)
    assert b" :" not in response.content
    assert b": " not in response.content
    assert response.headers["content-type"] == "application/json"
    assert UNCACHED.items() <= dict(response.headers).items()


def test_the_client_may_authenticate_in_the_body(machine):
    code = code_of(machine)

    assert (
        redeem(machine, code, auth=None, client_id=CLIENT_ID, client_secret=SECRET).json() == BODY
    )


def test_basic_with_the_same_client_id_in_the_body_is_valid(machine):
    assert redeem(machine, code_of(machine), client_id=CLIENT_ID).json() == BODY


def test_two_authentications_are_rejected(machine):
    response = redeem(machine, code_of(machine), client_id=CLIENT_ID, client_secret=SECRET)

    assert response.status_code == 400
    assert response.json() == invalid("Authenticate by HTTP Basic or in the body, not by both.")


def test_basic_and_another_client_id_in_the_body_are_refused(machine):
    response = redeem(machine, code_of(machine), client_id=PUBLIC_ID)

    assert response.status_code == 400
    assert response.json() == invalid("client_id is another one than that of HTTP Basic.")


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        pytest.param({}, {}, id="none"),
        pytest.param({"client_id": CLIENT_ID}, {}, id="confidential-without-secret"),
        pytest.param({"client_id": CLIENT_ID, "client_secret": "x"}, {}, id="wrong-secret"),
        pytest.param({"client_id": CLIENT_ID, "client_secret": "é"}, {}, id="secret-not-ascii"),
        pytest.param({"client_id": "x", "client_secret": SECRET}, {}, id="unknown"),
        pytest.param(
            {"client_id": PUBLIC_ID, "client_secret": SECRET}, {}, id="public-with-secret"
        ),
        pytest.param({}, basic(f"{CLIENT_ID}:x"), id="basic-wrong-secret"),
        pytest.param({}, basic(f"x:{SECRET}"), id="basic-unknown"),
        pytest.param({}, basic(CLIENT_ID), id="basic-without-colon"),
        pytest.param({}, basic(f"{CLIENT_ID}:"), id="basic-without-secret"),
        pytest.param({}, {"Authorization": "Basic %%%"}, id="basic-no-base64"),
        pytest.param({}, {"Authorization": "Basic /////w=="}, id="basic-no-utf-8"),
        pytest.param({}, {"Authorization": "Basic"}, id="basic-empty"),
        pytest.param({}, {"Authorization": "Bearer x"}, id="bearer"),
    ],
)
def test_unauthenticated_client_is_challenged(machine, form, headers):
    asked = {"grant_type": "authorization_code", "code": code_of(machine)}
    response = post(machine, asked | form, headers=headers)

    assert (response.status_code, response.json()) == (401, CLIENT_REFUSED)
    assert response.headers["www-authenticate"] == 'Basic realm="mockapi", charset="UTF-8"'
    assert UNCACHED.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    ("form", "body"),
    [
        pytest.param({}, invalid("The parameter grant_type is missing."), id="grant-missing"),
        pytest.param(
            {"grant_type": ""}, invalid("The parameter grant_type is missing."), id="grant-blank"
        ),
        pytest.param(
            {"grant_type": "password"},
            {
                "error": "unsupported_grant_type",
                "error_description": "This grant_type is not supported here.",
            },
            id="grant-unknown",
        ),
        pytest.param(
            {"grant_type": 'é"\\'},
            {
                "error": "unsupported_grant_type",
                "error_description": "This grant_type is not supported here.",
            },
            id="grant-hostile",
        ),
        pytest.param(
            {"grant_type": "authorization_code"},
            invalid("Missing 'code' in request."),
            id="no-code",
        ),
        pytest.param(
            {"grant_type": "authorization_code", "code": "é"}, CODE_REFUSED, id="code-unknown"
        ),
        pytest.param(
            {"grant_type": "refresh_token"},
            invalid("The parameter refresh_token is missing."),
            id="no-refresh-token",
        ),
    ],
)
def test_malformed_request_is_rejected_as_in_rfc_6749(machine, form, body):
    response = post(machine, form, auth=(CLIENT_ID, SECRET))

    assert (response.status_code, response.json()) == (400, body)


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "scope"])
def test_a_repeated_parameter_is_an_invalid_request(machine, name):
    text = f"grant_type=authorization_code&code=x&redirect_uri=y&scope=&{name}=z"
    text += f"&{name}=z" if name == "scope" else ""
    response = machine.post(
        f"{BASE}/token",
        content=text,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=(CLIENT_ID, SECRET),
    )

    assert response.json() == invalid(f"The parameter {name} is there more than once.")


@pytest.mark.parametrize(
    "media_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_body_that_is_not_a_form_is_rejected(machine, media_type):
    response = machine.post(
        f"{BASE}/token", content=b'{"grant_type": "x"}', headers={"Content-Type": media_type}
    )

    assert response.status_code == 400
    assert response.json() == invalid("The body must be application/x-www-form-urlencoded.")


def test_parameters_in_the_query_are_ignored(machine):
    response = machine.post(
        f"{BASE}/token",
        params={"grant_type": "authorization_code", "client_id": CLIENT_ID},
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert response.json() == invalid("The parameter grant_type is missing.")


def test_a_huge_form_is_refused(test_client):
    client = test_client(max_body_bytes=1_000)
    response = post(client, {"grant_type": "x" * 2_000})

    assert (response.status_code, response.json()) == (
        413,
        {
            "error": "invalid_request",
            "error_description": "The request body is larger than 1000 bytes.",
        },
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_token_endpoint_allows_only_post(machine, method):
    response = machine.request(method, f"{BASE}/token")

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_any_origin_can_use_the_token_endpoint(machine):
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    preflight = machine.options(f"{BASE}/token", headers=asked)
    response = redeem(machine, "x")
    crossed = post(machine, {}, headers={"Origin": "https://app.example"})

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert crossed.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in crossed.headers
    assert "access-control-allow-origin" not in response.headers


def test_replay_of_a_code_revokes_its_tokens(machine):
    code = code_of(machine)
    given = redeem(machine, code).json()
    assert sites_with(machine, given["access_token"]).status_code == 200

    replayed = redeem(machine, code)

    assert (replayed.status_code, replayed.json()) == (400, CODE_REFUSED)
    assert sites_with(machine, given["access_token"]).status_code == 401
    assert refresh(machine, given["refresh_token"]).json()["error"] == "invalid_grant"


def test_replay_revokes_refreshed_tokens(machine):
    code = code_of(machine)
    given = redeem(machine, code).json()
    refreshed = refresh(machine, given["refresh_token"]).json()

    redeem(machine, code)

    response = sites_with(machine, refreshed["access_token"])

    assert (response.status_code, response.json()["detail"]) == (401, REVOKED)


def test_replay_does_not_revoke_tokens_of_other_codes(machine):
    code = code_of(machine)
    redeem(machine, code)
    other = tokens_of(machine)

    redeem(machine, code)

    assert len(sites_with(machine, other["access_token"]).json()) == 8
    assert refresh(machine, other["refresh_token"]).json() == BODY


def test_code_expires_after_ten_minutes(machine, clock):
    first, second = code_of(machine), code_of(machine)
    clock.advance(timedelta(minutes=9, seconds=59))
    assert redeem(machine, first).json() == BODY

    clock.advance(timedelta(seconds=1))
    assert redeem(machine, second).json() == CODE_REFUSED


def test_a_code_of_another_client_is_refused(machine):
    code = code_of(machine, public_question())

    assert (
        redeem(machine, code, redirect_uri=PUBLIC_REDIRECT_URI, code_verifier=VERIFIER).json()
        == CODE_REFUSED
    )


def test_redirect_uri_of_the_request_is_required(machine):
    response = redeem(machine, code_of(machine), redirect_uri=None)

    assert response.json() == invalid(
        "The parameter redirect_uri is missing; the code was issued to one."
    )


def test_other_redirect_uri_is_rejected(machine):
    response = redeem(machine, code_of(machine), redirect_uri=REDIRECT_URI + "?")

    assert (response.status_code, response.json()) == (
        400,
        {
            "error": "invalid_grant",
            "error_description": "redirect_uri is not the one that the code was issued to.",
        },
    )


def redeem_publicly(client, code, **changes):
    named = {"client_id": PUBLIC_ID, "redirect_uri": PUBLIC_REDIRECT_URI}
    return redeem(client, code, auth=None, **(named | changes))


def test_public_client_authenticates_by_verifier(machine):
    response = redeem_publicly(machine, code_of(machine, public_question()), code_verifier=VERIFIER)

    assert response.json() == BODY


@pytest.mark.parametrize(
    ("verifier", "body"),
    [
        pytest.param(None, invalid("Missing 'code_verifier'"), id="missing"),
        pytest.param("short", invalid("Invalid 'code_verifier'"), id="malformed"),
        pytest.param(
            VERIFIER[:-1] + "1",
            {"error": "invalid_grant", "error_description": "Code challenge failed."},
            id="wrong",
        ),
    ],
)
@pytest.mark.parametrize("public", [True, False], ids=["public", "confidential"])
def test_challenge_requires_a_verifier(machine, verifier, body, public):
    if public:
        code = code_of(machine, public_question())
        response = redeem_publicly(machine, code, code_verifier=verifier)
    else:
        asked = public_question(client_id=CLIENT_ID, redirect_uri=REDIRECT_URI)
        response = redeem(machine, code_of(machine, asked), code_verifier=verifier)

    assert (response.status_code, response.json()) == (400, body)


def test_failed_authentication_does_not_use_up_the_code(machine):
    code = code_of(machine, public_question())
    redeem_publicly(machine, code, code_verifier=VERIFIER[:-1] + "1")

    assert redeem_publicly(machine, code, code_verifier=VERIFIER).json() == BODY


def test_a_verifier_without_a_challenge_is_refused(machine):
    response = redeem(machine, code_of(machine), code_verifier=VERIFIER)

    assert response.json() == invalid(
        "The authorization request had no 'code_challenge', but a 'code_verifier' was provided."
    )


def test_rule_gives_no_refresh_token_without_offline_access(test_client):
    client = test_client(auto_consent=True, offline_access_rule=True)
    body = tokens_of(client, question(scope="read:site"))

    assert body == {
        "access_token": TOKEN,
        "expires_in": "3599",
        "scope": "read:site",
        "token_type": "Bearer",
    }


def test_rule_gives_a_refresh_token_with_offline_access(test_client):
    assert tokens_of(test_client(auto_consent=True, offline_access_rule=True)) == BODY


def test_same_steps_give_the_same_secrets(machine):
    first = tokens_of(machine)
    machine.app.state.world.reset()

    assert tokens_of(machine) == first


def test_secrets_are_stored_as_hashes(machine):
    code = code_of(machine)
    body = redeem(machine, code).json()
    snapshot = machine.app.state.world.store.snapshot()

    assert [
        secret.encode() in snapshot
        for secret in (code, body["access_token"], body["refresh_token"])
    ] == [False, False, False]


def test_no_token_is_ever_logged(machine, caplog):
    caplog.set_level(logging.DEBUG)
    code = code_of(machine)
    body = redeem(machine, code).json()
    refresh(machine, body["refresh_token"])

    secrets = (code, body["access_token"], body["refresh_token"])
    assert [secret in caplog.text for secret in secrets] == [False, False, False]
