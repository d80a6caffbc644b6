"""`mockapi.run()`: a server for the duration of a `with` block."""

import subprocess
import sys
import threading

import httpx2
import pytest

import mockapi
from mockapi.client import MockApi, MockApiError
from mockapi.scenario.errors import ScenarioError
from mockapi.server import BindError


def test_server_runs_for_the_duration_of_the_block():
    before = set(threading.enumerate())
    with mockapi.run(
        scenario="vendor-samples",
        clock="2026-03-01T00:00:00Z",
        faults=[{"kind": "status", "status": 503, "times": 1, "api": "partner"}],
    ) as server:
        assert isinstance(server, MockApi)
        assert server.world()["scenario"] == "vendor-samples"
        assert server.clock.now().isoformat() == "2026-03-01T00:00:00+00:00"
        bearer = {"Authorization": f"Bearer {server.token()}"}
        url = f"{server.partner_url}/sites"
        assert httpx2.get(url, headers=bearer).json()["status"] == 503
        sites = [site["id"] for site in httpx2.get(url, headers=bearer).json()]
        assert sites == server.world()["customers"][0]["sites"]
    left = set(threading.enumerate()) - before
    # Idle workers end by themselves once the server's loop has ended.
    for thread in left:
        thread.join(timeout=10)
    assert [thread.name for thread in left if thread.is_alive()] == []
    with pytest.raises(MockApiError, match="No response"):
        server.world()


def test_two_servers_run_and_one_stores_its_world(tmp_path):
    data = tmp_path / "world.sqlite"
    with mockapi.run(data=data) as kept, mockapi.run(scenario="empty") as other:
        assert kept.url != other.url
        token = kept.token()
    with mockapi.run(data=data, admin_token="mockAdmin") as kept:
        bearer = {"Authorization": f"Bearer {token}"}
        assert len(httpx2.get(f"{kept.partner_url}/sites", headers=bearer).json()) > 1
        assert kept.world()["scenario"] == "demo"


def test_server_stops_when_the_block_raises():
    def fail() -> None:
        raise RuntimeError(server.url)

    with (
        pytest.raises(RuntimeError, match="http") as caught,
        mockapi.run(scenario="empty") as server,
    ):
        fail()
    with pytest.raises(MockApiError, match="No response"):
        MockApi(str(caught.value)).world()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"scenrio": "demo"},
            ValueError,
            r"run\(\): 'scenrio' is not an option. Did you mean scenario\?",
        ),
        ({"seed": "x"}, ValueError, r"^run\(\): seed='x': must be a whole number"),
        ({"clock": "yesterday"}, ValueError, r"^run\(\): clock='yesterday': (?!.*run\(\))"),
        ({"scenario": "demos"}, ValueError, r"^run\(\): scenario='demos': .*mean demo\?$"),
        (
            {"scenario": "no.yaml"},
            ValueError,
            "^run.*: this file does not exist. Searched: /.*no.yaml, /scenarios/no.yaml. Correct ",
        ),
        (
            {"presets": ["nowhere"]},
            ValueError,
            r"^run\(\): presets: 'nowhere': 'nowhere' is not a preset",
        ),
        (
            {"faults": [{"kind": "x"}]},
            ValueError,
            r"^run\(\): faults: {'kind': 'x'}: 'x' is not a kind of fault",
        ),
    ],
)
def test_run_rejects_invalid_options_before_it_starts(options, error, message):
    before = threading.active_count()
    with pytest.raises(error, match=message), mockapi.run(**options):
        pass
    assert threading.active_count() == before


def test_invalid_variable_is_reported_by_name(monkeypatch):
    monkeypatch.setenv("MOCKAPI_SEED", "x")
    with pytest.raises(ValueError, match=r"^MOCKAPI_SEED: 'x': must be a whole number"):
        mockapi.run().__enter__()


def test_scenario_mistake_has_file_and_line(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("sed: 1")
    with (
        pytest.raises(ScenarioError, match=rf"^{path}:1:6: sed: unknown key"),
        mockapi.run(scenario=path),
    ):
        pass


def test_unknown_scenario_error_names_the_variable(monkeypatch):
    monkeypatch.setenv("MOCKAPI_SCENARIO", "demos")
    with pytest.raises(
        ValueError, match=r"^MOCKAPI_SCENARIO: 'demos': this scenario does not exist"
    ):
        mockapi.run().__enter__()


def test_port_in_use_is_reported_with_advice():
    with mockapi.run(scenario="empty") as server:
        port = int(server.url.rpartition(":")[2])
        with (
            pytest.raises(BindError, match=r"in use\. Remove `port`, and run\(\) uses a free"),
            mockapi.run(port=port),
        ):
            pass


def test_dir_lists_the_public_names():
    code = "import mockapi; print(sorted(dir(mockapi)) == sorted(mockapi.__all__), dir(mockapi))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == (
        "True ['MockApi', 'Settings', '__version__', 'create_app', 'run', 'serve_in_thread']\n"
    )
