"""`MockApiContainer`, with a container engine if one has the image."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

import mockapi
from mockapi import MockApi
from mockapi.client import MockApiError
from mockapi.testing.testcontainers import HealthWaitStrategy, MockApiContainer

ROOT = Path(__file__).parents[2]
IMAGE = os.environ.get("MOCKAPI_IMAGE", "mockapi")


def succeeds(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def reason_to_skip() -> str | None:
    """Return what is missing to run containers of the image."""
    # With the command, because without an engine the library leaves a socket open.
    if not succeeds("docker", "info"):
        return "no container engine answers"
    if not succeeds("docker", "image", "inspect", IMAGE):
        return f"the engine has no image {IMAGE!r}; make docker builds it"
    return None


SKIP_REASON = reason_to_skip()
on_an_engine = pytest.mark.skipif(SKIP_REASON is not None, reason=str(SKIP_REASON))


@pytest.fixture(scope="module", autouse=True)
def _without_ryuk() -> Generator[None]:
    """Disable Ryuk: each test stops its container, and the image may not be available."""
    from testcontainers.core.config import testcontainers_config

    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    yield
    testcontainers_config.ryuk_disabled = before


@on_an_engine
def test_container_responds_at_its_url_and_client():
    with MockApiContainer(IMAGE, seed=7, auto_consent=True) as container:
        server = container.handle()
        assert isinstance(server, MockApi)
        assert server.url == container.url
        world = server.world()
        assert (world["scenario"], world["seed"]) == ("demo", 7)
        assert server.token().startswith("mock")
        before = server.clock.now()
        server.clock.advance("PT1H")
        assert (server.clock.now() - before).total_seconds() == 3600


@on_an_engine
def test_container_serves_local_scenario_with_admin_token(tmp_path):
    (tmp_path / "base.yaml").write_text("seed: 3\nsites: [{building: office, city: Lyon}]\n")
    (tmp_path / "mine.yaml").write_text("extends: base\nseed: 4\n")
    scenario = str(tmp_path / "mine.yaml")
    with MockApiContainer(IMAGE, scenario=scenario, admin_token="mockAdmin") as container:
        world = container.handle().world()
        assert (world["seed"], len(world["customers"][0]["sites"])) == (4, 1)


@on_an_engine
def test_container_runs_read_only_without_capabilities():
    hardened = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}
    with MockApiContainer(IMAGE, container=hardened) as container:
        user = container.exec(["id", "-u"])
        assert (user.exit_code, user.output) == (0, b"10001\n")
        assert container.exec(["touch", "/scenarios/new"]).exit_code != 0
        assert container.exec(["touch", "/data/new"]).exit_code == 0


@on_an_engine
def test_code_on_the_page_works():
    page = (ROOT / "docs" / "how-to" / "docker.md").read_text("utf-8")
    block = re.search(
        r"^```text\n(from mockapi.testing.testcontainers.*?)^```", page, re.DOTALL | re.MULTILINE
    )
    code = block[1].replace('"REGISTRY/OWNER/mockapi"', repr(IMAGE))
    exec(compile(code, "docker.md", "exec"), {})  # noqa: S102 - it is our own


@on_an_engine
def test_container_start_reports_the_servers_error():
    with (
        pytest.raises(MockApiError, match=r"The server in the container stopped: .*nowhere"),
        MockApiContainer(IMAGE, scenario="nowhere"),
    ):
        pass


class Engine:
    """Stub of a container, for a local server or for a container that has exited."""

    def __init__(self, url: str, status: str, logs: tuple[bytes, bytes]) -> None:
        self.status = status
        self._port = int(url.rpartition(":")[2])
        self._logs = logs

    def get_container_host_ip(self) -> str:
        return "127.0.0.1"

    def get_exposed_port(self, port: int) -> int:
        if self.status != "running":
            raise TimeoutError("container did not become running")
        return self._port

    def get_wrapped_container(self) -> "Engine":
        return self

    def get_logs(self) -> tuple[bytes, bytes]:
        return self._logs

    def reload(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    ("logs", "reason"),
    [
        ((b"", b"a warning\nnope:1:1: an error\n"), "nope:1:1: an error"),
        ((b"", b""), "its log is empty."),
    ],
)
def test_wait_strategy_reports_an_exited_container(logs, reason):
    with pytest.raises(MockApiError) as caught:
        HealthWaitStrategy().wait_until_ready(Engine("http://127.0.0.1:8080", "exited", logs))
    assert str(caught.value) == f"The server in the container stopped: {reason}"


def test_wait_strategy_returns_when_the_server_responds():
    with mockapi.run(scenario="empty") as server:
        HealthWaitStrategy().wait_until_ready(Engine(server.url, "running", (b"", b"")))


def test_wait_strategy_times_out():
    with mockapi.run(scenario="empty") as server:
        url = server.url
    with pytest.raises(TimeoutError, match="healthz"):
        HealthWaitStrategy().with_startup_timeout(0).wait_until_ready(
            Engine(url, "running", (b"", b""))
        )


def test_unknown_container_setting_is_rejected():
    with pytest.raises(TypeError, match=r"'sede' is not a setting\. Settings: accept_any_token,"):
        MockApiContainer(sede=1)


def test_container_port_is_fixed():
    with pytest.raises(TypeError, match="'port' is not a setting"):
        MockApiContainer(port=9090)


def test_testcontainers_is_imported_only_on_request():
    program = "import sys, mockapi, mockapi.testing.plugin, mockapi.client; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"testcontainers", "docker", "mockapi.testing.testcontainers"} & set(
        ran.stdout.split()
    )
