"""HEAD: the same status and headers as GET, without a body."""

import pytest

SITES = "/ecostruxure/scoring/v1/sites"
ADA = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
PATHS = [
    "/",
    "/healthz",
    "/console/sites",
    "/static/pages.css",
    "/docs",
    "/docs/partner",
    "/docs/nothing",
    "/openapi/partner.json",
    "/openapi/control.json",
    "/.well-known/oauth-authorization-server",
    "/ecostruxure/v1/oauth/authorize",
    "/ecostruxure/v1/oauth/nowhere",
    "/ecostruxure/nowhere",
    "/nowhere",
    "/w/nowhere/healthz",
    "/__admin/health",
    "/__admin/world",
    "/__admin/sites",
    "/__admin/journal/har",
    "/__admin/nowhere",
    "/__admin/worlds/nothing",
    SITES,
    f"{SITES}/nothing/meters",
]


@pytest.fixture
def client(client):
    """A client of the demo with a token."""
    client.headers.update(ADA)
    return client


@pytest.mark.parametrize("path", PATHS)
def test_head_has_status_and_headers_of_get_and_no_body(client, path):
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.content) == (got.status_code, b"")
    assert _named(head) == _named(got)


def _named(response):
    return [line for line in response.headers.multi_items() if line[0] != "set-cookie"]


@pytest.mark.parametrize("path", ["/__admin/reset", "/ecostruxure/v1/oauth/token"])
def test_head_is_refused_where_get_is(client, path):
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.content) == (405, b"")
    assert head.headers["allow"] == got.headers["allow"] == "POST"


def test_refusal_by_a_fault_has_no_body_on_head(client):
    head = client.head(SITES, headers={"X-Mock-Fault": "status; status=503"})

    assert (head.status_code, head.content) == (503, b"")


def test_allow_of_the_control_api_names_head(client):
    assert client.delete("/__admin/world").headers["allow"] == "GET, HEAD"


def test_head_of_an_endless_stream_ends(ask):
    reply = ask("HEAD /__admin/journal/tail HTTP/1.1\nHost: localhost")

    assert (reply.status, reply.body) == (200, "")
    assert reply.headers["content-type"].startswith("text/event-stream")


def test_head_of_an_endless_stream_ends_in_process(client):
    head = client.head("/__admin/journal/tail")

    assert (head.status_code, head.content) == (200, b"")


def test_journal_keeps_head_as_head(client):
    client.head(SITES)

    entry = client.get("/__admin/journal").json()["entries"][-1]
    assert (entry["method"], entry["status"], entry["operation"]) == ("HEAD", 200, "listSites")
