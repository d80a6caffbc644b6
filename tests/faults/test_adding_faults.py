"""All ways to add and remove faults, and their error messages."""

import asyncio
import json

import pytest
from fault_steps import BEARER, CLIENTS, SITES

from mockapi import MockApi, serve_in_thread
from mockapi.client import MockApiError
from mockapi.client.asgi_client import fetch
from mockapi.faults.kinds import KINDS
from mockapi.faults.model import Match, When
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import find_context
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse

UNAVAILABLE = {
    "type": "https://ecostruxure-openapi.se.com/problem/service-unavailable",
    "title": "Service Unavailable",
    "status": 503,
    "detail": "The Service is temporarily unavailable",
}
DOWN = {"kind": "status", "match": {"operation": "listSites"}, "when": {"times": 1}}


def ask(client, **headers):
    return client.get(SITES, headers={**BEARER, **headers})


def view(fault, *, matched=0, hits=0, source="control", id="fault-1"):
    return {"id": id, "source": source, "matched": matched, "hits": hits, "fault": fault}


def refusal(response):
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["detail"]


def test_fault_is_added_counted_and_removed(client):
    switched = client.post("/__admin/faults", json=DOWN)
    assert (switched.status_code, switched.json()) == (201, view(DOWN))

    assert [ask(client).status_code for _ in range(3)] == [503, 200, 200]
    counted = view(DOWN, matched=3, hits=1)
    assert client.get("/__admin/faults").json() == [counted]
    assert client.get("/__admin/faults/fault-1").json() == counted
    assert client.delete("/__admin/faults/fault-1").json() == counted
    assert client.get("/__admin/faults").json() == []
    gone = "Fault 'fault-1' does not exist or was removed."
    assert refusal(client.get("/__admin/faults/fault-1")) == (404, gone)
    assert refusal(client.delete("/__admin/faults/fault-1")) == (404, gone)


def test_all_faults_are_removed_at_once(client):
    for _ in range(3):
        client.post("/__admin/faults", json={"kind": "status"})
    assert client.delete("/__admin/faults").content == b""
    assert (client.get("/__admin/faults").json(), ask(client).status_code) == ([], 200)


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        pytest.param({}, f"kind: must be one of {', '.join(KINDS)}", id="no kind"),
        pytest.param(
            {"kind": "statsu"},
            f"kind: must be one of {', '.join(KINDS)}. Did you mean status?",
            id="unknown kind",
        ),
        pytest.param(
            {"kind": "flaky-network"},
            f"kind: must be one of {', '.join(KINDS)}. flaky-network is a preset. Use "
            "`mockapi faults add flaky-network --preset` or "
            "POST /__admin/faults/presets/flaky-network.",
            id="preset",
        ),
        pytest.param(
            {"kind": "status", "status": 200},
            "status: must be at least 400, not 200",
            id="no refusal",
        ),
        pytest.param(
            {"kind": "status", "status": 499},
            "status: must be a status that HTTP defines",
            id="no status",
        ),
        pytest.param(
            {"kind": "latency", "secnods": 1},
            "seconds: is required; secnods: is not a setting of latency. Did you mean seconds?",
            id="misspelt",
        ),
        pytest.param(
            {"kind": "status", "match": {"operation": "listMeter"}},
            "match.operation: must be 'listSites', 'listMeters', 'listMetrics', "
            "'createSiteAssociation', 'listProjects', 'createPerformanceScores', "
            "'listPerformanceScores', 'createScoringRequest', 'getScoringRequestStatus', "
            "'authorize', 'sandboxAuthorize', 'token', 'impersonate', 'revoke' or "
            "'getOAuthMetadata', not 'listMeter'",
            id="unknown operation",
        ),
        pytest.param(
            {"kind": "latency", "seconds": 1, "when": {"sequence": "ok,503"}},
            "fault: `when.sequence` may contain a status only for the kind `status`",
            id="a status of another kind",
        ),
        pytest.param(
            {"kind": "status", "oddity": "xml", "status": 400},
            "fault: `oddity` cannot be combined with `status`, `style` or `body_status`",
            id="two statuses",
        ),
        pytest.param(
            {"kind": "latency", "distribution": "uniform", "seconds": 1},
            "fault: `to` is required for the distribution `uniform` and not allowed for others",
            id="no bound",
        ),
        pytest.param(
            {"kind": "latency", "seconds": 1, "sigma": 1},
            "fault: `sigma` is allowed only for the distribution `lognormal`",
            id="a spread of nothing",
        ),
    ],
)
def test_invalid_setting_is_reported_by_name(client, settings, detail):
    assert refusal(client.post("/__admin/faults", json=settings)) == (400, detail)
    assert client.get("/__admin/faults").json() == []


