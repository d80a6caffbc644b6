"""End-to-end use of both APIs by real OAuth clients."""

from collections.abc import Generator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from mockapi import MockApi
from mockapi.domain.clock import ManualClock

CLIENT_ID = "mockScoringPartnerClient00000001"
CLIENT_SECRET = "mockSecret000001"
CALLBACK = "http://127.0.0.1:8765/callback"
SCOPES = "read:site read:energy-performance read:energy-score write:energy-score offline_access"


@pytest.fixture
def server(start_server, clock: ManualClock) -> MockApi:
    """The demo on a port, with automatic consent and a manual clock."""
    return MockApi(start_server(auto_consent=True, system_clock=clock))


@pytest.fixture
def partner(server: MockApi) -> Generator[OAuth2Session]:
    """A scoring partner's session, after the customer consented."""
    oauth = f"{server.url}/ecostruxure/v1/oauth"
    with OAuth2Session(
        CLIENT_ID,
        CLIENT_SECRET,
        scope=SCOPES,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint=f"{oauth}/token",
    ) as session:
        verifier = "mock-code-verifier-of-at-least-forty-three-characters"
        url, state = session.create_authorization_url(f"{oauth}/authorize", code_verifier=verifier)
        consented = requests.get(url, allow_redirects=False, timeout=5)
        location = consented.headers["Location"]
        assert location.startswith(CALLBACK)
        assert parse_qs(urlsplit(location).query)["iss"] == [server.url]
        session.fetch_token(authorization_response=location, state=state, code_verifier=verifier)
        yield session


@pytest.fixture
def customer(server: MockApi) -> Generator[requests.Session]:
    """The same customer, with a personal access token."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {server.pat()}"
        yield session


def test_partner_scores_a_site_for_the_customer(
    server: MockApi, partner: OAuth2Session, customer: requests.Session, clock: ManualClock
):
    sites = partner.get(f"{server.partner_url}/sites").json()
    assert [site["id"] for site in sites] == server.world()["customers"][0]["sites"]
    unregistered = next(site for site in sites if "Bengaluru" in site["name"])
    at = f"{server.partner_url}/sites/{unregistered['id']}"
    as_customer = f"{server.user_url}/sites/{unregistered['id']}"

    meters = partner.get(f"{at}/meters").json()
    keys = [each["timeseries"]["key"] for meter in meters for each in meter["measurements"]]
    assert "Electricity" in {meter["commodity"] for meter in meters}
    assert partner.get(f"{at}/timeseries").json() == []

    asked = customer.post(f"{as_customer}/scoring-requests").json()
    assert (asked["status"], asked["detail"]) == ("PENDING", "Site is being configured")
    again = customer.post(f"{as_customer}/scoring-requests")
    assert (again.status_code, again.json()["title"]) == (409, "Conflict")

    project = {"leedId": 2147483647673456567, "leedName": "Bengaluru Laboratory"}
    assert partner.post(f"{at}/scoring-providers", json=project).json() == project
    assert partner.get(f"{at}/projects").json() == [project]

    # The last ninety days arrive within minutes, one month per minute.
    at_once = partner.get(f"{at}/timeseries").json()
    assert at_once == []
    clock.advance(timedelta(minutes=5))
    window = {"updatedAt[gte]": "2026-06-01T00:00:00Z", "updatedAt[lt]": "2026-06-02T00:00:00Z"}
    series = partner.get(f"{at}/timeseries", params=window).json()
    assert [each["key"] for each in series] == keys
    assert {len(each["values"]) for each in series} == {90 * 24}

    configured = customer.get(f"{as_customer}/scoring-requests", params={"id": asked["id"]})
    assert configured.json() == [
        asked | {"status": "CONFIGURED", "detail": "site is configured successfully"}
    ]

    score = {"date": "2026-05-31", "score": 87.5, "type": "monthly", "category": "energy"}
    posted = partner.post(f"{at}/performance-scores", json=[score]).json()
    assert posted == [score | {"updatedAt": posted[0]["updatedAt"]}]
    asked_for = {"type": ["monthly", "daily"], "category": "energy"}
    read = customer.get(f"{as_customer}/performance-scores", params=asked_for).json()
    assert score | {"updatedAt": "2026-06-01T09:05:00Z"} in read
    assert [each["score"] for each in read if each["date"] == score["date"]][-1] == 87.5
    assert partner.get(f"{at}/performance-scores", params=asked_for).json() == read
    assert unregistered in customer.get(f"{server.user_url}/sites").json()


def test_a_client_refreshes_its_token_by_itself(server: MockApi, partner: OAuth2Session):
    first = partner.token["access_token"]
    partner.token["expires_at"] = 1
    assert len(partner.get(f"{server.partner_url}/sites").json()) == 8
    assert partner.token["access_token"] != first


def test_a_client_gives_its_token_back(server: MockApi, partner: OAuth2Session):
    oauth = f"{server.url}/ecostruxure/v1/oauth"
    token = partner.token["access_token"]
    revoked = partner.revoke_token(f"{oauth}/revoke", token=token)
    assert (revoked.status_code, revoked.json()) == (200, {})
    refused = partner.get(f"{server.partner_url}/sites")
    assert refused.json() == {
        "type": "https://ecostructure-openapi.se.com/problem/unauthorized",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Access Token not approved",
    }


def test_sandbox_client_gets_a_token_without_sign_in(server: MockApi):
    oauth = f"{server.url}/ecostruxure/v1/oauth"
    with OAuth2Session(
        CLIENT_ID, CLIENT_SECRET, scope="read:site", redirect_uri=CALLBACK
    ) as session:
        url, state = session.create_authorization_url(f"{oauth}/sandbox-authorize")
        location = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
        token = session.fetch_token(f"{oauth}/token", authorization_response=location, state=state)
        assert token["scope"] == "read:site"
        sites = session.get(f"{server.partner_url}/sites").json()
    assert [site["id"] for site in sites] == server.world()["customers"][0]["sites"]


def test_two_servers_return_the_same_bytes(start_server):
    def story() -> list[bytes]:
        server = MockApi(start_server())
        bearer = {"Authorization": f"Bearer {server.token()}"}
        site = f"{server.partner_url}/sites/{server.world()['customers'][0]['sites'][0]}"
        score = {"date": "2026-05-31", "score": 87, "type": "daily", "category": "waste"}
        return [
            requests.get(f"{server.partner_url}/sites", headers=bearer, timeout=5).content,
            requests.get(f"{site}/meters", headers=bearer, timeout=5).content,
            requests.get(f"{site}/timeseries", headers=bearer, timeout=60).content,
            requests.post(
                f"{site}/performance-scores", json=[score], headers=bearer, timeout=5
            ).content,
            server.pat().encode(),
        ]

    assert story() == story()
