"""World, tokens, health and access of the control API."""

from importlib import import_module

import pytest

from mockapi.control.app import RESOURCES, create_admin_app
from mockapi.control.route import AdminRoute
from mockapi.resources import scenarios
from mockapi.version import __version__

SITES = "/ecostruxure/scoring/v1/sites"
USER_SITES = "/ecostruxure/user/scoring/v1/sites"
EVERY_SCOPE = (
    "read:site read:energy-performance write:energy-score read:energy-score offline_access "
    "read:asset write:scoring-request"
)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def problem(response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == "about:blank"
    assert body["status"] == response.status_code
    return body["status"], body["detail"]


@pytest.mark.parametrize("path", ["/__admin/health", "/healthz"])
def test_health_of_a_started_world_is_ready(client, path):
    assert client.get(path).json() == {
        "status": "ready",
        "version": __version__,
        "scenario": "demo",
    }


def test_world_returns_customers_and_clients(test_client):
    assert test_client(scenario="empty").get("/__admin/world").json() == {
        "scenario": "empty",
        "seed": 1,
        "edition": "latest",
        "now": "2026-06-01T09:00:00Z",
        "customers": [
            {
                "id": "6fe6c67e-2a4f-4238-9c87-c176c7f96fd0",
                "email": "nobody@example.com",
                "name": "Nobody Yet",
                "sites": [],
            }
        ],
        "clients": [
            {
                "client_id": "mockScoringPartnerClient00000001",
                "client_secret": "mockSecret000001",
                "name": "Green Score Partner",
                "redirect_uris": ["http://127.0.0.1:8765/callback"],
                "scopes": EVERY_SCOPE.split(),
            }
        ],
    }


def test_world_lists_the_sites_that_each_customer_can_read(client):
    for customer in client.get("/__admin/world").json()["customers"]:
        token = client.post("/__admin/tokens", json={"customer": customer["email"]}).json()
        sites = client.get(SITES, headers=bearer(token["access_token"])).json()
        assert [site["id"] for site in sites] == customer["sites"] != []


def test_token_defaults_are_first_customer_all_scopes_one_hour(client):
    body = client.post("/__admin/tokens").json()
    assert list(body) == ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    assert (body["expires_in"], body["scope"], body["token_type"]) == (
        "3599",
        EVERY_SCOPE,
        "Bearer",
    )
    sites = client.get(SITES, headers=bearer(body["access_token"])).json()
    world = client.get("/__admin/world").json()
    assert [site["id"] for site in sites] == world["customers"][0]["sites"]


def test_token_has_the_given_customer_client_scope_and_lifetime(client):
    body = client.post(
        "/__admin/tokens",
        json={
            "customer": "grace@example.com",
            "client_id": "mockPublicClient0000000000000002",
            "scope": "read:energy-score read:site",
            "expires_in": 60,
        },
    ).json()
    assert (body["scope"], body["expires_in"]) == ("read:site read:energy-score", "60")
    sites = client.get(SITES, headers=bearer(body["access_token"])).json()
    assert [site["id"] for site in sites] == (
        client.get("/__admin/world").json()["customers"][1]["sites"]
    )


def test_token_with_zero_lifetime_is_expired(client):
    token = client.post("/__admin/tokens", json={"expires_in": 0}).json()["access_token"]
    refused = client.get(SITES, headers=bearer(token))
    assert (refused.status_code, refused.json()["detail"]) == (401, "Access Token expired")


def test_personal_token_has_name_scope_and_expiry(client):
    body = client.post(
        "/__admin/pats",
        json={"name": "ci", "scope": "read:site", "expires_at": "2026-06-02T00:00:00+02:00"},
    ).json()
    token = body.pop("token")
    assert body == {"name": "ci", "scope": "read:site", "expires_at": "2026-06-01T22:00:00Z"}
    assert len(client.get(USER_SITES, headers=bearer(token)).json()) == 8


def test_personal_token_expires_in_ninety_days_by_default(client):
    body = client.post("/__admin/pats", json={}).json()
    assert (body["scope"], body["expires_at"]) == (EVERY_SCOPE, "2026-08-30T09:00:00Z")


def test_reset_removes_scores_and_tokens(client):
    token = client.post("/__admin/tokens").json()["access_token"]
    site_id = client.get(SITES, headers=bearer(token)).json()[0]["id"]
    path = f"{SITES}/{site_id}/performance-scores"
    before = client.get(path, headers=bearer(token)).json()
    score = {"date": "2026-06-01", "score": 1, "type": "daily", "category": "waste"}
    client.post(path, headers=bearer(token), json=[score])
    assert len(client.get(path, headers=bearer(token)).json()) == len(before) + 1

    assert client.post("/__admin/reset").content == b""
    assert client.get(path, headers=bearer(token)).json()["detail"] == "Invalid Access Token"
    predefined = bearer("mockAccessToken000000000Ada1")
    assert client.get(path, headers=predefined).json() == before


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        pytest.param(
            "tokens",
            {"customer": "x@example.com"},
            404,
            "No customer has the id or e-mail address 'x@example.com'.",
            id="unknown customer",
        ),
        pytest.param(
            "tokens", {"client_id": "no"}, 404, "No client has the id 'no'.", id="unknown client"
        ),
        pytest.param(
            "tokens",
            {"scope": "read:everything"},
            400,
            "scope: 'read:everything' is not a scope; use read:site, read:energy-performance, "
            "write:energy-score, read:energy-score, offline_access, read:asset, "
            "write:scoring-request",
            id="unknown scope",
        ),
        pytest.param(
            "tokens",
            {"expires_in": -1},
            400,
            "expires_in: must be at least 0, not -1",
            id="negative lifetime",
        ),
        pytest.param(
            "pats",
            {"nmae": "x"},
            400,
            "nmae: is not known here. Did you mean name?",
            id="mistyped member",
        ),
        pytest.param(
            "pats",
            {"expires_at": "2026-06-02T00:00:00"},
            400,
            "expires_at: must be an RFC 3339 date-time with an offset, such as "
            "2026-06-01T09:00:00Z, not '2026-06-02T00:00:00'",
            id="instant without zone",
        ),
    ],
)
def test_invalid_token_setting_is_rejected_by_name(client, path, body, status, detail):
    assert problem(client.post(f"/__admin/{path}", json=body)) == (status, detail)


