"""Verification of expected requests, with the nearest misses."""

import pytest
from journal_steps import SITES, TOKEN_PATH

USER_SITES = "/ecostruxure/user/scoring/v1/sites"


@pytest.fixture
def asked(client, site):
    """A server that received requests for sites, meters (twice) and a score."""
    client.get(SITES, headers={"X-Run": "7"})
    client.get(f"{SITES}/{site}/meters")
    client.get(f"{SITES}/nowhere/meters?page=2")
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
    client.post(f"{SITES}/{site}/performance-scores", json=[score])
    return client


def verify(client, /, **expectation):
    return client.post("/__admin/journal/verify", json=expectation)


@pytest.mark.parametrize(
    ("expectation", "matched"),
    [
        pytest.param({"operation": "listMeters"}, [2, 3], id="at least once"),
        pytest.param({"operation": "listMeters", "times": 2}, [2, 3], id="exactly"),
        pytest.param({"operation": "listMeters", "status": 404, "times": 1}, [3], id="status"),
        pytest.param({"status": "4xx", "at_most": 1}, [3], id="class of status"),
        pytest.param({"operation": "listProjects", "times": 0}, [], id="never"),
        pytest.param({"operation": "listProjects", "at_most": 3}, [], id="at most"),
        pytest.param({"method": "GET", "at_least": 2, "at_most": 3}, [1, 2, 3], id="between"),
        pytest.param({"path": "*/meters", "query": {"page": None}}, [2], id="absent query"),
        pytest.param({"query": {"page": "*"}}, [3], id="any value"),
        pytest.param({"headers": {"x-run": "7"}}, [1], id="header"),
        pytest.param(
            {"headers": {"Authorization": "Bearer mockAccessToken000000000Ada1"}},
            [1, 2, 3, 4],
            id="a secret by its stub",
        ),
        pytest.param({"headers": {"authorization": "Bearer *"}}, [1, 2, 3, 4], id="any secret"),
        pytest.param({"headers": {"Authorization": "Bearer mock*"}}, [1, 2, 3, 4], id="its stub"),
        pytest.param({"headers": {"Authorization": "Basic *"}, "times": 0}, [], id="no secret"),
        pytest.param({"body": [{"category": "waste", "score": 70.0}]}, [4], id="part of a body"),
        pytest.param({"in_order": [{"method": "GET"}, {"method": "POST"}]}, [1, 4], id="order"),
        pytest.param({"operation": "listMeters", "since": 2}, [3], id="since"),
    ],
)
def test_matching_requests_are_verified(asked, expectation, matched):
    answer = verify(asked, **expectation)
    assert (answer.status_code, answer.json()) == (200, {"verified": True, "matched": matched})


def test_wrong_count_is_reported_with_the_nearest_misses(asked, site):
    expectation = {"operation": "listMeters", "status": 200, "query": {"page": "2"}, "times": 2}
    answer = verify(asked, **expectation)
    meters = f"{SITES}/{site}/meters"
    detail = (
        'Expected listMeters with status 200, query page="2" exactly 2 times, received none.\n'
        "Nearest misses:\n"
        f"  3. GET {SITES}/nowhere/meters?page=2 -> 404 SiteNotFound\n"
        '      status: expected "200", was 404\n'
        f"  2. GET {meters} -> 200\n"
        '      query page: expected "2", was missing\n'
        f"  1. GET {SITES} -> 200\n"
        '      operation: expected "listMeters", was "listSites"\n'
        '      query page: expected "2", was missing'
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "type": "about:blank",
            "title": "Not as expected",
            "status": 409,
            "detail": detail,
            "verified": False,
            "matched": [],
            "nearest": [
                {
                    "number": 3,
                    "differences": [{"field": "status", "expected": '"200"', "actual": "404"}],
                },
                {
                    "number": 2,
                    "differences": [
                        {"field": "query page", "expected": '"2"', "actual": "missing"}
                    ],
                },
                {
                    "number": 1,
                    "differences": [
                        {
                            "field": "operation",
                            "expected": '"listMeters"',
                            "actual": '"listSites"',
                        },
                        {"field": "query page", "expected": '"2"', "actual": "missing"},
                    ],
                },
            ],
        },
    )


