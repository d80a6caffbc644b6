"""Faults that change the response, over a socket with two clients."""

import json
import time
from datetime import datetime

import pytest
from fault_steps import BEARER, CLIENTS, SITES, Came

BOTH = [CLIENTS["http.client"], CLIENTS["httpx2"]]


def seen_by_both(url, method="GET", data=None):
    """Return the response with a fault, which is the same for both clients."""
    headers = BEARER if data is None else {**BEARER, "Content-Type": "application/json"}
    first, second = (ask(url, method, headers=headers, data=data) for ask in BOTH)
    assert (first.status, first.text, first.raised) == (second.status, second.text, second.raised)
    return first


@pytest.fixture
def scores(server) -> str:
    site = server.world()["customers"][0]["sites"][0]
    return f"{server.url}{SITES}/{site}/performance-scores"


def problem(status, title, detail, slug=None):
    slug = slug or title.lower().replace(" ", "-")
    return {
        "type": f"https://ecostruxure-openapi.se.com/problem/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
    }


def test_status_has_the_text_of_the_gateway(server):
    with server.fault("status", status=503, retry_after=7) as fault:
        came = seen_by_both(server.url + SITES)

    assert (came.status, came.headers["retry-after"]) == (503, "7")
    assert json.loads(came.text) == problem(
        503, "Service Unavailable", "The Service is temporarily unavailable"
    )
    assert came.headers["referrer-policy"] == "strict-origin"
    assert fault.hits == 2


ODD = {
    "denied_as_400": (
        400,
        {
            "type": "/ods-api/openesx/v1/sites",
            "title": "Unauthorized",
            "status": 401,
            "detail": "Access is denied to recieve from the request made",
        },
    ),
    "conflict": (
        409,
        {
            "type": "/ods-api/openesx/v1/sites",
            "title": "Conflict",
            "status": 409,
            "detail": "Already site is being configured,"
            "Conflict occured cannot create a new request",
        },
    ),
    "expired_as_500": (
        500,
        {
            "fault": {
                "faultstring": "Access Token expired",
                "detail": {"errorcode": "keymanagement.service.access_token_expired"},
            }
        },
    ),
    "spike_arrest": (
        429,
        problem(429, "Too Many Requests", "Spike arrest violation. Allowed rate : 5ps"),
    ),
    "spike_arrest_as_500": (
        500,
        {
            "fault": {
                "faultstring": "Spike arrest violation. Allowed rate : 5ps",
                "detail": {"errorcode": "policies.ratelimit.SpikeArrestViolation"},
            }
        },
    ),
    "quota": (
        429,
        problem(
            429,
            "Too Many Requests",
            "Rate limit quota violation. Quota limit  exceeded. Identifier : default",
        ),
    ),
    "quota_as_500": (
        500,
        {
            "fault": {
                "faultstring": "Rate limit quota violation. Quota limit  exceeded. "
                "Identifier : default",
                "detail": {"errorcode": "policies.ratelimit.QuotaViolation"},
            }
        },
    ),
}


@pytest.mark.parametrize("oddity", ODD)
def test_oddity_equals_the_recorded_response(server, oddity):
    with server.fault("status", oddity=oddity):
        came = seen_by_both(server.url + SITES)

    assert (came.status, json.loads(came.text)) == ODD[oddity]


def test_gateway_fault_can_be_xml(server):
    with server.fault("status", oddity="xml"):
        came = seen_by_both(server.url + SITES)

    assert (came.status, came.headers["content-type"], came.text) == (
        503,
        "text/xml",
        (
            "<fault><faultstring>The Service is temporarily unavailable</faultstring><detail>"
            "<errorcode>messaging.adaptors.http.flow.ServiceUnavailable</errorcode></detail></fault>"
        ),
    )


