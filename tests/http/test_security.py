"""Attacks by clients and pages: on headers, files, the log and the control API."""

import logging
import re
import socket
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from documents.openapi import operations
from mockapi.http import auth_headers

SITES = "/ecostruxure/scoring/v1/sites"
ADA = "mockAccessToken000000000Ada1"
SECRET = "mockAdmin0001"
INJECTED = "x\r\nX-Injected: yes\r\n\r\n<script>"
OPEN_TO_ANYBODY = {("GET", "/health")}
CROSS_SITE = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.fixture
def guarded(test_client):
    return test_client(admin_token=SECRET)


@pytest.fixture
def client(shared_app):
    """A client of the demo with a token."""
    return TestClient(shared_app(), headers={"Authorization": f"Bearer {ADA}"})


def control_calls():
    """Return every call of the control API with values for all path parameters."""
    return [(each.method, re.sub("{[^}]*}", "1", each.path)) for each in operations("control")]


CALLS = [each for each in control_calls() if each not in OPEN_TO_ANYBODY]


def test_calls_of_every_resource_are_tested():
    resources = {path.split("/")[1] for _, path in CALLS}
    assert resources >= {"world", "tokens", "worlds", "clock", "snapshots", "faults", "journal"}
    assert ("GET", "/journal/tail") in CALLS


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_requires_the_admin_token(guarded, method, path):
    for headers in ({}, {"Authorization": "Bearer mockAdmin0002"}, {"Authorization": "Basic eDp5"}):
        refused = guarded.request(method, f"/__admin{path}", headers=headers)
        assert (refused.status_code, refused.headers["content-type"], refused.json()) == (
            401,
            "application/problem+json",
            {
                "type": "about:blank",
                "title": "Unauthorized",
                "status": 401,
                "detail": (
                    "The admin token is missing or wrong. "
                    "Send the value of MOCKAPI_ADMIN_TOKEN as `Authorization: Bearer ...`."
                ),
            },
        )


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_cross_site_pages_cannot_call_the_control_api(client, method, path):
    for headers in CROSS_SITE:
        refused = client.request(method, f"/__admin{path}", headers=headers)
        assert (refused.status_code, refused.json()["detail"]) == (
            403,
            "Pages of other origins cannot use the control API. Send the request without `Origin`.",
        )


def test_named_world_requires_the_same_admin_token(guarded):
    admin = {"Authorization": f"Bearer {SECRET}"}
    guarded.post("/__admin/worlds", json={"name": "kept"}, headers=admin).raise_for_status()
    for method, path in CALLS:
        if not path.startswith("/worlds"):
            answer = guarded.request(method, f"/w/kept/__admin{path}")
            assert (method, path, answer.status_code) == (method, path, 401)
    assert guarded.get("/w/kept/__admin/clock", headers=admin).json()["mode"] == "frozen"


def test_the_admin_token_is_compared_in_constant_time(guarded, monkeypatch):
    compared = []

    def compare(given, wanted):
        compared.append((given, wanted))
        return given == wanted

    monkeypatch.setattr(auth_headers.hmac, "compare_digest", compare)
    for given in ("x", f"{SECRET[:-1]}2", SECRET):
        guarded.get("/__admin/clock", headers={"Authorization": f"Bearer {given}"})
    assert compared == [
        (given, SECRET.encode()) for given in (b"x", b"mockAdmin0002", SECRET.encode())
    ]


def test_admin_token_that_is_not_ascii_is_rejected(guarded):
    answer = guarded.get("/__admin/clock", headers={"Authorization": "Bearer é".encode("latin-1")})
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    "name", ["../up", "a/../../b", "/etc/passwd", "a\r\nb", "a\0b", "%2e%2e", "a" * 200]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/worlds/{}"),
        ("DELETE", "/worlds/{}"),
        ("POST", "/snapshots/{}/restore"),
        ("GET", "/snapshots/{}/file"),
        ("DELETE", "/snapshots/{}"),
        ("POST", "/faults/presets/{}"),
        ("GET", "/faults/{}"),
        ("DELETE", "/faults/{}"),
        ("GET", "/journal/{}"),
    ],
)
def test_unknown_name_in_a_path_is_not_found(client, method, path, name):
    answer = client.request(method, "/__admin" + path.format(quote(name, safe="")))
    assert answer.status_code in (400, 404, 405)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "root:" not in answer.text and "x-injected" not in answer.headers


@pytest.mark.parametrize("name", ["../up", "a/b", "..", ".hidden", "a\r\nb", "a\n", "", "a" * 65])
def test_snapshot_name_cannot_leave_its_folder(client, name):
    fault = client.post("/__admin/snapshots", json={"name": name})
    assert (fault.status_code, fault.json()["invalid-params"][0]["name"]) == (400, "name")
    listed = client.get("/__admin/snapshots").json()
    client.put(f"/__admin/snapshots/{quote(name, safe='')}/file", content=b"x")
    assert client.get("/__admin/snapshots").json() == listed == []


