"""Tracebacks of failed tests, which end at the test's line, and their one-line messages."""

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

import mockapi.client
from mockapi.client import MockApi, MockApiError

pytest_plugins = ["pytester"]

FAILING = """
from datetime import datetime

def test_verify(mockapi):
    mockapi.verify(operation="listSites")  # last

def test_application(mockapi_app):
    mockapi_app.verify(operation="listSites")  # last

def test_refused(mockapi):
    mockapi.token(customer="unknown")  # last

def test_fault(mockapi):
    with mockapi.fault("statsu"):  # last
        pass

def test_tail(mockapi):
    with mockapi.tail(nope=1):  # last
        pass

def test_time(mockapi):
    mockapi.clock.freeze(datetime(2026, 6, 1))  # last

def test_file(mockapi):
    mockapi.create_world(scenario="nowhere.yaml")  # last
"""


def test_last_line_shown_is_the_line_of_the_test(pytester: pytest.Pytester, run_suite):
    path = pytester.makepyfile(FAILING)
    lines = path.read_text("utf-8").splitlines()
    wanted = [number for number, line in enumerate(lines, 1) if line.endswith("# last")]
    result = run_suite("--tb=line")
    result.assert_outcomes(failed=len(wanted))
    places = [line.split(": ")[0] for line in result.stdout.lines if line.startswith(str(path))]
    assert places == [f"{path}:{number}" for number in wanted]
    whole = run_suite().stdout
    whole.no_fnmatch_line("*During handling*")
    whole.no_fnmatch_line("*direct cause*")
    whole.fnmatch_lines(
        [
            '>       mockapi.verify(operation="listSites")  # last',
            "E       AssertionError: Expected listSites at least once, received none.",
            "E       *MockApiError: *No customer has the id or e-mail address 'unknown'.",
        ]
    )


def test_full_trace_shows_the_frames_of_the_client(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile("def test_it(mockapi):\n    mockapi.verify(operation='listSites')\n")
    result = run_suite("--full-trace")
    result.stdout.fnmatch_lines(["*raise AssertionError(error.detail) from None"])


def test_unittest_shows_the_line_of_the_test_last(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import unittest\n"
        "import mockapi\n"
        "class TestIt(unittest.TestCase):\n"
        "    def test_it(self):\n"
        "        with mockapi.run(scenario='empty') as server:\n"
        "            server.verify(operation='listSites')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "unittest"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    traceback = ran.stderr.partition("Traceback")[2]
    assert traceback.count('  File "') == 1
    assert 'test_it.py", line 6, in test_it' in traceback
    assert "AssertionError: Expected listSites at least once, received none." in traceback


def test_every_client_module_hides_its_frames():
    modules = [each.name for each in pkgutil.iter_modules(mockapi.client.__path__)]
    # The first does not call a server, so its frames are shown; the second has only types.
    modules.remove("asgi_client")
    modules.remove("scenario_keys")
    shown = [
        name
        for name in modules
        if not hasattr(import_module(f"mockapi.client.{name}"), "__tracebackhide__")
    ]
    assert modules
    assert shown == []


@pytest.mark.parametrize("url", ["127.0.0.1:9600", "", None, "ftp://127.0.0.1", "http://:0", "zzz"])
def test_invalid_url_is_rejected(url):
    with pytest.raises(MockApiError) as caught:
        MockApi(url)
    assert str(caught.value) == f"url: {url!r} is not a valid URL. Example: http://127.0.0.1:8080"
