"""The OpenAPI documents: content and conformance, and their pages without a network."""

import json
import re
import socket
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig
from starlette.testclient import TestClient

from mockapi import create_app, serve_in_thread
from mockapi.api.products import PARTNER, USER
from mockapi.settings import Settings

TOKENS = {"partner": "mockAccessToken0000000000001", "user": "mockPAT000000000000000000001"}
BASES = {"partner": PARTNER.bases[0], "user": USER.bases[0]}

ONE_SITE = Path(__file__).parents[1] / "world" / "one-site.yaml"

PUBLISHED_PATHS = json.loads(
    Path(__file__).parents[2].joinpath("fixtures", "paths.json").read_text("utf-8")
)["products"]
OLDER_PATHS = {
    alias
    for product in PUBLISHED_PATHS.values()
    for operation in product["operations"]
    for alias in operation["aliases"]
}

app = create_app(Settings(scenario=str(ONE_SITE)))
SITE_ID = app.state.world.store.sites(app.state.world.store.customers()[0].id)[0].id


@cache
def document(name: str, **settings: Any) -> dict[str, Any]:
    """Return the document of a server with the given settings. Tests must not change it."""
    app = create_app(Settings(**settings))
    with closing(app.state.worlds):
        return TestClient(app).get(f"/openapi/{name}.json").json()


def schema(name: str):
    config = SchemathesisConfig.from_dict(
        {
            "parameters": {"site-id": SITE_ID},
            "operations": [
                {
                    # A window that ends before it begins is refused; no schema can say so.
                    "include-path-regex": "timeseries",
                    "checks": {"positive_data_acceptance": {"expected-statuses": [200, 400]}},
                }
            ]
            if name == "partner"
            else [],
        }
    )
    found = schemathesis.openapi.from_asgi(f"/openapi/{name}.json", app, config=config)
    found.config.update(base_url=f"http://testserver{BASES[name]}")
    return found


bounded = hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@schema("partner").parametrize()
@bounded
def test_partner_api_conforms_to_its_document(case):
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKENS['partner']}"})


@schema("user").parametrize()
@bounded
def test_user_api_conforms_to_its_document(case):
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKENS['user']}"})


@pytest.mark.parametrize("name", ["partner", "user"])
def test_document_lists_every_base_path_and_marks_old_ones(name):
    found = document(name)
    product = {"partner": PARTNER, "user": USER}[name]
    assert [server["url"] for server in found["servers"]] == list(product.bases)
    for path, item in found["paths"].items():
        for operation in item.values():
            assert operation.get("deprecated", False) == (path in OLDER_PATHS)


