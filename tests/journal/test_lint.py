"""Lint warnings, and a correct client without warnings."""

from datetime import timedelta
from pathlib import Path

import pytest
from journal_steps import CLIENT, SITES, answering, refresh

from mockapi.journal.request_checks import CODES


def warnings(client):
    return client.get("/__admin/journal/lint").json()["warnings"]


def windows(client, site, *spans):
    for since, until in spans:
        query = {"updatedAt[gte]": since, "updatedAt[lt]": until}
        given = {name: f"2026-05-{day}T00:00:00Z" for name, day in query.items() if day}
        client.get(f"{SITES}/{site}/timeseries", params=given)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_correct_client_has_no_warnings(client, clock):
    minted = client.post("/__admin/tokens").json()
    client.get(SITES, headers=bearer(minted["access_token"]))
    site = client.get(SITES, headers=bearer(minted["access_token"])).json()[0]["id"]
    windows(client, site, ("01", "02"), ("03", "04"), ("02", "03"), ("02", "03"))
    answering(client, 429, [(b"retry-after", b"5")]).get(SITES)
    clock.advance(timedelta(hours=1))
    answering(client).get(SITES)
    assert client.get(SITES, headers=bearer(minted["access_token"])).status_code == 401
    token = refresh(client, minted["refresh_token"]).json()["access_token"]
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
    path = f"{SITES}/{site}/performance-scores"
    client.post(path, json=[score], headers=bearer(token))
    client.get(path, params={"type": "daily", "category": "waste"}, headers=bearer(token))
    assert client.get("/__admin/journal/lint").json() == {"examined": 12, "warnings": []}


def test_unknown_names_are_reported(client, site):
    client.get(SITES, params={"limit": 5})
    client.get(SITES, params={"limit": 9})
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste", "unit": "%"}
    client.post(f"{SITES}/{site}/performance-scores", json=[score])
    assert warnings(client) == [
        {
            "code": "unknown-parameter",
            "explanation": "listSites ignores the unknown query parameter 'limit'.",
            "requests": [1, 2],
        },
        {
            "code": "unknown-member",
            "explanation": (
                "createPerformanceScores ignores the unknown member 'unit' of the body."
            ),
            "requests": [3],
        },
    ]


def test_older_paths_are_reported(client, site):
    client.get("/openesx/v1/sites")
    client.get(f"/ecostruxure/v1/sites/{site}/certification-scores")
    client.post("/openesx/poc/v1/oauth/token")
    result = {each["explanation"].split()[0]: each["requests"] for each in warnings(client)}
    assert result == {
        "/openesx/v1": [1],
        "/ecostruxure/v1": [2],
        "certification-scores": [2],
        "/openesx/poc/v1/oauth": [3],
    }
    assert {each["code"] for each in warnings(client)} == {"older-path"}


def test_missing_scope_is_reported(client, site):
    token = client.post("/__admin/tokens", json={"scope": "read:site"}).json()["access_token"]
    client.get(f"{SITES}/{site}/meters", headers=bearer(token))
    assert warnings(client) == [
        {
            "code": "missing-scope",
            "explanation": (
                "listMeters was accepted without the scope read:energy-performance, "
                "which the real APIs may require."
            ),
            "requests": [1],
        }
    ]


def test_refresh_without_offline_access_is_reported(client):
    minted = client.post("/__admin/tokens", json={"scope": "read:site"}).json()
    refresh(client, minted["refresh_token"])
    (warning,) = warnings(client)
    assert (warning["code"], warning["requests"]) == ("missing-scope", [1])
    assert "offline_access" in warning["explanation"]


