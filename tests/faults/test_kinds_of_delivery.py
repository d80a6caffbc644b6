"""Kinds that deliver a request twice, lose an answer, or claim a write."""

import json

import pytest
from fault_steps import BEARER, CLIENTS, SITES, USER_SITES

JSON = {**BEARER, "Content-Type": "application/json"}
SCORE = [{"date": "2026-05-01", "score": 1, "type": "daily", "category": "waste"}]


@pytest.fixture
def site(server) -> str:
    return server.world()["customers"][0]["sites"][0]


def kept_for(client, url) -> list[dict[str, object]]:
    """What the list holds for the date, type and category of `SCORE`."""
    kept = json.loads(CLIENTS[client](f"{url}?category=waste&type=daily").text)
    return [each for each in kept if each["date"] == SCORE[0]["date"]]


@pytest.mark.parametrize("client", ["http.client", "requests"])
def test_a_request_that_is_delivered_twice_clashes_with_itself(server, site, client):
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
def test_a_body_is_delivered_each_time(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("duplicate_delivery", copies=3, api="partner") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (written,) = json.loads(came.text)
    kept = kept_for(client, url)
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
def test_an_answer_without_a_write_leaves_nothing_behind(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    before = CLIENTS[client](url).text
    with server.fault("answer_without_write") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (claimed,) = json.loads(came.text)
    assert (came.status, {**claimed, "updatedAt": ""}) == (201, {**SCORE[0], "updatedAt": ""})
    assert (CLIENTS[client](url).text, fault.hits) == (before, 1)


@pytest.mark.parametrize("client", ["requests", "httpx2"])
def test_an_answer_that_times_out_is_of_a_write_that_happened(server, site, client):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("lost_answer", ending="timeout") as fault:
        came = CLIENTS[client](url, "POST", headers=JSON, data=json.dumps(SCORE))

    (kept,) = kept_for(client, url)
    assert (came.status, json.loads(came.text)["detail"]) == (504, "Gateway Timeout")
    assert ({**kept, "updatedAt": ""}, fault.hits) == ({**SCORE[0], "updatedAt": ""}, 1)


def test_a_refused_write_has_nothing_to_lose(server, site):
    url = f"{server.url}{SITES}/{site}/performance-scores"
    with server.fault("lost_answer") as fault:
        came = CLIENTS["requests"](url, "POST", headers=JSON, data="[{}]")

    assert (came.status, json.loads(came.text)["title"], fault.hits) == (400, "Bad Request", 0)
