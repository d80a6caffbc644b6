"""Home page: figures of all sites, the map, and the steps of the tour."""

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.overview import format_energy, overview_of, sparkline
from mockapi.console.site_figures import SITES_PER_REQUEST, compute_figures, known_figures
from mockapi.console.world_map import world_map
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.world.sites import all_sites

TOKEN = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
SITES = "/ecostruxure/scoring/v1/sites"


@pytest.fixture
def client():
    app = create_app(Settings())
    yield TestClient(app)
    app.state.worlds.close()


@pytest.fixture
def world(client):
    return client.app.state.worlds.first


def test_electricity_of_the_tile_is_that_of_the_readings(client, world):
    sites = all_sites(world)
    assert compute_figures(world, sites, limit=100) == []
    overview = overview_of(world, sites)

    for site in sites:
        if site.registered_at is not None:
            kwh, has_gaps = electricity(client, site)
            total = known_figures(world, site).total
            # A day counts when all of its readings have arrived.
            assert total <= kwh if has_gaps else total == pytest.approx(kwh)
    totals = [found.total for each in sites if (found := known_figures(world, each))]
    assert (overview.counted, overview.registered, overview.pending) == (7, 7, False)
    assert overview.kwh == pytest.approx(sum(totals))
    assert overview.homes == round(overview.kwh * 365 / 30 / 3500)


def electricity(client, site: Site) -> tuple[float, bool]:
    """Return the kWh of the 30 local days before June, and whether readings are missing."""
    zone = ZoneInfo(site.timezone)
    edges = (datetime(2026, 5, 2, tzinfo=zone), datetime(2026, 6, 1, tzinfo=zone))
    since, until = (f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in edges)
    meters = client.get(f"/__admin/sites/{site.id}").json()["meters"]
    series = [
        client.get(
            "/__admin/series",
            params={"site": site.id, "key": each["measurements"][0]["key"]}
            | {"since": since, "until": until},
        ).json()
        for each in meters
        if each["commodity"] == "Electricity" and not each["parent_id"]
    ]
    return sum(sum(each["values"]) for each in series), any(each["gaps"] for each in series)


def test_mean_score_is_that_of_the_scores_of_the_last_day(client, world):
    sites = [each for each in all_sites(world) if each.registered_at is not None]
    compute_figures(world, sites, limit=100)
    ask = {"type": "daily", "category": "energy", "since": "2026-05-31"}
    scores = [
        client.get("/__admin/scores", params=ask | {"site": each.id}).json()[0]["score"]
        for each in sites
    ]
    overview = overview_of(world, sites)

    # The one of the first site is posted.
    assert scores[0] == 72
    assert overview.mean_score == pytest.approx(sum(scores) / 7)
    assert overview.lowest_score == min(scores)


def test_tiles_are_computed_in_steps(client):
    assert "data-pending" in client.get("/").text
    steps = [client.get("/console/tiles").text for _ in range(math.ceil(7 / SITES_PER_REQUEST))]

    assert ["data-pending" in each for each in steps] == [True, False]
    assert "at 4 of 7 sites" in steps[0]
    assert "data-pending" not in client.get("/").text


def test_figures_are_computed_again_after_an_hour_and_a_push(client, world):
    site = all_sites(world)[0]
    compute_figures(world, [site])
    before = known_figures(world, site)
    client.put("/__admin/clock", json={"advance": "PT1H"})
    assert known_figures(world, site) is None
    compute_figures(world, [site])
    assert known_figures(world, site) == before
    key = client.get(f"/__admin/sites/{site.id}").json()["meters"][0]["measurements"][0]["key"]
    reading = {"date": "2026-05-30T10:00:00Z", "value": 1_000_000}
    client.put("/__admin/readings", json={"key": key, "readings": [reading]})
    client.put("/__admin/clock", json={"advance": "PT1H"})
    compute_figures(world, [site])

    assert known_figures(world, site).total > before.total + 900_000


def test_markers_are_apart_and_count_all_sites(world):
    shown = world_map(all_sites(world))
    for markers, radius in ((shown.wide, shown.radius), (shown.narrow, shown.narrow_radius)):
        assert sum(each.count for each in markers) == 12
        places = [(each.x, each.y) for each in markers]
        pairs = [(a, b) for a in places for b in places if a < b]
        assert min(math.dist(*each) for each in pairs) >= 2 * radius
    assert len(shown.narrow) <= len(shown.wide) < shown.towns == 10


def test_marker_links_to_its_sites(client, world):
    for each in world_map(all_sites(world)).wide:
        page = client.get(f"/console/sites?{each.query}").text
        assert len(re.findall(r'<th scope="row"', page)) == each.count


@pytest.mark.parametrize("bounds", ["", "1,2,3", "west,0,0,0"])
def test_invalid_bounds_select_all_sites(client, bounds):
    page = client.get("/console/sites", params={"bounds": bounds}).text
    assert len(re.findall(r'<th scope="row"', page)) == 12


def tour(client) -> list[str]:
    return re.findall(r'data-step="(\w+)" data-done', client.get("/").text)


def test_tour_shows_what_was_done(client):
    assert tour(client) == []
    client.get(SITES, headers=TOKEN)
    assert tour(client) == ["ask"]
    fault = client.post("/__admin/faults", json={"kind": "status", "status": 503}).json()
    client.get(SITES, headers=TOKEN)
    client.delete(f"/__admin/faults/{fault['id']}")
    client.put("/__admin/clock", json={"advance": "P1D"})
    assert tour(client) == ["ask", "break", "clock"]
    client.post("/__admin/reset")
    assert tour(client) == []


def test_requests_and_errors_are_counted(client):
    client.get(SITES, headers=TOKEN)
    client.get(SITES)
    page = client.get("/").text

    assert re.search(r'Requests</h2>\s*<p class="value">2 <span class="tag bad">1 error<', page)


@pytest.mark.parametrize(
    ("kwh", "shown"),
    [(0, ("0", "kWh")), (999, ("999", "kWh")), (1_234, ("1.23", "MWh")), (5e8, ("500", "GWh"))],
)
def test_energy_has_a_readable_unit(kwh, shown):
    assert format_energy(kwh) == shown


def test_sparkline_is_interrupted_by_gaps():
    found = sparkline([1.0, None, 2.0, 2.0])
    assert found.line == "M0 16M8 2l4 0"
    assert found.area == "M0 32V16V32H0M8 32V2l4 0V32H8"
    assert sparkline([]) == ("", "")
