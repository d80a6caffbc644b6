"""Options of the plugin on the command line, in the environment and in pytest's file."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

from mockapi import Settings, create_app, serve_in_thread
from mockapi.client import MockApi
from mockapi.testing.options import OPTIONS

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "pytest.md").read_text("utf-8")

SEED = """
import os

def test_seed(mockapi):
    assert mockapi.world()["seed"] == int(os.environ["EXPECTED"])
"""


@pytest.fixture
def run(run_suite, monkeypatch: pytest.MonkeyPatch):
    def run(expected: int, *arguments: str) -> None:
        monkeypatch.setenv("EXPECTED", str(expected))
        run_suite(*arguments).assert_outcomes(passed=1)

    return run


def test_command_line_precedes_environment_and_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, run
):
    pytester.makepyfile(SEED)
    pytester.makeini("[pytest]\nmockapi_scenario = empty\nmockapi_seed = 1")
    run(1)
    monkeypatch.setenv("MOCKAPI_SEED", "2")
    run(2)
    run(3, "--mockapi-seed=3")
    pytester.makeconftest(
        """
        import pytest
        from mockapi import Settings

        @pytest.fixture
        def mockapi_settings():
            return Settings(seed=4)
        """
    )
    run(4, "--mockapi-seed=3")
    pytester.makepyfile("import pytest\npytestmark = pytest.mark.mockapi(seed=5)\n" + SEED.lstrip())
    run(5, "--mockapi-seed=3")


def test_settings_fixture_is_merged_with_the_options(pytester: pytest.Pytester, run_suite):
    pytester.makefile(".yaml", mine="sites: [{building: office, city: Lyon}]")
    pytester.makeini("[pytest]\nmockapi_scenario = mine.yaml\nmockapi_clock = 2026-03-01T00:00:00Z")
    tests = pytester.mkdir("tests")
    (tests / "test_it.py").write_text(
        "import pytest\n"
        "from mockapi import Settings, run\n"
        "@pytest.fixture\n"
        "def mockapi_settings():\n"
        "    return Settings(seed=7)\n"
        "def test_it(mockapi):\n"
        "    world = mockapi.world()\n"
        "    assert (world['scenario'], world['seed'], world['edition']) == ('mine', 7, '2022')\n"
        "    assert mockapi.clock.now().isoformat() == '2026-03-01T00:00:00+00:00'\n"
    )
    result = run_suite("--mockapi-edition=2022")
    result.assert_outcomes(passed=1)


def test_environment_is_restored_after_the_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    import os

    monkeypatch.delenv("MOCKAPI_SEED", raising=False)
    pytester.makepyfile("import os\ndef test_it():\n    assert os.environ['MOCKAPI_SEED'] == '3'\n")
    result = pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", "-p", "no:asyncio", "--mockapi-seed=3"
    )
    result.assert_outcomes(passed=1)
    assert "MOCKAPI_SEED" not in os.environ


WRONG = {
    "--mockapi-seed=x": "--mockapi-seed: 'x': must be a whole number",
    "-omockapi_seed=x": "mockapi_seed in tox.ini: 'x': must be a whole number",
    "--mockapi-clock=yesterday": "--mockapi-clock: 'yesterday': *",
    "--mockapi-scenario=nowhere": "--mockapi-scenario: 'nowhere': *demo*",
    "--mockapi-scenario=no.yaml": "--mockapi-scenario: 'no.yaml': this file does not exist. *",
    "--mockapi-report=-1": "--mockapi-report: '-1' is not a whole number of requests. *",
    "--mockapi-url=127.0.0.1:8080": "--mockapi-url: '127.0.0.1:8080' is not a valid URL. *",
}


@pytest.mark.parametrize("argument", WRONG)
def test_invalid_option_stops_the_run_with_one_line(
    pytester: pytest.Pytester, run_suite, argument: str
):
    pytester.makepyfile("def test_it(mockapi):\n    pass\n\ndef test_too(mockapi):\n    pass")
    pytester.makeini("[pytest]")
    # pytest-asyncio warns on stderr.
    result = run_suite("-p", "no:asyncio", argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = filter(None, result.stderr.lines)
    assert fnmatch(line, f"ERROR: {WRONG[argument]}")


def test_invalid_variable_is_reported_by_name(
    pytester: pytest.Pytester, run_suite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MOCKAPI_SEED", "x")
    pytester.makepyfile("def test_it(mockapi):\n    pass")
    result = run_suite()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: MOCKAPI_SEED: 'x': must be a whole number"])


def test_unused_invalid_option_does_not_fail_tests(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import pytest

        def test_nothing():
            pass

        class TestWithSettings:
            @pytest.fixture
            def mockapi_settings(self):
                from mockapi import Settings
                return Settings(seed=4)

            def test_it(self, mockapi):
                assert mockapi.world()["seed"] == 4
        """
    )
    result = run_suite("--mockapi-seed=x")
    result.assert_outcomes(passed=2)


def test_workers_report_an_invalid_option_by_name(pytester: pytest.Pytester, run_suite_in_process):
    pytester.makepyfile("def test_it(mockapi):\n    pass")
    pytester.makeini("[pytest]\nmockapi_seed = x")
    result = run_suite_in_process("-n1")
    result.assert_outcomes(errors=1)
    line = "mockapi_seed in tox.ini: 'x': must be a whole number"
    assert result.stdout.lines.count(line) == 1