@pytest.mark.parametrize("name", ["partner", "user"])
def test_document_declares_scope_and_errors_of_each_operation(name):
    for item in document(name)["paths"].values():
        for operation in item.values():
            scopes = {scope for way in operation["security"] for scope in way.get(OAUTH[name], ())}
            assert scopes != set()
            assert {"401", "403", "405", "500"} <= set(operation["responses"])
            assert "422" not in operation["responses"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    body = answer["content"]["application/json"]["schema"]
                    assert body == {"$ref": "#/components/schemas/Error"}


def categories(found: dict[str, Any]) -> set[str]:
    text = json.dumps(found)
    listed = re.findall(r'"enum": (\[[^\]]*"humanExperience"[^\]]*\])', text)
    assert len({tuple(json.loads(each)) for each in listed}) == 1
    return set(json.loads(listed[0]))


@pytest.mark.parametrize(
    ("name", "edition", "has_new_categories"),
    [
        ("partner", "latest", True),
        ("partner", "2022", False),
        ("partner", "2023-user", False),
        ("user", "latest", False),
        ("user", "2023-java", False),
    ],
)
def test_document_lists_the_categories_of_its_edition(name, edition, has_new_categories):
    found = categories(document(name, edition=edition))
    assert ({"electricity", "fuel"} <= found) is has_new_categories
    assert {"energy", "water", "waste", "transportation", "reEntry"} <= found


@pytest.mark.parametrize(
    ("edition", "type_of_id"),
    [("latest", "string"), ("2022", "string"), ("2023-user", "string"), ("2023-java", "integer")],
)
def test_document_has_the_request_id_type_of_its_edition(edition, type_of_id):
    found = document("user", edition=edition)
    assert found["components"]["schemas"]["ScoringRequest"]["properties"]["id"] == {
        "type": type_of_id
    }


def test_strict_paths_document_lists_only_the_edition():
    found = document("partner", edition="2022", strict_paths=True)
    assert [server["url"] for server in found["servers"]] == ["/ecostruxure/v1", "/openesx/v1"]
    operations = PUBLISHED_PATHS["partner"]["operations"]
    older = [(each["aliases"] or [each["path"]])[0] for each in operations]
    assert list(found["paths"]) == list(dict.fromkeys(older))


SHARED = {"Address", "Coordinates", "Error", "ErrorInvalidParamsInner", "PerformanceScore", "Site"}
PUBLISHED = {
    "partner": SHARED
    | {"Measurement", "MeasurementTimeseries", "Meter", "ScoringProvider", "SiteMetadata"}
    | {"Timeserie", "TimeserieValuesInner"},
    "user": SHARED | {"ScoringRequest", "SiteMetadata"},
}
"""The models of the vendor's JavaScript client, and the schemas of its OpenAPI file."""
UNPUBLISHED = {"partner": {"Project", "ScoringRequest"}, "user": set()}
TAGS = {
    "partner": {"Site", "Meter", "Timeseries", "Performance Score"},
    "user": {"Site", "Performance Score"},
}
"""Generated clients have a class or a package for each: `SiteApi`, `PerformanceScoreApi`."""
OAUTH = {"partner": "Oauth2AuthCode", "user": "OAuth2AuthCode"}


@pytest.mark.parametrize("name", ["partner", "user"])
def test_schemas_tags_and_schemes_have_the_published_names(name):
    found = document(name)

    assert set(found["components"]["schemas"]) == PUBLISHED[name] | UNPUBLISHED[name]
    assert {tag["name"] for tag in found["tags"]} == TAGS[name]
    assert {OAUTH[name], f"{OAUTH[name]}-Sandbox"} <= set(found["components"]["securitySchemes"])


def test_score_is_posted_in_the_schema_in_which_it_is_read():
    operations = document("partner")["paths"]["/sites/{site-id}/performance-scores"]
    posted = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
    read = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert posted["items"] == read["items"] == {"$ref": "#/components/schemas/PerformanceScore"}


@pytest.mark.parametrize("name", ["partner", "user", "control"])
def test_pages_of_documents_request_only_this_server(name):
    client = TestClient(app)
    page = client.get(f"/docs/{name}")
    assert "script-src 'self'; style-src 'self'" in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert f"/openapi/{name}.json" in links
    for link in links:
        if link != "data:," and not link.startswith("#"):
            assert link.startswith("/")
            assert client.get(link).status_code == 200


def test_document_describes_fault_responses():
    found = document("user", error_style="apigee")
    for item in found["paths"].values():
        for operation in item.values():
            bodies = {
                status: answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            }
            faults = {status for status, body in bodies.items() if body == "Fault"}
            assert faults == {"401", "403", "500"}
    assert found["components"]["schemas"]["Fault"]["required"] == ["fault"]


@pytest.mark.parametrize("name", ["partner", "user"])
def test_no_response_member_is_documented_as_nullable(name):
    assert '"null"' not in json.dumps(document(name))


@pytest.mark.parametrize("path", ["/static/nothing", "/docs/nothing", "/nothing"])
def test_unknown_document_returns_an_error_page(path):
    response = TestClient(app).get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"


def test_absolute_uri_is_logged_as_path():
    client = TestClient(app)
    with serve_in_thread(app) as url:
        host = urlsplit(url).netloc
        with socket.create_connection(host.split(":")) as connection:
            request = f"GET {url}/healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(client.get("/healthz").content)


def test_control_api_bodies_have_a_valid_example(client):
    described = document("control")
    site = client.get("/__admin/world").json()["customers"][0]["sites"][0]
    ids = {
        "name": "blue",
        "site_id": site,
        "customer": "ada@example.com",
        "client_id": "mockScoringPartnerClient00000001",
        "meter_id": client.get(f"/__admin/sites/{site}").json()["meters"][0]["id"],
    }
    taken = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is None:
                continue
            named = [body["schema"], *body["schema"].get("anyOf", ())]
            names = [each["$ref"].rpartition("/")[2] for each in named if "$ref" in each]
            schema = described["components"]["schemas"][names[0]] if names else body["schema"]
            for example in schema["examples"]:
                target = path.format_map(ids)
                answer = client.request(method, f"/__admin{target}", json=example)
                taken[operation["operationId"]] = answer.status_code
    assert taken == {
        "resetWorld": 204,
        **dict.fromkeys(("addSite", "addMeter", "addCustomer", "addClient"), 201),
        **dict.fromkeys(("addScores", "addScoringRequest"), 201),
        **dict.fromkeys(("updateSite", "updateMeter", "updateCustomer", "updateClient"), 200),
        "updateScore": 200,
        "createToken": 200,
        "createPersonalAccessToken": 200,
        "checkScenario": 200,
        "createWorld": 201,
        "putWorld": 200,
        "setClock": 200,
        "saveSnapshot": 201,
        "createFault": 201,
        "pushReadings": 200,
        "verifyJournal": 200,
    }


def test_control_api_call_documents_summary_and_errors():
    for path, methods in document("control")["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            if path != "/health":
                assert {"401", "403"} <= set(operation["responses"]), f"{method} {path}"
