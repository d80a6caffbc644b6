"""Grants of the internal edition (docs/contract/oauth.md#token-response)."""

import base64
import json

import pytest
from dirty_equals import IsStr
from oauth_steps import ADA, BASE, CLIENT_ID, PUBLIC_ID, REVOKED, SECRET, START, sites_with

IMPERSONATE = "/ecostruxure/v1/oauth-impersonate/token"
NOW = int(START.timestamp())
BODY = {
    "access_token": IsStr(regex="mock[A-Za-z0-9]{24}"),
    "expires_in": "3599",
    "token_type": "Bearer",
}


@pytest.fixture
def internal(test_client):
    return test_client(internal_grants=True)


def jwt(claims):
    parts = ({"alg": "RS256"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts]
    return ".".join([*(each.rstrip("=") for each in encoded), "c2ln"])


def exchange(client, id_token, auth=(CLIENT_ID, SECRET)):
    form = {"grant_type": "id_token", "id_token": id_token}
    return client.post(f"{BASE}/token", data=form, auth=auth)


def impersonate(client, email, auth=(CLIENT_ID, SECRET)):
    form = {"grant_type": "user_token", "email": email}
    return client.post(IMPERSONATE, data=form, auth=auth)


def refused(description):
    return (400, {"error": "invalid_grant", "error_description": description})


def error_of(response):
    return (response.status_code, response.json())


def test_an_id_token_gives_an_access_token_alone_of_89_bytes(internal):
    response = exchange(internal, jwt({"email": "grace@example.com", "exp": NOW + 1}))

    assert response.json() == BODY
    assert list(response.json()) == list(BODY)
    assert len(response.content) == 89
    assert len(sites_with(internal, response.json()["access_token"]).json()) == 4


def test_impersonation_gives_an_access_token_alone_of_89_bytes(internal):
    response = impersonate(internal, "grace@example.com")

    assert response.json() == BODY
    assert len(response.content) == 89
    assert len(sites_with(internal, response.json()["access_token"]).json()) == 4


def test_second_token_shares_the_consent_of_the_first(internal):
    store = internal.app.state.world.store
    ada = store.customer_named(ADA).id
    impersonate(internal, ADA)
    before = [store.consent_history(each.id) for each in store.consents(ada)]
    impersonate(internal, ADA)

    assert [store.consent_history(each.id) for each in store.consents(ada)] == before


@pytest.mark.parametrize(
    ("id_token", "description"),
    [
        pytest.param("x", "id_token is not a JWT.", id="no-jwt"),
        pytest.param("a.b.c", "id_token is not a JWT.", id="no-base64"),
        pytest.param("a.é.c", "id_token is not a JWT.", id="not-ascii"),
        pytest.param(jwt([]), "id_token is not a JWT.", id="no-object"),
        pytest.param(jwt({}), "id_token has no claim email.", id="no-email"),
        pytest.param(jwt({"email": 1}), "id_token has no claim email.", id="email-number"),
        pytest.param(jwt({"email": "x@y.z"}), "id_token names no customer.", id="stranger"),
        pytest.param(jwt({"email": ADA, "exp": NOW}), "id_token has expired.", id="expired"),
        pytest.param(
            jwt({"email": ADA, "exp": float("nan")}), "id_token has expired.", id="exp-nan"
        ),
        pytest.param(
            jwt({"email": ADA, "exp": "x"}), "The claim exp of id_token is not a number.", id="exp"
        ),
        pytest.param(
            f"a.{base64.urlsafe_b64encode(b'[' * 100_000).decode()}.c",
            "id_token is not a JWT.",
            id="deep",
        ),
    ],
)
def test_a_bad_id_token_is_an_invalid_grant(internal, id_token, description):
    assert error_of(exchange(internal, id_token)) == refused(description)


def test_id_token_without_expiry_is_accepted(internal):
    assert exchange(internal, jwt({"email": ADA})).json() == BODY


def test_unknown_user_cannot_be_impersonated(internal):
    assert error_of(impersonate(internal, "x@y.z")) == refused("email names no customer.")


@pytest.mark.parametrize("ask", [exchange, impersonate])
def test_unauthenticated_client_is_rejected(internal, ask):
    assert error_of(ask(internal, "x", auth=(CLIENT_ID, "x"))) == (
        401,
        {"error": "invalid_client", "error_description": "Client authentication failed."},
    )


def test_a_public_client_may_not_use_these_grants(internal):
    form = {"grant_type": "user_token", "email": ADA, "client_id": PUBLIC_ID}

    assert error_of(internal.post(IMPERSONATE, data=form)) == (
        400,
        {
            "error": "unauthorized_client",
            "error_description": "A client without a secret may not use this grant.",
        },
    )


def test_each_grant_has_its_own_endpoint(internal):
    auth = (CLIENT_ID, SECRET)
    crossed = [
        internal.post(f"{BASE}/token", data={"grant_type": "user_token"}, auth=auth),
        internal.post(IMPERSONATE, data={"grant_type": "id_token"}, auth=auth),
        internal.post(IMPERSONATE, data={"grant_type": "refresh_token"}, auth=auth),
    ]

    assert [each.json()["error"] for each in crossed] == ["unsupported_grant_type"] * 3


def test_disabled_grants_have_no_endpoint(browser):
    unsupported = exchange(browser, jwt({"email": ADA})).json()["error"]
    missing = impersonate(browser, ADA)

    assert (unsupported, missing.status_code) == ("unsupported_grant_type", 404)


def test_revoked_consent_revokes_the_token(internal):
    token = impersonate(internal, ADA).json()["access_token"]
    world = internal.app.state.world
    kept = world.store.token(token)
    world.tokens.consents.revoke(kept.consent_id, kept.customer_id)

    assert sites_with(internal, token).json()["detail"] == REVOKED
