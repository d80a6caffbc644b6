"""The lifecycle of a site across both APIs."""

import json
from datetime import timedelta

import pytest
from authorization_scenario import OWNED, QUIET, bearer, secret
from published_operations import compact

PARTNER, USER = "/ecostruxure/scoring/v1", "/ecostruxure/user/scoring/v1"
OWNER, CUSTOMER = bearer(secret("Owner")), bearer(secret("OwnerPAT"))
ASSOCIATION = {"leedId": 8000015697, "leedName": "Quiet Office"}


@pytest.fixture
def client(rights, clock):
    return rights(system_clock=clock)


def arrivals(client, site_id, query=""):
    """For each key of a site, the (date, updatedAt) pairs of its readings."""
    answer = client.get(f"{PARTNER}/sites/{site_id}/timeseries{query}", headers=OWNER).json()
    return {
        series["key"]: [(each["date"], each["updatedAt"]) for each in series["values"]]
        for series in answer
    }


def keys(client, site_id):
    meters = client.get(f"{PARTNER}/sites/{site_id}/meters", headers=OWNER).json()
    return [each["timeseries"]["key"] for meter in meters for each in meter["measurements"]]


def register(client, site_id, association=ASSOCIATION):
    return client.post(
        f"{PARTNER}/sites/{site_id}/scoring-providers", json=association, headers=OWNER
    )


def test_registered_site_has_readings(client):
    back_filled = [
        (f"2026-05-{day:02}T{hour:02}:00:00Z", "2026-05-29T09:00:00Z")
        for day, hours in [(26, range(9, 24)), (27, range(24)), (28, range(24)), (29, range(9))]
        for hour in hours
    ]
    live = [
        ("2026-05-29T09:00:00Z", "2026-05-29T10:10:00Z"),
        ("2026-05-29T10:00:00Z", "2026-05-29T11:10:00Z"),
    ]

    assert keys(client, OWNED)
    assert arrivals(client, OWNED, "?updatedAt[lt]=2026-05-29T12:00:00Z") == {
        key: [*back_filled, *live] for key in keys(client, OWNED)
    }


def test_unregistered_site_has_no_readings(client):
    response = client.get(f"{PARTNER}/sites/{QUIET}/timeseries", headers=OWNER)

    assert len(keys(client, QUIET)) == len(keys(client, OWNED))
    assert (response.status_code, response.text) == (200, "[]")


def test_registration_backfills_and_then_delivers_readings(client, clock):
    register(client, QUIET).raise_for_status()
    at_once = arrivals(client, QUIET)
    clock.advance(timedelta(hours=1, minutes=9, seconds=59))
    just_before = arrivals(client, QUIET)
    clock.advance(timedelta(seconds=1))
    then = arrivals(client, QUIET)
    newest = ("2026-06-01T09:00:00Z", "2026-06-01T10:10:00Z")

    assert list(at_once) == keys(client, QUIET)
    for key, pairs in at_once.items():
        dates = [date for date, _ in pairs]
        assert dates[:2] == ["2026-05-29T09:00:00Z", "2026-05-29T10:00:00Z"]
        assert dates[-1] == "2026-06-01T08:00:00Z"
        assert {arrived for _, arrived in pairs} == {"2026-06-01T09:00:00Z"}
        assert just_before[key] == pairs
        assert then[key] == [*pairs, newest]


def test_what_arrived_is_the_same_when_asked_again_later(client, clock):
    first = client.get(f"{PARTNER}/sites/{OWNED}/timeseries", headers=OWNER).json()
    clock.advance(timedelta(days=2))
    later = client.get(f"{PARTNER}/sites/{OWNED}/timeseries", headers=OWNER).json()

    assert len(first) == len(keys(client, OWNED))
    for before, after in zip(first, later, strict=True):
        assert after["key"] == before["key"]
        assert after["values"][: len(before["values"])] == before["values"]
        assert len(after["values"]) == len(before["values"]) + 48


def test_a_score_posted_by_the_partner_is_read_by_the_customer(client):
    scores = [
        {"date": "2026-05-31", "score": 87, "type": "daily", "category": "energy"},
        {"date": "2026-05-31", "score": 94.99, "type": "monthly", "category": "water"},
    ]
    client.post(
        f"{PARTNER}/sites/{QUIET}/performance-scores", json=scores, headers=OWNER
    ).raise_for_status()
    seen = compact([{**each, "updatedAt": "2026-06-01T09:00:00Z"} for each in scores])

    for base, headers in ((USER, CUSTOMER), (PARTNER, OWNER)):
        assert client.get(f"{base}/sites/{QUIET}/performance-scores", headers=headers).text == seen


