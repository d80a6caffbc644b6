"""The container that tests may start; on a real engine, where there is one with the image."""

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
from mockapi.testing.testcontainers import Answering, MockApiContainer

ROOT = Path(__file__).parents[2]
IMAGE = os.environ.get("MOCKAPI_IMAGE", "mockapi")


def succeeds(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def why_not() -> str | None:
    """Return what is missing to run containers of the image."""
    # Asked by the command: where no engine answers, the library leaves a socket open.
    if not succeeds("docker", "info"):
        return "no container engine answers"
    if not succeeds("docker", "image", "inspect", IMAGE):
        return f"the engine has no image {IMAGE!r}; make docker builds it"
    return None


WHY_NOT = why_not()
on_an_engine = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


@pytest.fixture(scope="module", autouse=True)
def _without_the_image_that_tidies_up() -> Generator[None]:
    """Each test stops its own container, and Ryuk's image may be out of reach."""
    from testcontainers.core.config import testcontainers_config

    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    yield
    testcontainers_config.ryuk_disabled = before


@on_an_engine
def test_a_container_answers_by_its_address_and_its_handle():
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
def test_a_container_serves_a_scenario_of_this_machine_and_keeps_its_control_api(tmp_path):
    (tmp_path / "base.yaml").write_text("seed: 3\nsites: [{building: office, city: Lyon}]\n")
    (tmp_path / "mine.yaml").write_text("extends: base\nseed: 4\n")
    scenario = str(tmp_path / "mine.yaml")
    with MockApiContainer(IMAGE, scenario=scenario, admin_token="mockAdmin") as container:
        world = container.handle().world()
        assert (world["seed"], len(world["customers"][0]["sites"])) == (4, 1)


@on_an_engine
def test_a_container_needs_neither_a_writable_root_nor_any_right():
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
def test_what_the_server_refuses_is_told_at_once():
    with (
        pytest.raises(MockApiError, match=r"The server in the container ended: .*nowhere"),
        MockApiContainer(IMAGE, scenario="nowhere"),
    ):
        pass


class Engine:
    """A container as the library shows it, of a server that runs here, or of one that ended."""

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
        """Nothing changes here."""


@pytest.mark.parametrize(
    ("logs", "told"),
    [
        ((b"", b"x is no setting\nnope:1:1: no such scenario\n"), "nope:1:1: no such scenario"),
        ((b"", b""), "it said nothing."),
    ],
)
def test_a_server_that_ended_is_not_waited_for(logs, told):
    with pytest.raises(MockApiError) as caught:
        Answering().wait_until_ready(Engine("http://127.0.0.1:8080", "exited", logs))
    assert str(caught.value) == f"The server in the container ended: {told}"


def test_a_server_that_answers_is_ready():
    with mockapi.run(scenario="empty") as server:
        Answering().wait_until_ready(Engine(server.url, "running", (b"", b"")))


def test_a_server_that_does_not_answer_in_time_is_given_up():
    with mockapi.run(scenario="empty") as server:
        url = server.url
    with pytest.raises(TimeoutError, match="healthz"):
        Answering().with_startup_timeout(0).wait_until_ready(Engine(url, "running", (b"", b"")))


def test_a_setting_that_there_is_none_of_is_refused_by_name():
    with pytest.raises(TypeError, match=r"There is no setting 'sede'; there are accept_any_token,"):
        MockApiContainer(sede=1)


def test_the_port_is_the_containers_own():
    with pytest.raises(TypeError, match="There is no setting 'port'"):
        MockApiContainer(port=9090)


def test_testcontainers_is_imported_only_on_request():
    program = "import sys, mockapi, mockapi.testing.plugin, mockapi.client; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"testcontainers", "docker", "mockapi.testing.testcontainers"} & set(
        told.stdout.split()
    )
