"""The revocation endpoint by RFC 7009."""

import pytest
from oauth_steps import (
    BASE,
    CLIENT_ID,
    PUBLIC_ID,
    PUBLIC_REDIRECT_URI,
    REVOKED,
    SECRET,
    VERIFIER,
    code_of,
    public_question,
    redeem,
    refresh,
    sites_with,
    tokens_of,
)


def revoke(client, auth=(CLIENT_ID, SECRET), **form):
    return client.post(f"{BASE}/revoke", data=form, auth=auth)


def test_revoked_access_token_keeps_its_refresh_token(machine):
    given = tokens_of(machine)
    response = revoke(machine, token=given["access_token"])

    assert (response.status_code, response.json()) == (200, {})
    assert sites_with(machine, given["access_token"]).json()["detail"] == REVOKED
    assert refresh(machine, given["refresh_token"]).status_code == 200


def test_revoked_refresh_token_revokes_its_access_tokens(machine):
    given = tokens_of(machine)
    revoke(machine, token=given["refresh_token"])

    assert sites_with(machine, given["access_token"]).status_code == 401
    assert refresh(machine, given["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("hint", ["access_token", "refresh_token"])
def test_a_wrong_hint_does_not_hide_the_token(machine, hint):
    given = tokens_of(machine)
    revoke(machine, token=given["access_token"], token_type_hint=hint)

    assert sites_with(machine, given["access_token"]).json()["detail"] == REVOKED


def test_unknown_token_counts_as_revoked(machine):
    response = revoke(machine, token="mock")

    assert (response.status_code, response.json()) == (200, {})


def test_revoking_twice_succeeds(machine):
    given = tokens_of(machine)
    revoke(machine, token=given["access_token"])

    again = revoke(machine, token=given["access_token"])

    assert (again.status_code, again.json()) == (200, {})


def test_unknown_hint_is_ignored(machine):
    given = tokens_of(machine)
    response = revoke(machine, token=given["access_token"], token_type_hint="pat")

    assert (response.status_code, response.json()) == (200, {})
    assert machine.app.state.world.store.token(given["access_token"]).revoked_at is not None


def test_a_request_without_token_is_invalid(machine):
    assert revoke(machine).json() == {
        "error": "invalid_request",
        "error_description": "The parameter token is missing.",
    }


def test_unknown_client_cannot_revoke(machine):
    given = tokens_of(machine)
    response = revoke(machine, auth=(CLIENT_ID, "x"), token=given["access_token"])

    assert (response.status_code, response.headers["www-authenticate"]) == (
        401,
        'Basic realm="mockapi", charset="UTF-8"',
    )
    assert sites_with(machine, given["access_token"]).status_code == 200


def test_client_cannot_revoke_tokens_of_others(machine):
    given = tokens_of(machine)
    response = revoke(machine, auth=None, client_id=PUBLIC_ID, token=given["access_token"])

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert sites_with(machine, given["access_token"]).status_code == 200


def test_a_client_does_not_revoke_a_personal_access_token(machine):
    response = revoke(machine, token="mockPAT00000000000000000Ada1")

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def test_a_public_client_revokes_by_its_id(machine):
    given = redeem(
        machine,
        code_of(machine, public_question()),
        auth=None,
        client_id=PUBLIC_ID,
        redirect_uri=PUBLIC_REDIRECT_URI,
        code_verifier=VERIFIER,
    ).json()
    revoke(machine, auth=None, client_id=PUBLIC_ID, token=given["refresh_token"])

    assert sites_with(machine, given["access_token"]).json()["detail"] == REVOKED


def test_any_origin_can_revoke(machine):
    response = machine.post(f"{BASE}/revoke", headers={"Origin": "https://app.example"})

    assert response.headers["access-control-allow-origin"] == "*"


def test_revocation_endpoint_allows_only_post(machine):
    response = machine.get(f"{BASE}/revoke")

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
