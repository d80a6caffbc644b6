"""Sites, meters and readings of portfolios."""

import json
from pathlib import Path

import pytest
from fastapi.concurrency import run_in_threadpool
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from scenario_steps import sites, world_from
from starlette.testclient import TestClient

from mockapi.api.reading_encoder import encode_timeseries
from mockapi.api.sites import MeterBody, SiteBody
from mockapi.domain.buildings import building_types, places
from mockapi.domain.timestamps import parse
from mockapi.http.json_bodies import encode
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.world import build_rows
from mockapi.settings import Settings
from mockapi.store.tables import Meter, Project, Site
from mockapi.world.world import World

NOW = parse("2026-06-01T09:00:00Z")


def rows(portfolio: dict, seed: int = 1) -> list[dict]:
    return build_rows(Scenario.model_validate({"portfolio": portfolio}), seed, NOW)[Site]


@effort(max_examples=15)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**63 - 1))
def test_longer_portfolio_begins_like_a_shorter_one(count, more, seed):
    drawn = {"countries": ["FR", "US"], "mix": {"office": 3, "school": 2, "hotel": 1}}
    shorter = rows({"count": count, **drawn}, seed)
    longer = rows({"count": count + more, **drawn}, seed)
    assert longer[:count] == shorter
    assert len(longer) == count + more


def test_each_round_has_the_given_mix():
    found = rows({"count": 12, "mix": {"office": 3, "school": 1}, "countries": ["FR"]})
    types = [site["building"] for site in found]
    assert types[:4] == types[4:8] == types[8:]
    assert sorted(types[:4]) == ["office", "office", "office", "school"]


def test_default_mix_has_each_building_type_once():
    assert [site["building"] for site in rows({"countries": ["US"]})] == list(building_types())


def test_sites_are_in_the_given_countries_or_cities():
    by_country = rows({"count": 50, "countries": ["FR", "AU"]})
    by_city = rows({"count": 50, "cities": ["Lyon", "Boston"]})
    assert {site["country_iso_code"] for site in by_country} == {"FR", "AU"}
    assert {site["city"] for site in by_city} == {"Lyon", "Boston"}
    for site in by_country:
        place = places()[site["city"]]
        assert abs(site["latitude"] - place.latitude) <= 0.03
        assert abs(site["longitude"] - place.longitude) <= 0.03
        assert site["timezone"] == place.timezone


def test_sites_differ():
    found = rows({"count": 300, "countries": ["FR", "US"]})
    for key in ("id", "latitude"):
        assert len({site[key] for site in found}) > 250
    assert len({(site["address"], site["zip_code"]) for site in found}) == 300


def test_registered_sites_have_projects():
    drawn = {"portfolio": {"count": 200, "countries": ["FR"], "registered": 0.5}}
    made = build_rows(Scenario.model_validate(drawn), 1, NOW)
    registered = [site for site in made[Site] if site["registered_at"] is not None]
    assert 70 < len(registered) < 130
    assert [each["site_id"] for each in made[Project]] == [site["id"] for site in registered]
    assert made[Meter] == []


def test_sites_and_meters_are_published_like_others(tmp_path: Path):
    world = world_from(
        "portfolio: {count: 2, cities: [Lyon], mix: {office: 1}, meters: solar}\n", tmp_path
    )
    first, _ = sites(world)
    body = json.loads(encode(SiteBody.of(first, world.edition)))
    assert set(body) == {"id", "name", "type", "sourceSystemId", "metadata", "postalAddress"}
    assert None not in [*body["metadata"].values(), *body["postalAddress"].values()]
    meters = [
        json.loads(encode(MeterBody.of(*each, world.edition)))
        for each in world.store.meters(first.id)
    ]
    assert [each["usage"] for each in meters] == ["Purchased from Grid", "Generated onsite - solar"]


def test_meters_and_defects_are_the_same_on_each_read(tmp_path: Path):
    text = "portfolio: {count: 30, countries: [DE], defects: [{kind: spike, share: 0.5}]}\n"
    world, again = (world_from(text, tmp_path) for _ in range(2))
    dumps = [
        [
            (
                [meter.model_dump() for meter, _ in each.store.meters(site.id)],
                [defect.kind for defect in each.store.defects(site.id)],
            )
            for site in sites(each)
        ]
        for each in (world, again)
    ]
    assert dumps[0] == dumps[1]
    assert 5 < sum(bool(defects) for _, defects in dumps[0]) < 25


def readings_of(world: World, site: Site) -> bytes:
    return b"".join(encode_timeseries(world.reader.timeseries(site, None, None)))


def test_readings_are_the_same_after_a_restart(tmp_path: Path):
    text = "history: P2D\nportfolio: {count: 3, cities: [Lyon], meters: electricity}\n"
    data = tmp_path / "world.sqlite"
    world = world_from(text, tmp_path, data=data)
    first = sites(world)[0]
    before = readings_of(world, first)
    world.close()
    again = World.open(Settings(data=data))
    after = readings_of(again, first)
    again.close()
    assert before == after
    assert [len(each["values"]) > 40 for each in json.loads(after)] == [True, True]


def test_customers_with_and_without_portfolios(tmp_path: Path):
    text = """\
customers:
  - {email: a@b, sites: [{building: office, city: Lyon}], portfolio: {count: 3, cities: [Lyon]}}
  - {email: c@d}
  - {email: e@f}
portfolio: {customer: e@f, count: 2, cities: [Boston]}
"""
    world = world_from(text, tmp_path)
    assert [len(world.store.sites(each.id)) for each in world.store.customers()] == [4, 0, 2]
    assert [site.position for site in sites(world)] == list(range(6))


@pytest.mark.parametrize(("count", "threads"), [(3, 0), (501, 1)])
def test_many_sites_are_listed_in_a_thread(new_app, tmp_path, monkeypatch, count, threads):
    file = tmp_path / "portfolio.yaml"
    file.write_text(f"portfolio: {{count: {count}}}\n", "utf-8")
    calls = []

    async def noting(call):
        calls.append(call)
        return await run_in_threadpool(call)

    monkeypatch.setattr("mockapi.api.sites.run_in_threadpool", noting)
    client = TestClient(new_app(scenario=str(file)))
    token = client.post("/__admin/tokens").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    body = client.get("/ecostruxure/scoring/v1/sites", headers=headers)
    assert (len(body.json()), len(calls)) == (count, threads)
