"""Parity of the methods of `MockApi` and the calls of the control API."""

import inspect
import json
import re
from datetime import date
from urllib.request import urlopen

import pytest

from mockapi import create_app, serve_in_thread
from mockapi.client import MockApi, MockApiError
from mockapi.client.clock_and_snapshots import ClockClient

OFF_THE_CONTROL_API = {"partner_url", "user_url", "clock"}
"""URLs and the `ClockClient`, which are not calls."""


@pytest.fixture(scope="module")
def calls():
    return []


@pytest.fixture(scope="module")
def server(calls):
    class RecordingClient(MockApi):
        """Client that records its calls of the control API."""

        def _fetch(self, method, path, *rest, **more):
            calls.append((method, "/" + path.partition("?")[0]))
            return super()._fetch(method, path, *rest, **more)

        def _stream(self, path):
            calls.append(("GET", "/" + path.partition("?")[0]))
            return super()._stream(path)

        def _at(self, url):
            return RecordingClient(url)

    app = create_app()
    with serve_in_thread(app) as url:
        yield RecordingClient(url)
    app.state.worlds.close()


@pytest.fixture(scope="module")
def operations(server):
    """Return method and path pattern of each call, by operation id."""
    with urlopen(f"{server.url}/openapi/control.json") as answer:
        document = json.load(answer)
    return {
        each["operationId"]: (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)))
        for path, methods in document["paths"].items()
        for method, each in methods.items()
    }


def operation_of(operations, call):
    """Return the operation id of *call*. Prefer paths without parameters."""
    method, path = call
    found = [
        (pattern.pattern.count("[^/]+"), name)
        for name, (of_method, pattern) in operations.items()
        if of_method == method and pattern.fullmatch(path)
    ]
    return min(found)[1] if found else f"no operation: {method} {path}"


def read_tail(server):
    with pytest.raises(OSError, match="404"):
        urlopen(f"{server.url}/recorded")
    with server.tail(since=0, path="/recorded") as entries:
        return next(entries)["status"]


def explain(server):
    with pytest.raises(MockApiError, match="Site 'nowhere' does not exist"):
        server.explain("nowhere", "2026-05-01")


def copy_snapshot(server):
    server.snapshot("kept")
    server.add_snapshot("copied", server.snapshot_file("kept"))
    return [each["name"] for each in server.snapshots()]


def add_fault(server):
    with server.fault("latency", seconds=0.1) as fault:
        return [fault.hits, [each["id"] == fault.id for each in server.faults()]]


def add_preset(server):
    with server.preset("gateway-maintenance"):
        return len(server.faults())


def create_worlds(server):
    made = server.create_world("blue", scenario="empty")
    found = server.named_world("blue")
    assert server.create_world("blue", scenario="empty", exist_ok=True).url == made.url
    with pytest.raises(MockApiError, match="exist_ok needs the name of a world"):
        server.create_world(exist_ok=True)
    listed = [server.worlds(), found.health()["scenario"], found.url == made.url]
    found.delete()
    server.create_world().delete()
    return [*listed, server.worlds()]


def read_site(server):
    (first, *_) = server.sites()
    found = server.site(first["id"])
    key = found["meters"][0]["measurements"][0]["key"]
    columns = server.series(first["id"], key, since="2026-05-01T00:00:00Z", interval="P1D")
    scored = server.scores(first["id"])
    (averages,) = server.score_columns(first["id"], type="average", category="water")
    return [
        found["name"] == first["name"],
        columns["key"] == key,
        {each["type"] for each in scored},
        len(averages["scores"]["water"]),
    ]


def push_reading(server):
    at = "2026-06-01T08:00:00Z"
    server.push(KEY, {at: 41.5})
    listed = [each["value"] for each in server.pushed(KEY)]
    return [*listed, server.withdraw(KEY, [at])]


def revoke_token_and_consent(server):
    server.token()
    token = server.tokens(state="live", kind="access", limit=1)[0]
    server.revoke_token(token["id"])
    consent = server.consents(customer="grace@example.com")[0]
    server.revoke_consent(consent["id"])
    listed = server.consents(customer="grace@example.com")[0]
    return [
        server.tokens(state="revoked", kind="access")[0]["id"] == token["id"],
        listed["revoked_at"],
    ]