@pytest.mark.parametrize(
    ("settings", "status", "media_type", "text"),
    [
        pytest.param(
            {"status": 504, "style": "apigee"},
            504,
            "application/json",
            '{"fault":{"faultstring":"Gateway Timeout","detail":'
            '{"errorcode":"messaging.adaptors.http.flow.GatewayTimeout"}}}',
            id="apigee",
        ),
        pytest.param(
            {"status": 502, "style": "html"},
            502,
            "text/html",
            "<html><head><title>502 Bad Gateway</title></head><body><center>"
            "<h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>",
            id="html",
        ),
        pytest.param({"status": 500, "style": "empty"}, 500, "application/json", "", id="empty"),
        pytest.param(
            {"status": 404, "detail": "Gone fishing"},
            404,
            "application/json",
            '{"type":"/ods-api/openesx/v1/sites","title":"Not Found","status":404,'
            '"detail":"Gone fishing"}',
            id="of the backend",
        ),
        pytest.param(
            {"status": 400, "body_status": 403},
            400,
            "application/json",
            '{"type":"/ods-api/openesx/v1/sites","title":"Forbidden","status":403,'
            '"detail":"Forbidden"}',
            id="another in the body",
        ),
    ],
)
def test_status_follows_its_settings(server, settings, status, media_type, text):
    with server.fault("status", **settings):
        came = seen_by_both(server.url + SITES)

    assert (came.status, came.headers["content-type"], came.text) == (status, media_type, text)


def test_latency_delays_every_client(server):
    with server.fault("latency", seconds=0.2) as fault:
        began = time.monotonic()
        came = seen_by_both(server.url + SITES)
        took = time.monotonic() - began

    assert (took >= 0.4, came.text) == (True, seen_by_both(server.url + SITES).text)
    assert fault.hits == 2


def test_slow_dribble_sends_the_whole_body_in_pieces(server):
    whole = seen_by_both(server.url + SITES).text
    with server.fault("slow_dribble", seconds=0.2, pieces=4) as fault:
        began = time.monotonic()
        came = seen_by_both(server.url + SITES)
        took = time.monotonic() - began

    assert (came.text, took >= 0.4, fault.hits) == (whole, True, 2)


DEFECTS = {
    "unclosed": lambda body: body[:-1],
    "trailing_comma": lambda body: body[:-1] + ",]",
    "nan": lambda _: "[nan]",
    "single_quotes": lambda body: body.replace('"', "'"),
    "two_bodies": lambda body: body + body,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_malformed_json_is_complete_and_invalid(server, scores, defect):
    whole = seen_by_both(scores).text
    with server.fault("malformed_json", defect=defect) as fault:
        came = seen_by_both(scores)

    assert (came.status, came.text, fault.hits) == (200, DEFECTS[defect](whole), 2)
    assert came.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r"."):
        json.loads(came.text)


def test_wrong_content_type_does_not_change_the_body(server):
    plain = seen_by_both(server.url + SITES)
    with server.fault("wrong_content_type"):
        wrong = seen_by_both(server.url + SITES)
    with server.fault("wrong_content_type", media_type=None):
        none = seen_by_both(server.url + SITES)

    assert (wrong.headers["content-type"], wrong.text) == ("text/html", plain.text)
    assert ("content-type" in none.headers, none.text) == (False, plain.text)


def test_missing_field_is_removed_from_all_objects(server):
    plain = json.loads(seen_by_both(server.url + SITES).text)
    with server.fault("missing_field", field="postalAddress.city") as fault:
        came = json.loads(seen_by_both(server.url + SITES).text)

    for site in plain:
        del site["postalAddress"]["city"]
    assert (came, fault.hits) == (plain, 2)


def test_missing_field_is_removed_from_one_object(server):
    plain = json.loads(seen_by_both(server.url + SITES).text)
    with server.fault("missing_field", field="name", objects="one", seed=3):
        came = [json.loads(ask(server.url + SITES).text) for ask in BOTH]

    assert [sum("name" not in each for each in sites) for sites in came] == [1, 1]
    assert [len(sites) for sites in came] == [len(plain)] * 2


def test_random_field_is_the_same_for_the_same_seed(server, scores):
    def run():
        with server.fault("missing_field", seed=11):
            return [ask(scores).text for ask in BOTH for _ in range(4)]

    assert run() == run()


def test_extra_field_is_added_to_every_item(server, scores):
    plain = json.loads(seen_by_both(scores).text)
    with server.fault("extra_field", name="grade", value={"letter": "A"}) as fault:
        came = json.loads(seen_by_both(scores).text)

    assert came == [{**each, "grade": {"letter": "A"}} for each in plain] != []
    assert fault.hits == 2