def test_faults_do_not_apply_to_the_control_api(client):
    client.post("/__admin/faults", json={"kind": "status", "match": {"path": "**"}})
    spared = ["/__admin/faults", "/__admin/health", "/healthz", "/openapi/partner.json"]
    spared += ["/docs/partner", "/static/console/docs.css"]
    statuses = [client.get(path).status_code for path in spared]

    assert (503 in statuses, ask(client).json()) == (False, UNAVAILABLE)
    assert client.get("/").status_code == 503


def test_absolute_target_of_the_control_api_is_excluded(client):
    client.post("/__admin/faults", json={"kind": "status", "match": {"path": "**"}})
    target = "http://testserver/__admin/faults"

    removed = asyncio.run(fetch(client.app, target, {}, method="DELETE"))

    assert (removed.status, client.get("/__admin/faults").json()) == (204, [])


def test_preset_is_described_and_adds_its_faults(client):
    result = client.get("/__admin/faults/presets").json()
    assert [(each["name"], each["description"]) for each in result] == [
        (name, preset.about) for name, preset in fault_presets().items()
    ]
    for preset in result:
        on = client.post(f"/__admin/faults/presets/{preset['name']}").json()
        assert [(each["source"], each["fault"]) for each in on] == [
            (preset["name"], fault) for fault in preset["faults"]
        ]


def test_unknown_preset_is_rejected_with_the_known_ones(client):
    assert refusal(client.post("/__admin/faults/presets/rain")) == (
        404,
        f"'rain' is not a preset. Use one of {', '.join(fault_presets())}.",
    )


def test_exhausted_quota_retries_at_the_full_hour(client):
    client.post("/__admin/faults/presets/quota-exhausted")
    refused = ask(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")


def test_kinds_are_listed_with_their_schemas(client):
    result = {each["kind"]: each for each in client.get("/__admin/faults/kinds").json()}
    assert list(result) == list(KINDS)
    reset = result["connection_reset"]
    assert (reset["description"], reset["stage"], reset["needs_socket"]) == (
        "A TCP reset of the connection; the API does not receive the request.",
        "connection",
        True,
    )
    assert result["latency"]["json_schema"]["properties"]["seconds"] == {
        "description": "Seconds: the delay if fixed, the minimum if uniform, the median if "
        "lognormal.",
        "exclusiveMinimum": 0,
        "maximum": 120,
        "title": "Seconds",
        "type": "number",
    }


def test_single_kind_is_returned_and_unknown_one_rejected(client):
    result = client.get("/__admin/faults/kinds").json()
    assert [client.get(f"/__admin/faults/kinds/{each['kind']}").json() for each in result] == result
    refused = client.get("/__admin/faults/kinds/latenzy")
    assert (refused.status_code, refused.json()["detail"]) == (
        404, "'latenzy' is not a fault kind. Did you mean latency?",
    )  # fmt: skip


def test_reset_restores_the_faults_of_the_scenario(test_client, tmp_path):
    file = tmp_path / "faulty.yaml"
    file.write_text("extends: demo\nfaults: [{kind: status, when: {times: 1}}]\n")
    client = test_client(scenario=str(file))
    own = {"kind": "status", "when": {"times": 1}}
    standing = view(own, source="scenario", id="scenario-1")
    assert client.get("/__admin/faults").json() == [standing]

    assert [ask(client).status_code for _ in range(2)] == [503, 200]
    client.post("/__admin/faults", json={"kind": "empty_data"})
    client.post("/__admin/reset")
    assert client.get("/__admin/faults").json() == [standing]
    assert [ask(client).status_code for _ in range(2)] == [503, 200]


def test_scenario_errors_have_line_and_column():
    text = (
        "sites: [{building: office, city: Lyon}]\n"
        "faults:\n"
        "  - {kind: status, status: 100}\n"
        "  - {kind: sattus}\n"
        "  - kind: latency\n"
        "    when: {tmies: 3}\n"
        "    seconds: 1\n"
    )
    with pytest.raises(ScenarioError) as caught:
        parse(text, "faulty.yaml")
    places = [str(each) for each in caught.value.issues]
    assert places[0] == ("faulty.yaml:3:28: faults.0.status: must be at least 400, not 100")
    assert places[1] == (
        "faulty.yaml:4:12: faults.1.kind: 'sattus' is not a known kind. Did you mean status?"
    )
    assert places[2] == "faulty.yaml:6:19: faults.2.when.tmies: unknown key. Did you mean times?"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("status; status=503", id="compact"),
        pytest.param("status;status = 503;", id="otherwise spaced"),
        pytest.param('{"kind": "status", "status": 503}', id="json"),
        pytest.param('[{"kind": "status"}]', id="json list"),
    ],
)
def test_header_fault_applies_to_its_request_only(client, header):
    assert ask(client, **{"X-Mock-Fault": header}).json() == UNAVAILABLE
    assert ask(client).status_code == 200
    assert client.get("/__admin/faults").json() == []


