"""Tests that freeze or move time with freezegun or time-machine while they use mockapi."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import freezegun
import httpx2
import pytest
import time_machine

import mockapi

PROGRAM = Path(__file__).parents[2] / "release" / "first_requests.py"
FAKES = [
    pytest.param(lambda: freezegun.freeze_time("2036-01-01"), id="frozen-ahead"),
    pytest.param(lambda: freezegun.freeze_time("2016-01-01"), id="frozen-behind"),
    pytest.param(lambda: freezegun.freeze_time("2036-01-01", tick=True), id="ticking-ahead"),
    pytest.param(lambda: time_machine.travel("2036-01-01", tick=False), id="travelled-ahead"),
    pytest.param(lambda: time_machine.travel("2016-01-01"), id="travelled-behind"),
]
SUITE = """
import datetime

import freezegun
import pytest

KEY, SITE = "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0", "510affb6-69ec-4a7a-a510-acf99e641739"


@pytest.fixture
def frozen():
    with freezegun.freeze_time(datetime.datetime.now(datetime.UTC)):
        yield


def use(world):
    assert world.token()
    with world.fault("status", status=503, since="2026-06-01T00:00:00Z") as fault:
        pass
    world.push(KEY, {"2026-06-01T07:00:00Z": 7})
    assert world.scores(SITE)


def test_frozen_before_the_world_begins(frozen, mockapi):
    use(mockapi)


def test_frozen_before_the_app_begins(frozen, mockapi_app):
    use(mockapi_app)


def test_not_frozen(mockapi):
    use(mockapi)
"""
SCRIPT = """
from datetime import datetime, UTC
from urllib.request import urlopen

import freezegun

with freezegun.freeze_time(datetime.now(UTC)):
    import mockapi

    with mockapi.run() as server:
        server.token()
        print(urlopen(server.url + "/openapi/control.json").status)
with mockapi.run() as server:
    print(server.scores("510affb6-69ec-4a7a-a510-acf99e641739")[0]["date"])
"""


@pytest.mark.parametrize("fake", FAKES)
def test_faked_time_does_not_change_durations(fake):
    with mockapi.run(world_idle="PT1M") as server:
        world = server.create_world("used", scenario="empty")
        with world.fault("latency", seconds=0.02, api="partner"), fake():
            assert httpx2.get(f"{world.partner_url}/sites").status_code == 401
        assert server.worlds() == ["used"]
        (entry,) = world.journal(operation="listSites")
        assert 20 <= entry["duration_ms"] < 60_000


@pytest.mark.parametrize("fake", FAKES)
def test_server_runs_and_ends_inside_faked_time(fake):
    # Other tests of the process may keep servers of their own.
    before = set(threading.enumerate())
    with fake(), mockapi.run(scenario="empty") as server:
        assert server.world()["scenario"] == "empty"
    left = set(threading.enumerate()) - before
    assert [thread.name for thread in left if thread.name == "mockapi"] == []


def test_first_requests_inside_freeze_time():
    command = [sys.executable, PROGRAM, "demo", "--every", "--frozen"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert re.fullmatch(r"demo: \d\d first requests, 0 mistakes\n", done.stdout)


@pytest.mark.parametrize("name", re.findall(r"def (test_\w+)", SUITE))
def test_first_use_in_a_suite_that_freezes_time(name, tmp_path):
    (tmp_path / "test_frozen.py").write_text(SUITE, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:schemathesis",
        f"test_frozen.py::{name}",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_import_inside_freeze_time():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"200\n\d{4}-\d\d-\d\d\n", done.stdout)


def test_freezegun_needs_no_optional_package():
    optional = ("mcp", "prometheus_client", "pyarrow", "trustme", "watchfiles")
    code = f"""
import sys
sys.modules.update(dict.fromkeys({optional}))
import freezegun
from mockapi import Settings, create_app
create_app(Settings(scenario="empty"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
