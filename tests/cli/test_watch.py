"""`mockapi serve --watch`, as a process: an edit, a mistake, and its correction."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mockapi import MockApi

pytest.importorskip("watchfiles", reason="watchfiles is not installed")

SERVE = [sys.executable, "-m", "mockapi", "serve", "--port", "0"]
TOKEN = "mockAccessToken0000000Watch1"


def scenario(city: str, extra: str = "") -> str:
    return f"""\
extends: base.yaml
clients: [{{client_id: mockClient, name: Test, redirect_uris: [http://127.0.0.1/back]}}]
customers:
  - email: ada@example.com
    access_tokens: [{{token: {TOKEN}}}]
    sites: [{{name: HQ, building: office, city: {city}}}]
{extra}"""


@pytest.fixture
def files(tmp_path) -> Path:
    (tmp_path / "base.yaml").write_text("seed: 3\n")
    (tmp_path / "body.txt").write_text("first")
    (tmp_path / "mine.yaml").write_text(scenario("Lyon"))
    return tmp_path


@pytest.fixture
def process(files) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*SERVE, "--watch", "--scenario", str(files / "mine.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    return next(line for line in process.stdout if "address" in line).split()[-1]


def city_of(url: str) -> str:
    request = Request(
        f"{url}/ecostruxure/scoring/v1/sites", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urlopen(request) as response:
        return json.loads(response.read())[0]["postalAddress"]["city"]


def save(path: Path, text: str) -> None:
    """Save as many editors do: in another file, which replaces the first."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def test_edit_mistake_and_correction(files, process):
    mine, base = files / "mine.yaml", files / "base.yaml"
    loaded = f"{mine} is loaded again, with 1 customer.\n"
    server = MockApi(url_of(process))
    assert city_of(server.url) == "Lyon"

    mine.write_text(scenario("Paris"))
    assert process.stderr.readline() == loaded
    assert city_of(server.url) == "Paris"

    save(base, "seed: 3\nsede: 4\n")
    assert process.stderr.readline() == (f"{base}:2:7: sede: unknown key. Did you mean seed?\n")
    assert process.stderr.readline() == f"{mine} is not loaded. The previous world continues.\n"
    assert (city_of(server.url), server.world()["seed"]) == ("Paris", 3)
    with urlopen(f"{server.url}/console/worlds") as response:
        page = response.read().decode()
    assert "1 mistake in the scenario" in page
    assert "sede: unknown key" in page

    save(base, "seed: 4\n")
    assert process.stderr.readline() == loaded
    assert (city_of(server.url), server.world()["seed"]) == ("Paris", 4)

    save(mine, scenario("Paris", "faults: [{kind: respond, file: body.txt}]\n"))
    assert process.stderr.readline() == loaded
    (files / "body.txt").write_text("second")
    assert process.stderr.readline() == loaded
    with urlopen(f"{server.url}/ecostruxure/scoring/v1/sites") as response:
        assert response.read() == b"second"

    process.send_signal(signal.SIGTERM)
    assert (process.wait(timeout=20), process.stderr.read()) == (0, "")


def test_change_during_the_start_is_loaded(files, process):
    # The scenario is read, and the watch may not have begun.
    url = url_of(process)
    (files / "mine.yaml").write_text(scenario("Paris"))
    assert "is loaded again" in process.stderr.readline()
    assert city_of(url) == "Paris"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--scenario", "demo"],
            "--watch: 'demo' is a scenario of mockapi, which does not change.",
        ),
        (
            ["--data", "{files}/w.db", "--scenario", "{files}/mine.yaml"],
            "--watch: A world in a data",
        ),
    ],
)
def test_world_that_cannot_change_is_rejected(files, options, message):
    given = [each.format(files=files) for each in options]
    ended = subprocess.run([*SERVE, "--watch", *given], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message)
    assert not (files / "w.db").exists()


def test_missing_package_is_named():
    program = (
        "import sys; sys.modules['watchfiles'] = None; from mockapi.__main__ import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "serve", "--watch"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (
        2,
        "--watch needs watchfiles. Run pip install 'mockapi-ecostruxure[watch]'.\n",
    )
