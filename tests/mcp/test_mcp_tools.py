"""Tools for coding agents: results, errors, sizes and resources."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from mcp import MCPError
from pydantic import BaseModel

from mockapi import MockApi
from mockapi.api.products import PRODUCTS
from mockapi.domain.edition import EDITIONS
from mockapi.mcp.results import MOST_BYTES, ScenarioResult, ScenariosResult, fit, fit_text
from mockapi.scenario.json_schema import schema_text

TOOLS = 19
MOST_DESCRIPTION = 600
OPERATIONS = [
    (product.name, route.operation_id)
    for product in PRODUCTS
    for route in product.routes(EDITIONS["latest"], strict_paths=True, documented=True)
]


def status_of(url: str, token: str) -> int:
    try:
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as response:
            return response.status
    except HTTPError as error:
        return error.code


def test_every_tool_describes_itself_and_its_result(ask):
    tools = ask(lambda client: client.list_tools()).tools
    assert len(tools) == TOOLS
    for tool in tools:
        assert tool.description.endswith(".") and len(tool.description) <= MOST_DESCRIPTION
        assert tool.annotations.open_world_hint is False
        assert tool.output_schema["properties"]
        for name, schema in tool.input_schema.get("properties", {}).items():
            assert name == "name" or schema["description"], f"{tool.name}: {name}"


def test_world_starts_resets_and_is_unknown(call, error):
    started = call("start_world", name="mcp-world", scenario="vendor-samples", seed=7)
    assert (started["world"], started["scenario"], started["seed"]) == (
        "mcp-world", "vendor-samples", 7,
    )  # fmt: skip
    assert "Use reset_world" in error("start_world", name="mcp-world")
    call("advance_clock", by="P1D", world="mcp-world")
    assert call("reset_world", world="mcp-world")["now"] == started["now"]
    assert "start_world" in error("reset_world", world="mcp-unknown")
    text = "sites: [{building: office, city: Lyon}]"
    own = call("start_world", scenario_text=text, clock="2026-03-01T00:00:00Z")
    assert own["now"] == "2026-03-01T00:00:00Z"
    assert len(call("list_sites", world=own["world"])["sites"]) == 1


def test_scenarios_are_listed_described_and_checked(call, error):
    names = [each["name"] for each in call("list_scenarios")["scenarios"]]
    assert {"demo", "empty", "vendor-samples"} <= set(names)
    for name in names:
        assert call("describe_scenario", name=name)["text"]
    assert "unknown" in error("describe_scenario", name="unknown")
    checked = call("check_scenario", text="sites: [{building: ofice, city: Lyon}]")
    assert not checked["ok"] and checked["errors"][0]["path"] == "sites.0.building"
    wrong = "sites:\n" + "- {building: ofice, city: Lyon}\n" * 200
    many = call("check_scenario", text=wrong)
    assert many["errors"] and many["omitted"] + len(many["errors"]) >= 100


def test_credentials_open_both_apis(call, error):
    found = call("get_credentials")
    assert status_of(f"{found['partner_url']}/sites", found["access_token"]) == 200
    site = call("list_sites", customer=found["customer"])["sites"][0]["id"]
    requests = f"{found['user_url']}/sites/{site}/scoring-requests"
    assert status_of(requests, found["personal_access_token"]) == 200
    expired = call("get_credentials", customer="grace@example.com", expires_in=0)
    assert expired["customer"] == "grace@example.com"
    assert status_of(f"{found['partner_url']}/sites", expired["access_token"]) == 401
    assert "nobody@example.org" in error("get_credentials", customer="nobody@example.org")
    assert found["authorize_url"].endswith("/oauth/authorize")
    world = call("start_world", name="mcp-alone", scenario="empty")["world"]
    server = MockApi(found["partner_url"].partition("/ecostruxure")[0]).named_world(world)
    for customer in server.world()["customers"]:
        server.remove_customer(customer["id"])
    assert "customer" in error("get_credentials", world=world)


def test_readings_are_aggregated_and_bounded(call, error):
    site = next(each for each in call("list_sites")["sites"] if each["registered_at"])
    meter = call("list_meters", site=site["id"])["meters"][0]
    key = meter["keys"]["Active Energy (kWh)"]
    daily = call("get_readings", site=site["id"], key=key)
    assert daily["interval"] == "P1D" and daily["count"] == len(daily["readings"]) > 6
    assert daily["total"] == pytest.approx(sum(each["value"] for each in daily["readings"]))
    since = "2026-01-01T00:00:00Z"
    hourly = call("get_readings", site=site["id"], key=key, interval="PT1H", since=since)
    assert hourly["omitted"] == hourly["count"] - len(hourly["readings"]) > 1_000
    assert hourly["minimum"] <= hourly["readings"][0]["value"] <= hourly["maximum"]
    assert "does not exist" in error("list_meters", site="unknown")


def test_site_is_added_with_keys_of_scenarios(call, error):
    world = call("start_world", name="mcp-sites")["world"]
    keys = {"name": "Tower", "area": 9_000}
    added = call("add_site", building="office", city="Lyon", keys=keys, world=world)
    assert (added["name"], added["sites"]) == ("Tower", 13)
    assert call("list_sites", world=world)["sites"][-1]["id"] == added["id"]
    assert "colour" in error("add_site", building="office", city="Lyon", keys={"colour": "red"})


def test_faults_are_added_counted_and_removed(call, error):
    world = call("start_world", name="mcp-faults")["world"]
    found = call("get_credentials", world=world)
    status = {"kind": "status", "settings": {"status": 503}, "world": world}
    (added,) = call("add_fault", operation="listSites", times=1, **status)["added"]
    assert status_of(f"{found['partner_url']}/sites", found["access_token"]) == 503
    preset = call("add_fault", preset="flaky-network", world=world)
    assert len(preset["added"]) == 3 and preset["active"][0]["hits"] == 1
    left = call("remove_faults", fault=added, world=world)["active"]
    assert [each["id"] for each in left] == preset["added"]
    assert call("remove_faults", world=world)["active"] == []
    assert "Use one of status" in error("add_fault", world=world)
    assert "seconds" in error("add_fault", kind="latency", world=world)
    assert "fault-99" in error("remove_faults", fault="fault-99", world=world)


def test_clock_moves_and_reports_changes(call, error):
    world = call("start_world", name="mcp-clock")["world"]
    call("get_credentials", world=world)
    moved = call("advance_clock", by="P1D", world=world)
    assert moved["now"].startswith("2026-06-02T09:00:00") and moved["readings_arrived"] > 0
    assert moved["tokens_expired"] == 1
    later = call("advance_clock", to="2026-07-01T00:00:00Z", world=world)
    assert later["now"].startswith("2026-07-01T00:00:00")
    assert "forward" in error("advance_clock", to="2026-06-01T00:00:00Z", world=world)
    both = {"by": "P1D", "to": "2026-08-01T00:00:00Z"}
    for given in ({}, both):
        assert "Give one of" in error("advance_clock", **given, world=world)


def test_requests_are_listed_verified_and_linted(call, error):
    world = call("start_world", name="mcp-requests")["world"]
    found = call("get_credentials", world=world)
    for _ in range(60):
        status_of(f"{found['partner_url']}/sites?colour=red", found["access_token"])
    listed = call("list_requests", operation="listSites", world=world)
    assert listed["requests"][-1]["number"] == 60
    assert listed["omitted"] + len(listed["requests"]) == 60
    assert call("list_requests", status=401, world=world)["requests"] == []
    verified = call("verify_requests", operation="listSites", times=60, world=world)
    assert verified["verified"] and verified["matched"] == list(range(1, 61))
    missed = call("verify_requests", status=503, more={"product": "partner"}, world=world)
    assert not missed["verified"] and "Nearest miss" in missed["report"]
    (warning,) = call("lint_requests", world=world)["warnings"]
    assert warning["code"] == "unknown-parameter"
    coverage = call("get_coverage", world=world)
    assert coverage["operations"][0]["statuses"] == {"200": 60}
    assert "colour" in error("verify_requests", more={"colour": "red"})


def test_score_is_explained_step_by_step(call, error):
    site = next(each for each in call("list_sites")["sites"] if each["registered_at"])["id"]
    score = {"site": site, "date": "2026-05-30", "type": "daily"}
    explained = call("explain_score", category="electricity", **score)
    assert explained["score"] is not None and explained["steps"]
    assert error("explain_score", category="energy", **{**score, "date": "2050-01-01"})


@pytest.mark.parametrize(("api", "operation"), OPERATIONS)
def test_operation_is_described_completely(call, api, operation):
    found = call("describe_operation", operation=operation, api=api)
    assert found["omitted"] == 0 and found["url"].startswith("/ecostruxure")
    assert found["errors"]["401"] and found["responses"]
    assert "$ref" not in json.dumps(found)
    assert (found["method"] == "POST") >= (found["body"] is not None)


def test_operations_are_listed_without_an_id(error):
    assert "listSites: Fetch sites" in error("describe_operation")


def test_resources_have_the_whole_documents(ask):
    async def read(client):
        listed = {str(each.uri) for each in (await client.list_resources()).resources}
        uris = [*listed, "mockapi://scenarios/demo", "mockapi://fault-kinds/status"]
        return {uri: (await client.read_resource(uri)).contents[0].text for uri in uris}

    found = ask(read)
    assert found["mockapi://scenario-schema"] == schema_text()
    assert "ada@example.com" in found["mockapi://scenarios/demo"]
    assert "oddity" in json.loads(found["mockapi://fault-kinds/status"])["properties"]
    assert len(json.loads(found["mockapi://fault-kinds"])) == 29
    for name in ("partner", "user", "control"):
        assert json.loads(found[f"mockapi://openapi/{name}"])["openapi"].startswith("3.1")


def test_results_contain_as_many_entries_as_fit():
    entries = [ScenarioResult(name=str(number), description="é" * 100) for number in range(100)]
    found = fit(lambda items, omitted: ScenariosResult(scenarios=items, omitted=omitted), entries)
    assert 0 < len(found.scenarios) == 100 - found.omitted
    assert len(found.model_dump_json(indent=2).encode()) <= MOST_BYTES
    assert (
        fit(lambda items, omitted: ScenariosResult(scenarios=items, omitted=omitted), []).omitted
        == 0
    )


def test_long_text_ends_with_the_number_of_lines_left_out():
    class Text(BaseModel):
        text: str

    found = fit_text(lambda text: Text(text=text), "line\n" * 5_000, "Read the file.").text
    kept = found.count("line\n")
    assert found.endswith(f"... {5_000 - kept} lines left out. Read the file.")


def test_unknown_argument_is_an_error_and_changes_nothing(ask, call, error):
    for tool in ask(lambda client: client.list_tools()).tools:
        assert tool.input_schema["additionalProperties"] is False
    world = call("start_world", name="mcp-strict")["world"]
    fault = {"kind": "status", "world": world}
    assert "status: is not an argument of this tool" in error("add_fault", status=500, **fault)
    assert "Did you mean world?" in error("remove_faults", wrold=world)
    assert "Did you mean world?" in error("reset_world", World=world)
    assert call("remove_faults", world=world)["active"] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("add_fault", {"preset": "flaky-network", "times": 1}, "Leave out times."),
        ("add_fault", {"preset": "flaky-network", "kind": "status"}, "Leave out kind."),
        ("add_fault", {"kind": "status", "settings": {"times": 2}}, "settings: times is an arg"),
        ("add_fault", {"kind": "status", "settings": {"self": 2}}, "settings: self is not known"),
        ("add_fault", {"kind": "k" * 100_000}, "Use one of"),
        ("add_fault", {"kind": "status", "settings": {"k" * 100_000: 1}}, "kkk"),
        ("verify_requests", {"more": {"status": 200}}, "more: status is an argument"),
        ("verify_requests", {"more": {"k" * 100_000: 1}}, "kkk"),
        ("add_site", {"building": "office", "city": "Lyon", "keys": {"city": "Paris"}}, "city is"),
        ("add_site", {"building": "office", "city": "Lyon", "keys": {"k" * 100_000: 1}}, "kkk"),
        ("get_readings", {"site": "s", "key": "k", "until": "bogus"}, "until: must be an RFC 3339"),
        ("get_readings", {"site": "s", "key": "k", "until": "0001-01-01T00:00:00Z"}, "1900 to"),
        ("get_readings", {"site": "s" * 100_000, "key": "k"}, "too long"),
        ("list_sites", {"world": ""}, "world: must be 1 to 100 letters"),
        ("list_sites", {"world": "w" * 100_000}, "world: must be 1 to 100 letters"),
        ("start_world", {"scenario": "s" * 100_000}, "scenario"),
        ("start_world", {"name": "n" * 100_000}, "too long"),
        ("describe_operation", {"operation": "nope"}, "'nope' is not an operation"),
        ("describe_scenario", {"name": "s" * 100_000}, "too long"),
    ],
)
def test_wrong_argument_is_explained_in_a_short_text(error, tool, arguments, message):
    text = error(tool, **arguments)
    assert message in text
    assert len(text.encode()) <= 3_000


def test_faults_of_a_rejected_call_are_not_added(call, error):
    world = call("start_world", name="mcp-rejected")["world"]
    error("add_fault", preset="flaky-network", kind="bogus", world=world)
    assert call("add_fault", kind="status", settings={"status": 500}, world=world)["active"] != []
    assert len(call("remove_faults", fault="fault-1", world=world)["active"]) == 0


def test_long_path_does_not_hide_other_requests(call):
    world = call("start_world", name="mcp-long")["world"]
    url = call("get_credentials", world=world)["partner_url"]
    status_of(f"{url}/sites", "none")
    status_of(f"{url}/{'z' * 9_000}", "none")
    listed = call("list_requests", world=world)
    assert listed["omitted"] == 0
    assert [len(each["path"]) < 400 for each in listed["requests"]] == [True, True]


@pytest.mark.parametrize("uri", ["mockapi://scenarios/nope", "mockapi://fault-kinds/nope"])
def test_unknown_resource_is_named(ask, uri):
    async def read(client):
        try:
            await client.read_resource(uri)
        except MCPError as error:
            return str(error)

    assert "nope" in ask(read)
