"""Report of a failed test: the last requests of its worlds."""

import json

import pytest

pytest_plugins = ["pytester"]

HELPER = """
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

def ask(world, path):
    headers = {"Authorization": f"Bearer {world.token()}"}
    try:
        urlopen(Request(world.partner_url + path, headers=headers)).close()
    except HTTPError as error:
        error.close()
"""


def test_failed_test_shows_last_requests_of_its_worlds(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        HELPER
        + """
def test_passes(mockapi):
    ask(mockapi, "/sites?passes=1")

def test_uses_none():
    assert not "no world"

@pytest.mark.mockapi(
    faults=[{"kind": "status", "status": 503, "operation": "listSites", "after": 1}]
)
def test_fails(mockapi):
    for number in range(3):
        ask(mockapi, f"/sites?number={number}")
    ask(mockapi, "/sites/nowhere/meters")
    assert not "done"

def test_asks_badly(mockapi):
    site = mockapi.sites()[0]["id"]
    ask(mockapi, f"/sites/{site}/performance-scores?category=coffee")
    assert not "done"

def test_asks_nothing(mockapi, make_mockapi):
    ask(make_mockapi(), "/sites")
    assert not "done"

def test_deletes(mockapi):
    mockapi.delete()
    assert not "done"
"""
    )
    result = run_suite("--mockapi-report=3")
    result.assert_outcomes(passed=1, failed=5)
    partner = "/ecostruxure/scoring/v1"
    times = "     world time 2026-06-01T09:00:00.000Z, real time 2*Z, took * ms"
    result.stdout.fnmatch_lines(
        [
            "*- mockapi requests to http://127.0.0.1:*/w/test-fails-* -*",
            "  1 earlier ...",
            f"  2. GET {partner}/sites[?]number=1 -> 503 InjectedGatewayError (fault: status)",
            "     The Service is temporarily unavailable",
            f"{times}, * ms after the previous response",
            f"  3. GET {partner}/sites[?]number=2 -> 503 InjectedGatewayError (fault: status)",
            "     The Service is temporarily unavailable",
            f"{times}, * ms after the previous response",
            f"  4. GET {partner}/sites/nowhere/meters -> 404 SiteNotFound",
            "     Site Not found",
            f"{times}, * ms after the previous response",
            f"  1. GET {partner}/sites/*/performance-scores* -> 400 InvalidRequest",
            "     Provided input request parameter is not valid. category: must be one of *",
            "*- mockapi requests to http://127.0.0.1:*/w/test-asks-nothing-* -*",
            "No requests.",
            "*- mockapi requests to http://127.0.0.1:*/w/test-asks-nothing-*-1 -*",
            f"  1. GET {partner}/sites -> 200",
            times,
            "*- mockapi requests to http://127.0.0.1:*/w/test-deletes-* -*",
            "The journal could not be read. *World * does not exist*",
        ],
        consecutive=False,
    )
    assert result.stdout.str().count("mockapi requests to") == 5
    result.stdout.no_fnmatch_line("*passes=1*")


def test_report_includes_apps_and_passes_through_workers(
    pytester: pytest.Pytester, run_suite_in_process
):
    pytester.makepyfile(
        """
        import asyncio
        import httpx2

        async def ask(app):
            async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)) as client:
                await client.get(f"{app.user_url}/sites")

        def test_fails(mockapi_app):
            asyncio.run(ask(mockapi_app))
            assert not "done"
        """
    )
    for arguments, shown in ((["-n1"], True), (["--mockapi-report=0"], False)):
        result = run_suite_in_process(*arguments)
        result.assert_outcomes(failed=1)
        lines = [
            line for line in result.stdout.lines if "mockapi requests" in line or "-> 401" in line
        ]
        assert [line.strip(" -") for line in lines] == [
            "mockapi requests to http://mockapi",
            "1. GET /ecostruxure/user/scoring/v1/sites -> 401 TokenMissing",
        ] * shown


def test_failed_test_writes_har_and_coverage(
    pytester: pytest.Pytester, run_suite, monkeypatch, tmp_path
):
    monkeypatch.setenv("MOCKAPI_REPORT_DIR", str(tmp_path / "reports"))
    pytester.makepyfile(
        test_client=HELPER
        + """
def test_passes(mockapi):
    ask(mockapi, "/sites")

@pytest.mark.parametrize("path", ["/sites/a b"])
def test_fails(mockapi, make_mockapi, path):
    ask(mockapi, "/sites")
    ask(make_mockapi(), "/sites/unknown/meters")
    assert not "done"
"""
    )
    run_suite().assert_outcomes(passed=1, failed=1)
    stem = "test_client.py-test_fails-sites-a-b"
    names = {f"{stem}{end}{kind}" for end in ("", "-2") for kind in (".har", ".coverage.json")}
    assert {path.name for path in (tmp_path / "reports").iterdir()} == names
    har = json.loads((tmp_path / "reports" / f"{stem}.har").read_text("utf-8"))
    (entry,) = har["log"]["entries"]
    assert entry["request"]["url"].endswith("/sites") and entry["response"]["status"] == 200
    coverage = json.loads((tmp_path / "reports" / f"{stem}-2.coverage.json").read_text("utf-8"))
    assert [each["statuses"] for each in coverage["operations"] if each["requests"]] == [{"404": 1}]


def test_report_folder_that_cannot_be_written_is_reported(
    pytester: pytest.Pytester, run_suite, monkeypatch, tmp_path
):
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("MOCKAPI_REPORT_DIR", str(file))
    pytester.makepyfile("def test_fails(mockapi):\n    assert not 'done'\n")
    result = run_suite()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*mockapi report in {file}*", "Not written: *"])