@pytest.mark.parametrize(
    ("variable", "fixture"),
    [("ADMIN", "mockapi"), ("ADMIN", "mockapi_app"), ("DATA", "mockapi")],
)
def test_settings_without_worlds_are_rejected(
    pytester: pytest.Pytester,
    run_suite,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    fixture: str,
):
    monkeypatch.setenv(f"MOCKAPI_{variable}", "false")
    pytester.makepyfile(f"def test_it({fixture}):\n    pass")
    result = run_suite()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"MOCKAPI_{variable}* Remove it."])
    result.stdout.no_fnmatch_line("E  *")


def test_unusable_server_error_names_the_option(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile("def test_it(mockapi):\n    pass")
    with serve_in_thread(create_app(Settings(admin=False))) as url:
        result = run_suite(f"--mockapi-url={url}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        f"--mockapi-url: PUT /__admin/worlds/test-it-*: {url} responded with HTTP 404. Check that "
        "it is a mockapi with MOCKAPI_ADMIN=true."
    )
    dead = run_suite(f"--mockapi-url={url}")
    dead.assert_outcomes(errors=1)
    assert (
        f"--mockapi-url: No response from {url}: Connection refused. Start a server there, or "
        "remove the option: pytest then starts a server of its own."
    ) in dead.stdout.lines
    dead.stdout.no_fnmatch_line("E  *")


def test_mistakes_are_reported_on_a_remote_server(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.mockapi(scenario="nowhere.yaml")
        def test_file(mockapi):
            pass

        @pytest.mark.mockapi(scenario="nowhere")
        def test_name(mockapi):
            pass

        @pytest.mark.mockapi(presets=["nowhere"])
        def test_preset(mockapi):
            pass
        """
    )
    with serve_in_thread(create_app()) as url:
        result = run_suite(f"--mockapi-url={url}")
    result.assert_outcomes(errors=3)
    place = "The marker mockapi of test_it.py::test_"
    result.stdout.fnmatch_lines(
        [
            f"{place}file: scenario='nowhere.yaml': this file does not exist. Searched: *",
            f"{place}name: scenario='nowhere': *nowhere*",
            f"{place}preset: presets: 'nowhere': 'nowhere' is not a preset. *",
        ]
    )
    result.stdout.no_fnmatch_line("E  *")


def test_tokens_are_the_same_on_a_remote_server(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import pathlib

        def test_tokens(mockapi, make_mockapi, request):
            minted = str([mockapi.token(), make_mockapi().token()])
            kept = pathlib.Path(request.config.rootpath, "minted.txt")
            if kept.exists():
                assert kept.read_text() == minted
            kept.write_text(minted)
        """
    )
    with serve_in_thread(create_app()) as url:
        for arguments in ([], [f"--mockapi-url={url}"], [f"--mockapi-url={url}"]):
            result = run_suite(*arguments)
            result.assert_outcomes(passed=1)


def test_two_runs_on_one_server_have_separate_worlds(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        def test_it(mockapi):
            name = mockapi.url.rpartition("/w/")[2]
            with open("names.txt", "a") as names:
                print(name, file=names)
        """
    )
    names = pytester.path / "names.txt"
    with serve_in_thread(create_app()) as url:
        alone = run_suite(f"--mockapi-url={url}")
        # As if another run of the same suite used this name now.
        other = MockApi(url).create_world(names.read_text().strip())
        again = run_suite(f"--mockapi-url={url}")
        assert [f"{url}/w/{name}" for name in MockApi(url).worlds()] == [other.url]
    for each in (alone, again):
        each.assert_outcomes(passed=1)
    first, second = names.read_text().split()
    assert second == f"{first}-2"


def test_suite_passes_locally_and_on_a_remote_server(
    pytester: pytest.Pytester, run_suite, run_suite_in_process
):
    pytester.makepyfile(
        """
        import json
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        import pytest

        def sites(world):
            headers = {"Authorization": f"Bearer {world.token()}"}
            return json.load(urlopen(Request(f"{world.partner_url}/sites", headers=headers)))

        @pytest.mark.mockapi(scenario="vendor-samples", seed=4)
        def test_marked(mockapi):
            world = mockapi.world()
            assert (world["scenario"], world["seed"]) == ("vendor-samples", 4)
            assert [each["id"] for each in sites(mockapi)] == world["customers"][0]["sites"]

        @pytest.mark.mockapi(faults=[{"kind": "status", "status": 503, "operation": "listSites"}])
        def test_faults(mockapi):
            with pytest.raises(HTTPError, match="503"):
                sites(mockapi)

        def test_several(mockapi, make_mockapi):
            first, second = make_mockapi(seed=1), make_mockapi(seed=2)
            assert len({mockapi.url, first.url, second.url}) == 3
            assert sites(first) != sites(second)
            first.delete()

        def test_application(mockapi_app):
            assert mockapi_app.world()["scenario"] == "demo"
        """
    )
    result = run_suite()
    result.assert_outcomes(passed=4)
    with serve_in_thread(create_app()) as url:
        result = run_suite_in_process("-n2", f"--mockapi-url={url}")
        result.assert_outcomes(passed=4)
        assert MockApi(url).worlds() == []


@pytest.mark.parametrize("word", OPTIONS)
def test_option_has_a_row_on_the_page(word):
    assert f"\n| `--mockapi-{word}` | `MOCKAPI_{word.upper()}` | `mockapi_{word}` | " in PAGE
