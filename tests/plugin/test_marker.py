"""The marker `mockapi`, in suites of its own."""

import pytest

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers", *arguments)


def test_a_marker_sets_a_world_up_and_the_nearest_one_wins(pytester: pytest.Pytester):
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
        def test_a_file_beside_the_test(mockapi):
            world = mockapi.world()
            assert (len(world["customers"][0]["sites"]), world["seed"]) == (1, 11)
        """
    )
    # From elsewhere: the file is looked for beside the test.
    elsewhere = pytester.mkdir("elsewhere")
    pytester.makeini("[pytest]")
    result = run(pytester, f"--rootdir={pytester.path}", str(pytester.path))
    result.assert_outcomes(passed=2)
    assert list(elsewhere.iterdir()) == []


WRONG = {
    "scenrio='empty'": " knows no 'scenrio'; did you mean scenario?",
    "zzz=1": " knows no 'zzz'; it knows accept_any_token, *, presets.",
    "port=1": " knows no 'port'; *",
    "'empty'": " takes words by name, such as scenario='empty'.",
    "seed='x'": ": seed='x': Input should be a valid integer*",
    "edition='1999'": ": edition='1999': Input should be 'latest'*",
    "faults={'kind': 'status'}": ": faults: {'kind': 'status'} is no list.",
    "faults=[{'times': 1}]": ": faults: {'times': 1} is no mapping with a `kind`.",
    "presets='slow-backend'": ": presets: 'slow-backend' is no list.",
}


def test_a_wrong_word_of_a_marker_is_told_with_the_right_ones(pytester: pytest.Pytester):
    tests = [
        f"@pytest.mark.mockapi({marker})\ndef test_{number}(mockapi):\n    pass\n"
        for number, marker in enumerate(WRONG)
    ]
    pytester.makepyfile(test_it="import pytest\n" + "\n".join(tests))
    result = run(pytester)
    result.assert_outcomes(errors=len(WRONG))
    for number, told in enumerate(WRONG.values()):
        line = f"E * The marker mockapi of test_it.py::test_{number}{told}"
        result.stdout.fnmatch_lines([line.replace("[", "[[]").replace("?", "[?]")])


def test_what_only_the_server_knows_to_be_wrong_is_told_in_its_words(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.mockapi(scenario="nowhere")
        def test_scenario(mockapi):
            pass

        @pytest.mark.mockapi(faults=[{"kind": "statsu"}])
        def test_kind(mockapi):
            pass

        @pytest.mark.mockapi(presets=["nowhere"])
        def test_preset(mockapi):
            pass
        """
    )
    result = run(pytester)
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(
        [
            "E *ScenarioError: nowhere: no such scenario; there are *",
            "E *MockApiError: POST /__admin/faults: kind: must be one of status, *",
            "E *MockApiError: POST /__admin/faults/presets/nowhere: *",
        ]
    )
