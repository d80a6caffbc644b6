"""A server for as long as a `with` block lasts."""

import threading

import httpx2
import pytest

import mockapi
from mockapi.handle import MockApi, MockApiError
from mockapi.scenario.mistakes import ScenarioError


def test_a_server_runs_within_a_block_and_no_longer():
    before = threading.active_count()
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
    assert threading.active_count() == before
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
        ({"seed": "x"}, ValueError, r"^run\(\): seed='x': Input should be a valid integer"),
        ({"scenario": "nowhere"}, ScenarioError, "no such scenario; there are"),
        ({"presets": ["nowhere"]}, MockApiError, "nowhere"),
    ],
)
def test_a_wrong_word_is_told_before_anything_runs(stated, error, told):
    before = threading.active_count()
    with pytest.raises(error, match=told), mockapi.run(**stated):
        pass
    assert threading.active_count() == before


def test_a_wrong_variable_is_told_by_its_name(monkeypatch):
    monkeypatch.setenv("MOCKAPI_SEED", "x")
    with pytest.raises(ValueError, match=r"^MOCKAPI_SEED: Input should be a valid integer"):
        mockapi.run().__enter__()
