"""Journal entries: content, selection and lifetime."""

from datetime import UTC, datetime

import pytest
from journal_steps import CLIENT, SITES, TOKEN_PATH, answering, entries, entry, not_asked_for
from starlette.testclient import TestClient

from mockapi.journal.entry import RECORDED_BYTES, RawExchange, RequestAnnotations
from mockapi.journal.journal import Journal
from mockapi.middleware.ingress import Ingress
from mockapi.middleware.journal import JournalMiddleware
from mockapi.middleware.world_routing import WorldMiddleware
from mockapi.settings import Settings

SCORE = '[{"date":"2026-05-01","score":70,"type":"daily","category":"waste","why":1}]'


def milliseconds_now():
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def test_entry_has_request_response_and_annotations(client, site):
    path = f"/ecostruxure/v1/sites/{site}/certification-scores"
    headers = {"Content-Type": "application/json"}
    before = milliseconds_now()
    answer = client.post(f"{path}?dry=1", content=SCORE, headers=headers)
    result = entry(client, 1)
    customer = client.get("/__admin/world").json()["customers"][0]["id"]

    assert isinstance(result.pop("duration_ms"), float)
    assert datetime.fromisoformat(result.pop("real_at")) >= before
    assert ["authorization", "Bearer mock…Ada1"] in result.pop("request_headers")
    assert dict(result.pop("response_headers"))["referrer-policy"] == "strict-origin"
    assert result == {
        "number": 1,
        "at": "2026-06-01T09:00:00.000Z",
        "gap_ms": None,
        "world": "default",
        "edition": "latest",
        "product": "partner",
        "operation": "createPerformanceScores",
        "method": "POST",
        "origin": "http://testserver",
        "path": path,
        "query": [["dry", "1"]],
        "status": 201,
        "address": "testclient",
        "client": CLIENT,
        "customer": customer,
        "site": site,
        "scope": (
            "read:site read:energy-performance write:energy-score read:energy-score "
            "offline_access read:asset write:scoring-request"
        ),
        "token_kind": "access",
        "error": None,
        "faults": [],
        "request_body": {
            "size": len(SCORE),
            "media_type": "application/json",
            "text": SCORE,
            "note": None,
        },
        "response_body": {
            "size": len(answer.content),
            "media_type": "application/json",
            "text": answer.text,
            "note": None,
        },
        "older_paths": ["/ecostruxure/v1", "certification-scores"],
        "missing_scope": None,
        "ignored_parameters": ["dry"],
        "unknown_members": ["why"],
        "assumptions": ["Repeated scores"],
    }


@pytest.mark.parametrize(
    ("path", "result"),
    [
        pytest.param(
            SITES, ("partner", "listSites", 401, "TokenUnknown", ["401 and 403"]), id="token"
        ),
        pytest.param(
            f"{SITES}/x/nothing", ("partner", None, 401, "TokenUnknown", ["401 and 403"]), id="path"
        ),
        pytest.param(
            "/ecostruxure/nothing",
            (None, None, 404, "BasePathUnknown", ["Unknown base paths"]),
            id="base",
        ),
        pytest.param(
            "/openesx/v1/oauth/authorize", ("oauth", "authorize", 400, None, []), id="authorize"
        ),
    ],
)
def test_entry_has_the_name_of_the_error(client, path, result):
    client.get(path, headers={"Authorization": "Bearer mockUnknown"})
    seen = entry(client, 1)
    assert (
        tuple(seen[name] for name in ("product", "operation", "status", "error", "assumptions"))
        == result
    )


def test_entries_have_real_times(client):
    before = milliseconds_now()
    for _ in range(3):
        client.get(SITES)
    first, *others = entries(client)
    real = [datetime.fromisoformat(each["real_at"]) for each in (first, *others)]
    assert real == sorted(real) and before <= real[0] and real[-1] <= datetime.now(UTC)
    assert first["gap_ms"] is None and all(each["gap_ms"] > 0 for each in others)
    assert {each["at"] for each in others} == {first["at"]}


def test_gap_is_from_a_response_to_the_next_request():
    journal = Journal(10)
    for began, duration in ((100.0, 2.0), (103.5, 4.0), (105.0, 0.5)):
        line = ("GET", "http", "/x", b"", None)
        record = RawExchange(datetime.now(UTC), "latest", line, (), RequestAnnotations())
        record.began, record.duration = began, duration
        journal.add(record)
    assert [each.gap_ms for each in journal.entries()] == [None, 1500.0, 0.0]
    journal.restart()
    fresh = RawExchange(datetime.now(UTC), "latest", line, (), RequestAnnotations())
    journal.add(fresh)
    assert [each.gap_ms for each in journal.entries()] == [None]


def test_oauth_error_has_its_client(client):
    form = {"grant_type": "authorization_code", "code": "mockWrongCode00000000000"}
    client.post(TOKEN_PATH, data=form, auth=(CLIENT, "wrong"))
    (result,) = entries(client)
    assert (result["operation"], result["client"]) == ("token", CLIENT)
    assert (result["status"], result["error"]) == (401, "invalid_client")


def test_entry_has_the_applied_faults(client):
    answering(client, 503, faults=["status", "latency"]).get("/x")
    (result,) = entries(client)
    assert (result["status"], result["faults"]) == (
        503,
        [{"id": "status-1", "kind": "status"}, {"id": "latency-1", "kind": "latency"}],
    )
    assert entries(client, fault="latency") == entries(client, fault="status-1") == [result]
    assert entries(client, fault="token_expired") == entries(client, fault="status-2") == []