def test_differences_of_bodies_are_listed_by_member(asked, site):
    expectation = {
        "operation": "createPerformanceScores",
        "body": [{"score": 71, "unit": "points", "type": "daily"}],
    }
    asked.delete("/__admin/journal")
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
    asked.post(f"{SITES}/{site}/performance-scores", json=[score])
    assert verify(asked, **expectation).json()["detail"] == (
        "Expected createPerformanceScores with body "
        '[{"score": 71, "unit": "points", "type": "daily"}] at least once, received none.\n'
        "Nearest miss:\n"
        f"  5. POST {SITES}/{site}/performance-scores -> 201\n"
        "      body[0].score: expected 71, was 70\n"
        '      body[0].unit: expected "points", was missing'
    )


def test_unexpected_requests_are_listed(asked):
    assert verify(asked, operation="listMeters", path="*/nowhere/*", times=0).json()["detail"] == (
        "Expected listMeters with path */nowhere/* never, received 1 (request 3).\n"
        f"  3. GET {SITES}/nowhere/meters?page=2 -> 404 SiteNotFound"
    )


def test_step_that_was_too_early_is_reported(asked):
    steps = [
        {"operation": "createPerformanceScores"},
        {"operation": "listSites"},
        {"method": "GET"},
    ]
    answer = verify(asked, in_order=steps).json()
    assert answer["matched"] == [4]
    assert answer["detail"] == (
        "Expected in order:\n"
        "  1. createPerformanceScores: request 4\n"
        "  2. listSites: not received\n"
        "  3. GET request: not checked\n"
        "Step 2 was received too early:\n"
        f"  1. GET {SITES} -> 200\n"
        "No other requests were received."
    )


def test_verify_with_an_empty_journal(client):
    assert verify(client, operation="listSites").json()["detail"] == (
        "Expected listSites at least once, received none.\nNo other requests were received."
    )


def test_expected_secret_is_masked(client):
    client.post(TOKEN_PATH, data={"refresh_token": "mockRefreshToken000000000001"})
    secret = "mockRefreshToken000000000002"
    expectation = {"body": {"refresh_token": secret}, "headers": {"X-Token": secret}}
    detail = verify(client, **expectation).json()["detail"]
    assert secret not in detail
    assert 'body.refresh_token: expected "mock…0002", was "mock…0001"' in detail


def test_line_break_of_a_client_is_escaped(client):
    client.get(f"{SITES}/x%0AExpected%20nothing/meters")
    detail = verify(client, operation="listSites").json()["detail"]
    assert detail.splitlines()[2:] == [
        f"  1. GET {SITES}/x%0AExpected%20nothing/meters -> 404 SiteNotFound",
        '      operation: expected "listSites", was "listMeters"',
    ]


@pytest.mark.parametrize(
    ("expectation", "detail"),
    [
        pytest.param(
            {"operation": "listMeter"},
            "'listMeter' is not a known operation. Did you mean listMeters?",
            id="operation",
        ),
        pytest.param(
            {"in_order": [{"operation": "list"}, {"operation": "listMeter"}]},
            "'list' is not a known operation. Did you mean listSites?",
            id="in a step",
        ),
        pytest.param({"in_order": []}, "in_order: must have at least one request", id="[]"),
        pytest.param(
            {"times": 1, "at_least": 1},
            "times: cannot be combined with at_least or at_most. Remove them",
            id="counts",
        ),
        pytest.param(
            {"at_least": 3, "at_most": 1},
            "at_least: must not be greater than at_most",
            id="crossed",
        ),
        pytest.param(
            {"in_order": [{}], "times": 1},
            "in_order: cannot be combined with times. Move times into its steps",
            id="both",
        ),
        pytest.param({"tmies": 1}, "tmies: is not known here. Did you mean times?", id="misspelt"),
    ],
)
def test_invalid_expectation_is_rejected(client, expectation, detail):
    answer = verify(client, **expectation)
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_similar_body_is_nearer_than_none(asked):
    asked.get(SITES)
    expectation = {"body": [{"category": "waste", "score": 71}]}
    nearest, *_ = verify(asked, **expectation).json()["nearest"]
    assert (nearest["number"], nearest["differences"]) == (
        4,
        [{"field": "body[0].score", "expected": "71", "actual": "70"}],
    )


def test_similar_path_is_the_nearest(asked, site):
    asked.get(f"{SITES}/nowhere/projects")
    nearest, *_ = verify(asked, path=f"{SITES}/{site}/metres").json()["nearest"]
    assert nearest["number"] == 2
