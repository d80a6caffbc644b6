"""The action for GitHub, the examples for CI systems, and the workflow of releases."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import yaml

from mockapi import MockApi

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
RELEASE = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
EXAMPLES = ROOT / "docs" / "examples" / "ci"


def step(name: str) -> dict:
    (found,) = [each for each in ACTION["runs"]["steps"] if each["name"] == name]
    return found


def run_script(name: str, folder: Path, port: int, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a step as a runner does."""
    (folder / "output").touch()
    inputs = {"IMAGE": "", "PACKAGE": "none", "PORT": str(port), "SCENARIO": "vendor-samples"}
    return subprocess.run(
        ["bash", "-e", "-c", step(name)["run"]],
        env={
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_ENV": str(folder / "environment"),
            **{key: value for key, value in inputs.items() if key in step(name)["env"]},
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def run_step(name: str, folder: Path, port: int, **more: str) -> dict[str, str]:
    """Run the script of a step, which must succeed, and return its outputs."""
    run = run_script(name, folder, port, **more)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = (folder / "output").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


needs_bash = pytest.mark.skipif(
    None in (shutil.which("bash"), shutil.which("curl")), reason="bash and curl are not installed"
)


@needs_bash
def test_action_starts_a_server_and_saves_its_journal(tmp_path, free_port):
    guarded = {"MOCKAPI_ADMIN_TOKEN": "mockAdmin"}
    outputs = run_step("Start mockapi", tmp_path, free_port, **guarded)
    try:
        assert set(outputs) == set(ACTION["outputs"])
        server = MockApi(outputs["url"], admin_token="mockAdmin")
        assert server.world()["scenario"] == "vendor-samples"
        environment = (tmp_path / "environment").read_text("utf-8")
        assert environment == f"MOCKAPI_URL={outputs['url']}\n"
        world = server.create_world("tests")
        for url, token in ((server.partner_url, outputs["token"]), (world.partner_url, "wrong")):
            request = Request(f"{url}/sites", headers={"Authorization": f"Bearer {token}"})
            if token != "wrong":
                urlopen(request).close()
        (site,) = server.sites()[:1]
        url = f"{server.user_url}/sites/{site['id']}/scoring-requests"
        headers = {"Authorization": f"Bearer {outputs['pat']}"}
        urlopen(Request(url, headers=headers)).close()
        assert run_script("Save the journal", tmp_path, free_port).returncode != 0
        run_step("Save the journal", tmp_path, free_port, **guarded)
    finally:
        os.kill(int((tmp_path / "mockapi.pid").read_text()), signal.SIGTERM)
    saved = {path.name: json.loads(path.read_text()) for path in (tmp_path / "mockapi").iterdir()}
    counts = {name: len(har["log"]["entries"]) for name, har in saved.items()}
    assert counts == {"default.har": 2, "tests.har": 0}


@needs_bash
def test_action_rejects_a_port_in_use(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        run = run_script("Start mockapi", tmp_path, listener.getsockname()[1])
    assert run.returncode == 1
    assert "is in use. Give another port." in run.stdout
    assert not (tmp_path / "mockapi.pid").exists()


@needs_bash
def test_action_fails_when_the_server_ends(tmp_path, free_port):
    run = run_script("Start mockapi", tmp_path, free_port, SCENARIO="unknown")
    assert run.returncode == 1
    assert "this scenario does not exist" in run.stdout


def test_action_installs_its_own_version_by_default():
    # A default of an input cannot use `github.action_path`, which is empty at that time.
    assert ACTION["inputs"]["package"]["default"] == ""
    package = step("Start mockapi")["env"]["PACKAGE"]
    assert package == "${{ inputs.package || github.action_path }}"


def test_release_publishes_a_file_and_not_a_repository():
    (command,) = [
        each["run"]
        for each in RELEASE["jobs"]["npm"]["steps"]
        if "npm publish" in each.get("run", "")
    ]
    assert "publish ./dist/" in command


def test_action_uses_every_input():
    text = json.dumps(ACTION["runs"])
    assert [name for name in ACTION["inputs"] if f"inputs.{name}" not in text] == []


def test_example_uses_inputs_and_outputs_of_the_action():
    example = yaml.safe_load((EXAMPLES / "github-action.yaml").read_text("utf-8"))
    steps = example["jobs"]["tests"]["steps"]
    used = [each for each in steps if each.get("uses", "").startswith("OWNER/mockapi@")]
    assert len(used) == 2 and {key for each in used for key in each["with"]} <= set(
        ACTION["inputs"]
    )
    text = json.dumps(steps)
    assert "steps.mockapi.outputs.url" in text and "steps.mockapi.outputs.token" in text


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_examples_set_the_server_of_the_tests(path):
    text = path.read_text("utf-8")
    assert "MOCKAPI_URL" in text and "make test" in text
    assert "mockapi" in text.partition("\n")[0]


def test_only_publishing_jobs_get_identity_tokens():
    allowed = {
        name
        for name, job in RELEASE["jobs"].items()
        if job["permissions"].get("id-token") == "write"
    }
    assert allowed == {"check", "pypi", "npm", "image"}
    assert RELEASE["permissions"] == {"contents": "read"}
    assert all(
        "check" in json.dumps(RELEASE["jobs"][name]["needs"]) for name in allowed - {"check"}
    )


def test_release_stores_no_tokens():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert text.count("secrets.") == text.count("secrets.GITHUB_TOKEN") == 1


def test_release_notes_are_those_of_the_version():
    # With a section for the current version it prints it; before a release it says what is missing.
    run = subprocess.run(
        [sys.executable, ROOT / "release" / "notes.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0 or run.stderr.startswith("The changelog has no section ")