def test_header_can_have_several_faults(client):
    settings = (
        '[{"kind": "empty_data"}, {"kind": "wrong_content_type", "media_type": "text/plain"}]'
    )
    response = ask(client, **{"X-Mock-Fault": settings})
    assert (response.headers["content-type"], response.text) == (
        "text/plain; charset=utf-8",
        "[]",
    ) or (
        response.headers["content-type"],
        response.text,
    ) == ("text/plain", "[]")


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        pytest.param("", f"kind: must be one of {', '.join(KINDS)}.", id="empty"),
        pytest.param("boom", f"kind: must be one of {', '.join(KINDS)}.", id="unknown"),
        pytest.param(
            "status; 503", "'503' is not a setting. Write `name=value`.", id="no name of a setting"
        ),
        pytest.param(
            "status; status=503; status=504",
            "'status' is given twice. Remove one.",
            id="a setting twice",
        ),
        pytest.param(
            "respond status=422",
            "'respond status=422' is not a kind. Write `kind; name=value; ...`.",
            id="no separator",
        ),
        pytest.param(
            'respond; json={"a": 1; status=422',
            "json: '{\"a\": 1; status=422' is not JSON: Expecting ',' delimiter at character 8. "
            "Correct it, or put text in double quotes.",
            id="incomplete json",
        ),
        pytest.param(
            "respond; json=[1] x",
            "json: '[1] x' is not JSON: Extra data at character 5. "
            "Correct it, or put text in double quotes.",
            id="text after json",
        ),
        pytest.param(
            "respond; text=5",
            "text: must be text, not 5. Put text in double quotes.",
            id="number for text",
        ),
        pytest.param("status; kind=empty_data", "'kind' is given twice. Remove one.", id="kind"),
        pytest.param(
            "status; code=1",
            "code: is not a setting of status. Use one of status, oddity, style, detail, "
            "body_status, retry_after.",
            id="no setting",
        ),
        pytest.param(
            "status; statu=500",
            "statu: is not a setting of status. Did you mean status?",
            id="mistyped setting",
        ),
        pytest.param(
            "rate_limit; limit=1",
            "rate_limit counts requests and cannot be given for a single one. Add it with "
            "`POST /__admin/faults`.",
            id="counts",
        ),
        pytest.param(
            '{"kind": "status", "when": {"times": 1}}',
            "The header applies to its own request. Remove `match` and `when`.",
            id="when",
        ),
        pytest.param(
            "refresh_refused",
            "refresh_refused does not apply to listSites.",
            id="of another operation",
        ),
    ],
)
def test_invalid_header_is_rejected_with_the_reason(client, header, detail):
    refused = ask(client, **{"X-Mock-Fault": header})
    assert refusal(refused) == (400, f"X-Mock-Fault: {detail}")


def test_header_with_malformed_json_is_rejected(client):
    status, detail = refusal(ask(client, **{"X-Mock-Fault": '{"kind": '}))
    assert (status, detail[:41]) == (400, "X-Mock-Fault: '{\"kind\":' is not JSON: Expe"[:41])


@pytest.mark.parametrize(
    "kind",
    [kind for kind, each in KINDS.items() if each.model_construct().needs_socket],
)
def test_connection_fault_without_a_socket_is_501(client, kind):
    site = client.get("/__admin/world").json()["customers"][0]["sites"][0]
    path = f"{SITES}/{site}/performance-scores"
    refused = client.request(
        "POST" if kind == "lost_answer" else "GET",
        path,
        headers={**BEARER, "X-Mock-Fault": kind},
    )
    assert refusal(refused) == (
        501,
        (
            f"The fault {kind} (header-1) acts below HTTP and needs a socket. "
            "Use `mockapi serve`, `serve_in_thread` or the pytest fixture."
        ),
    )