def change_sites(server):
    site = server.add_site(building="office", city="Lyon", meters=[{"usage": "Diesel"}])["id"]
    changed = server.update_site(site, area=500, name=None)
    meter = server.add_meter(site, "Natural Gas", interval="P1D")["id"]
    renamed = server.update_meter(meter, name="boiler")
    server.remove_meter(meter)
    left = [each["usage"] for each in server.site(site)["meters"]]
    server.remove_site(site)
    return [changed["metadata"]["grossArea"], "name" in changed, renamed["name"], left]


def change_accounts(server):
    customer = server.add_customer(sites=[{"type": "x"}])
    changed = server.update_customer(customer["email"], name="New", password=None)
    server.remove_customer(customer["id"])
    client = server.add_client(name="First", client_secret="mockSecret")
    public_client = server.update_client(client["client_id"], client_secret=None)
    server.remove_client(client["client_id"])
    return [changed["name"], changed["sites"] == customer["sites"], public_client["client_secret"]]


def change_scores(server):
    site = server.add_site(type="x")["id"]
    score = {"date": date(2026, 5, 1), "type": "daily", "category": "energy"}
    with pytest.raises(MockApiError, match="scores: must be a list"):
        server.add_scores(site, {**score, "score": 5})
    (stored,) = server.add_scores(site, [{**score, "score": 5}])
    changed = server.update_score(site, score=6, **score)
    removed = server.remove_scores(site, date=date(2026, 5, 1))
    request = server.add_scoring_request(site, detail="Soon")
    server.remove_site(site)
    return [stored["score"], changed["score"], removed, request["detail"]]


KEY = "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0"
"""Key of the first measurement of the first site of the demo scenario."""

CALLS = {
    "push pushed withdraw": (
        push_reading,
        [41.5, 1],
        {"pushReadings", "listPushedReadings", "withdrawReadings"},
    ),
    "token": (lambda server: server.token()[:4], "mock", {"createToken"}),
    "pat": (lambda server: server.pat()[:4], "mock", {"createPersonalAccessToken"}),
    "tokens revoke_token consents revoke_consent": (
        revoke_token_and_consent,
        [True, "2026-06-01T09:00:00Z"],
        {"createToken", "listTokens", "revokeToken", "listConsents", "revokeConsent"},
    ),
    "scenarios": (lambda server: len(server.scenarios()), 10, {"listScenarios"}),
    "scenario": (
        lambda server: server.scenario("dst")["source"] + server.scenario()["source"],
        "shippedworld",
        {"getScenario", "getScenarioOfWorld"},
    ),
    "check_scenario": (
        lambda server: server.check_scenario("timelin: 1")["errors"][0]["remedy"],
        "Did you mean timeline?",
        {"checkScenario"},
    ),
    "health": (lambda server: server.health()["status"], "ready", {"getHealth"}),
    "world": (lambda server: server.world()["scenario"], "demo", {"getWorld"}),
    "timeline": (lambda server: server.timeline(), [], {"getTimeline"}),
    "defects": (lambda server: server.defects(limit=1)[1:], [], {"listDefects"}),
    "sites site series scores score_columns": (
        read_site,
        [True, True, {"daily", "monthly", "average", "localAverage"}, 1],
        {"listAllSites", "getSite", "getSeries", "listScores", "getScoreColumns"},
    ),
    "add_site update_site remove_site add_meter update_meter remove_meter": (
        change_sites,
        [500, False, "boiler", ["Diesel"]],
        {
            *("addSite", "updateSite", "removeSite"),
            *("addMeter", "updateMeter", "removeMeter", "getSite"),
        },
    ),
    "add_customer update_customer remove_customer add_client update_client remove_client": (
        change_accounts,
        ["New", True, None],
        {
            *("addCustomer", "updateCustomer", "removeCustomer"),
            *("addClient", "updateClient", "removeClient"),
        },
    ),
    "add_scores update_score remove_scores add_scoring_request": (
        change_scores,
        [5, 6, 1, "Soon"],
        {
            *("addScores", "updateScore", "removeScores", "addScoringRequest"),
            *("addSite", "removeSite"),
        },
    ),
    "explain": (explain, None, {"explainScore"}),
    "create_world named_world worlds delete": (
        create_worlds,
        [["blue"], "empty", True, []],
        {"createWorld", "putWorld", "getNamedWorld", "listWorlds", "getHealth", "deleteWorld"},
    ),
    "snapshot snapshots snapshot_file add_snapshot": (
        copy_snapshot,
        ["kept", "copied"],
        {"saveSnapshot", "downloadSnapshot", "uploadSnapshot", "listSnapshots"},
    ),
    "restore": (lambda server: server.restore("copied"), None, {"restoreSnapshot"}),
    "delete_snapshot": (lambda server: server.delete_snapshot("kept"), None, {"deleteSnapshot"}),
    "fault faults": (
        add_fault,
        [0, [True]],
        {"createFault", "getFault", "listFaults", "deleteFault"},
    ),
    "preset": (add_preset, 1, {"createFaultsOfPreset", "listFaults", "deleteFault"}),
    "fault_kinds": (lambda server: server.fault_kinds()[0]["kind"], "status", {"listFaultKinds"}),
    "fault_kind": (lambda server: server.fault_kind("status")["kind"], "status", {"getFaultKind"}),
    "fault_presets": (
        lambda server: server.fault_presets()[0]["name"],
        "gateway-maintenance",
        {"listFaultPresets"},
    ),
    "clear_faults": (lambda server: server.clear_faults(), None, {"deleteFaults"}),
    "tail": (read_tail, 404, {"tailJournal"}),
    "journal": (lambda server: len(server.journal()), 1, {"getJournal"}),
    "journal_entry": (
        lambda server: server.journal_entry(1)["path"],
        "/recorded",
        {"getJournalEntry"},
    ),
    "har": (lambda server: server.har()["log"]["version"], "1.2", {"getJournalAsHar"}),
    "verify": (lambda server: server.verify(path="/recorded"), [1], {"verifyJournal"}),
    "lint": (lambda server: server.lint(), [], {"lintJournal"}),
    "coverage": (lambda server: server.coverage()["examined"], 1, {"getCoverage"}),
    "clear_journal": (lambda server: server.clear_journal(), None, {"clearJournal"}),
    "reset": (lambda server: server.reset(), None, {"resetWorld"}),
}
"""Methods to call, the expected result, and the expected operation ids."""


