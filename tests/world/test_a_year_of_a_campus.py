"""Events of the scenario `a-year-of-a-campus`, one year later."""

from functools import cache

import pytest
from starlette.testclient import TestClient
from story_steps import GAS, GRID, WATER, between, came, ratio

from mockapi import create_app
from mockapi.resources import scenarios
from mockapi.settings import Settings

INES = {"Authorization": "Bearer mockAccessToken00000000Ines1"}
MINE = {"Authorization": "Bearer mockPAT0000000000000000Ines1"}
BEGIN = "2026-06-01T00:00:00Z"
SITES = "/ecostruxure/scoring/v1/sites"


def a_year_later(path):
    app = create_app(Settings(scenario=str(path)))
    client = TestClient(app, headers=INES)
    client.put("/__admin/clock", json={"advance": "P1Y"}).raise_for_status()
    yield client
    app.state.world.close()


@pytest.fixture(scope="module")
def campus():
    yield from a_year_later(scenarios() / "a-year-of-a-campus.yaml")


@pytest.fixture(scope="module")
def uneventful(tmp_path_factory):
    """The same campus, to which nothing happens."""
    text = (scenarios() / "a-year-of-a-campus.yaml").read_text("utf-8")
    path = tmp_path_factory.mktemp("campus") / "uneventful.yaml"
    path.write_text(text[: text.index("\ntimeline:") + 1], "utf-8")
    yield from a_year_later(path)


@pytest.fixture(scope="module")
def compared(campus, uneventful):
    """Compares the readings of a window with those of the campus to which nothing happens."""

    @cache
    def both(site):
        return [values_of(world, site) for world in (uneventful, campus)]

    def compare(site, usage, since, until):
        return ratio(usage, *both(site), since, until)

    return compare


def values_of(world, site):
    found = came(world, f"campus-{site}", headers=INES, gte=BEGIN)
    return {name: {at: value for at, (_, value) in each.items()} for name, each in found.items()}


@pytest.mark.parametrize("site", ["lecture", "office", "laboratory"])
def test_july_heat_wave_warms_all_sites(compared, site):
    # The lecture hall purchases its cold; pumps and fans use little electricity.
    most = 1.002 if site == "lecture" else 1.01
    assert compared(site, GRID, "2026-07-12", "2026-07-19") > most
    assert compared(site, GRID, "2026-06-01", "2026-07-11") == 1


def test_retrofit_of_library_saves_a_quarter(compared):
    assert compared("library", GRID, "2026-09-01", "2027-06") == pytest.approx(0.75, abs=0.01)
    assert compared("library", GAS, "2026-09-01", "2027-06") == pytest.approx(0.75, abs=0.02)
    assert compared("library", WATER, "2026-09-01", "2027-06") == 1


def test_gas_meter_of_laboratory_is_replaced(campus):
    gas = values_of(campus, "laboratory")[GAS]
    assert between(gas, "2026-10-14T08", "2026-10-15T08") == []
    assert all(each % 1 == 0 for each in between(gas, "2026-10-15T08"))
    assert not all(each % 1 == 0 for each in between(gas, "2026-06", "2026-10-14"))


def test_gateway_of_residence_is_silent_for_six_days(campus):
    arrivals = [
        stamp
        for series in came(campus, "campus-residence", headers=INES, gte=BEGIN).values()
        for stamp, _ in series.values()
    ]
    assert not [each for each in arrivals if "2026-11-05T14" <= each < "2026-11-11T14"]
    assert len([each for each in arrivals if "2026-11-11T14" <= each < "2026-11-12T16"]) > 5 * 24


def test_closed_sports_hall_then_saves_water(compared):
    assert compared("sports", WATER, "2026-12-02", "2027-01-31") < 0.3
    assert compared("sports", WATER, "2027-02-02", "2027-04-05") == 1
    assert compared("sports", WATER, "2027-04-06", "2027-06") == pytest.approx(0.7, abs=0.05)


def test_halved_occupancy_of_administration_lowers_use(compared):
    assert compared("office", WATER, "2027-02-02", "2027-06") < 0.8
    assert compared("office", "CO2", "2027-02-02", "2027-06") < 0.98


def test_building_appears_and_another_is_withdrawn(campus):
    seen = [each["id"] for each in campus.get(SITES).json()]
    assert "campus-innovation" in seen
    assert "campus-annexe" not in seen
    campus.app.state.world.store.show_site("campus-annexe")
    requests = "/ecostruxure/user/scoring/v1/sites/campus-annexe/scoring-requests"
    (request,) = campus.get(requests, headers=MINE).json()
    assert (request["status"], request["detail"]) == ("REJECTED", "The building is being sold")
    assert {each["state"] for each in campus.get("/__admin/timeline").json()} == {"past"}
