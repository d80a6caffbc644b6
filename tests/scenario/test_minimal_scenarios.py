"""Minimal scenarios, and given values instead of drawn ones."""

from datetime import timedelta
from pathlib import Path

import pytest
from scenario_steps import sites, world_from

from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog, presets

OFFICE = "building: office, city: Lyon, area: 12000"


def test_one_site_is_a_scenario(tmp_path: Path):
    world = world_from(f"sites: [{{{OFFICE}}}]\n", tmp_path)
    (customer,) = world.store.customers()
    (site,) = world.store.sites(customer.id)
    assert (customer.email, customer.sandbox) == ("owner@example.com", True)
    assert (site.gross_area, site.country_iso_code, site.timezone) == (12000, "FR", "Europe/Paris")
    assert site.registered_at is None
    assert world.demo_credentials() is not None


def test_sites_of_the_scenario_are_the_first_customers(tmp_path: Path):
    text = f"""\
customers: [{{email: a@b, sites: [{{{OFFICE}}}]}}, {{email: c@d}}]
sites: [{{{OFFICE}}}]
"""
    world = world_from(text, tmp_path)
    assert [len(world.store.sites(each.id)) for each in world.store.customers()] == [2, 0]


def test_drawn_values_can_be_given(tmp_path: Path):
    given = {
        "name": "My House",
        "type": "House",
        "source_system_id": 5,
        "building_occupants": 6,
        "days_per_week_with_visitors": 3,
        "number_of_visitors_per_day": 2,
        "visit_duration": 0.5,
        "weekly_operating_hours": 11,
        "roof_area": 70,
        "address": "1 Way",
        "country_iso_code": "XX",
        "zip_code": "010",
        "state_province": "State",
        "timezone": "Asia/Tokyo",
        "latitude": 1.5,
        "longitude": 2.5,
        "elevation": 9.0,
        "interval": "P1D",
    }
    formatted = ", ".join(f"{key}: {value!r}" for key, value in given.items())
    (site,) = sites(world_from(f"sites: [{{{OFFICE}, {formatted}}}]\n", tmp_path))
    assert {key: getattr(site, key) for key in given} == given


def test_site_in_an_unknown_city(tmp_path: Path):
    text = (
        "sites: [{building: hotel, city: Lord Howe Island, country_iso_code: AU, "
        "timezone: Australia/Lord_Howe, latitude: -31.55, longitude: 159.08}]\n"
    )
    (site,) = sites(world_from(text, tmp_path))
    assert (site.city, site.timezone, site.latitude) == (
        "Lord Howe Island", "Australia/Lord_Howe", -31.55,
    )  # fmt: skip


def test_site_has_its_own_history_and_interval(tmp_path: Path):
    text = (
        f"history: P3D\narrival: punctual\nsites: [{{{OFFICE}, registered: true, meters: basic}}, "
        f"{{{OFFICE}, registered: true, meters: basic, history: P10D, interval: P1D}}]\n"
    )
    world = world_from(text, tmp_path)
    ours, theirs = sites(world)
    counts = [
        [sum(len(part) for part in parts) for _, parts in world.reader.timeseries(site, None, None)]
        for site in (ours, theirs)
    ]
    assert (world.now() - ours.registered_at, world.now() - theirs.registered_at) == (
        timedelta(days=3), timedelta(days=10),
    )  # fmt: skip
    assert set(counts[0]) == {2 * 3 * 24 - 1}
    assert set(counts[1]) == {2 * 10}


@pytest.mark.parametrize("name", presets())
def test_preset_gives_its_meters(tmp_path: Path, name):
    world = world_from(f"sites: [{{{OFFICE}, meters: {name}}}]\n", tmp_path)
    every = [usage for each in catalog().commodity for usage in each.usages]
    taken = {"building": building_types()["office"].usages, "catalog": every}
    preset = presets()[name]
    (site,) = sites(world)
    assert [meter.usage for meter, _ in world.store.meters(site.id)] == list(
        preset.usages or taken[preset.takes]
    )


