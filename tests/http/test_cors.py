"""CORS: what pages of other origins can read."""

import pytest
from starlette.testclient import TestClient

SITES = "/ecostruxure/scoring/v1/sites"
OAUTH = "/ecostruxure/v1/oauth"
METADATA = "/.well-known/oauth-authorization-server"
ORIGIN = {"Origin": "http://localhost:3000"}
ADA = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
PERMISSION = [
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "Retry-After, WWW-Authenticate"),
]


@pytest.fixture
def client(client):
    """A client of the demo from another origin, with a second world."""
    client.headers.update(ORIGIN)
    client.app.state.worlds.create("green", {})
    return client


def permission_of(response):
    return [line for line in response.headers.multi_items() if line[0].startswith("access-c")]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (429, "status; status=429; retry_after=5"),
        (503, "status; status=503"),
        (429, "status; oddity=quota"),
        (401, "token_expired"),
        (401, "token_revoked"),
        (400, "nosuch"),
        (200, "huge_page; items=9"),
    ],
)
def test_page_may_read_the_answer_of_a_fault(client, status, fault):
    response = client.get(SITES, headers={**ADA, "X-Mock-Fault": fault})

    assert (response.status_code, permission_of(response)) == (status, PERMISSION)


def test_page_may_read_the_refusal_of_a_rate_limit(client):
    fault = {"kind": "rate_limit", "limit": 1, "seconds": 3600}
    client.post("/__admin/faults", json=fault, headers={"Origin": "http://testserver"})
    try:
        answers = [client.get(SITES, headers=ADA) for _ in range(2)]
    finally:
        client.delete("/__admin/faults", headers={"Origin": "http://testserver"})

    assert [each.status_code for each in answers] == [200, 429]
    assert [permission_of(each) for each in answers] == [PERMISSION] * 2
    assert "retry-after" in answers[1].headers


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (401, SITES),
        (404, "/ecostruxure/nowhere/v1/sites"),
        (404, f"{OAUTH}/nowhere"),
        (405, f"{OAUTH}/token"),
        (200, METADATA),
        (200, f"{METADATA}/w/green"),
        (401, f"/w/green{SITES}"),
        (404, f"/w/nowhere{SITES}"),
        (200, "/openapi/user.json"),
        (404, "/openapi/nothing.json"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_may_read_every_answer_of_the_apis(client, method, status, path):
    response = client.request(method, path)

    assert (response.status_code, permission_of(response)) == (status, PERMISSION)


def test_page_may_read_the_refusal_of_the_token_endpoint(client):
    down = {"X-Mock-Fault": "authorization_server_down"}
    answers = [client.post(f"{OAUTH}/token", headers=each) for each in ({}, down)]

    assert [each.status_code for each in answers] == [400, 503]
    assert [permission_of(each) for each in answers] == [PERMISSION] * 2


def test_page_may_read_an_unhandled_error(new_app, monkeypatch):
    app = new_app()
    failing = TestClient(app, raise_server_exceptions=False)
    monkeypatch.setattr(app.state.worlds.first.timeline, "catch_up", lambda: 1 / 0)

    response = failing.get(SITES, headers=ORIGIN | ADA)

    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert permission_of(response) == PERMISSION


@pytest.mark.parametrize(
    "path", [f"{OAUTH}/authorize", f"{OAUTH}/sandbox-authorize", "/", "/signin"]
)
def test_page_may_not_read_what_a_browser_visits(client, path):
    assert permission_of(client.get(path)) == []


def test_page_may_not_read_the_control_api(client):
    response = client.get("/__admin/world")

    assert (response.status_code, permission_of(response)) == (403, [])


def test_answer_without_an_origin_carries_no_permission(client):
    with TestClient(client.app) as plain:
        assert permission_of(plain.get(SITES, headers=ADA)) == []


def preflight(client, path, method, **headers):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-a"}
    return client.options(path, headers=asked | headers)


@pytest.mark.parametrize(
    ("path", "method"),
    [(SITES, "GET"), (f"{OAUTH}/token", "POST"), (f"{OAUTH}/revoke", "POST"), (METADATA, "GET")],
)
def test_preflight_grants_private_networks_where_asked(client, path, method):
    private = {"Access-Control-Request-Private-Network": "true"}
    plain, asked = preflight(client, path, method), preflight(client, path, method, **private)

    assert (plain.status_code, asked.status_code) == (200, 200)
    assert "access-control-allow-private-network" not in plain.headers
    assert asked.headers["access-control-allow-private-network"] == "true"
    assert asked.headers["access-control-allow-headers"] == "x-a"


@pytest.mark.parametrize("path", ["/__admin/world", "/__admin/worlds", f"{OAUTH}/authorize", "/"])
def test_preflight_is_not_granted_elsewhere(client, path):
    private = {"Access-Control-Request-Private-Network": "true"}
    response = preflight(client, path, "GET", **private)

    assert response.status_code in (403, 405)
    assert permission_of(response) == []


def test_preflight_is_not_recorded_and_has_no_faults(client):
    own = {"Origin": "http://testserver"}
    client.delete("/__admin/journal", headers=own)
    client.post("/__admin/faults", json={"kind": "status", "status": 503}, headers=own)
    try:
        response = preflight(client, SITES, "GET")
    finally:
        client.delete("/__admin/faults", headers=own)

    assert response.status_code == 200
    assert client.get("/__admin/journal", headers=own).json()["entries"] == []


@pytest.mark.parametrize("origin", ["null", "http://", "http://testserver.evil"])
def test_foreign_origin_may_not_use_the_control_api(client, origin):
    response = client.get("/__admin/world", headers={"Origin": origin})

    assert (response.status_code, response.json()["detail"]) == (
        403,
        "Pages of other origins cannot use the control API. Send the request without `Origin`.",
    )


@pytest.mark.parametrize("path", ["/healthz", "/", SITES, "/__admin/world", "/nowhere"])
@pytest.mark.parametrize("origin", ["http://[", "x", "http://a/b", "http://me@a"])
def test_invalid_origin_is_refused(client, path, origin):
    response = client.get(path, headers={"Origin": origin})

    assert (response.status_code, response.json()["detail"]) == (
        400,
        (
            f"Origin: {origin!r} is not an origin. Use a scheme, a host and a port,"
            " such as http://localhost:3000."
        ),
    )


@pytest.mark.parametrize(
    "origin", ["null", "http://localhost:3000", "https://[::1]:8443", "chrome-extension://abc"]
)
def test_valid_origin_is_answered(client, origin):
    response = client.get("/healthz", headers={"Origin": origin})

    assert (response.status_code, response.json()["status"]) == (200, "ready")
