"""Errors of the control API for invalid requests."""

import pytest

KEY = "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0"
"""Key of the first measurement of the first site of the demo scenario."""


def problem(response):
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["detail"]


@pytest.mark.parametrize(
    ("call", "detail"),
    [
        pytest.param(
            "changes?since=2026-05-01T00:00:00Z&untill=2026-05-02T00:00:00Z",
            "untill: is not a parameter of this call. Did you mean until?",
            id="mistyped",
        ),
        pytest.param(
            "scores?site=x&until=2026-05-01T00:00:00Z",
            "until: is not a parameter of this call. Use one of category, since, site, type.",
            id="parameter of another call",
        ),
        pytest.param(
            "clock?x=1",
            "x: is not a parameter of this call. The call does not have parameters. Remove it.",
            id="call without parameters",
        ),
    ],
)
def test_unknown_query_parameter_is_rejected(client, call, detail):
    assert problem(client.get(f"/__admin/{call}")) == (400, detail)


def test_mistyped_until_withdraws_no_readings(client):
    reading = {"date": "2026-06-01T08:00:00Z", "value": 41.5}
    client.put("/__admin/readings", json={"key": KEY, "readings": [reading]})
    path = f"/__admin/readings?key={KEY}&untl=2026-01-01T00:00:00Z"
    assert problem(client.delete(path)) == (
        400,
        "untl: is not a parameter of this call. Did you mean until?",
    )
    (reading_after,) = client.get(f"/__admin/readings?key={KEY}").json()["readings"]
    assert reading_after["value"] == 41.5
    client.post("/__admin/reset")


def test_every_documented_parameter_is_accepted(client):
    document = client.get("/openapi/control.json").json()
    parameters = [
        (f"{method} {path}", parameter["name"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]
    for operation, name in parameters:
        method, path = operation.split(" ")
        _, detail = problem(client.request(method, f"/__admin{path}?{name}=x&zz=1"))
        assert detail.startswith("zz: is not a parameter of this call"), (operation, name)
    assert len(parameters) > 50


def test_allow_lists_all_methods_of_a_path(client):
    refused = client.post("/__admin/clock")
    assert problem(refused) == (
        405,
        "POST is not a method of this path. Use one of the `Allow` header.",
    )
    assert refused.headers["allow"] == "GET, HEAD, PUT"
    assert client.put("/__admin/faults/fault-1").headers["allow"] == "DELETE, GET, HEAD"
    assert client.delete("/__admin/journal/verify").headers["allow"] == "POST"


def test_repeated_parameter_with_one_value_is_rejected(client):
    refused = client.get("/__admin/scores?since=2026-06-01T00:00:00Z&since=2026-06-02T00:00:00Z")
    assert problem(refused) == (400, "since: is given 2 times. Give it once.")


def test_parameter_with_many_values_may_be_repeated(client):
    withdrawn = client.delete(
        f"/__admin/readings?key={KEY}&date=2026-05-01T00:00:00Z&date=2026-05-02T00:00:00Z"
    )
    assert withdrawn.status_code in (200, 404)
    assert "times" not in withdrawn.text


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_body_with_another_media_type_is_rejected(client, media_type):
    refused = client.put(
        "/__admin/clock", content='{"advance": "P1D"}', headers={"Content-Type": media_type}
    )
    assert problem(refused) == (
        415,
        (
            f"Content-Type: {media_type!r} is not JSON. "
            "Send JSON with `Content-Type: application/json`."
        ),
    )


def test_json_body_that_is_a_list_is_rejected(client):
    status, detail = problem(client.put("/__admin/clock", json=[]))
    assert (status, detail.partition(":")[0]) == (400, "body")


def test_openapi_error_responses_are_problem_json(client):
    document = client.get("/openapi/control.json").json()
    media_types = {
        media_type
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status >= "400"
        for media_type in answer["content"]
    }
    assert media_types == {"application/problem+json"}


@pytest.mark.parametrize(
    ("method", "call", "body", "detail"),
    [
        pytest.param(
            "PUT",
            "clock",
            {"advance": {"months": 1}},
            "advance: must be an ISO 8601 duration such as P1DT2H, PT90S or P1M",
            id="object as duration",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"advance": 3600},
            "advance: must be an ISO 8601 duration such as P1DT2H, PT90S or P1M",
            id="number as duration",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"freeze": 1780297200},
            "freeze: must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the number "
            "1780297200",
            id="number as instant",
        ),
        pytest.param(
            "PUT",
            "clock",
            {"rate": True},
            "rate: must be a number, not True",
            id="boolean as rate",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [{"date": "2026-06-01T08:00:00Z", "value": "7"}]},
            "readings.0.value: must be a number, not '7'",
            id="text as value",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [{"date": 1780297200, "value": 7}]},
            "readings.0.date: must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the "
            "number 1780297200",
            id="number as date",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": []},
            "readings: must be a list of at least 1",
            id="empty list",
        ),
        pytest.param(
            "POST",
            "worlds",
            {"clock": "2026"},
            "clock: must be 'system' or an RFC 3339 date-time such as 2026-06-01T09:00:00Z, "
            "not '2026'",
            id="year as clock",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"status": "9xx"},
            "status: must be a status such as 404, a class such as 4xx, or none, not '9xx'",
            id="unknown class of status",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"in_order": [{"status": 999}]},
            "in_order.0.status: must be a status such as 404, a class such as 4xx, or none, "
            "not '999'",
            id="status out of range",
        ),
    ],
)
def test_value_of_another_type_is_rejected(client, method, call, body, detail):
    assert problem(client.request(method, f"/__admin/{call}", json=body)) == (400, detail)