def test_entry_without_a_response_has_no_status(client):
    async def app(scope, receive, send):
        raise ConnectionResetError

    journalled = WorldMiddleware(JournalMiddleware(app), client.app.state.worlds, not_asked_for)
    failing = TestClient(Ingress(journalled, Settings()))
    with pytest.raises(ConnectionResetError):
        failing.get("/x")
    (result,) = entries(client, status="none")
    assert (result["number"], result["status"]) == (1, None)


def test_control_api_documents_and_files_are_not_recorded(client):
    paths = ["/__admin/world", "/docs/partner", "/openapi/user.json", "/static/x", "/healthz"]
    for path in paths:
        client.get(path)
    client.get("/signin")
    assert [each["path"] for each in entries(client)] == ["/signin"]


def test_page_is_recorded_without_its_text(client):
    client.get("/signin")
    body = entry(client, 1)["response_body"]
    assert body == {
        "size": body["size"],
        "media_type": "text/html",
        "text": None,
        "note": f"{body['size']} bytes of text/html, not shown",
    }


def test_large_body_is_recorded_in_part(client):
    text = b'["' + b"x" * RECORDED_BYTES + b'"]'
    answering(client, headers=[(b"content-type", b"application/json")], body=text).get("/x")
    body = entry(client, 1)["response_body"]
    assert body == {
        "size": len(text),
        "media_type": "application/json",
        "text": text[:RECORDED_BYTES].decode(),
        "note": f"the first {RECORDED_BYTES} of {len(text)} bytes",
    }


def test_journal_contains_the_newest_entries(test_client):
    client = test_client(journal_size=3)
    for index in range(5):
        client.get(SITES, params={"n": index})
    result = client.get("/__admin/journal").json()
    assert (result["newest"], result["size"]) == (5, 3)
    assert [each["query"] for each in result["entries"]] == [[["n", str(n)]] for n in (2, 3, 4)]
    assert client.get("/__admin/journal/2").json()["detail"] == (
        "Entry 2 is not in the journal. It contains entries 3 to 5."
    )


def test_journal_of_size_zero_is_empty_and_apis_respond(test_client):
    client = test_client(journal_size=0)
    assert len(client.get(SITES, params={"n": 1}).json()) == 8
    assert client.get("/__admin/journal").json() == {"newest": 0, "size": 0, "entries": []}


def test_clear_continues_numbers_and_reset_restarts_them(client):
    client.get(SITES)
    assert client.delete("/__admin/journal").content == b""
    client.get(SITES)
    assert [each["number"] for each in entries(client)] == [2]
    client.post("/__admin/reset")
    assert entries(client) == []
    client.get(SITES)
    assert [each["number"] for each in entries(client)] == [1]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        pytest.param({"operation": "listMeters"}, [2, 3], id="operation"),
        pytest.param({"status": "404"}, [3], id="status"),
        pytest.param({"status": "2xx"}, [1, 2], id="class of status"),
        pytest.param({"method": "post"}, [4], id="method"),
        pytest.param({"path": "*/meters"}, [2, 3], id="path"),
        pytest.param({"client": CLIENT}, [1, 2, 3], id="client"),
        pytest.param({"customer": "ada@example.com"}, [1, 2, 3], id="customer"),
        pytest.param({"customer": "grace@example.com"}, [], id="other customer"),
        pytest.param({"site": "nowhere"}, [3], id="site"),
        pytest.param({"error": "SiteNotFound"}, [3], id="error"),
        pytest.param({"product": "oauth"}, [4], id="product"),
        pytest.param({"since": 2}, [3, 4], id="since"),
        pytest.param({"since": 1, "limit": 2}, [2, 3], id="the next two"),
        pytest.param({"limit": 2}, [3, 4], id="the newest two"),
        pytest.param({"fault": "status"}, [], id="fault"),
    ],
)
def test_filter_returns_the_matching_entries(client, site, wanted, numbers):
    client.get(SITES)
    client.get(f"{SITES}/{site}/meters")
    client.get(f"{SITES}/nowhere/meters")
    client.post(TOKEN_PATH)
    assert [each["number"] for each in entries(client, **wanted)] == numbers


@pytest.mark.parametrize(
    ("wanted", "status", "detail"),
    [
        pytest.param(
            {"operation": "listMetres"},
            400,
            "'listMetres' is not a known operation. Did you mean listMeters?",
            id="operation",
        ),
        pytest.param(
            {"customer": "x@example.com"},
            404,
            "No customer has the id or e-mail address 'x@example.com'.",
            id="customer",
        ),
        pytest.param(
            {"opration": "x"},
            400,
            "opration: is not a parameter of this call. Did you mean operation?",
            id="filter",
        ),
        pytest.param(
            {"status": "9xx"},
            400,
            "status: must be a status such as 404, a class such as 4xx, or none, not '9xx'",
            id="status",
        ),
    ],
)
def test_invalid_filter_is_rejected(client, wanted, status, detail):
    answer = client.get("/__admin/journal", params=wanted)
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_head_has_the_operation_of_get(client):
    client.head(SITES)
    result = entry(client, 1)
    assert (result["method"], result["operation"], result["assumptions"]) == (
        "HEAD",
        "listSites",
        ["HEAD"],
    )
