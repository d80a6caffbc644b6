"""What the control API tells of consents and tokens, and that what it revokes is over."""

import re
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"
ADA = "mockAccessToken000000000Ada1"
EVERY_SCOPE = (
    "read:site read:energy-performance write:energy-score read:energy-score offline_access "
    "read:asset write:scoring-request"
)


@pytest.fixture
def server() -> TestClient:
    return TestClient(create_app(Settings()))


def id_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]


def opens(server, token: str) -> bool:
    answer = server.get(SITES, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, len(answer.json()) > 0) in ((200, True), (401, True))
    return answer.status_code == 200


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_a_consent_is_told_with_its_history(server):
    asked = {"customer": "ada@example.com"}
    personal, client = server.get("/__admin/consents", params=asked).json()

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
    assert (client["client_id"], client["name"]) == (
        "mockScoringPartnerClient00000001",
        "Green Score Partner",
    )


def test_a_revoked_consent_takes_its_tokens_along(server):
    (consent,) = [
        each
        for each in server.get("/__admin/consents").json()
        if each["customer"] == "ada@example.com" and each["client_id"]
    ]
    assert opens(server, ADA)
    assert server.delete(f"/__admin/consents/{consent['id']}").status_code == 204

    assert not opens(server, ADA)
    told = {each["id"]: each for each in server.get("/__admin/consents").json()}[consent["id"]]
    assert [each["event"] for each in told["history"]] == ["revoked", "granted"]
    assert problem(server.delete(f"/__admin/consents/{consent['id']}")) == (
        409,
        f"The consent '{consent['id']}' is revoked already.",
    )


def test_a_token_is_told_by_the_beginning_of_its_hash(server):
    minted = server.post("/__admin/tokens", json={"scope": "read:site", "expires_in": 60}).json()
    refresh, access = server.get("/__admin/tokens", params={"limit": 2}).json()

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


def test_no_list_tells_a_secret(server):
    minted = server.post("/__admin/tokens").json()
    server.post("/__admin/pats")
    told = server.get("/__admin/tokens").text + server.get("/__admin/consents").text

    assert minted["access_token"] not in told
    assert re.findall(r"mock[A-Za-z0-9]{24}\b", told) == []


def test_a_refresh_token_takes_its_family_along(server):
    minted = server.post("/__admin/tokens").json()
    assert opens(server, minted["access_token"])
    refresh = id_of(minted["refresh_token"])
    assert server.delete(f"/__admin/tokens/{refresh}").status_code == 204

    assert not opens(server, minted["access_token"])
    assert opens(server, ADA)
    assert problem(server.delete(f"/__admin/tokens/{refresh}")) == (
        409,
        f"The token '{refresh}' is revoked already.",
    )


def test_a_personal_token_takes_its_consent_along(server):
    personal = server.get("/__admin/tokens", params={"kind": "personal"}).json()[0]
    assert server.delete(f"/__admin/tokens/{personal['id']}").status_code == 204

    told = {each["id"]: each for each in server.get("/__admin/consents").json()}
    assert told[personal["consent"]]["revoked_at"] == "2026-06-01T09:00:00Z"
    revoked = server.get("/__admin/tokens", params={"state": "revoked"}).json()
    assert [each["id"] for each in revoked] == [personal["id"]]


def test_tokens_are_chosen_by_customer_kind_and_state(server):
    server.post("/__admin/tokens", json={"customer": "grace@example.com", "expires_in": 0})
    found = server.get(
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
def test_what_is_not_there_is_said_so(server, method, path, refused):
    assert problem(server.request(method, f"/__admin{path}")) == refused
