"""Responses given by a test, and responses changed by a merge patch."""

import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fault_steps import BEARER, CLIENT, CLIENTS, SITES, TOKEN

from mockapi.client import MockApiError
from mockapi.faults.kinds.patch import merge_patch
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse, read
from mockapi.settings import Settings
from mockapi.world.world import World

# The test cases of RFC 7396, appendix A: original, patch, result.
RFC_7396 = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7396)
def test_merge_patch_follows_the_rfc(original, patch, result):
    assert merge_patch(json.loads(original), json.loads(patch)) == json.loads(result)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("settings", "media_type", "text"),
    [
        ({"json": {"a": [1, None]}}, "application/json", '{"a":[1,null]}'),
        ({"json": None}, "application/json", "null"),
        ({"text": "é"}, "text/plain; charset=utf-8", "é"),
        ({"base64": b64encode(b"abc").decode()}, "application/octet-stream", "abc"),
        ({"text": "<a/>", "headers": {"Content-Type": "text/xml"}}, "text/xml", "<a/>"),
        ({}, None, ""),
    ],
)
def test_respond_sends_the_given_response(either, client, settings, media_type, text):
    with either.fault("respond", status=202, **settings, operation="listSites") as fault:
        came = CLIENTS[client](either.url + SITES)
    assert (came.status, came.headers.get("content-type"), came.text) == (202, media_type, text)
    assert came.headers["content-length"] == str(len(text.encode()))
    assert fault.hits == 1


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_body_has_no_length(either, status):
    with either.fault("respond", status=status, headers={"X-Cache": "HIT"}):
        came = CLIENTS["http.client"](either.url + SITES)
    assert (came.status, came.headers["x-cache"], came.text) == (status, "HIT", "")
    assert "content-length" not in came.headers


def test_respond_applies_to_chosen_requests_only(client):
    fault = {
        "kind": "respond",
        "status": 422,
        "json": {"title": "Unprocessable"},
        "match": {"operation": "listSites"},
        "when": {"times": 1},
    }
    assert client.post("/__admin/faults", json=fault).json()["fault"] == fault
    first, second = (client.get(SITES, headers=BEARER) for _ in range(2))
    assert (first.status_code, first.json()) == (422, {"title": "Unprocessable"})
    assert second.json()[0]["id"]
    (entry,) = client.get("/__admin/journal", params={"fault": "respond"}).json()["entries"]
    assert entry["status"] == 422


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("respond; status=201; text=made", "made"),
        ('{"kind": "respond", "status": 201, "json": [1]}', "[1]"),
        ('respond; json={"a": "x; y", "b": [";"]} ; status=201', '{"a":"x; y","b":[";"]}'),
        ('respond;text="a; b";status=201', "a; b"),
        ('respond; status=201; text="5"', "5"),
        ("respond; status=201; text=Café".encode(), "Café"),
        ("respond; status=201; text=Café".encode("latin-1"), "Café"),
        ("respond; status=201; text=☕".encode(), "☕"),
        (r'respond; status=201; text="\u2615"', "☕"),
    ],
)
def test_respond_in_a_header(client, header, text):
    came = client.get(SITES, headers={**BEARER, "X-Mock-Fault": header})
    assert (came.status_code, came.text) == (201, text)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"json": 1, "text": "a"}, "give one of `json`, `text`, `file` and `base64`"),
        ({"base64": "*"}, "`base64` is not valid Base64. Encode the body without line breaks"),
        ({"status": 204, "text": ""}, "a response with status 204 has no body"),
        ({"status": 101}, "status: must be at least 200, not 101"),
        ({"headers": {"a b": "c"}}, "headers.a b: must be a name of a header such as X-Cache"),
        ({"headers": {"a": "b\r\nc: d"}}, "must be a value of a header"),
        ({"headers": {"Content-Length": "1"}}, "the header content-length is set by the server"),
        ({"headers": {"a": "1", "A": "2"}}, "`headers` has a name twice"),
        ({"text": "é" * 500_001}, "the body is larger than 1,000,000 bytes"),
        ({"jsn": 1}, "jsn: is not a setting of respond. Did you mean json?"),
        ({"x": 1}, "Use one of status, headers, json, text, file, base64, match, when"),
    ],
)
def test_invalid_response_is_rejected(client, settings, message):
    refused = client.post("/__admin/faults", json={"kind": "respond", **settings})
    assert (refused.status_code, message in refused.json()["detail"]) == (400, True)


@pytest.mark.parametrize("given", ["header", "control", "scenario"])
def test_server_reads_no_file_for_a_client(client, given):
    fault = {"kind": "respond", "file": "/etc/hostname"}
    if given == "header":
        refused = client.get(SITES, headers={**BEARER, "X-Mock-Fault": json.dumps(fault)})
    elif given == "control":
        refused = client.post("/__admin/faults", json=fault)
    else:
        body = {"scenario_text": json.dumps({"faults": [fault]})}
        refused = client.post("/__admin/worlds", json=body)
    assert refused.status_code == 400
    assert "`file` is read by scenario files" in refused.json()["detail"]


