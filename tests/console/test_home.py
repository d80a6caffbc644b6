"""Home page: figures of all sites, the map, and the steps of the tour."""

import math
import re

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.comparison import Comparison
from mockapi.console.figure_computation import compute_figures
from mockapi.console.overview import format_energy, overview_of, sparkline, sum_of_days
from mockapi.console.site_figures import (
    Electricity,
    SiteFigures,
    known_figures,
)
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

    registered = [each for each in sites if each.registered_at is not None]
    found = [known_figures(world, each).electricity for each in registered]
    assert [each.total for each in found] == pytest.approx(
        [electricity(client, each) for each in registered]
    )
    assert (overview.counted, overview.registered, overview.pending) == (7, 7, False)
    assert overview.kwh == pytest.approx(sum(each.total for each in found))
    assert overview.homes == round(overview.kwh * 365 / 30 / 3500)


def electricity(client, site: Site) -> float:
    """Return the kWh of the 30 days before now, which the page of the site shows, too."""
    window = {"since": "2026-05-02T09:00:00Z", "until": "2026-06-01T09:00:00Z"}
    meters = client.get(f"/__admin/sites/{site.id}").json()["meters"]
    keys = [
        each["measurements"][0]["key"]
        for each in meters
        if each["commodity"] == "Electricity" and not each["parent_id"]
    ]
    page = client.get(f"/console/sites/{site.id}/totals", params=window | {"key": keys}).text
    amounts = re.findall(r": ([\d,.]+) kWh", page)
    shown = sum(float(each.replace(",", "")) for each in amounts)
    series = [
        client.get("/__admin/series", params=window | {"site": site.id, "key": each}).json()
        for each in keys
    ]
    exact = sum(sum(each["values"]) for each in series)
    assert shown == pytest.approx(exact, rel=1e-4)
    return exact


def test_day_that_a_large_site_lacks_does_not_look_like_a_drop(world):
    same = Comparison(0, 0.0, 0.0)
    large = Electricity(0.0, (*[900.0] * 28, None, None), same)
    small = [Electricity(0.0, (*[10.0] * 29, None), same) for _ in range(3)]
    days = sum_of_days([large, *small])

    assert days[:29] == pytest.approx([930.0] * 29)
    assert days[29] is None


def test_change_compares_hours_that_both_months_have(client, world):
    # The first site lacks 24 readings of a weekday.
    site = all_sites(world)[0]
    compute_figures(world, [site])
    found = known_figures(world, site).electricity
    assert found.comparison.intervals < 720
    assert found.total >= found.comparison.now
    assert len(found.days) == 30
    assert None in found.days


def test_mean_score_is_the_average_of_the_computed_scores(client, world):
    sites = [each for each in all_sites(world) if each.registered_at is not None]
    compute_figures(world, sites, limit=100)
    overview = overview_of(world, sites)
    query = {"site": sites[0].id, "category": "energy", "type": "average"}
    average = client.get("/__admin/scores", params=query).json()[0]["score"]
    assert overview.mean_score == pytest.approx(average, abs=0.05)
    # The score of the first site is posted. It replaces the computed one in the table of sites.
    energy = [known_figures(world, each).energy for each in sites]
    assert (energy[0].score, energy[0].is_posted) == (72, True)
    assert energy[0].computed != 72
    assert overview.mean_score == pytest.approx(sum(each.computed for each in energy) / 7)
    assert overview.lowest_score == min(each.computed for each in energy[1:])
    assert 'title="posted by a partner"' in client.get("/console/sites").text


def test_tiles_are_computed_in_steps(client):
    assert "data-pending" in client.get("/").text
    steps = [client.get("/console/tiles").text for _ in range(3)]

    assert ["data-pending" in each for each in steps] == [True, True, False]
    # Electricity is computed first.
    assert "GWh" in steps[0]
    assert "computed for" not in steps[0]
    # A mean of some sites is not shown as that of all, and its lowest score is not explained yet.
    assert "computed for 4 of 7 sites" in steps[1]
    assert ["so far" in each for each in steps] == [False, True, False]
    assert ["Why " in each for each in steps] == [False, False, True]
    assert "computed for 7 sites" in steps[2]
    assert "data-pending" not in client.get("/").text


def test_figures_are_computed_again_after_an_hour_and_a_push(client, world):
    site = all_sites(world)[0]
    compute_figures(world, [site])
    before = known_figures(world, site)
    client.put("/__admin/clock", json={"advance": "PT1H"})
    assert known_figures(world, site) == SiteFigures()
    compute_figures(world, [site])
    assert known_figures(world, site).energy == before.energy
    key = client.get(f"/__admin/sites/{site.id}").json()["meters"][0]["measurements"][0]["key"]
    reading = {"date": "2026-05-30T10:00:00Z", "value": 1_000_000}
    client.put("/__admin/readings", json={"key": key, "readings": [reading]})
    client.put("/__admin/clock", json={"advance": "PT1H"})
    compute_figures(world, [site])

    total = known_figures(world, site).electricity.total
    assert total > before.electricity.total + 900_000


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
    # A step is done when a request had the fault; a snapshot does not move the clock.
    client.post("/__admin/snapshots", json={"name": "before"})
    assert tour(client) == ["ask"]
    client.get(SITES, headers=TOKEN)
    client.delete(f"/__admin/faults/{fault['id']}")
    client.put("/__admin/clock", json={"advance": "P1D"})
    assert tour(client) == ["ask", "break", "clock"]
    client.post("/__admin/reset")
    assert tour(client) == []


def test_tile_names_presets_and_kinds_of_faults(client):
    client.post("/__admin/faults/presets/slow-backend")
    client.post("/__admin/faults/presets/failing-backend")
    client.post("/__admin/faults", json={"kind": "status", "status": 503})
    client.get(SITES, headers=TOKEN)
    page = client.get("/").text
    tile = page[page.index("Active faults</h2>") :]
    lines = re.findall(r'class="(?:value|note-line)">([^<]*)<', tile[: tile.index("</a>")])

    assert lines[0] == "5"
    assert lines[1] == "preset slow-backend, applied 1 time"
    assert lines[2].startswith("preset failing-backend, applied ")
    assert lines[3] == "and 1 more"
    sources = re.findall(r'data-label="Source">([^<]*)<', client.get("/console/faults").text)
    assert sources == ["preset slow-backend", *["preset failing-backend"] * 3, "control API"]


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


def test_home_and_clock_name_the_same_next_event(client):
    shown = [
        re.search(pattern, client.get(path).text)[1]
        for path, pattern in (
            ("/", r"Next event: ([^<]*?), 20"),
            ("/console/clock", r'id="next-event"[^>]*title="([^"]*?), 20'),
        )
    ]
    assert shown[0] == shown[1]
    assert "expire" in shown[0]


def test_large_numbers_of_faults_and_clock_have_separators(client):
    fault = {"kind": "rate_limit", "limit": 10_000, "seconds": 3600}
    when = {"after": 2_000, "seed": 20_260_601, "probability": 0.25}
    client.post("/__admin/faults", json=fault | {"when": when})
    client.put("/__admin/clock", json={"rate": 3600})

    page = client.get("/console/faults").text
    assert "limit 10,000, seconds 3,600" in page
    assert "after 2,000 requests" in page
    assert "25 % of requests" in page
    assert "seed 20260601" in page
    assert "3,600 seconds per second" in client.get("/console/clock").text
