"""Server metadata by RFC 8414 and RFC 9207."""

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from oauth_steps import HOST

PATH = "/.well-known/oauth-authorization-server"


def document(issuer, *internal):
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/ecostruxure/v1/oauth/authorize",
        "token_endpoint": f"{issuer}/ecostruxure/v1/oauth/token",
        "revocation_endpoint": f"{issuer}/ecostruxure/v1/oauth/revoke",
        "scopes_supported": [
            "read:site",
            "read:energy-performance",
            "write:energy-score",
            "read:energy-score",
            "offline_access",
            "read:asset",
            "write:scoring-request",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", *internal],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "revocation_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{issuer}/docs",
    }


def test_metadata_have_the_requested_address(browser):
    response = browser.get(PATH)

    assert response.headers["content-type"] == "application/json"
    assert response.json() == document(HOST)


def test_metadata_have_the_public_url(test_client):
    client = test_client(public_url="https://mock.example")

    assert client.get(PATH).json() == document("https://mock.example")


def test_metadata_are_valid_for_authlib(test_client):
    client = test_client(public_url="https://mock.example")

    AuthorizationServerMetadata(client.get(PATH).json()).validate()


def test_metadata_have_the_enabled_internal_grant(test_client):
    client = test_client(internal_grants=True)

    assert client.get(PATH).json() == document(HOST, "id_token")


def test_every_endpoint_in_the_metadata_exists(browser):
    found = browser.get(PATH).json()
    status = [
        browser.get(found["authorization_endpoint"]).status_code,
        browser.post(found["token_endpoint"]).status_code,
        browser.post(found["revocation_endpoint"]).status_code,
        browser.get(found["service_documentation"]).status_code,
    ]

    assert status == [400, 400, 401, 307]


def test_a_script_of_any_origin_may_read_the_metadata(browser):
    response = browser.get(PATH, headers={"Origin": "https://app.example"})

    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("host", ["a b", "evil.example/path", "user@mock", "[", "[::1", "m:x"])
def test_invalid_host_is_refused(browser, host):
    refused = browser.get(PATH, headers={"Host": host})

    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        f"Host: {host!r} is not a host. Use a name and a port.",
    )


def test_request_with_an_empty_host_is_answered_by_the_socket(browser):
    assert browser.get(PATH, headers={"Host": ""}).json()["issuer"] == HOST


def test_the_metadata_are_read_only(browser):
    response = browser.post(PATH)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