def test_registration_configures_a_pending_request(client, clock):
    requests = f"{USER}/sites/{QUIET}/scoring-requests"
    created = client.post(requests, headers=CUSTOMER).json()
    pending = client.get(requests, headers=CUSTOMER).text
    clock.advance(timedelta(minutes=5))
    register(client, QUIET).raise_for_status()

    assert pending == compact([created])
    assert client.get(requests, headers=CUSTOMER).text == compact(
        [
            {
                "id": created["id"],
                "status": "CONFIGURED",
                "detail": "site is configured successfully",
                "createdAt": "2026-06-01T09:00:00Z",
            }
        ]
    )
    assert client.post(requests, headers=CUSTOMER).status_code == 409


def test_projects_are_the_registrations_in_order(client):
    projects = f"{PARTNER}/sites/{QUIET}/projects"
    other = {"leedId": 5, "leedName": "Second"}
    renamed = {**ASSOCIATION, "leedName": "Renamed"}
    before = client.get(projects, headers=OWNER).text
    answers = [register(client, QUIET, each) for each in (ASSOCIATION, other, renamed)]

    assert before == "[]"
    assert [(each.status_code, each.text) for each in answers] == [
        (201, compact(each)) for each in (ASSOCIATION, other, renamed)
    ]
    assert client.get(projects, headers=OWNER).text == compact([renamed, other])


SCORE = {"date": "2026-05-31", "score": 50, "type": "daily", "category": "energy"}


def test_repeated_score_replaces_and_moves_to_the_end(client, clock):
    scores = f"{PARTNER}/sites/{QUIET}/performance-scores"
    other = {**SCORE, "type": "monthly"}
    client.post(scores, json=[SCORE, other], headers=OWNER).raise_for_status()
    clock.advance(timedelta(minutes=1))
    client.post(scores, json=[{**SCORE, "score": 60}], headers=OWNER).raise_for_status()

    assert client.get(scores, headers=OWNER).text == compact(
        [
            {**other, "updatedAt": "2026-06-01T09:00:00Z"},
            {**SCORE, "score": 60, "updatedAt": "2026-06-01T09:01:00Z"},
        ]
    )


def test_last_of_two_equal_scores_in_a_request_wins(client):
    scores = f"{PARTNER}/sites/{QUIET}/performance-scores"
    posted = [SCORE, {**SCORE, "score": 60}]
    answer = client.post(scores, json=posted, headers=OWNER)

    assert [each["score"] for each in answer.json()] == [50, 60]
    assert client.get(scores, headers=OWNER).text == compact(
        [{**SCORE, "score": 60, "updatedAt": "2026-06-01T09:00:00Z"}]
    )


def test_scores_with_an_invalid_one_are_not_stored(client):
    scores = f"{PARTNER}/sites/{QUIET}/performance-scores"
    wrong = {**SCORE, "type": "weekly"}
    refused = client.post(scores, json=[SCORE, wrong], headers=OWNER)

    assert (refused.status_code, refused.json()["invalid-params"]) == (
        400,
        [
            {
                "path": "[1].type",
                "name": "type",
                "reason": "Input should be 'daily', 'monthly', 'localAverage' or 'average'",
            }
        ],
    )
    assert client.get(scores, headers=OWNER).text == "[]"


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ('"87"', "87"),
        ('"94.99"', "94.99"),
        ("87.0", "87"),
        ("0", "0"),
        ("-0.0", "0"),
        ("100", "100"),
        ("94.99", "94.99"),
        ("0.1", "0.1"),
    ],
)
def test_whole_score_has_no_decimal_point(client, sent, answered):
    scores = f"{PARTNER}/sites/{QUIET}/performance-scores"
    client.post(
        scores,
        content=compact([SCORE]).replace(":50,", f":{sent},"),
        headers={**OWNER, "Content-Type": "application/json"},
    ).raise_for_status()
    text = client.get(scores, headers=OWNER).text

    assert text == compact([{**SCORE, "updatedAt": "2026-06-01T09:00:00Z"}]).replace(
        ":50,", f":{answered},"
    )


def test_updated_at_in_a_request_is_ignored(client):
    scores = f"{PARTNER}/sites/{QUIET}/performance-scores"
    given = [{**SCORE, "updatedAt": "1999-01-01T00:00:00Z"}]
    answer = client.post(scores, json=given, headers=OWNER)

    assert json.loads(answer.text)[0]["updatedAt"].startswith("2026-06-01T09:00:00.")