def test_body_that_is_not_json_is_rejected(client):
    response = client.post(
        "/__admin/tokens", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert problem(response)[0] == 400


def test_token_of_a_world_without_customers_is_not_found(test_client, tmp_path):
    file = tmp_path / "void.yaml"
    file.write_text("version: 1\n")
    client = test_client(scenario=str(file))
    assert problem(client.post("/__admin/tokens")) == (
        404,
        "This world does not have customers. Add some to its scenario.",
    )


def test_unknown_calls_return_problems(client):
    assert problem(client.get("/__admin/nothing")) == (
        404,
        "This path is not in the control API. /docs lists all paths.",
    )
    wrong = client.get("/__admin/reset")
    assert problem(wrong) == (
        405,
        "GET is not a method of this path. Use one of the `Allow` header.",
    )
    assert wrong.headers["allow"] == "POST"


def test_disabled_control_api_leaves_the_health_check(test_client):
    client = test_client(admin=False)
    assert client.get("/__admin/world").status_code == 404
    assert client.post("/__admin/reset").status_code in (404, 405)
    assert client.get("/healthz").json()["status"] == "ready"
    assert client.get("/openapi/control.json").status_code == 404


def test_admin_token_is_required_except_for_health(test_client):
    client = test_client(admin_token="mockAdmin")
    refused = client.get("/__admin/world")
    assert problem(refused)[0] == 401
    assert refused.headers["www-authenticate"] == 'Bearer realm="mockapi control API"'
    assert problem(client.post("/__admin/reset", headers=bearer("mockAdmim")))[0] == 401
    assert client.get("/__admin/world", headers=bearer("mockAdmin")).json()["scenario"] == "demo"
    assert client.get("/__admin/health").json()["status"] == "ready"


def test_pages_of_other_origins_are_rejected(client):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert problem(client.post("/__admin/reset", headers=headers)) == (
        403,
        "Pages of other origins cannot use the control API. Send the request without `Origin`.",
    )


def test_accept_any_token_maps_to_the_first_customer(test_client):
    client = test_client(accept_any_token=True)
    sites = client.get(SITES, headers=bearer("whatever")).json()
    first = client.get("/__admin/world").json()["customers"][0]
    assert [site["id"] for site in sites] == first["sites"]
    assert client.get(SITES).json()["detail"] == "Invalid access token"


def test_shipped_scenario_serves_its_first_customer(test_client):
    for file in scenarios().glob("*.yaml"):
        client = test_client(scenario=file.stem)
        world = client.get("/__admin/world").json()
        token = client.post("/__admin/tokens").json()["access_token"]
        sites = client.get(SITES, headers=bearer(token)).json()
        assert [site["id"] for site in sites] == world["customers"][0]["sites"]


@pytest.mark.parametrize("name", RESOURCES)
def test_module_has_the_routes_of_its_path_segments(name):
    resource = import_module(f"mockapi.control.{name}")
    routers = [resource.router, getattr(resource, "public", resource.router)]
    begin = {route.path.split("/")[1] for router in routers for route in router.routes}
    assert begin == set(RESOURCES[name])


def test_routes_and_error_responses_are_not_built_twice():
    routes = create_admin_app(1_000).routes

    assert [each.path for each in routes if not isinstance(each, AdminRoute)] == ["/health"]
    assert [each.path for each in routes if any(s >= 400 for s in each.response_fields)] == []
