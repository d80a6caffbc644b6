"""The marker `mockapi`."""

from functools import partial

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def run(run_suite):
    return partial(run_suite, "--strict-markers")


def test_marker_sets_up_the_world_and_the_closest_wins(pytester: pytest.Pytester, run):
    pytester.makefile(".yaml", two="sites: [{building: office, city: Lyon}]\nseed: 11")
    pytester.makepyfile(
        """
        import pytest
        from mockapi import Settings

        pytestmark = pytest.mark.mockapi(seed=5, presets=["slow-backend"])

        @pytest.fixture
        def mockapi_settings():
            return Settings(scenario="vendor-samples", seed=3, edition="2022")

        @pytest.mark.mockapi(
            scenario="empty", clock="2026-03-01T00:00:00Z", faults=[{"kind": "status"}]
        )
        def test_marked(mockapi):
            world = mockapi.world()
            assert (world["scenario"], world["seed"], world["edition"]) == ("empty", 5, "2022")
            assert mockapi.clock.now().isoformat() == "2026-03-01T00:00:00+00:00"
            kinds = [each["fault"]["kind"] for each in mockapi.faults()]
            assert kinds == ["latency", "status"]

        @pytest.mark.mockapi(scenario="two.yaml", seed=None)
        def test_file_next_to_the_test(mockapi):
            world = mockapi.world()
            assert (len(world["customers"][0]["sites"]), world["seed"]) == (1, 11)
        """
    )
    # From another folder: the path is relative to the file of the test.
    elsewhere = pytester.mkdir("elsewhere")
    pytester.makeini("[pytest]")
    result = run(f"--rootdir={pytester.path}", str(pytester.path))
    result.assert_outcomes(passed=2)
    assert list(elsewhere.iterdir()) == []


WRONG = {
    "scenrio='empty'": ": 'scenrio' is not an option. Did you mean scenario?",
    "zzz=1": ": 'zzz' is not an option. Use one of accept_any_token, *, presets.",
    "port=1": ": 'port' is not an option. *",
    "'empty'": ": 'empty' is not a keyword argument. Use for example scenario='empty'.",
    "seed='x'": ": seed='x': must be a whole number*",
    "edition='1999'": ": edition='1999': must be 'latest'*",
    "faults={'kind': 'status'}": ": faults: {'kind': 'status'} is not a list.",
    "faults=[{'times': 1}]": ": faults: {'times': 1} is not a mapping with the key `kind`.",
    "presets='slow-backend'": ": presets: 'slow-backend' is not a list.",
}


def test_invalid_marker_option_is_reported_with_valid_ones(pytester: pytest.Pytester, run):
    tests = [
        f"@pytest.mark.mockapi({marker})\ndef test_{number}(mockapi):\n    pass\n"
        for number, marker in enumerate(WRONG)
    ]
    pytester.makepyfile(test_it="import pytest\n" + "\n".join(tests))
    result = run()
    result.assert_outcomes(errors=len(WRONG))
    assert len(error_lines(result)) == len(WRONG)
    for number, message in enumerate(WRONG.values()):
        line = f"The marker mockapi of test_it.py::test_{number}{message}"
        result.stdout.fnmatch_lines([line.replace("[", "[[]").replace("?", "[?]")])


def error_lines(result: pytest.RunResult) -> list[str]:
    """Return all lines of the section ERRORS without the headings."""
    text = result.stdout.str().partition("= ERRORS =")[2].partition("= short test summary")[0]
    return [line for line in text.splitlines()[1:] if not line.startswith(("___", "==="))]


SUITE = """
import pytest

pytestmark = pytest.mark.mockapi(clock="2026-03-01T00:00:00Z")

@pytest.mark.mockapi(scenario="nowhere")
def test_scenario({fixture}):
    pass

@pytest.mark.mockapi(scenario="demos")
def test_close({fixture}):
    pass

@pytest.mark.mockapi(scenario="./nowhere.yaml")
def test_file({fixture}):
    pass

@pytest.mark.mockapi(scenario="bad.yaml")
def test_mistake({fixture}):
    pass

@pytest.mark.mockapi(clock="yesterday")
def test_clock({fixture}):
    pass

@pytest.mark.mockapi(faults=[{{"kind": "statsu"}}])
def test_kind({fixture}):
    pass

@pytest.mark.mockapi(faults=[{{"kind": "status", "nope": 1}}])
def test_setting({fixture}):
    pass

@pytest.mark.mockapi(presets=["nowhere"])
def test_preset({fixture}):
    pass
"""


@pytest.mark.parametrize("fixture", ["mockapi", "mockapi_app"])
def test_marker_mistake_is_one_line_that_names_the_test(
    pytester: pytest.Pytester, run, fixture: str
):
    tests = pytester.mkdir("tests")
    (tests / "test_it.py").write_text(SUITE.format(fixture=fixture))
    bad = tests / "bad.yaml"
    bad.write_text("sites: [{bulding: office, city: Lyon}]")
    searched = f"Searched: {tests}/nowhere.yaml, {pytester.path}/nowhere.yaml, "
    result = run()
    result.assert_outcomes(errors=8)
    place = "The marker mockapi of tests/test_it.py::test_"
    result.stdout.fnmatch_lines(
        [
            f"{place}scenario: scenario='nowhere': *demo, *",
            f"{place}close: scenario='demos': this scenario does not exist. Did you mean demo[?]",
            f"{place}file: scenario='./nowhere.yaml': this file does not exist. {searched}*",
            f"{place}mistake: scenario='{bad}': {bad}:1:*: sites.0.bulding: unknown key. Did you *",
            f"{place}clock: clock='yesterday': *",
            f"{place}kind: faults: {{'kind': 'statsu'}}: 'statsu' is not a kind of *",
            f"{place}setting: faults: {{'kind': 'status', 'nope': 1}}: nope: *",
            f"{place}preset: presets: 'nowhere': 'nowhere' is not a preset. *",
        ]
    )
    lines = error_lines(result)
    assert [line.count("The marker") for line in lines] == [1] * 8


def test_all_mistakes_of_a_scenario_are_reported(pytester: pytest.Pytester, run):
    pytester.makefile(".yaml", bad="sites: [{bulding: office, city: Lyon}]\nsed: 1")
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.mockapi(scenario="bad.yaml")
        def test_it(mockapi):
            pass
        """
    )
    result = run()
    result.assert_outcomes(errors=1)
    file = pytester.path / "bad.yaml"
    first, *others = error_lines(result)
    place = f"The marker mockapi of test_it.py::test_it: scenario='{file}': "
    assert first == f"{place}{len(others)} mistakes"
    assert others[-1] == f"{file}:2:6: sed: unknown key. Did you mean seed?"


def test_scenario_option_accepts_a_path(pytester: pytest.Pytester, run):
    tests = pytester.mkdir("tests")
    (tests / "two.yaml").write_text("sites: [{building: office, city: Lyon}]\nseed: 11")
    (tests / "test_it.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        "import mockapi as package\n"
        "PATH = Path(__file__).with_name('two.yaml')\n"
        "@pytest.mark.mockapi(scenario=PATH)\n"
        "def test_marked(mockapi):\n"
        "    assert mockapi.world()['seed'] == 11\n"
        "def test_made(make_mockapi):\n"
        "    for scenario in (PATH, 'two.yaml', Path('two.yaml')):\n"
        "        assert make_mockapi(scenario=scenario).world()['seed'] == 11\n"
        "def test_run():\n"
        "    with package.run(scenario=PATH) as server:\n"
        "        assert server.world()['seed'] == 11\n"
    )
    run().assert_outcomes(passed=3)
