"""The command `mockapi faults`."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets


def test_fault_applies_until_it_is_removed(server, output_of):
    fault = output_of(
        "faults", "add", "status", "status=503", "operation=listSites", "times=1"
    ).strip()
    request = Request(
        f"{server.partner_url}/sites", headers={"Authorization": f"Bearer {server.token()}"}
    )
    with pytest.raises(HTTPError, match="503"):
        urlopen(request)
    urlopen(request).close()
    assert output_of("faults", "list").splitlines() == [
        "id       kind    source   matched  hits  settings",
        f"{fault}  status  control  2        1     status=503 operation=listSites times=1",
    ]
    removed = json.loads(output_of("faults", "remove", fault, "--json"))
    assert removed == [
        {
            "id": fault,
            "source": "control",
            "matched": 2,
            "hits": 1,
            "fault": {
                "kind": "status",
                "status": 503,
                "match": {"operation": "listSites"},
                "when": {"times": 1},
            },
        }
    ]
    assert server.faults() == []


def test_value_is_json_or_text(server, output_of):
    output_of(
        "faults", "add", "extra_field", "path=**/sites", 'header={"X-Team": "blue"}', "seed=3"
    )
    (on,) = server.faults()
    assert on["fault"]["match"] == {"path": "**/sites", "header": {"X-Team": "blue"}}
    assert on["fault"]["when"] == {"seed": 3}


def test_a_preset_switches_all_its_faults_on(server, output_of):
    ids = output_of("faults", "add", "flaky-network", "--preset").split()
    assert [(each["id"], each["source"]) for each in server.faults()] == [
        (each, "flaky-network") for each in ids
    ]
    assert len(ids) == len(fault_presets()["flaky-network"].faults)


def test_clear_removes_all_faults(server, output_of):
    output_of("faults", "add", "latency", "seconds=0.1")
    assert output_of("faults", "clear") == ""
    assert server.faults() == []


def test_kinds_and_presets_are_listed(server, output_of):
    kinds = [line.split()[0] for line in output_of("faults", "kinds").splitlines()]
    presets = [line.split()[0] for line in output_of("faults", "presets").splitlines()]
    assert kinds == ["kind", *KINDS]
    assert presets == ["preset", *fault_presets()]
    first = json.loads(output_of("faults", "kinds", "--json"))[0]
    assert (first["kind"], first["json_schema"]["title"]) == ("status", "Status")
    named = json.loads(output_of("faults", "presets", "--json"))
    assert [each["name"] for each in named] == list(fault_presets())


def test_file_of_a_response_is_read_by_the_command(server, run, output_of, tmp_path):
    file = tmp_path / "sites.json"
    file.write_text("[]")
    output_of("faults", "add", "respond", f"file={file}", "operation=listSites")
    request = Request(
        f"{server.partner_url}/sites", headers={"Authorization": f"Bearer {server.token()}"}
    )
    with urlopen(request) as response:
        assert (response.headers["content-type"], response.read()) == ("application/json", b"[]")
    refused = run("faults", "add", "respond", "file=missing.json")
    assert refused.exit_code == 2
    assert "file: 'missing.json' cannot be read: No such file or directory." in refused.stderr
