"""What the control API says to requests that it cannot mean."""

import pytest
from starlette.testclient import TestClient

from mockapi import create_app

KEY = "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0"
"""Of the first measurement of the demo's first site."""


@pytest.fixture(scope="module")
def server():
    app = create_app()
    with TestClient(app) as client:
        yield client
    app.state.worlds.close()


def problem(response):
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["detail"]


@pytest.mark.parametrize(
    ("call", "detail"),
    [
        pytest.param(
            "changes?since=2026-05-01T00:00:00Z&untill=2026-05-02T00:00:00Z",
            "untill: this call knows no such parameter; did you mean until?",
            id="misspelt",
        ),
        pytest.param(
            "scores?site=x&until=2026-05-01T00:00:00Z",
            "until: this call knows no such parameter; known are category, since, site, type.",
            id="of another call",
        ),
        pytest.param(
            "clock?x=1",
            "x: this call knows no such parameter; it takes none.",
            id="of a call without any",
        ),
    ],
)
def test_a_parameter_that_a_call_does_not_know_is_refused(server, call, detail):
    assert problem(server.get(f"/__admin/{call}")) == (400, detail)


def test_a_misspelt_end_withdraws_nothing(server):
    reading = {"date": "2026-06-01T08:00:00Z", "value": 41.5}
    server.put("/__admin/readings", json={"key": KEY, "readings": [reading]})
    path = f"/__admin/readings?key={KEY}&untl=2026-01-01T00:00:00Z"
    assert problem(server.delete(path)) == (
        400,
        "untl: this call knows no such parameter; did you mean until?",
    )
    (kept,) = server.get(f"/__admin/readings?key={KEY}").json()["readings"]
    assert kept["value"] == 41.5
    server.post("/__admin/reset")


def test_every_parameter_that_is_documented_is_known(server):
    document = server.get("/openapi/control.json").json()
    asked = [
        (f"{method} {path}", parameter["name"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]
    for operation, name in asked:
        method, path = operation.split(" ")
        _, detail = problem(server.request(method, f"/__admin{path}?{name}=x&zz=1"))
        assert detail.startswith("zz: this call knows no such parameter"), (operation, name)
    assert len(asked) > 50


def test_a_path_with_several_methods_names_all_of_them(server):
    refused = server.post("/__admin/clock")
    assert problem(refused) == (405, "POST is not for this path.")
    assert refused.headers["allow"] == "GET, HEAD, PUT"
    assert server.put("/__admin/faults/fault-1").headers["allow"] == "DELETE, GET, HEAD"
    assert server.delete("/__admin/journal/verify").headers["allow"] == "POST"


def test_repeated_parameter_with_one_value_is_refused(server):
    refused = server.get("/__admin/scores?since=2026-06-01T00:00:00Z&since=2026-06-02T00:00:00Z")
    assert problem(refused) == (400, "since: is given 2 times. Give it once.")


def test_parameter_with_many_values_may_be_repeated(server):
    withdrawn = server.delete(
        f"/__admin/readings?key={KEY}&date=2026-05-01T00:00:00Z&date=2026-05-02T00:00:00Z"
    )
    assert withdrawn.status_code in (200, 404)
    assert "times" not in withdrawn.text


@pytest.mark.parametrize("told", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_sent_as_json_is_told_how_to_be(server, told):
    refused = server.put(
        "/__admin/clock", content='{"advance": "P1D"}', headers={"Content-Type": told}
    )
    assert problem(refused) == (
        415,
        f"The body came as {told}; send JSON with `Content-Type: application/json`.",
    )


def test_a_body_of_json_that_is_no_object_is_a_mistake_of_the_body(server):
    status, detail = problem(server.put("/__admin/clock", json=[]))
    assert (status, detail.partition(":")[0]) == (400, "body")


def test_the_document_tells_refusals_by_the_media_type_that_they_have(server):
    document = server.get("/openapi/control.json").json()
    told = {
        media_type
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status >= "400"
        for media_type in answer["content"]
    }
    assert told == {"application/problem+json"}


@pytest.mark.parametrize(
    ("method", "call", "wish", "detail"),
    [
        pytest.param(
            "PUT",
            "clock",
            {"advance": {"months": 1}},
            "advance: must be an ISO 8601 duration such as P1DT2H, PT90S or P1M",
            id="a duration's own shape",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"advance": 3600},
            "advance: must be an ISO 8601 duration such as P1DT2H, PT90S or P1M",
            id="seconds for a duration",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"freeze": 1780297200},
            "freeze: must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the number "
            "1780297200",
            id="seconds for an instant",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"rate": True},
            "rate: must be a number, not True",
            id="a truth for a rate",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [{"date": "2026-06-01T08:00:00Z", "value": "7"}]},
            "readings.0.value: must be a number, not '7'",
            id="text for a value, and no word of an empty list",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [{"date": 1780297200, "value": 7}]},
            "readings.0.date: must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the "
            "number 1780297200",
            id="seconds for a date",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": []},
            "readings: must be a list of at least 1",
            id="an empty list",
        ),
        pytest.param(
            "POST",
            "worlds",
            {"clock": "2026"},
            "clock: must be 'system', not '2026'; clock: must be an RFC 3339 date-time such as "
            "2026-06-01T09:00:00Z, not '2026'",
            id="a year for a clock",
        ),
    ],
)
def test_a_value_of_another_kind_is_refused_in_the_words_of_the_call(
    server, method, call, wish, detail
):
    assert problem(server.request(method, f"/__admin/{call}", json=wish)) == (400, detail)


def test_no_reading_is_too_large_for_scores(server):
    site = server.get("/__admin/sites").json()[0]["id"]
    at = "2026-05-30T08:00:00Z"

    def push(value):
        wish = {"key": KEY, "readings": [{"date": at, "value": value}]}
        return server.put("/__admin/readings", json=wish)

    assert problem(push(1e308)) == (
        400,
        "readings.0.value: must be at most 1000000000000000, not 1e+308",
    )
    assert push(-1e15).status_code == push(1e15).status_code == 200
    server.put("/__admin/clock", json={"advance": "P2D"})
    daily = [
        each
        for each in server.get(f"/__admin/scores?site={site}").json()
        if (each["type"], each["category"], each["date"]) == ("daily", "energy", "2026-06-02")
    ]
    assert [each["score"] for each in daily] == [0]
    server.post("/__admin/reset")
