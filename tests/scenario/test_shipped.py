"""Shipped scenarios."""

import re
from datetime import timedelta

import pytest
import yaml
from scenario_steps import SHIPPED, shipped_world, sites

from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.resources import scenarios
from mockapi.scenario.defects import DEFECT_KINDS


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_gives_the_same_world(name):
    first, second = shipped_world(name), shipped_world(name)
    assert first.store.snapshot() == second.store.snapshot()
    assert first.scenario.description != ""


NUMBERS = {
    "one": 1, "two": 2, "seven": 7, "eight": 8, "twelve": 12, "fourteen": 14, "a thousand": 1000,
}  # fmt: skip
# What the description of a scenario counts; other descriptions count nothing.
COUNTED = {
    "demo": {"customers", "sites", "countries"},
    "dst": {"sites"},
    "empty": {"customers"},
    "messy-data": {"customers", "sites"},
    "portfolio": {"customers", "sites", "countries"},
    "southern-hemisphere": {"sites", "countries"},
}


@pytest.mark.parametrize("name", SHIPPED)
def test_counts_in_a_description_are_correct(name):
    text = (scenarios() / f"{name}.yaml").read_text("utf-8")
    # The first comment is checked, too; it has several lines.
    head = re.sub(r"\n#", " ", text.split("\nversion:")[0])
    world = shipped_world(name)
    there = {
        ("customers", len(world.store.customers())),
        ("sites", len(sites(world))),
        ("countries", len({site.country_iso_code for site in sites(world)})),
    }
    reported = {
        (what if what.endswith("s") else f"{what}s", NUMBERS[number])
        for text in (head, yaml.safe_load(text)["description"])
        for number, what in re.findall(
            r"\b(a thousand|\w+) (customers?|sites|countries)\b", " ".join(text.lower().split())
        )
        if number in NUMBERS
    }
    assert {what for what, _ in reported} == COUNTED.get(name, set())
    assert reported <= there


def test_another_seed_gives_another_world():
    ours, theirs = shipped_world("demo"), shipped_world("demo", seed=7)
    assert {site.id for site in sites(ours)}.isdisjoint(site.id for site in sites(theirs))


def test_demo_has_meters_of_every_usage():
    demo = shipped_world("demo")
    metered = {
        (meter.commodity, meter.usage)
        for site in sites(demo)
        for meter, _ in demo.store.meters(site.id)
    }
    assert metered == {
        (commodity.name, usage) for commodity in catalog().commodity for usage in commodity.usages
    }


def test_demo_has_the_described_sites():
    demo = shipped_world("demo")
    assert len(demo.store.customers()) == 2
    assert len(demo.store.sites(demo.store.customers()[0].id)) == 8
    assert len({site.type for site in sites(demo)}) == 10
    assert {site.country_iso_code for site in sites(demo)} == {
        "AU", "BR", "DE", "FR", "IN", "SG", "US"
    }  # fmt: skip
    assert (
        min(site.latitude for site in sites(demo)) < 0 < max(site.latitude for site in sites(demo))
    )


def test_demo_has_readings_of_every_registered_site():
    demo = shipped_world("demo")
    for site in sites(demo):
        flowing = {
            key: next(iter(readings)) for key, readings in demo.reader.timeseries(site, None, None)
        }
        keys = {each.key for _, channels in demo.store.meters(site.id) for each in channels}
        assert set(flowing) == (keys if site.registered_at else set())


def usages_of_the_catalog() -> set[str]:
    return {usage for commodity in catalog().commodity for usage in commodity.usages}


def test_one_of_everything_covers_the_catalogues():
    world = shipped_world("one-of-everything")
    found = sites(world)
    meters = [meter for site in found for meter, _ in world.store.meters(site.id)]
    defects = [defect for site in found for defect in world.store.defects(site.id)]
    assert {site.building for site in found} == set(building_types())
    assert {meter.usage for meter in meters} == usages_of_the_catalog()
    assert {meter.interval for meter in meters if meter.interval} == set(Interval)
    assert sorted(defect.kind for defect in defects) == sorted(DEFECT_KINDS)
    assert all(defect.at is not None for defect in defects)
    assert all(site.registered_at is not None for site in found)


def test_portfolio_has_a_thousand_sites_in_the_given_mix():
    found = sites(shipped_world("portfolio"))
    counted = {name: [site.building for site in found].count(name) for name in building_types()}
    assert {name: count for name, count in counted.items() if count} == {
        "office": 250, "school": 150, "retail": 200, "hotel": 100, "restaurant": 150,
        "warehouse": 100, "multifamily": 50,
    }  # fmt: skip
    assert {site.country_iso_code for site in found} == {
        "FR", "DE", "GB", "ES", "US", "CA", "BR", "AU"
    }  # fmt: skip
    assert 860 < sum(site.registered_at is not None for site in found) < 940


def test_southern_hemisphere_has_southern_sites():
    found = sites(shipped_world("southern-hemisphere"))
    assert len(found) == 14
    assert max(site.latitude for site in found) < 0


def test_dst_scenario_has_sites_with_and_without_dst():
    from zoneinfo import ZoneInfo

    world = shipped_world("dst")
    offsets = {}
    for site in sites(world):
        days = [world.now() - timedelta(days=day) for day in range(365)]
        offsets[site.city] = {
            day.astimezone(ZoneInfo(site.timezone)).utcoffset() / timedelta(hours=1) for day in days
        }
    assert offsets == {
        "Lyon": {1, 2},
        "Dublin": {0, 1},
        "Boston": {-5, -4},
        "Phoenix": {-7},
        "St. John's": {-3.5, -2.5},
        "Sydney": {10, 11},
        "Brisbane": {10},
        "Santiago": {-4, -3},
        "Casablanca": {0, 1},
        "Kathmandu": {5.75},
        "Auckland": {12, 13},
        "Lord Howe Island": {10.5, 11},
    }
