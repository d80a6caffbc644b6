"""Faults that repeat a request, lose a response, or discard a write."""

import json

import pytest
from fault_steps import BEARER, CLIENTS, SITES, USER_SITES

JSON = {**BEARER, "Content-Type": "application/json"}
SCORE = [{"date": "2026-05-01", "score": 1, "type": "daily", "category": "waste"}]


@pytest.fixture
def site(server) -> str:
    return server.world()["customers"][0]["sites"][0]


def stored_for(client, url) -> list[dict[str, object]]:
    """The listed score with the date, type and category of `SCORE`."""
    kept = json.loads(CLIENTS[client](f"{url}?category=waste&type=daily").text)
    return [each for each in kept if each["date"] == SCORE[0]["date"]]


@pytest.mark.parametrize("client", ["http.client", "requests"])
def test_duplicate_scoring_request_is_a_conflict(server, site, client):
    url = f"{server.url}{USER_SITES}/{site}/scoring-requests"
    with server.fault("duplicate_delivery", operation="createScoringRequest") as fault:
        came = CLIENTS[client](url, "POST")

    (kept,) = json.loads(CLIENTS[client](url).text)
    assert (came.status, json.loads(came.text)["title"], kept["status"]) == (
        409,
        "Conflict",
        "PENDING",
    )
    assert fault.hits == 1


@pytest.mark.parametrize("client", ["http.client", "httpx2"])
def test_duplicate_delivery_includes_the_body(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("duplicate_delivery", copies=3, api="partner") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (written,) = json.loads(came.text)
    kept = stored_for(client, url)
    assert (came.status, fault.hits) == (201, 1)
    assert [{**each, "updatedAt": ""} for each in kept] == [{**written, "updatedAt": ""}]


@pytest.mark.parametrize("copies", [2, 10])
def test_nested_duplicates_of_a_stream_end(server, site, copies):
    url = f"{server.url}{SITES}/{site}/timeseries"
    nested = json.dumps([{"kind": "duplicate_delivery", "copies": copies}] * 2)
    plain = CLIENTS["requests"](url)
    came = CLIENTS["requests"](url, headers={**BEARER, "X-Mock-Fault": nested})
    assert (came.status, came.text) == (200, plain.text)


@pytest.mark.parametrize("client", ["requests", "httpx2"])
def test_answer_without_write_stores_nothing(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    before = CLIENTS[client](url).text
    with server.fault("answer_without_write") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (claimed,) = json.loads(came.text)
    assert (came.status, {**claimed, "updatedAt": ""}) == (201, {**SCORE[0], "updatedAt": ""})
    assert (CLIENTS[client](url).text, fault.hits) == (before, 1)


@pytest.mark.parametrize("client", ["requests", "httpx2"])
def test_lost_answer_with_timeout_keeps_the_write(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("lost_answer", ending="timeout") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (kept,) = stored_for(client, url)
    assert (came.status, json.loads(came.text)["detail"]) == (504, "Gateway Timeout")
    assert ({**kept, "updatedAt": ""}, fault.hits) == ({**SCORE[0], "updatedAt": ""}, 1)


def test_lost_answer_does_not_apply_to_rejected_writes(server, site):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("lost_answer") as fault:
        came = CLIENTS["requests"](url, "POST", headers=JSON, data="[{}]")

    assert (came.status, json.loads(came.text)["title"], fault.hits) == (400, "Bad Request", 0)