@pytest.mark.parametrize(
    ("spans", "code", "requests"),
    [
        pytest.param([("01", "02"), ("03", "04")], "window-gap", [1, 2], id="a gap"),
        pytest.param(
            [("05", "06"), ("01", "02"), ("02", "04")], "window-gap", [1, 3], id="backwards"
        ),
        pytest.param([("01", "03"), ("02", "04")], "window-overlap", [1, 2], id="overlap"),
        pytest.param(
            [("01", "09"), ("02", "03"), ("09", "10")], "window-overlap", [1, 2], id="within"
        ),
        pytest.param([("05", None), ("05", "06")], "window-overlap", [1, 2], id="open, from there"),
        pytest.param([(None, "02"), ("03", None)], "window-gap", [1, 2], id="open, after a gap"),
    ],
)
def test_window_gaps_and_overlaps_are_reported(client, site, spans, code, requests):
    windows(client, site, *spans)
    (warning,) = warnings(client)
    assert (warning["code"], warning["requests"]) == (code, requests)
    assert site in warning["explanation"]


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([("01", "02"), ("02", "03")], id="they meet"),
        pytest.param([("02", "03"), ("01", "02")], id="the later first"),
        pytest.param([("01", "02"), ("01", "02")], id="asked again"),
        pytest.param([("01", None), ("05", None)], id="from the newest seen on"),
        pytest.param([("01", "03"), ("03", "02")], id="a refused one counts for nothing"),
    ],
)
def test_adjacent_windows_have_no_warnings(client, site, spans):
    windows(client, site, *spans)
    assert warnings(client) == []


def test_windows_are_compared_per_site(client):
    sites = client.get("/__admin/world").json()["customers"][0]["sites"]
    windows(client, sites[0], ("01", "02"))
    windows(client, sites[1], ("05", "06"))
    assert warnings(client) == []


def test_reading_everything_again_is_an_overlap(client, clock):
    site = client.get("/__admin/world").json()["customers"][0]["sites"][0]
    windows(client, site, (None, None))
    clock.advance(timedelta(hours=1))
    # The token of the scenario has expired, so that another one is used.
    token = client.post("/__admin/tokens").json()["access_token"]
    client.get(f"{SITES}/{site}/timeseries", headers=bearer(token))
    (warning,) = warnings(client)
    assert (warning["code"], warning["requests"]) == ("window-overlap", [1, 2])


def test_token_per_request_is_reported(client):
    minted = client.post("/__admin/tokens").json()
    for _ in range(3):
        token = refresh(client, minted["refresh_token"]).json()["access_token"]
        client.get(SITES, headers=bearer(token))
    assert warnings(client) == [
        {
            "code": "token-per-request",
            "explanation": (
                f"Client {CLIENT} fetched a new token although the previous one was valid and "
                "hardly used. Reuse a token until it expires."
            ),
            "requests": [1, 3, 5],
        }
    ]


def test_token_per_customer_has_no_warning(client):
    for customer in ("ada@example.com", "grace@example.com") * 2:
        minted = client.post("/__admin/tokens", json={"customer": customer}).json()
        token = refresh(client, minted["refresh_token"]).json()["access_token"]
        for _ in range(2):
            client.get(SITES, headers=bearer(token))
    assert warnings(client) == []


@pytest.mark.parametrize(
    "given", [b"60", b"Mon, 01 Jun 2026 09:01:00 GMT"], ids=["seconds", "a date"]
)
def test_request_before_retry_after_is_reported(client, given):
    answering(client, 429, [(b"retry-after", given)]).get(SITES)
    client.get(SITES)
    assert warnings(client) == [
        {
            "code": "no-back-off",
            "explanation": (
                "After a 429, the next request came before the time in Retry-After or, "
                "without the header, within a second."
            ),
            "requests": [1, 2],
        }
    ]


def test_back_off_is_checked_per_client(client):
    answering(client, 429, [(b"retry-after", b"60")]).get(SITES)
    token = client.post("/__admin/tokens").json()["access_token"]
    client.get(SITES, headers=bearer(token))
    assert warnings(client) == []


def test_reuse_of_a_rejected_token_is_reported(client):
    token = client.post("/__admin/tokens", json={"expires_in": 0}).json()["access_token"]
    client.get(SITES, headers=bearer(token))
    assert warnings(client) == []
    client.get(SITES, headers=bearer(token))
    assert warnings(client) == [
        {
            "code": "dead-token",
            "explanation": (
                "A token was used again after it was rejected as expired or revoked. "
                "Refresh it, or ask for a new consent."
            ),
            "requests": [1, 2],
        }
    ]


def test_body_without_content_type_is_reported(client, site):
    client.post(f"{SITES}/{site}/performance-scores", content=b"[]")
    assert warnings(client) == [
        {
            "code": "no-content-type",
            "explanation": "A body was sent without Content-Type. Send application/json.",
            "requests": [1],
        }
    ]


def test_every_code_is_tested():
    text = Path(__file__).read_text("utf-8")
    assert [code for code in CODES if f'"{code}"' not in text] == []
