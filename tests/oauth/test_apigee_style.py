"""Refusals in style `apigee` (docs/contract/oauth.md#refusals-of-the-token-endpoint)."""

import pytest
from oauth_steps import (
    BASE,
    CLIENT_ID,
    HOST,
    REDIRECT_URI,
    SECRET,
    answer,
    code_of,
    question,
    redeem,
    refresh,
)


@pytest.fixture
def gateway(test_client):
    return test_client(auto_consent=True, error_style="apigee")


@pytest.mark.parametrize(
    ("changes", "status", "body"),
    [
        pytest.param(
            {"client_id": "x"},
            401,
            '{"ErrorCode" : "invalid_request", '
            '"Error" :"Invalid client id : x. ClientId is Invalid"}',
            id="client-unknown",
        ),
        pytest.param(
            {"client_id": None},
            400,
            '{"ErrorCode" : "invalid_request", '
            '"Error" :"The request is missing a required parameter : client_id"}',
            id="client-missing",
        ),
        pytest.param(
            {"redirect_uri": "http://x"},
            400,
            '{"ErrorCode" : "invalid_request", "Error" :"Invalid redirection uri http://x"}',
            id="redirect-unregistered",
        ),
        pytest.param(
            {"redirect_uri": None},
            400,
            '{"ErrorCode" : "invalid_request", "Error" :"Redirection URI is required"}',
            id="redirect-missing",
        ),
        pytest.param(
            {"response_type": "token"},
            400,
            '{"ErrorCode" : "invalid_request", "Error" :"Response type must be code"}',
            id="response-type-other",
        ),
        pytest.param(
            {"response_type": None},
            400,
            '{"ErrorCode" : "invalid_request", '
            '"Error" :"The request is missing a required parameter : response_type"}',
            id="response-type-missing",
        ),
        pytest.param(
            {"redirect_uri": 'http://x/"}'},
            400,
            '{"ErrorCode" : "invalid_request", "Error" :"Invalid redirection uri http://x/\\"}"}',
            id="redirect-hostile",
        ),
    ],
)
def test_authorize_refuses_before_it_redirects(gateway, changes, status, body):
    response = gateway.get(f"{BASE}/authorize", params=question(**changes))

    assert (response.status_code, response.text) == (status, body)
    assert response.headers["content-type"] == "application/json"


def test_later_errors_are_redirected_as_in_rfc_6749(gateway):
    response = gateway.get(f"{BASE}/authorize", params=question(scope="x"))

    assert answer(response) == {
        "error": "invalid_scope",
        "error_description": "The requested scope is invalid, unknown, or malformed.",
        "state": "mock state",
        "iss": HOST,
    }


def test_unauthenticated_client_is_invalid(gateway):
    response = redeem(gateway, "x", auth=(CLIENT_ID, "x"))

    assert (response.status_code, response.text) == (
        401,
        '{"ErrorCode" : "invalid_client", "Error" :"ClientId is Invalid"}',
    )
    assert response.headers["www-authenticate"] == 'Basic realm="mockapi", charset="UTF-8"'
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"code": "x"}, "Invalid Authorization Code", id="code"),
        pytest.param(
            {"redirect_uri": None}, "Required param : redirect_uri", id="redirect-missing"
        ),
        pytest.param(
            {"redirect_uri": "http://x"}, "Invalid redirect_uri : http://x", id="redirect-other"
        ),
        pytest.param(
            {"grant_type": None},
            "The request is missing a required parameter : grant_type",
            id="grant-missing",
        ),
    ],
)
def test_token_endpoint_has_the_text_of_the_gateway(gateway, changes, says):
    form = {"code": code_of(gateway), "redirect_uri": REDIRECT_URI} | changes
    response = redeem(gateway, form.pop("code"), **form)

    assert (response.status_code, response.text) == (
        400,
        f'{{"ErrorCode" : "invalid_request", "Error" :"{says}"}}',
    )


def test_a_bad_refresh_token_is_an_invalid_request(gateway):
    response = refresh(gateway, "x")

    assert (response.status_code, response.text) == (
        400,
        '{"ErrorCode" : "invalid_request", "Error" :"Invalid Refresh Token"}',
    )


def test_an_unknown_grant_type_is_a_fault(gateway):
    form = {"grant_type": "password"}
    response = gateway.post(f"{BASE}/token", data=form, auth=(CLIENT_ID, SECRET))

    assert (response.status_code, response.json()) == (
        500,
        {
            "fault": {
                "faultstring": "Unsupported grant type : password",
                "detail": {"errorcode": "oauth.v2.UnsupportedGrantType"},
            }
        },
    )


def test_unknown_gateway_text_follows_rfc_6749(gateway):
    form = {"grant_type": "authorization_code"}
    response = gateway.post(f"{BASE}/token", data=form, auth=(CLIENT_ID, SECRET))

    assert (response.status_code, response.json()) == (
        400,
        {"ErrorCode": "invalid_request", "Error": "Missing 'code' in request."},
    )


def test_an_unknown_path_below_an_oauth_base_is_a_fault(gateway):
    assert gateway.get(f"{BASE}/x").json()["fault"]["detail"] == {
        "errorcode": "messaging.adaptors.http.flow.ApplicationNotFound"
    }
