"""Pages of the API docs: what they show of each document, and requests that they fill in."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest

from mockapi.console.schema_fields import SchemaField, SchemaReader
from mockapi.resources import STATIC

NAMES = ["partner", "user", "control"]
TOKENS = {"partner": "mockAccessToken000000000Ada1", "user": "mockPAT00000000000000000Ada1"}


def operations(client, name: str) -> Iterator[tuple[str, str, dict]]:
    """Yield the path, the method and the description of each operation."""
    for path, item in client.get(f"/openapi/{name}.json").json()["paths"].items():
        for method, described in item.items():
            yield path, method, described


def reader(**schemas: dict) -> SchemaReader:
    return SchemaReader({"components": {"schemas": schemas}})


def all_fields(field: SchemaField) -> Iterator[SchemaField]:
    yield field
    for each in field.fields:
        yield from all_fields(each)


def request_of(page: str, operation: str) -> tuple[str, list[tuple[str, str]], dict, str | None]:
    """Return path, query, headers and body that the form of *page* sends."""
    settings = json.loads(unescape(re.search(r'data-request="([^"]*)"', page)[1]))
    path, query, headers = settings["path"], [], {}
    for tag in re.findall(r"<input[^>]*data-place[^>]*>", page):
        found = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if not found.get("value") or found["type"] == "checkbox":
            continue
        if found["data-place"] == "path":
            path = path.replace(f"{{{found['data-name']}}}", found["value"])
        elif found["data-place"] == "query":
            query.append((found["data-name"], found["value"]))
    if settings["token"]:
        headers["Authorization"] = f"Bearer {settings['token']}"
    body = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)
    return path, query, headers, unescape(body[1]) if body else None


@pytest.mark.parametrize("name", NAMES)
def test_overview_lists_every_operation_of_the_document(client, name):
    page = client.get(f"/docs/{name}").text
    described = list(operations(client, name))
    assert len(described) > 5
    for path, _, operation in described:
        assert f'href="/docs/{name}/{operation["operationId"]}"' in page
        assert f"<code>{path}</code>" in page
    for base in client.get(f"/openapi/{name}.json").json()["servers"]:
        assert base["url"] in page


@pytest.mark.parametrize("name", NAMES)
def test_each_operation_has_a_page_with_its_parts(client, name):
    for path, method, described in operations(client, name):
        response = client.get(f"/docs/{name}/{described['operationId']}")
        page = unescape(response.text)
        assert response.status_code == 200
        assert f'<span class="method {method}">{method.upper()}</span>' in page
        assert f"<b>{path}</b>" in page
        section = re.search(r'<p class="crumb">.*/ (.+)</p>', page)[1]
        assert f">{section}</h2>" in page
        for each in described.get("parameters", ()):
            assert f'data-name="{each["name"]}"' in page
        for status in described["responses"]:
            assert f">{status}</span>" in page
        assert ("<textarea" in page or 'type="file"' in page) == ("requestBody" in described)
        assert int(response.headers["content-length"]) < 20_000
        assert len(response.content) < 100_000


@pytest.mark.parametrize("name", NAMES)
def test_filled_in_reading_requests_succeed(client, name):
    client.get("/ecostruxure/scoring/v1/sites")  # The journal has an entry.
    sent = {}
    for _, method, described in operations(client, name):
        operation = described["operationId"]
        if method != "get" or operation == "tailJournal":
            continue
        page = client.get(f"/docs/{name}/{operation}").text
        path, query, headers, _ = request_of(page, operation)
        sent[operation] = client.get(path, params=query, headers=headers).status_code
    # The demo has no faults, snapshots or other worlds.
    missing = {"getNamedWorld", "downloadSnapshot", "getFault"}
    failed = {name: status for name, status in sent.items() if status != 200}
    assert failed == dict.fromkeys(missing & sent.keys(), 404)


@pytest.mark.parametrize("name", ["partner", "user"])
def test_filled_in_writing_requests_succeed(client, name):
    sent = {}
    for _, method, described in operations(client, name):
        if method == "get":
            continue
        page = client.get(f"/docs/{name}/{described['operationId']}").text
        path, query, headers, body = request_of(page, described["operationId"])
        headers["Content-Type"] = "application/json"
        response = client.request(method, path, params=query, headers=headers, content=body)
        sent[described["operationId"]] = response.status_code
        client.post("/__admin/reset")
    assert sent == dict.fromkeys(sent, 201)
    assert len(sent) > 1


def test_registration_is_filled_in_with_a_new_site(client):
    page = client.get("/docs/partner/createSiteAssociation").text
    path, *_ = request_of(page, "createSiteAssociation")
    site = path.split("/")[-2]
    assert client.get(f"/__admin/sites/{site}").json()["registered_at"] is None


@pytest.mark.parametrize(
    ("operation", "scopes"),
    [
        ("listSites", ["read:site"]),
        ("listMeters", ["read:energy-performance", "read:site", "read:asset"]),
    ],
    ids=["one", "alternatives"],
)
def test_operation_shows_the_scopes_of_the_document(client, operation, scopes):
    page = client.get(f"/docs/partner/{operation}").text
    assert re.findall(r">(\w+:[\w-]+)</code>", page) == scopes
    assert ("Needs one of the scopes" in page) == (len(scopes) > 1)


def test_unlocked_docs_are_filled_in(test_client):
    client = test_client(admin_token="secret")
    unlocked = {"Authorization": "Bearer secret"}
    site = client.get("/__admin/sites", headers=unlocked).json()[0]["id"]
    page = client.get("/docs/partner/listMeters", headers=unlocked).text
    assert f'value="{site}"' in page
    assert TOKENS["partner"] in page
    assert "data-locked" not in page


@pytest.mark.parametrize("path", ["/docs/control", "/docs/control/getWorld"])
def test_locked_control_docs_ask_for_the_token(test_client, path):
    client = test_client(admin_token="secret")
    locked = client.get(path)
    assert locked.status_code == 401
    assert "data-unlock" in locked.text
    assert client.get(path, headers={"Authorization": "Bearer secret"}).status_code == 200


def test_worlds_are_managed_in_the_default_world(client):
    client.post("/__admin/worlds", json={"name": "green"})
    paths = {}
    for _, _, described in operations(client, "control"):
        name = described["operationId"]
        page = client.get(f"/w/green/docs/control/{name}").text
        paths[name] = request_of(page, name)[0]
    elsewhere = {name for name, path in paths.items() if not path.startswith("/w/green/__admin/")}
    assert elsewhere == {"listWorlds", "createWorld", "putWorld", "getNamedWorld", "deleteWorld"}
    assert paths["getNamedWorld"] == "/__admin/worlds/green"
    assert client.get(paths["getNamedWorld"]).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_ids_that_the_world_lacks_stay_empty(test_client, name):
    client = test_client(scenario="empty")
    filled = set()
    for _, _, described in operations(client, name):
        page = client.get(f"/docs/{name}/{described['operationId']}").text
        for tag in re.findall(r"<input[^>]*data-place[^>]* required>", page):
            if (value := re.search(r' value="([^"]*)"', tag)[1]) == "":
                assert 'placeholder="Enter ' in tag
            filled.add(value)
    assert not {"string", "0"} & filled
    assert "" in filled


@pytest.mark.parametrize("name", ["partner", "user"])
def test_tokens_printed_by_serve_are_filled_in(test_client, name):
    client = test_client(scenario="empty")
    printed = client.app.state.world.demo_credentials()
    token = {"partner": printed.access_token, "user": printed.personal_token}[name]
    path, _, headers, _ = request_of(client.get(f"/docs/{name}/listSites").text, "listSites")
    assert headers == {"Authorization": f"Bearer {token}"}
    assert client.get(path, headers=headers).status_code == 200
    client.post("/__admin/reset")
    assert token not in client.get(f"/docs/{name}/listSites").text


@pytest.mark.parametrize("name", ["partner", "user"])
def test_deprecated_operation_links_the_newer_one(client, name):
    ids = {described["operationId"] for *_, described in operations(client, name)}
    for *_, described in operations(client, name):
        if described.get("deprecated"):
            page = client.get(f"/docs/{name}/{described['operationId']}").text
            newer = described["operationId"].removesuffix("ByOldName")
            note = re.search(r'<p class="note">(.*?)</p>', page)[1]
            assert (f'href="/docs/{name}/{newer}"' in note) == (newer in ids)
            assert ("has no newer name" in note) == (newer not in ids)


@pytest.mark.parametrize("name", NAMES)
def test_required_bodies_are_required_fields(client, name):
    for _, _, described in operations(client, name):
        if body := described.get("requestBody"):
            page = client.get(f"/docs/{name}/{described['operationId']}").text
            field = re.search(r'<(?:textarea|input)[^>]* id="body"[^>]*>', page)[0]
            assert field.endswith(" required>") == body.get("required", False)


def test_abbreviated_tag_has_a_title(client):
    assert ">Personal access tokens</h2>" in client.get("/docs/control").text


def test_locked_docs_show_neither_ids_nor_tokens(test_client):
    client = test_client(admin_token="secret")
    site = client.get("/__admin/sites", headers={"Authorization": "Bearer secret"}).json()[0]["id"]
    page = client.get("/docs/partner/listMeters").text
    assert site not in page.replace("510affb6-69ec-4a7a-a510-acf99e641739", "")
    assert TOKENS["partner"] not in page
    assert 'data-place="path" data-name="site-id"' in page


def test_docs_without_control_api_have_no_links_to_the_console(test_client):
    client = test_client(admin=False)
    page = client.get("/docs/user/listSites").text
    assert client.get("/docs/control").status_code == 404
    assert "/console/oauth" not in page.partition("<main")[2]
    assert "data-new-token" not in page


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/docs/nothing", "Available documents: partner, user, control."),
        ("/docs/nothing/listSites", "Available documents: partner, user, control."),
        ("/docs/user/nothing", "The User API has no operation &#39;nothing&#39;."),
    ],
    ids=["document", "document-of-operation", "operation"],
)
def test_unknown_document_or_operation_is_named(client, path, text):
    response = client.get(path)
    assert response.status_code == 404
    assert text in response.text


def test_schema_that_contains_itself_is_expanded_once():
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    found = reader(Node=node).field("", {"$ref": "#/components/schemas/Node"})
    assert [each.name for each in all_fields(found)] == ["", "name", "children"]
    assert found.fields[1].type == "array of Node"
    assert found.fields[1].is_shown_before
    example = reader(Node=node).example({"$ref": "#/components/schemas/Node"}, sent=False)
    assert json.dumps(example).count("name") < 10


def test_deep_schema_without_names_is_bounded():
    schema: dict = {"type": "string"}
    for _ in range(50):
        schema = {"type": "object", "properties": {"inner": schema}}
    assert len(list(all_fields(reader().field("", schema)))) < 10


@pytest.mark.parametrize(
    ("schema", "type_", "values", "limits"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 1000}, "integer", [], ["0 to 1,000"]),
        ({"type": "string", "maxLength": 1}, "string", [], ["at most 1 character"]),
        ({"type": "number", "exclusiveMinimum": 0.5}, "number", [], ["more than 0.5"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string", [], []),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string or integer", [], []),
        ({"const": "a"}, "string", ["a"], []),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "array of string", ["a", "b"], []),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "map of number", [], []),
        ({"type": "string", "format": "date"}, "string (date)", [], []),
        ({}, "any", [], []),
    ],
    ids=[
        "range",
        "length",
        "exclusive",
        "nullable",
        "union",
        "const",
        "list",
        "map",
        "date",
        "any",
    ],
)
def test_field_has_type_values_and_limits(schema, type_, values, limits):
    found = reader().field("member", schema)
    assert (found.type, found.values, found.limits) == (type_, values, limits)


def test_all_of_is_merged():
    base = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    parts = [{"$ref": "#/components/schemas/Base"}, {"properties": {"b": {"type": "integer"}}}]
    found = reader(Base=base).field("", {"allOf": parts})
    assert [(each.name, each.is_required) for each in found.fields] == [("a", True), ("b", False)]


def test_example_to_send_has_what_is_required():
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "integer", "minimum": 7},
            "b": {"enum": ["x", "y"]},
            "c": {"type": "string"},
        },
    }
    assert reader().example(schema, sent=True) == {"a": 7, "b": "x"}
    assert reader().example(schema, sent=False) == {"a": 7, "b": "x", "c": "string"}


def test_given_example_is_in_order_and_without_server_values():
    schema = {
        "properties": {"b": {}, "a": {}, "at": {"readOnly": True}},
        "examples": [{"a": 1, "at": "now", "b": 2}],
    }
    assert list(reader().example(schema, sent=True)) == ["b", "a"]
    assert list(reader().example(schema, sent=False)) == ["b", "a", "at"]


def test_no_file_of_another_interface_is_shipped():
    assert not list(STATIC.rglob("*swagger*"))
