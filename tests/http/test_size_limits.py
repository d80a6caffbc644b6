"""Limits of the size of every input, and their messages."""

import json
import re

import pytest

from mockapi.middleware.ingress import MAX_HEADER_BYTES, MAX_HEADERS, MAX_TARGET_BYTES

PARTNER = "/ecostruxure/scoring/v1/sites"
KEY = "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0"
EMPTY = b"{}," * 400_000 + b"{}"
READING = {"date": "2026-06-01T08:00:00Z", "value": 1}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def partner(client):
    """Headers of a partner, and the path of a site."""
    token = client.post("/__admin/tokens").json()["access_token"]
    site = client.get("/__admin/world").json()["customers"][0]["sites"][0]
    return {"Authorization": f"Bearer {token}", **JSON}, f"{PARTNER}/{site}"


def encoded(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        pytest.param(
            "POST",
            "journal/verify",
            b'{"in_order":[' + EMPTY + b"]}",
            "body: holds more than 100,000 values",
            id="steps beyond all bounds",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"in_order": [{}] * 101},
            "in_order: holds 101 items. Send at most 100 at once",
            id="steps",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"headers": {f"h{n}": "x" for n in range(20_000)}},
            "headers: holds 20,000 items. Send at most 50 at once",
            id="headers",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"body": {f"m{n}": {} for n in range(10_000)}},
            "body: must not be longer than 32,768 bytes, the part that the journal stores",
            id="body of a matcher",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"operation": "a" * 1_000_000},
            "operation: must be at most 1000 characters long",
            id="long text",
        ),
        pytest.param(
            "POST",
            "journal/verify",
            {"times": 2**63},
            "times: is an integer beyond 64 bits",
            id="integer",
        ),
        pytest.param(
            "PUT",
            "readings",
            {"key": KEY, "readings": [READING] * 25_001},
            "readings: holds 25,001 items. Send at most 25,000 at once",
            id="readings",
        ),
        pytest.param(
            "PUT",
            "readings",
            b'{"key":"x","readings":[' + b"{}," * 24_999 + b"{}]}",
            "body: has 50,001 errors",
            id="mistakes",
        ),
        pytest.param(
            "POST",
            "faults",
            {"kind": "status", "status": 503, "when": {"sequence": ["ok"] * 1_001}},
            "when.sequence: holds 1,001 outcomes. Give at most 1,000",
            id="outcomes",
        ),
        pytest.param(
            "POST",
            "faults",
            {"kind": "extra_field", "value": json.loads("[" * 200 + "]" * 200)},
            "value.0.0: is nested deeper than 100 levels",
            id="depth",
        ),
    ],
)
def test_control_api_rejects_too_many_items(client, method, path, body, detail):
    refused = client.request(method, f"/__admin/{path}", content=encoded(body), headers=JSON)
    assert (refused.status_code, refused.json()["detail"]) == (400, detail)


def test_control_api_lists_the_first_hundred_errors(client):
    refused = client.post("/__admin/tokens", json={f"k{number:03}": 1 for number in range(250)})
    places = [each["name"] for each in refused.json()["invalid-params"]]
    assert (refused.status_code, len(places), places[:2]) == (400, 101, ["k000", "k001"])
    assert refused.json()["invalid-params"][-1] == {
        "name": "body",
        "reason": "has 150 more errors",
        "code": "too_many_mistakes",
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"[" + EMPTY + b"]", "holds more than 100,000 values", id="values"),
        pytest.param(
            b"[" + b"{}," * 10_000 + b"{}]",
            "holds 10,001 items. Send at most 10,000 at once",
            id="scores",
        ),
        pytest.param(b"[" + b"{}," * 9_999 + b"{}]", "has 40,000 errors", id="mistakes"),
    ],
)
def test_partner_api_refuses_too_many_scores(client, partner, body, reason):
    headers, site = partner
    refused = client.post(f"{site}/performance-scores", content=body, headers=headers)
    invalid = {"path": "body", "name": "body", "reason": reason}
    assert (refused.status_code, refused.json()["invalid-params"]) == (400, [invalid])


def test_many_scores_are_stored_as_few_are(client, partner):
    headers, site = partner
    day = {"score": 50, "type": "daily", "category": "energy"}
    scores = [{"date": f"20{n // 28:02}-01-{n % 28 + 1:02}", **day} for n in range(500)]
    created = client.post(f"{site}/performance-scores", json=scores, headers=headers)
    assert created.status_code == 201
    assert [each["date"] for each in created.json()] == [each["date"] for each in scores]