def test_unknown_enum_value_replaces_a_listed_one(server, scores):
    plain = json.loads(seen_by_both(scores).text)
    with server.fault("unknown_enum_value", value="vibes") as fault:
        came = json.loads(seen_by_both(scores).text)

    assert came == [{**each, "category": "vibes"} for each in plain] != []
    assert fault.hits == 2


def test_unknown_enum_value_applies_to_terms_of_the_catalog(server, scores):
    meters = scores.replace("performance-scores", "meters")
    plain = json.loads(seen_by_both(meters).text)
    with server.fault("unknown_enum_value"):
        came = json.loads(seen_by_both(meters).text)

    assert came == [{**each, "commodity": "mockUnknown"} for each in plain] != []


def test_null_replaces_an_absent_field(server):
    server.reset()
    plain = json.loads(seen_by_both(server.url + SITES).text)
    with server.fault("null_for_absent", field="zipCode") as fault:
        came = json.loads(seen_by_both(server.url + SITES).text)

    for site in plain:
        site["postalAddress"]["zipCode"] = None
    assert (came, fault.hits) == (plain, 2)


def test_null_for_absent_without_absent_fields_is_no_hit(server, scores):
    plain = seen_by_both(scores).text
    with server.fault("null_for_absent") as fault:
        came = seen_by_both(scores).text

    assert (came, fault.hits, fault.matched) == (plain, 0, 2)


def test_wrong_type_converts_the_value(server, scores):
    plain = json.loads(seen_by_both(scores).text)
    with server.fault("wrong_type", field="score") as fault:
        came = json.loads(seen_by_both(scores).text)

    assert came == [{**each, "score": str(each["score"])} for each in plain] != []
    assert fault.hits == 2


def test_huge_page_repeats_items_with_new_ids(server):
    plain = json.loads(seen_by_both(server.url + SITES).text)
    with server.fault("huge_page", items=500, seed=1) as fault:
        came = json.loads(seen_by_both_apart(server.url + SITES)[0].text)

    assert (len(came), came[: len(plain)], fault.hits) == (500, plain, 2)
    assert len({each["id"] for each in came}) == 500
    assert {each["name"] for each in came} == {each["name"] for each in plain}


def seen_by_both_apart(url) -> list[Came]:
    return [ask(url) for ask in BOTH]


def test_empty_data_returns_an_empty_list(server):
    with server.fault("empty_data") as fault:
        came = seen_by_both(server.url + SITES)

    assert (came.status, came.text, fault.hits) == (200, "[]", 2)


def test_stale_data_returns_readings_of_an_earlier_time(server):
    site = next(
        each
        for each in server.world()["customers"][0]["sites"]
        if json.loads(seen_by_both(f"{server.url}{SITES}/{each}/timeseries").text)
    )
    url = f"{server.url}{SITES}/{site}/timeseries?updatedAt[gte]=2026-05-28T00:00:00Z"
    plain = json.loads(seen_by_both(url).text)
    with server.fault("stale_data", by="P2D") as fault:
        came = json.loads(seen_by_both(url).text)

    then = datetime.fromisoformat("2026-05-30T09:00:00Z")
    kept = [
        {
            "key": each["key"],
            "values": [
                value
                for value in each["values"]
                if datetime.fromisoformat(value["updatedAt"]) <= then
            ],
        }
        for each in plain
    ]
    assert came == [each for each in kept if each["values"]] != plain
    assert fault.hits == 2


def test_stale_data_returns_scores_of_an_earlier_time(server, scores):
    plain = json.loads(seen_by_both(scores).text)
    with server.fault("stale_data", by=1):
        came = seen_by_both(scores)

    # The scores of the scenario have the current time; the built-in ones are earlier.
    now = server.world()["now"]
    assert (came.status, json.loads(came.text)) == (
        200,
        [each for each in plain if each["updatedAt"] < now],
    )
    assert [each["updatedAt"] for each in plain[-2:]] == [now, now]


def test_data_faults_do_not_change_error_responses(server):
    url = f"{server.url}{SITES}/nowhere/meters"
    plain = seen_by_both(url)
    with server.fault("missing_field") as fault:
        came = seen_by_both(url)

    assert ((came.status, came.text), fault.hits) == ((404, plain.text), 0)