@pytest.mark.parametrize(
    "scenario", ["../demo", "/etc/passwd", "demo.yaml", "a\nb", "..", "demo\n"]
)
def test_scenario_name_cannot_read_other_files(client, scenario):
    answer = client.post("/__admin/worlds", json={"scenario": scenario})
    assert (answer.status_code, answer.json()["invalid-params"][0]["name"]) == (400, "scenario")


@pytest.mark.parametrize("name", ["a\n", "a\r\nb", "../a", "a b", "é", "a" * 101])
def test_world_name_with_other_characters_is_rejected(client, name):
    answer = client.post("/__admin/worlds", json={"name": name})
    assert (answer.status_code, answer.json()["invalid-params"][0]["name"]) == (400, "name")


def test_scenario_text_cannot_extend_files_of_the_server(client, tmp_path):
    (tmp_path / "secret.yaml").write_text("title: hidden\nseed: oops\n")
    for path in (tmp_path / "secret.yaml", "/etc/passwd", "../../etc/passwd"):
        text = f"extends: {path}\n"
        answer = client.post("/__admin/worlds", json={"scenario_text": text})
        assert answer.status_code == 400
        assert "oops" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize(
    "fault",
    [
        f"status; detail={INJECTED}",
        '{"kind": "wrong_content_type", "media_type": "text/html\\r\\nX-Injected: yes"}',
        '{"kind": "status", "style": "html", "detail": "a\\r\\nX-Injected: yes"}',
        "no_kind\x7f; x=1",
    ],
)
def test_fault_header_cannot_inject_headers(client, fault):
    shown = fault.replace("\r", "%0D").replace("\n", "%0A")
    for each in (shown, fault.replace("\r\n", " ")):
        answer = client.get(SITES, headers={"X-Mock-Fault": each})
        assert "x-injected" not in answer.headers
        assert all("\r" not in value and "\n" not in value for value in answer.headers.values())


def test_control_api_fault_cannot_inject_headers(client):
    faults = [
        {"kind": "wrong_content_type", "media_type": "text/html\r\nX-Injected: yes"},
        {"kind": "status", "status": 503, "detail": INJECTED},
        {"kind": "extra_field", "name": "x\r\nX-Injected: yes", "value": 1},
    ]
    for fault in faults:
        client.post("/__admin/faults", json=fault)
    answer = client.get(SITES)
    client.delete("/__admin/faults")
    assert "x-injected" not in answer.headers
    assert all("\r" not in value and "\n" not in value for value in answer.headers.values())


def sent_raw(url: str, text: bytes) -> bytes:
    """Return the response to *text*, after which the server closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(text)
        return b"".join(iter(lambda: line.recv(65_536), b""))


@pytest.mark.parametrize(
    "path",
    [
        f"{SITES}/%0d%0aX-Injected:%20yes/meters",
        "/w/%0d%0aX-Injected:%20yes/healthz",
        "/docs/%0d%0aX-Injected:%20yes",
        "/consent?state=%0d%0aX-Injected:%20yes",
        "/ecostruxure/v1/oauth/authorize?redirect_uri=http://a/b%0d%0aX-Injected:%20yes",
        "/ecostruxure/v1/oauth/token%0d%0aX-Injected:%20yes",
        "/__admin/journal?operation=%0d%0aX-Injected:%20yes",
    ],
)
def test_path_and_query_cannot_inject_headers_or_log_lines(start_server, path, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        url = start_server()
        host = urlsplit(url).netloc
        head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {ADA}\r\n"
        answer = sent_raw(url, f"{head}X-Note: a\rb\r\nConnection: close\r\n\r\n".encode())
        plain = sent_raw(url, f"{head}Connection: close\r\n\r\n".encode())
        result = httpx2.get(f"{url}/__admin/journal/har").text
    printed = "".join(capfd.readouterr())
    lines = [line for each in (answer, plain) for line in each.lower().split(b"\r\n")]
    assert not any(line.startswith(b"x-injected") for line in lines)
    assert plain.startswith(b"HTTP/1.1 ")
    assert "\r" not in result and "\nX-Injected" not in result
    assert "\nX-Injected" not in printed and ADA not in printed
    assert not [each for each in caplog.messages if "\n" in each or ADA in each]


def test_hostile_request_is_one_event_of_the_stream(server):
    with server.tail() as entries:
        httpx2.get(f"{server.url}/%0d%0aid: 7%0d%0a%0d%0adata: {{}}%0d%0a%0d%0a?a=%0d%0adata:{{}}")
        httpx2.get(f"{server.url}/second")
        first, second = next(entries), next(entries)
    assert (first["number"], first["path"][:4], second["number"], second["path"]) == (
        1,
        "/\r\ni",
        2,
        "/second",
    )
