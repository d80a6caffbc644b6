"""Table of sites: search, filters, order by figures, and the computation of figures in steps."""

import re

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.figure_computation import compute_figures, sites_per_request
from mockapi.console.site_figures import (
    ALL_GROUPS,
    EnergyScore,
    FigureGroup,
    SiteFigures,
    is_known,
    known_figures,
)
from mockapi.console.site_selection import FIGURE_SORT_KEYS, sort_value
from mockapi.console.sites_table import SiteRow
from mockapi.settings import Settings
from mockapi.world.sites import all_sites


@pytest.fixture(scope="module")
def client():
    app = create_app(Settings(scenario="messy-data"))
    world = app.state.worlds.first
    compute_figures(world, all_sites(world), limit=100)
    yield TestClient(app)
    app.state.worlds.close()


@pytest.fixture
def figures(client):
    world = client.app.state.worlds.first
    return {each.id: known_figures(world, each) for each in all_sites(world)}


def shown(client, **query) -> list[str]:
    page = client.get("/console/sites", params=query).text
    return re.findall(r'<tr id="[^"]*" data-site="([^"]*)"', page)


@pytest.mark.parametrize("name", FIGURE_SORT_KEYS)
def test_sites_are_sorted_by_figures(client, figures, name):
    values = [sort_value(name, figures[each]) for each in shown(client, sort=name)]
    reverse = [sort_value(name, figures[each]) for each in shown(client, sort=f"-{name}")]

    assert len(values) == len(reverse) == 12
    known = [each for each in values if each is not None]
    assert known == sorted(known)
    assert len(set(known)) > 3
    assert reverse == sorted(known, reverse=True) + [None] * (12 - len(known))


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"score": "low"}, lambda each: each.score is not None and each.score < 50),
        ({"energy": "above"}, lambda each: (each.share_of_median or 0) > 1),
        ({"data": "missing"}, lambda each: each.missing_days),
        ({"data": "defects"}, lambda each: each.defects),
        (
            {"data": "defects", "score": "low"},
            lambda each: each.defects and (each.score or 100) < 50,
        ),
    ],
)
def test_filters_select_sites(client, figures, filters, passes):
    expected = {name for name, each in figures.items() if each.energy and passes(each.energy)}

    assert 0 < len(expected) <= 12
    assert set(shown(client, **filters)) == expected


def test_unknown_choice_of_a_filter_is_ignored(client):
    assert len(shown(client, score="none", data="")) == 12


def test_figures_of_a_row_are_those_of_the_explained_score(client, figures):
    site = next(name for name, each in figures.items() if each.energy and not each.energy.is_posted)
    found = client.get("/__admin/scores/explain", params={"site": site, "date": "2026-05-31"})
    steps = {each["name"]: each["value"] for each in found.json()["steps"]}
    coverage = found.json()["coverage"]
    defects = client.get("/__admin/defects", params={"site": site, "limit": 10_000}).json()

    assert figures[site].energy.score == found.json()["score"]
    assert figures[site].energy.intensity == steps["intensity_src"]
    assert figures[site].energy.median == steps["reference_src"]
    assert figures[site].energy.missing_days == coverage["window_days"] - coverage["covered_days"]
    assert figures[site].energy.defects == len(defects["defects"])


def test_order_by_electricity_computes_no_scores():
    app = create_app(Settings())
    world = app.state.worlds.first
    client = TestClient(app)
    query = {"sort": "-electricity"}
    assert "5 of 12 sites" in client.get("/console/sites", params=query).text
    assert "all 12 sites" in client.get("/console/site-progress", params=query).text
    site = all_sites(world)[0]
    assert is_known(world, site, {FigureGroup.ELECTRICITY})
    assert not is_known(world, site, {FigureGroup.SCORE})
    page = client.get("/console/sites", params=query).text
    assert (page.count("data-pending"), page.count('class="spark"')) == (7, 7)
    app.state.worlds.close()


def test_figures_are_computed_in_steps():
    app = create_app(Settings())
    client = TestClient(app)
    page = client.get("/console/sites").text
    pending = re.findall(r'data-site="([^"]*)" data-pending', page)
    assert (len(pending), 'id="progress"' in page) == (7, False)

    rows = client.get("/console/site-rows", params={"site": pending}).text
    assert len(re.findall(r'<tr id="site-', rows)) == sites_per_request(ALL_GROUPS) == 4
    assert ("data-pending" in rows, rows.count("bar-of-median")) == (False, 4)
    # Sorting by figures needs those of all sites.
    assert "9 of 12 sites" in client.get("/console/sites", params={"sort": "score"}).text
    progress = client.get("/console/site-progress", params={"sort": "score"}).text
    assert "Figures of all 12 sites are computed." in progress
    app.state.worlds.close()


def test_sites_without_registration_come_last_and_say_so():
    app = create_app(Settings())
    world = app.state.worlds.first
    compute_figures(world, all_sites(world), limit=100)
    client = TestClient(app)
    registered = {each.id for each in all_sites(world) if each.registered_at is not None}
    for order in ("electricity", "-electricity"):
        assert set(shown(client, sort=order)[:7]) == registered
    assert client.get("/console/sites").text.count("not registered</span>") == 5
    app.state.worlds.close()


def test_links_keep_search_filters_and_bounds(client):
    query = {"search": "o", "data": "defects", "bounds": "-180,-90,180,90", "sort": "-score"}
    page = client.get("/console/sites", params=query).text

    assert (
        "/console/sites?search=o&amp;bounds=-180,-90,180,90&amp;data=defects&amp;sort=name" in page
    )


def test_energy_of_wrong_readings_fits_its_column():
    energy = EnergyScore(251_009.0, 300.0, 0.0, 0.0, is_posted=False, missing_days=0, defects=0)
    figures = SiteFigures(energy=energy)
    row = SiteRow(site=None, figures=figures, is_pending=False)

    assert (row.energy_per_area, row.percent_of_median) == ("251 MWh", ">1000%")


def test_accented_names_are_sorted_with_their_letters(tmp_path):
    sites = "".join(
        f"  - {{building: office, city: Lyon, name: {name}}}\n"
        for name in ("Zimmer Hall", "Álamo School", "Émile Hall", "alma Office", "Foyer")
    )
    file = tmp_path / "names.yaml"
    file.write_text(f"sites:\n{sites}", "utf-8")
    app = create_app(Settings(scenario=str(file)))
    page = TestClient(app).get("/console/sites", params={"sort": "name"}).text
    names = re.findall(r"(Zimmer Hall|Álamo School|Émile Hall|alma Office|Foyer)</a>", page)
    assert names == ["Álamo School", "alma Office", "Émile Hall", "Foyer", "Zimmer Hall"]
    app.state.worlds.close()