def test_submeters_follow_their_meter_with_their_share(tmp_path: Path):
    text = f"""\
sites:
  - {{{OFFICE}, meters: [
      {{usage: Purchased from Grid, name: main, gateway_id: "7", interval: PT15M, resolution: 0.1,
        submeters: [{{name: light, share: 0.25}}, {{name: rest, share: 0.75, gateway_id: "8"}}]}},
      {{usage: Natural Gas}}]}}
"""
    world = world_from(text, tmp_path)
    (site,) = sites(world)
    found = world.store.meters(site.id)
    main = found[0][0]
    assert [
        (
            each.name,
            each.usage,
            each.gateway_id,
            each.interval,
            each.parent_id,
            each.share,
        )
        for each, _ in found[:3]
    ] == [
        ("main", "Purchased from Grid", "7", "PT15M", None, None),
        ("light", "Purchased from Grid", "7", "PT15M", main.id, 0.25),
        ("rest", "Purchased from Grid", "8", "PT15M", main.id, 0.75),
    ]
    assert [each.name for each, _ in found] == ["main", "light", "rest", "meter_2"]
    assert len({channel.key for _, channels in found for channel in channels}) == 5


def test_meters_have_secondary_measurements(tmp_path: Path):
    text = """\
sites:
  - {building: office, city: Lyon, area: 2000, meters: [
      {usage: Purchased from Grid, submeters: [{name: light, share: 0.25}]},
      {usage: Generated onsite - solar},
      {usage: CO2},
      {usage: CO2 - Raw, measurements: [{name: CO2 Concentration, unit: ppm}]}]}
  - {building: office, city: Lyon, area: 1999, meters: electricity}
"""
    world = world_from(text, tmp_path)
    assert [
        [[(each.name, each.unit) for each in channels] for _, channels in world.store.meters(site)]
        for site in [each.id for each in sites(world)]
    ] == [
        [
            [("Active Energy", "kWh"), ("Reactive Energy", "kVar")],
            [("Active Energy", "kWh")],
            [("Active Energy", "kWh")],
            [("CO2 Concentration", "ppm"), ("Zone Temperature", "°C"), ("Humidity", "%")],
            [("CO2 Concentration", "ppm")],
        ],
        [[("Active Energy", "kWh")]],
    ]


def test_submeters_change_no_id_of_the_other_meters(tmp_path: Path):
    grid = "{usage: Purchased from Grid%s}, {usage: Natural Gas}"
    plain, divided = (
        world_from(f"sites: [{{{OFFICE}, meters: [{grid % more}]}}]\n", tmp_path)
        for more in ("", ", submeters: [{name: light, share: 1}]")
    )
    ids = [
        [meter.id for meter, _ in world.store.meters(sites(world)[0].id) if not meter.parent_id]
        for world in (plain, divided)
    ]
    assert ids[0] == ids[1]


def test_defects_are_stored_per_site_usage_and_meter(tmp_path: Path):
    text = f"""\
sites:
  - {OFFICE.replace(", ", chr(10) + "    ")}
    meters:
      - usage: Purchased from Grid
        defects: [{{kind: spike, rate: 2}}]
      - usage: Natural Gas
    defects:
      - {{kind: short_gap}}
      - {{kind: unit_change, usage: Natural Gas, at: 2026-03-01T01:00:00+01:00, for: P2D,
         factor: 3}}
"""
    world = world_from(text, tmp_path)
    (site,) = sites(world)
    grid, gas = (meter.id for meter, _ in world.store.meters(site.id))
    stored = [
        each.model_dump(exclude={"number", "site_id"}) for each in world.store.defects(site.id)
    ]
    at = stored[2].pop("at")
    assert stored == [
        {"meter_id": grid, "kind": "spike", "at": None, "rate": 2.0, "lasting_seconds": None,
         "settings": "{}"},
        {"meter_id": None, "kind": "short_gap", "at": None, "rate": None, "lasting_seconds": None,
         "settings": "{}"},
        {"meter_id": gas, "kind": "unit_change", "rate": None, "lasting_seconds": 172_800.0,
         "settings": '{"factor": 3.0}'},
    ]  # fmt: skip
    assert at.isoformat() == "2026-03-01T00:00:00+00:00"
