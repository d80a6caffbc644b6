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


def run_step(name: str, folder: Path, port: int) -> dict[str, str]:
    """Run the script of a step as a runner does, and return its outputs."""
    output, environment = folder / "output", folder / "environment"
    output.touch()
    inputs = {"IMAGE": "", "PACKAGE": "", "PORT": str(port), "SCENARIO": "vendor-samples"}
    subprocess.run(
        ["bash", "-e", "-c", step(name)["run"]],
        env={
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ENV": str(environment),
            **{key: value for key, value in inputs.items() if key in step(name)["env"]},
        },
        check=True,
        timeout=90,
    )
    return dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.skipif(
    None in (shutil.which("bash"), shutil.which("curl")), reason="bash and curl are not installed"
)
def test_action_starts_a_server_and_saves_its_journal(tmp_path, free_port):
    outputs = run_step("Start mockapi", tmp_path, free_port)
    try:
        assert set(outputs) == set(ACTION["outputs"])
        server = MockApi(outputs["url"])
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
        run_step("Save the journal", tmp_path, free_port)
    finally:
        os.kill(int((tmp_path / "mockapi.pid").read_text()), signal.SIGTERM)
    saved = {path.name: json.loads(path.read_text()) for path in (tmp_path / "mockapi").iterdir()}
    counts = {name: len(har["log"]["entries"]) for name, har in saved.items()}
    assert counts == {"default.har": 2, "tests.har": 0}


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
