"""What is shown last of a failure: the test's own line, and one line of what is wrong."""

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
    mockapi.token(customer="nobody")  # last

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


def test_the_last_line_shown_is_the_tests_own(pytester: pytest.Pytester):
    path = pytester.makepyfile(FAILING)
    lines = path.read_text("utf-8").splitlines()
    wanted = [number for number, line in enumerate(lines, 1) if line.endswith("# last")]
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--tb=line")
    result.assert_outcomes(failed=len(wanted))
    places = [line.split(": ")[0] for line in result.stdout.lines if line.startswith(str(path))]
    assert places == [f"{path}:{number}" for number in wanted]
    whole = pytester.runpytest_subprocess("-p", "no:cacheprovider").stdout
    whole.no_fnmatch_line("*During handling*")
    whole.no_fnmatch_line("*direct cause*")
    whole.fnmatch_lines(
        [
            '>       mockapi.verify(operation="listSites")  # last',
            "E       AssertionError: Expected listSites at least once; it never came.",
            "E       *MockApiError: *No customer has the id or e-mail address 'nobody'.",
        ]
    )


def test_who_wants_the_whole_trace_has_it(pytester: pytest.Pytester):
    pytester.makepyfile("def test_it(mockapi):\n    mockapi.verify(operation='listSites')\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--full-trace")
    result.stdout.fnmatch_lines(["*raise AssertionError(error.detail) from None"])


def test_unittest_shows_the_tests_own_line_last(tmp_path):
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
    told = ran.stderr.partition("Traceback")[2]
    assert told.count('  File "') == 1
    assert 'test_it.py", line 6, in test_it' in told
    assert "AssertionError: Expected listSites at least once; it never came." in told


def test_no_module_of_the_handle_is_forgotten():
    modules = [each.name for each in pkgutil.iter_modules(mockapi.client.__path__)]
    # Without a server: what fails there is not a call of a test.
    modules.remove("asgi")
    shown = [
        name
        for name in modules
        if not hasattr(import_module(f"mockapi.client.{name}"), "__tracebackhide__")
    ]
    assert modules
    assert shown == []


@pytest.mark.parametrize("url", ["127.0.0.1:9600", "", None, "ftp://127.0.0.1", "http://:0", "zzz"])
def test_what_is_no_address_is_told_at_once(url):
    with pytest.raises(MockApiError) as caught:
        MockApi(url)
    assert str(caught.value) == f"{url!r} is no address; write http://127.0.0.1:8080"