def test_fault_is_removed_after_a_failed_test(server):
    fault = server.fault("status", operation="listSites")

    def fail():
        with fault:
            assert CLIENTS["requests"](server.url + SITES).status == 503
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (server.faults(), fault.hits, fault.id) == ([], 1, "fault-1")


def test_preset_is_active_inside_its_with_block(server):
    with server.preset("gateway-maintenance"):
        during = CLIENTS["requests"](server.url + SITES)
    after = CLIENTS["requests"](server.url + SITES)
    assert (during.status, during.headers["retry-after"], after.status) == (503, "120", 200)


def test_invalid_setting_raises_in_the_test(server):
    with pytest.raises(
        MockApiError, match=r"^secnods: is not a setting of latency\. Did you mean "
    ):
        server.fault("latency", seconds=1, secnods=2)
    with pytest.raises(
        MockApiError, match=r"'stauts' is not a kind of fault\. Did you mean status\?"
    ):
        server.fault("stauts")
    with pytest.raises(MockApiError, match=r"^zz: .* Use one of status, "):
        server.fault("status", zz=2)
    with pytest.raises(MockApiError, match=r"'flaky' is not a preset\. "):
        server.preset("flaky")
    with pytest.raises(MockApiError, match="seconds: must be "):
        server.fault("latency", seconds="x").add()
    with pytest.raises(RuntimeError, match="never added"):
        _ = server.fault("status").hits
    server.clear_faults()


def test_settings_of_kind_match_and_when_are_distinct():
    of_match, of_when = set(Match.model_fields), set(When.model_fields)
    taken = {*of_match, *of_when, "match", "when"}
    clashes = {
        (kind, name)
        for kind, each in KINDS.items()
        for name in set(each.model_fields) - {"match", "when"}
        if name in taken
    }
    assert (clashes, of_match & of_when) == (set(), set())


def test_context_lists_the_applied_faults(new_app):
    seen = []
    app = new_app()

    async def watched(scope, receive, send):
        await app(scope, receive, send)
        context = find_context(scope)
        seen.append([tuple(each) for each in context.applied_faults] if context else [])

    with serve_in_thread(watched) as url:
        server = MockApi(url)
        with server.fault("latency", seconds=0.001), server.fault("null_for_absent", field="x"):
            CLIENTS["requests"](url + SITES, headers={**BEARER, "X-Mock-Fault": "connection_reset"})
            CLIENTS["requests"](url + SITES)

    response = [each for each in seen if each]
    assert response == [
        [("fault-1", "latency"), ("header-1", "connection_reset")],
        [("fault-1", "latency")],
    ]


def test_control_document_contains_every_kind(client):
    document = client.get("/openapi/control.json").json()
    body = document["paths"]["/faults"]["post"]["requestBody"]["content"]["application/json"]
    assert body == {"schema": {"$ref": "#/components/schemas/Fault"}}
    mapping = document["components"]["schemas"]["Fault"]["discriminator"]["mapping"]
    assert sorted(mapping) == sorted(KINDS)
    assert all(
        each.rpartition("/")[2] in document["components"]["schemas"] for each in mapping.values()
    )
    assert "$defs" not in json.dumps(document)


def test_detail_with_any_characters_keeps_challenge_valid(server):
    detail = 'été "quoted"\r\nX-Injected: yes'
    with server.fault("status", status=401, detail=detail):
        came = CLIENTS["requests"](server.url + SITES)
    assert (came.status, json.loads(came.text)["detail"]) == (401, detail)
    assert came.headers["www-authenticate"] == (
        'Bearer realm="null",error="invalid_token",error_description='
        '"keymanagement.service.invalid_access_token: ?t? ?quoted???X-Injected: yes"'
    )
    assert "x-injected" not in came.headers


def test_fault_applies_to_its_world_only(server):
    blue = server.create_world("blue", scenario="demo")
    with blue.fault("status", status=502) as fault:
        met = [CLIENTS["requests"](each.url + SITES).status for each in (blue, server)]
        listed = [[each["id"] for each in one.faults()] for one in (blue, server)]
    blue.delete()

    assert (met, listed, fault.hits) == ([502, 200], [["fault-1"], []], 1)
