"""Faults that a test creates and never enables."""

import inspect

import pytest

from mockapi import MockApi
from mockapi.client.fault_handles import fault_body

pytest_plugins = ["pytester"]

SUITE = """
import pytest

def test_forgotten_with(mockapi):
    mockapi.fault("status", status=503)
    mockapi.preset("flaky-network")

def test_application(mockapi_app):
    fault = mockapi_app.fault("status", status=503)

def test_worlds(make_mockapi):
    make_mockapi()
    make_mockapi().fault(
        "latency", seconds=1
    )

def test_failed(mockapi):
    mockapi.fault("status")
    assert not "reached"

def test_used(mockapi, make_mockapi, mockapi_app):
    with mockapi.fault("status"), mockapi.preset("flaky-network"):
        make_mockapi().fault("status").add()
    with pytest.raises(Exception, match="staus"), mockapi_app.fault("status", staus=503):
        pass
"""
ADVICE = "was never added. Use it in a `with` statement or call add()."


def test_fault_without_with_fails_the_test_at_teardown(pytester: pytest.Pytester, run_suite):
    path = pytester.makepyfile(SUITE)
    result = run_suite()
    result.assert_outcomes(passed=4, failed=1, errors=4)
    result.stdout.fnmatch_lines(
        [
            "* ERROR at teardown of test_forgotten_with *",
            f"{path.name}:4: fault('status') {ADVICE}",
            f"{path.name}:5: preset('flaky-network') {ADVICE}",
            "* ERROR at teardown of test_application *",
            f"{path.name}:8: fault('status') {ADVICE}",
            "* ERROR at teardown of test_worlds *",
            f"{path.name}:12: fault('latency') {ADVICE}",
            "* ERROR at teardown of test_failed *",
            f"{path.name}:17: fault('status') {ADVICE}",
        ]
    )


def test_fault_without_with_warns_where_no_fixture_checks():
    mockapi = MockApi("http://127.0.0.1:1")
    line = inspect.currentframe().f_lineno + 1
    fault = mockapi.fault("status")
    with pytest.warns(RuntimeWarning, match=r"^fault\('status'\) was never") as caught:
        del fault
    assert (caught[0].filename, caught[0].lineno) == (__file__, line)
    assert list(mockapi.unused_faults) == []


def test_fault_settings_may_be_flat_or_in_groups():
    flat = fault_body("status", {"site": "a", "times": 2, "status": 503})
    grouped = fault_body("status", {"match": {"site": "a"}, "when": {"times": 2}, "status": 503})
    mixed = fault_body("status", {"match": {"site": "a"}, "times": 2, "status": 503})
    expected = {"kind": "status", "match": {"site": "a"}, "when": {"times": 2}, "status": 503}
    assert [flat, grouped, mixed] == [expected] * 3
