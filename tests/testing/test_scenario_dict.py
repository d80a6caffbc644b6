"""Scenarios that a test gives as a dict, in the marker, `make_mockapi`, `run` and HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

import mockapi
from mockapi import MockApi
from mockapi.client import MockApiError
from mockapi.domain.json_values import scenario_text_of

pytest_plugins = ["pytester"]

SCENARIO = {
    "clock": datetime(2026, 6, 1, 9, tzinfo=UTC),
    "history": timedelta(days=7),
    "sites": [{"id": "lyon", "building": "office", "city": "Lyon", "registered": True}],
}
WRONG = {"sites": [{"building": "offce", "city": "Lyon"}]}


def test_marker_and_make_mockapi_accept_a_dict(pytester, run_suite):
    pytester.makepyfile(
        f"""
        import datetime

        import pytest

        SCENARIO = {SCENARIO!r}
        pytestmark = pytest.mark.mockapi(scenario=SCENARIO, seed=7)

        def test_fixture(mockapi):
            assert [each["id"] for each in mockapi.sites()] == ["lyon"]
            assert mockapi.world()["seed"] == 7
            assert mockapi.world()["scenario"] == "inline"

        def test_another_world(make_mockapi):
            assert make_mockapi(scenario={{"sites": []}}).sites() == []

        def test_app(mockapi_app):
            assert mockapi_app.world()["now"] == "2026-06-01T09:00:00Z"
        """
    )
    run_suite().assert_outcomes(passed=3)


def test_marker_with_a_wrong_dict_names_the_place(pytester, run_suite):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.mockapi(scenario={WRONG!r})
        def test_fixture(mockapi):
            pass
        """
    )
    result = run_suite()
    result.assert_outcomes(errors=1)
    result.stdout.re_match_lines([r".*scenario=\{\.\.\.\}: .*sites\.0\.building: 'offce' is not"])


def test_run_resets_to_the_dict():
    with mockapi.run(scenario=SCENARIO) as api:
        assert api.scenario()["text"] == scenario_text_of(SCENARIO)
        api.clock.advance("P1D")
        api.reset()
        assert api.clock.now() == SCENARIO["clock"]


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        (WRONG, r"run\(\): scenario=\{\.\.\.\}: .*sites\.0\.building: 'offce' is not a known"),
        ({"sites": [object()]}, r"run\(\): scenario=\{\.\.\.\}: .* cannot be sent as JSON"),
        ({"clock": datetime(2026, 6, 1)}, "does not have a time zone"),  # noqa: DTZ001
    ],
)
def test_run_with_a_wrong_dict_names_the_place(scenario, message):
    with pytest.raises(ValueError, match=message), mockapi.run(scenario=scenario):
        pass


def test_data_file_of_a_dict_is_continued(tmp_path):
    settings = {"scenario": SCENARIO, "data": tmp_path / "world.sqlite"}
    with mockapi.run(**settings) as api:
        api.clock.advance("P1D")
    with mockapi.run(**settings) as api:
        assert api.clock.now() == SCENARIO["clock"] + timedelta(days=1)


def test_world_is_created_from_an_object(client):
    body = {"name": "blue", "scenario": {"sites": SCENARIO["sites"]}, "scenario_name": "mine"}
    made = client.post("/__admin/worlds", json=body)
    assert (made.status_code, made.json()["scenario"]) == (201, "mine")
    listed = client.get("/w/blue/__admin/sites").json()
    assert [each["id"] for each in listed] == ["lyon"]

    same = client.put("/__admin/worlds/blue", json=body)
    assert (same.status_code, same.json()["name"]) == (200, "blue")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"scenario": WRONG}, "sites.0.building: 'offce' is not a known building"),
        ({"scenario": {}, "scenario_text": "seed: 1"}, "Remove one."),
        ({"scenario_name": "mine", "scenario": "demo"}, "scenario_name needs the scenario"),
        ({"scenario": [1]}, "scenario: must be the name of a scenario, or a scenario as an ob"),
        ({"scenario": "no name"}, "scenario: must be the name of a scenario"),
    ],
)
def test_world_of_a_wrong_object_is_rejected(client, body, detail):
    response = client.post("/__admin/worlds", json=body)
    assert response.status_code == 400
    assert detail in response.json()["detail"]


MISSPELT = {"sites": [{"building": "office", "city": "Lyon", "nmae": "HQ"}]}
MISSPELT_MESSAGE = "sites.0.nmae: unknown key. Did you mean name?"


@pytest.mark.parametrize("name", [{}, {"scenario_name": "mine"}], ids=["unnamed", "named"])
def test_error_in_an_object_has_no_line(client, name):
    response = client.post("/__admin/worlds", json={"scenario": MISSPELT, **name})
    assert (response.status_code, response.json()["detail"]) == (400, MISSPELT_MESSAGE)


def test_error_in_a_dict_of_run_has_no_line():
    with pytest.raises(ValueError, match="nmae") as caught, mockapi.run(scenario=MISSPELT):
        pass
    assert str(caught.value) == f"run(): scenario={{...}}: {MISSPELT_MESSAGE}"


def test_client_sends_a_dict_as_an_object(server_url):
    server = MockApi(server_url())
    world = server.create_world(scenario=SCENARIO)
    assert [each["id"] for each in world.sites()] == ["lyon"]
    world.delete()


def test_world_of_a_dict_is_not_reloaded():
    with mockapi.run(scenario=SCENARIO) as api, pytest.raises(MockApiError, match="given as text"):
        api.reset(reload=True)