@pytest.mark.parametrize(
    ("method", "call", "body", "detail"),
    [
        pytest.param(
            "POST",
            "journal/verify",
            {"in_order": [{"statu": 404}]},
            "in_order.0.statu: is not known here. Did you mean status?",
            id="item of a list",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [{"date": "2026-06-01T08:00:00Z", "value": 1, "vlaue": 1}]},
            "readings.0.vlaue: is not known here. Did you mean value?",
            id="reading",
        ),
        pytest.param(
            "POST",
            "faults",
            {"kind": "status", "match": {"opration": "listSites"}},
            "match.opration: is not a setting of match. Did you mean operation?",
            id="condition of a fault",
        ),
    ],
)
def test_unknown_member_below_body_has_nearest_name(client, method, call, body, detail):
    assert problem(client.request(method, f"/__admin/{call}", json=body)) == (400, detail)


def test_largest_reading_still_gives_a_score(client):
    site = client.get("/__admin/sites").json()[0]["id"]
    at = "2026-05-30T08:00:00Z"

    def push(value):
        body = {"key": KEY, "readings": [{"date": at, "value": value}]}
        return client.put("/__admin/readings", json=body)

    assert problem(push(1e308)) == (
        400,
        "readings.0.value: must be at most 1000000000000000, not 1e+308",
    )
    assert push(-1e15).status_code == push(1e15).status_code == 200
    client.put("/__admin/clock", json={"advance": "P2D"})
    daily = [
        each
        for each in client.get(f"/__admin/scores?site={site}").json()
        if (each["type"], each["category"], each["date"]) == ("daily", "energy", "2026-06-02")
    ]
    assert [each["score"] for each in daily] == [0]
    client.post("/__admin/reset")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b" " * 1_001, id="with-a-length"),
        pytest.param([b" " * 600, b" " * 600], id="in-chunks"),
    ],
)
def test_large_body_is_rejected_with_a_problem(test_client, content):
    client = test_client(max_body_bytes=1_000)
    headers = {"Content-Type": "application/json"}
    response = client.post("/__admin/sites", content=content, headers=headers)

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Request Entity Too Large",
        "status": 413,
        "detail": "The body is larger than MOCKAPI_MAX_BODY_BYTES. Send less or raise the setting.",
    }