def test_file_of_a_test_is_sent_with_its_media_type(server, tmp_path):
    file = tmp_path / "answer.json"
    file.write_bytes(b'{"a": 1}\r\n')
    with server.fault("respond", file=file):
        came = CLIENTS["requests"](server.url + SITES)
    assert (came.headers["content-type"], came.text) == ("application/json", '{"a": 1}\r\n')
    with server.fault("respond", file=str(file), headers={"content-type": "text/csv"}):
        assert CLIENTS["requests"](server.url + SITES).headers["content-type"] == "text/csv"
    missing = server.fault("respond", file="missing.json")
    with pytest.raises(MockApiError, match=r"^file: 'missing.json' cannot be read: No such file"):
        missing.add()
    file.write_bytes(bytes(1_000_001))
    with pytest.raises(MockApiError, match="is larger than 1000000 bytes"):
        server.fault("respond", file=file).add()


def scenario_with(folder: Path, *faults: object) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"sites: [{{building: office, city: Lyon}}]\nfaults: {json.dumps(faults)}\n")
    return path


def test_file_of_a_scenario_is_relative_to_it(tmp_path, test_client):
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "down.html").write_text("<h1>é</h1>", "utf-8")
    fault = {"kind": "respond", "status": 503, "file": "bodies/down.html"}
    path = scenario_with(tmp_path, {**fault, "headers": {"X-Cache": "MISS"}})
    extension = tmp_path / "extension.yaml"
    extension.write_text("extends: mine.yaml\nseed: 3\n")
    for scenario in (path, extension):
        came = test_client(scenario=str(scenario)).get("/ecostruxure/user/scoring/v1/sites")
        assert (came.status_code, came.text) == (503, "<h1>é</h1>")
        assert came.headers["content-type"] == "text/html; charset=utf-8"
        assert came.headers["x-cache"] == "MISS"


def test_data_file_keeps_the_content_of_files(tmp_path):
    (tmp_path / "body.txt").write_text("first")
    path = scenario_with(tmp_path, {"kind": "respond", "file": "body.txt"})
    data = tmp_path / "world.db"
    for _ in range(2):
        world = World.open(Settings(scenario=str(path), data=data))
        (active,) = world.faults
        assert active.fault.model_dump(exclude_unset=True)["base64"] == b64encode(b"first").decode()
        world.close()
    assert parse(read(path)[1], "copy.yaml") == read(path)[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.txt", "'missing.txt' cannot be read: No such file or directory."),
        ("../above.txt", "is not a file in"),
        ("link.txt", "is not a file in"),
        ("/etc/hostname", "is not a file in"),
    ],
)
def test_file_outside_the_folder_is_rejected(tmp_path, name, message):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (tmp_path / "above.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "above.txt")
    path = scenario_with(folder, {"kind": "respond", "file": name})
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (issue,) = caught.value.issues
    assert (issue.line, issue.path) == (2, "faults.0.file")
    assert message in issue.message


def test_patch_replaces_the_whole_list(server):
    with server.fault("patch", merge={"error": "x"}, operation="listSites"):
        came = CLIENTS["requests"](server.url + SITES)
    assert (came.status, came.text) == (200, '{"error":"x"}')


@pytest.mark.parametrize("client", CLIENTS)
def test_patch_changes_items_of_the_real_response(either, client):
    before = json.loads(CLIENTS[client](either.url + SITES).text)
    first = before[0]["id"]
    merge = {"type": "mock", "metadata": {"grossArea": 1, "numberOfVisitorsPerDay": None}}
    with either.fault("patch", merge=merge, where={"id": first}) as fault:
        after = json.loads(CLIENTS[client](either.url + SITES).text)
        either.fault("patch", merge={"name": "x"}, items=True, operation="listSites").add()
        both = json.loads(CLIENTS[client](either.url + SITES).text)
    expected = {**before[0], "type": "mock", "metadata": {**before[0]["metadata"], "grossArea": 1}}
    del expected["metadata"]["numberOfVisitorsPerDay"]
    assert after == [expected, *before[1:]]
    assert both == [{**each, "name": "x"} for each in after]
    assert fault.hits == 2


def test_patch_changes_a_token_response(server):
    refresh = server._call("POST", "tokens")["refresh_token"]  # noqa: SLF001 - the client has no method for refresh tokens
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": CLIENT[0],
        "client_secret": CLIENT[1],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with server.fault("patch", merge={"expires_in": 5, "scope": None}, api="oauth"):
        came = CLIENTS["requests"](
            server.url + TOKEN, "POST", data=urlencode(form), headers=headers
        )
    body = json.loads(came.text)
    assert (came.status, body["expires_in"], "scope" in body) == (200, 5, False)
    assert body["access_token"]


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"merge": {}, "items": True}, SITES),
        ({"merge": {"name": "x"}, "where": {"id": "unknown"}}, SITES),
        ({"merge": {"name": "x"}}, f"{SITES}/unknown/meters"),
        ({"merge": {"name": "x"}, "path": "/favicon.ico"}, "/favicon.ico"),
        ({"merge": {"a": 1}, "items": True}, "/.well-known/oauth-authorization-server"),
    ],
)
def test_patch_without_effect_is_no_hit(server, settings, path):
    url = server.url + path
    before = CLIENTS["requests"](url)
    with server.fault("patch", **settings) as fault:
        after = CLIENTS["requests"](url)
    assert (after.status, after.text) == (before.status, before.text)
    assert (fault.matched, fault.hits) == (1, 0)
