"""A server for as long as a `with` block lasts."""

import subprocess
import sys
import threading

import httpx2
import pytest

import mockapi
from mockapi.client import MockApi, MockApiError
from mockapi.scenario.errors import ScenarioError
from mockapi.server import CannotListen


def test_a_server_runs_within_a_block_and_no_longer():
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
    with pytest.raises(MockApiError, match="Nobody answers"):
        server.world()


def test_two_servers_run_side_by_side_and_one_keeps_its_world(tmp_path):
    data = tmp_path / "world.sqlite"
    with mockapi.run(data=data) as kept, mockapi.run(scenario="empty") as other:
        assert kept.url != other.url
        token = kept.token()
    with mockapi.run(data=data, admin_token="mockAdmin") as kept:
        bearer = {"Authorization": f"Bearer {token}"}
        assert len(httpx2.get(f"{kept.partner_url}/sites", headers=bearer).json()) > 1
        assert kept.world()["scenario"] == "demo"


def test_a_block_that_fails_stops_its_server_too():
    def fail() -> None:
        raise RuntimeError(server.url)

    with (
        pytest.raises(RuntimeError, match="http") as caught,
        mockapi.run(scenario="empty") as server,
    ):
        fail()
    with pytest.raises(MockApiError, match="Nobody answers"):
        MockApi(str(caught.value)).world()


@pytest.mark.parametrize(
    ("stated", "error", "told"),
    [
        ({"scenrio": "demo"}, ValueError, r"run\(\) knows no 'scenrio'; did you mean scenario\?"),
        ({"seed": "x"}, ValueError, r"^run\(\): seed='x': must be a whole number"),
        ({"clock": "yesterday"}, ValueError, r"^run\(\): clock='yesterday': (?!.*run\(\))"),
        ({"scenario": "demos"}, ValueError, r"^run\(\): scenario='demos': .*mean demo\?$"),
        (
            {"scenario": "no.yaml"},
            ValueError,
            "^run.*: no such file; looked for /.*no.yaml",
        ),
        (
            {"presets": ["nowhere"]},
            ValueError,
            r"^run\(\): presets: 'nowhere': 'nowhere' is not a preset",
        ),
        ({"faults": [{"kind": "x"}]}, ValueError, r"^run\(\): faults: {'kind': 'x'}: kind: must"),
    ],
)
def test_a_wrong_word_is_told_before_anything_runs(stated, error, told):
    before = threading.active_count()
    with pytest.raises(error, match=told), mockapi.run(**stated):
        pass
    assert threading.active_count() == before


def test_a_wrong_variable_is_told_by_its_name(monkeypatch):
    monkeypatch.setenv("MOCKAPI_SEED", "x")
    with pytest.raises(ValueError, match=r"^MOCKAPI_SEED: 'x': must be a whole number"):
        mockapi.run().__enter__()


def test_a_scenario_with_mistakes_is_told_by_file_and_line(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("sed: 1")
    with (
        pytest.raises(ScenarioError, match=rf"^{path}:1:6: sed: unknown key"),
        mockapi.run(scenario=path),
    ):
        pass


def test_a_scenario_of_the_environment_is_told_by_its_variable(monkeypatch):
    monkeypatch.setenv("MOCKAPI_SCENARIO", "demos")
    with pytest.raises(ValueError, match=r"^MOCKAPI_SCENARIO: 'demos': no such scenario"):
        mockapi.run().__enter__()


def test_a_port_that_is_taken_is_told_with_the_remedy():
    with mockapi.run(scenario="empty") as server:
        port = int(server.url.rpartition(":")[2])
        with (
            pytest.raises(
                CannotListen, match=r"in use\. Leave `port` out, and run\(\) picks a free"
            ),
            mockapi.run(port=port),
        ):
            pass


def test_a_notebook_completes_what_is_public():
    code = "import mockapi; print(sorted(dir(mockapi)) == sorted(mockapi.__all__), dir(mockapi))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == (
        "True ['MockApi', 'Settings', '__version__', 'create_app', 'run', 'serve_in_thread']\n"
    )
