"""What the command line, the environment and pytest's file say, in suites of its own."""

from pathlib import Path

import pytest

from mockapi import create_app, serve_in_thread
from mockapi.handle import MockApi
from mockapi.pytest_plugin.options import OPTIONS

pytest_plugins = ["pytester"]

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")

SEED = """
import os

def test_seed(mockapi):
    assert mockapi.world()["seed"] == int(os.environ["EXPECTED"])
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    def run(expected: int, *arguments: str) -> None:
        monkeypatch.setenv("EXPECTED", str(expected))
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)
        result.assert_outcomes(passed=1)

    return run


def test_the_file_gives_way_to_the_environment_and_that_to_the_command_line(
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


def test_an_override_says_one_thing_and_the_options_say_the_others(pytester: pytest.Pytester):
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
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--mockapi-edition=2022")
    result.assert_outcomes(passed=1)


def test_the_environment_is_as_it_was_when_the_run_is_over(
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


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("--mockapi-seed=x", "*WrongWish: MOCKAPI_SEED: Input should be a valid integer*"),
        ("--mockapi-scenario=nowhere", "*no such scenario; there are *"),
    ],
)
def test_a_wrong_option_is_told(pytester: pytest.Pytester, argument: str, told: str):
    pytester.makepyfile("def test_it(mockapi):\n    pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", argument)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])


def test_a_wrong_number_of_lines_ends_the_run(pytester: pytest.Pytester):
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--mockapi-report=all")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*MOCKAPI_REPORT (mockapi_report): 'all' is no number."])


def test_the_very_same_suite_runs_here_and_on_a_server_elsewhere(pytester: pytest.Pytester):
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
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=4)
    with serve_in_thread(create_app()) as url:
        result = pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-n2", f"--mockapi-url={url}"
        )
        result.assert_outcomes(passed=4)
        assert MockApi(url).worlds() == []


@pytest.mark.parametrize("word", OPTIONS)
def test_an_option_has_a_row_in_the_readme(word):
    assert f"\n| `--mockapi-{word}` | `MOCKAPI_{word.upper()}` | `mockapi_{word}` | " in README