def public(of):
    return {name for name, _ in inspect.getmembers(of) if not name.startswith("_")}


def test_client_methods_include_every_control_api_call(server, calls, operations):
    asked = {"getClock", "setClock", "getChanges"}
    server.clock.now()
    for methods, (do, expected, ids) in CALLS.items():
        calls.clear()
        assert (methods, do(server)) == (methods, expected)
        assert {operation_of(operations, call) for call in calls} == ids
        asked |= ids
    called = {name for methods in CALLS for name in methods.split()}
    assert called == public(MockApi) - OFF_THE_CONTROL_API
    assert asked == set(operations)


def test_every_clock_method_is_one_control_api_call(server, calls, operations):
    begin = server.clock.now()
    methods = {
        "now": server.clock.now,
        "freeze": lambda: server.clock.freeze("2026-07-01T00:00:00Z"),
        "advance": lambda: server.clock.advance("P1D"),
        "run": lambda: server.clock.run(0),
        "changes": lambda: server.clock.changes(begin),
        "follow_system": server.clock.follow_system,
    }
    reads = {"now": "getClock", "changes": "getChanges"}
    assert set(methods) == public(ClockClient)
    for name, method in methods.items():
        calls.clear()
        method()
        (call,) = calls
        assert operation_of(operations, call) == reads.get(name, "setClock")
    server.reset()


def test_changes_are_limited_to_the_given_instants(server):
    begin = server.clock.now()
    server.token(expires_in=60)
    middle = server.clock.advance("PT30S")
    server.clock.advance("PT30S")
    assert server.clock.changes(begin)["tokens_expired"] == 1
    assert server.clock.changes(begin, middle)["tokens_expired"] == 0
    with pytest.raises(ValueError, match="does not have a time zone"):
        server.clock.changes(begin.replace(tzinfo=None))
    server.reset()
