"""Drawn ids: unique in a world, and stable unless two collide."""

import json
from collections import Counter
from contextlib import closing

import pytest
from scenario_steps import issues_of, shipped_world, sites, world_from

from mockapi.domain import ids
from mockapi.scenario.seeding.site_rows import (
    SOURCE_SYSTEMS,
    UniqueIds,
    leed_ids,
    measurement_ids,
    source_system_ids,
)

USAGES = (
    "Purchased from Grid",
    "Natural Gas",
    "Municipality supplied potable water",
    "CO2",
    "Waste Generated",
)
READINGS = """[
      {date: 2026-05-01T00:00:00Z, updated_at: 2026-05-02T00:00:00Z, value: 1},
      {date: 2026-05-01T02:00:00+02:00, updated_at: 2026-05-02T00:00:00Z, value: 1}]"""
"""Two readings of one instant."""
COLLIDING_SEED = 18
"""Of 150 sites with meters of these usages, two measurements draw the same id at first."""


def fleet(count: int, **members: object) -> str:
    """Return a scenario with *count* sites and all values that would take long to generate."""
    site = {
        "building": "office",
        "city": "Lyon",
        "area": 1000,
        "address": "1 Rue",
        "zip_code": "69001",
        "registered": True,
        "meters": [{"usage": usage} for usage in USAGES],
    }
    named = [{**site, "name": f"Site {number}", **members} for number in range(count)]
    return f"sites: {json.dumps(named)}\n"


def measurements(world) -> list[tuple[str, int, str]]:
    """Return meter, index and id of each measurement of all sites, in order."""
    return [
        (meter.id, measurement.position, measurement.id)
        for site in sites(world)
        for meter, found in world.store.meters(site.id)
        for measurement in found
    ]


def redrawn(found, seed: int) -> list[str]:
    """Return the ids that are not the first candidates of their measurements."""
    return [
        each
        for meter, index, each in found
        if int(each) != next(measurement_ids(seed, meter, index))
    ]


def test_colliding_measurement_id_is_drawn_again(tmp_path):
    with closing(world_from(fleet(150), tmp_path, seed=COLLIDING_SEED)) as world:
        found = measurements(world)
    counts = Counter(each for *_, each in found)
    assert (len(found), counts.most_common(1)[0][1]) == (1050, 1)
    assert len(redrawn(found, COLLIDING_SEED)) == 1
    firsts = Counter(next(measurement_ids(COLLIDING_SEED, *place)) for *place, _ in found)
    assert firsts.most_common(1)[0][1] == 2


def test_id_that_the_scenario_gives_is_not_drawn(tmp_path):
    with closing(world_from(fleet(1), tmp_path)) as world:
        drawn = measurements(world)
    taken = drawn[0][2]
    given_later = f"""
  - building: office
    city: Lyon
    meters: [{{usage: CO2, measurements: [{{name: CO2 Concentration, id: "{taken}"}}]}}]
"""
    text = f"sites:\n  - {json.dumps(json.loads(fleet(1)[7:])[0])}" + given_later
    with closing(world_from(text, tmp_path)) as world:
        found = measurements(world)
    assert found[-1][2] == taken
    assert len(redrawn(found[:-1], 1)) == 1
    assert [each for *_, each in found[1:-1]] == [each for *_, each in drawn[1:]]


def test_portfolio_measurement_ids_are_unique_and_repeat(tmp_path):
    text, seed = "portfolio: {count: 120, meters: full, registered: 1}\n", 25
    with closing(world_from(text, tmp_path, seed=seed)) as world:
        found = measurements(world)
        (again,) = redrawn(found, seed)
        meter_id = next(meter for meter, _, each in found if each == again)
        site = next(
            each
            for each in sites(world)
            if meter_id in [meter.id for meter, _ in world.store.meters(each.id)]
        )
    assert len({each for *_, each in found}) == len(found)
    # In a new world, where only this site is read.
    with closing(world_from(text, tmp_path, seed=seed)) as world:
        drawn = {meter.id: each for meter, each in world.store.meters(site.id)}
    assert [each.id for each in drawn[meter_id]] == [again]


@pytest.mark.parametrize("name", ["demo", "messy-data", "one-of-everything"])
def test_shipped_ids_are_the_first_ones_drawn(name):
    with closing(shipped_world(name)) as world:
        found = measurements(world)
        leed = [each.leed_id for site in sites(world) for each in world.store.projects(site.id)]
        source = [site.source_system_id for site in sites(world)]
    assert len({each for *_, each in found}) == len(found)
    assert len(set(leed)) == len(leed)
    assert len(set(source)) == len(source)


def test_source_system_and_leed_ids_of_120000_sites_are_unique():
    """More sites than there are source system ids to draw from."""
    positions = range(120_000)
    source_systems, projects = UniqueIds([800_007, 900_003]), UniqueIds([8_100_000_001])
    drawn = [ids.seeded_int(1, "source system", each, below=SOURCE_SYSTEMS) for each in positions]
    found = [
        source_systems.take(source_system_ids(*each)) for each in zip(drawn, positions, strict=True)
    ]
    assert len({*found, 800_007, 900_003}) == len(positions) + 2
    found = [projects.take(leed_ids(each)) for each in positions]
    assert len({*found, 8_100_000_001}) == len(positions) + 1


@pytest.mark.parametrize(
    ("members", "place", "value"),
    [
        ("meters: [{usage: CO2, id: a}, {usage: CO2, id: a}]", "meters.1.id", "'a'"),
        (
            "meters: [{usage: CO2, id: a, submeters: [{name: b, share: 1, id: a}]}]",
            "meters.0.submeters.0.id",
            "'a'",
        ),
        (
            "meters: [{usage: CO2, measurements: [{name: a, id: '1'}, {name: b, id: '1'}]}]",
            "meters.0.measurements.1.id",
            "'1'",
        ),
        (
            "meters: [{usage: CO2, measurements: [{name: a, key: k}, {name: b, key: k}]}]",
            "meters.0.measurements.1.key",
            "'k'",
        ),
        (
            "scoring_requests: [&r {id: r, created_at: 2026-05-01T00:00:00Z}, *r]",
            "scoring_requests.1.id",
            "'r'",
        ),
        (
            "projects: [{leed_id: 1, leed_name: a}, {leed_id: 1, leed_name: b}]",
            "projects",
            "leed_id 1",
        ),
        (
            "scores: [&s {date: 2026-05-01, score: 1, type: daily, category: energy}, *s]",
            "scores",
            "date 2026-05-01, type daily, category energy",
        ),
        (
            f"meters: [{{usage: CO2, measurements: [{{name: a, readings: {READINGS}}}]}}]",
            "meters.0.measurements.0.readings",
            "date 2026-05-01 00:00:00+00:00",
        ),
    ],
)
def test_repeated_id_is_rejected(members, place, value):
    (line,) = issues_of(f"sites:\n  - type: Office\n    {members}\n")
    assert line.split(": ", 1)[1].startswith(f"sites.0.{place}: {value} is used more than once.")


def test_repeated_customer_id_and_site_are_rejected():
    text = """\
customers:
  - {id: c, email: ada@example.com, sites: [{id: one, type: Office}]}
  - {id: c, email: ben@example.com, sees: [one, one]}
"""
    assert issues_of(text) == [
        (
            "my.yaml:3:10: customers.1.id (customer 'ben@example.com'): "
            "'c' is used more than once. Change or remove it."
        ),
        (
            "my.yaml:3:49: customers.1.sees.1 (customer 'ben@example.com'): "
            "'one' is used more than once. Change or remove it."
        ),
    ]
