"""Consents and tokens of the control API."""

import re
from hashlib import sha256

import pytest

SITES = "/ecostruxure/scoring/v1/sites"
ADA = "mockAccessToken000000000Ada1"
EVERY_SCOPE = (
    "read:site read:energy-performance write:energy-score read:energy-score offline_access "
    "read:asset write:scoring-request"
)


def id_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]


def is_accepted(client, token: str) -> bool:
    answer = client.get(SITES, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, len(answer.json()) > 0) in ((200, True), (401, True))
    return answer.status_code == 200


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_consents_include_their_history(client):
    asked = {"customer": "ada@example.com"}
    personal, partner = client.get("/__admin/consents", params=asked).json()

    assert {**personal, "id": "any"} == {
        "id": "any",
        "customer": "ada@example.com",
        "client_id": None,
        "name": "demo",
        "scope": EVERY_SCOPE,
        "sandbox": False,
        "revoked_at": None,
        "history": [{"at": "2026-06-01T09:00:00Z", "event": "granted"}],
    }
    assert (partner["client_id"], partner["name"]) == (
        "mockScoringPartnerClient00000001",
        "Green Score Partner",
    )


def test_revoked_consent_revokes_its_tokens(client):
    (consent,) = [
        each
        for each in client.get("/__admin/consents").json()
        if each["customer"] == "ada@example.com" and each["client_id"]
    ]
    assert is_accepted(client, ADA)
    assert client.delete(f"/__admin/consents/{consent['id']}").status_code == 204

    assert not is_accepted(client, ADA)
    listed = {each["id"]: each for each in client.get("/__admin/consents").json()}[consent["id"]]
    assert [each["event"] for each in listed["history"]] == ["revoked", "granted"]
    assert problem(client.delete(f"/__admin/consents/{consent['id']}")) == (
        409,
        f"The consent '{consent['id']}' is already revoked.",
    )


def test_token_id_is_the_start_of_its_hash(client):
    minted = client.post("/__admin/tokens", json={"scope": "read:site", "expires_in": 60}).json()
    refresh, access = client.get("/__admin/tokens", params={"limit": 2}).json()

    assert access == {
        "id": id_of(minted["access_token"]),
        "kind": "access",
        "customer": "ada@example.com",
        "client_id": "mockScoringPartnerClient00000001",
        "name": "Green Score Partner",
        "scope": "read:site",
        "sandbox": False,
        "state": "live",
        "issued_at": "2026-06-01T09:00:00Z",
        "expires_at": "2026-06-01T09:01:00Z",
        "revoked_at": None,
        "consent": access["consent"],
    }
    assert (refresh["kind"], refresh["id"]) == ("refresh", id_of(minted["refresh_token"]))


def test_lists_do_not_contain_secrets(client):
    minted = client.post("/__admin/tokens").json()
    client.post("/__admin/pats")
    listed = client.get("/__admin/tokens").text + client.get("/__admin/consents").text

    assert minted["access_token"] not in listed
    assert re.findall(r"mock[A-Za-z0-9]{24}\b", listed) == []


def test_revoked_refresh_token_revokes_its_family(client):
    minted = client.post("/__admin/tokens").json()
    assert is_accepted(client, minted["access_token"])
    refresh = id_of(minted["refresh_token"])
    assert client.delete(f"/__admin/tokens/{refresh}").status_code == 204

    assert not is_accepted(client, minted["access_token"])
    assert is_accepted(client, ADA)
    assert problem(client.delete(f"/__admin/tokens/{refresh}")) == (
        409,
        f"The token '{refresh}' is already revoked.",
    )


def test_revoked_personal_token_revokes_its_consent(client):
    personal = client.get("/__admin/tokens", params={"kind": "personal"}).json()[0]
    assert client.delete(f"/__admin/tokens/{personal['id']}").status_code == 204

    listed = {each["id"]: each for each in client.get("/__admin/consents").json()}
    assert listed[personal["consent"]]["revoked_at"] == "2026-06-01T09:00:00Z"
    revoked = client.get("/__admin/tokens", params={"state": "revoked"}).json()
    assert [each["id"] for each in revoked] == [personal["id"]]


def test_tokens_are_filtered_by_customer_kind_and_state(client):
    client.post("/__admin/tokens", json={"customer": "grace@example.com", "expires_in": 0})
    found = client.get(
        "/__admin/tokens",
        params={"customer": "grace@example.com", "kind": "access", "state": "expired"},
    ).json()

    assert [(each["customer"], each["state"]) for each in found] == [
        ("grace@example.com", "expired")
    ]


@pytest.mark.parametrize(
    ("method", "path", "refused"),
    [
        ("GET", "/tokens?customer=x", (404, "No customer has the id or e-mail address 'x'.")),
        ("GET", "/consents?customer=x", (404, "No customer has the id or e-mail address 'x'.")),
        ("DELETE", "/tokens/1234", (404, "No token has the id '1234'.")),
        ("DELETE", "/consents/1234", (404, "No consent has the id '1234'.")),
    ],
)
def test_unknown_consents_tokens_and_customers_are_not_found(client, method, path, refused):
    assert problem(client.request(method, f"/__admin{path}")) == refused