@pytest.mark.parametrize(
    ("headers", "target", "status"),
    [
        pytest.param({}, "/healthz?" + "a" * MAX_TARGET_BYTES, 414, id="query"),
        pytest.param({}, "/" + "a" * MAX_TARGET_BYTES, 414, id="path"),
        pytest.param({f"x-{n}": "" for n in range(MAX_HEADERS)}, "/healthz", 431, id="lines"),
        pytest.param({"x": "a" * MAX_HEADER_BYTES}, "/healthz", 431, id="bytes"),
        pytest.param({"x": "a" * 10_000}, "/healthz?" + "a" * 10_000, 200, id="within"),
    ],
)
def test_long_heads_are_refused(client, headers, target, status):
    answer = client.get(target, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (
        status,
        "ready" if status == 200 else status,
    )


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("GET", "changes?since="),
        ("GET", "changes?since=2026-06-01T00:00:00Z&until="),
        ("GET", f"readings?key={KEY}&since="),
        ("DELETE", f"readings?key={KEY}&until="),
        ("GET", f"series?site=x&key={KEY}&since="),
        ("GET", f"series?site=x&key={KEY}&until="),
        ("GET", "defects?since="),
        ("GET", "defects?until="),
    ],
)
def test_instants_beyond_every_clock_are_refused(client, method, call, instant):
    name = call.rpartition("&")[2].rpartition("?")[2].rstrip("=")
    refused = client.request(method, f"/__admin/{call}{instant}")
    reason = "must be an instant in the years 1900 to 2200"
    assert (refused.status_code, refused.json()["detail"]) == (400, f"{name}: {reason}")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("journal?since=9223372036854775808", "since"),
        ("journal/9223372036854775808", "number"),
        ("journal/har?since=" + "9" * 400, "since"),
    ],
)
def test_integers_beyond_64_bits_are_refused(client, call, name):
    refused = client.get(f"/__admin/{call}")
    given = re.search("[0-9]+", call)[0]
    shown = repr(given) if len(given) <= 100 else f"'{given[:100]}…'"
    reason = f"must be at most 9223372036854775807, not {shown}"
    assert (refused.status_code, refused.json()["detail"]) == (400, f"{name}: {reason}")


def test_admin_token_is_checked_before_the_body(test_client):
    client = test_client(admin_token="opensesame")
    refused = client.post("/__admin/tokens", content=b"{", headers=JSON)
    unknown = client.get("/__admin/clock?x=1")
    assert (refused.status_code, unknown.status_code) == (401, 401)
    assert "MOCKAPI_ADMIN_TOKEN" in refused.json()["detail"]


def test_world_has_at_most_a_hundred_faults(client):
    fault = {"kind": "status", "status": 503, "match": {"path": "/nowhere"}}
    codes = [client.post("/__admin/faults", json=fault).status_code for _ in range(101)]
    refused = client.post("/__admin/faults", json=fault)
    client.delete("/__admin/faults")
    assert codes == [201] * 100 + [409]
    assert (
        refused.json()["detail"] == "100 faults are active. Remove one with DELETE /__admin/faults."
    )


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("[" * 1_000, "'" + "[" * 100 + "…' is nested deeper than 100 levels."),
        (
            "status;status=" + "[" * 1_000,
            f"status: '{'[' * 100}…' is nested deeper than 100 levels.",
        ),
        (
            json.dumps([{"kind": "extra_field"}] * 21),
            "21 faults are too many. Give at most 20.",
        ),
    ],
)
def test_fault_header_beyond_bounds_is_refused(client, partner, header, detail):
    headers, _ = partner
    refused = client.get(PARTNER, headers={**headers, "X-Mock-Fault": header})
    assert (refused.status_code, refused.json()["detail"]) == (400, f"X-Mock-Fault: {detail}")


def test_nested_duplicates_deliver_at_most_a_hundred_times(client, partner):
    headers, site = partner
    # Each delivery stores a score with its own timestamp.
    fault = json.dumps([{"kind": "duplicate_delivery", "copies": 10}] * 5)
    score = [{"date": "2026-01-01", "score": 1, "type": "daily", "category": "water"}]
    stamps = [
        client.post(f"{site}/performance-scores", json=score, headers={**headers, **extra}).json()[
            0
        ]["updatedAt"]
        for extra in ({}, {"X-Mock-Fault": fault})
    ]
    assert nanoseconds(stamps[1]) - nanoseconds(stamps[0]) < 101 * 1_200_000
    assert nanoseconds(stamps[1]) - nanoseconds(stamps[0]) > 99 * 500_000


def nanoseconds(stamp):
    """Return the nanoseconds of the minute of *stamp*."""
    seconds, _, fraction = stamp.rstrip("Z")[17:].partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0"))


def test_huge_page_ends_before_ten_million_bytes(client, partner):
    headers, _ = partner
    answer = client.get(PARTNER, headers={**headers, "X-Mock-Fault": "huge_page;items=200000"})
    assert answer.status_code == 200
    assert 9_000_000 < len(answer.content) < 11_000_000
    assert len({each["id"] for each in answer.json()}) == len(answer.json())


def test_partner_api_ignores_values_of_unknown_members(client, partner):
    headers, site = partner
    score = '{"date":"2026-01-02","score":1,"type":"daily","category":"water","x":[%d, "\\ud800"]}'
    created = client.post(
        f"{site}/performance-scores", content=f"[{score % 2**70}]", headers=headers
    )
    assert (created.status_code, created.json()[0]["date"]) == (201, "2026-01-02")
