"""Meters of one usage at a site of a world: the API, changes, events and scores."""

import numpy as np
import pytest
from clock_steps import advance, scenario
from story_steps import GAS, GRID, SITES

SINCE, UNTIL = "2026-05-18T00:00:00Z", "2026-05-25T00:00:00Z"
SITE = "registered: true, history: P40D, arrival: punctual, interval: PT15M, meters: [%s]"
WINDOW = {"site": "mock-site", "since": SINCE, "until": UNTIL}


def meter(identity, usage=GAS, more=""):
    """Return a meter of a scenario whose first series has the id as its key."""
    name = "Fuel Volume" if usage == GAS else "Active Energy"
    channel = f"measurements: [{{name: {name}, key: {identity}}}]"
    return f"{{id: {identity}, usage: {usage}, {channel}{more}}}"


def site_with(*meters, **more):
    return scenario(site=SITE % ", ".join(meters), **more)


def read(world, key):
    response = world.get("/__admin/series", params={**WINDOW, "key": key})
    return np.array(response.json()["values"])


def total(world, *keys):
    return sum(read(world, key) for key in keys)


def add(world, usage=GAS, **body):
    body = {"site": "mock-site", "usage": usage, **body}
    added = world.post("/__admin/meters", json=body).json()
    return added["id"], added["measurements"][0]["timeseries"]["key"]


@pytest.mark.parametrize("usage", [GAS, GRID])
def test_two_meters_sum_to_one(open_world, usage):
    alone = open_world(site_with(meter("north", usage)))
    both = open_world(site_with(meter("north", usage), meter("south", usage)))
    whole = read(alone, "north")
    assert whole.sum() > 0 and len(whole) == 7 * 96
    assert total(both, "north", "south") == pytest.approx(whole, abs=1e-9)
    for key in ("north", "south"):
        assert 0.1 < read(both, key).sum() / whole.sum() < 0.9


def test_many_meters_sum_to_one(open_world):
    """Groups of meters divide first, so that a meter needs few others."""
    keys = [f"meter-{number:02}" for number in range(40)]
    alone = open_world(site_with(meter(keys[0])))
    many = open_world(site_with(*map(meter, keys)))
    whole = read(alone, keys[0])
    assert total(many, *keys) == pytest.approx(whole, abs=1e-9)
    assert all(0.005 < read(many, key).sum() / whole.sum() < 0.1 for key in keys)


def test_meter_added_later_divides_the_readings(open_world):
    world = open_world(site_with(meter("north")))
    whole = read(world, "north")
    identity, key = add(world)
    assert read(world, "north").sum() < 0.9 * whole.sum()
    assert total(world, "north", key) == pytest.approx(whole, abs=1e-9)
    world.patch(f"/__admin/meters/{identity}", json={"yearly": 10}).raise_for_status()
    assert read(world, "north").tolist() == whole.tolist()
    assert read(world, key).sum() < 10
    world.patch(f"/__admin/meters/{identity}", json={"yearly": None}).raise_for_status()
    assert total(world, "north", key) == pytest.approx(whole, abs=1e-9)
    world.delete(f"/__admin/meters/{identity}").raise_for_status()
    assert read(world, "north").tolist() == whole.tolist()


def test_submeters_follow_changes_of_their_meter(open_world):
    submeters = ", submeters: [{id: a, name: a, share: 0.4}, {id: b, name: b, share: 0.6}]"
    text = site_with(f"{{id: main, usage: {GRID}{submeters}}}", meter("other", GRID))
    world = open_world(text)
    headers = {"Authorization": "Bearer mockAccessToken0000000000001"}
    meters = world.get(f"{SITES}/mock-site/meters", headers=headers).json()
    keys = {each["id"]: each["measurements"][0]["timeseries"]["key"] for each in meters}
    assert total(world, keys["a"], keys["b"]) == pytest.approx(read(world, keys["main"]), abs=1e-9)
    for change in ({"yearly": 10_000}, {"yearly": None, "resolution": 5}):
        world.patch("/__admin/meters/main", json=change).raise_for_status()
        parts = total(world, keys["a"], keys["b"])
        assert parts == pytest.approx(read(world, keys["main"]), abs=1e-9)
    refused = world.patch("/__admin/meters/a", json={"yearly": 10_000})
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("yearly: a submeter has that of its main meter.")


def test_replaced_meters_of_one_usage_each_have_the_gain(open_world):
    event = (
        "\ntimeline:\n  - {event: meter_replacement, site: mock-site, usage: Natural Gas, "
        "after: PT0S, gain: 0.5, resolution: 0.001, gap: PT0S}"
    )
    worlds = [
        open_world(site_with(meter("north"), meter("south"), whole=each)) for each in ("", event)
    ]
    for world in worlds:
        advance(world, "P10D")
    window = {**WINDOW, "since": "2026-06-02T00:00:00Z", "until": "2026-06-10T00:00:00Z"}
    for key in ("north", "south"):
        before, after = (
            np.array(world.get("/__admin/series", params={**window, "key": key}).json()["values"])
            for world in worlds
        )
        assert before.sum() > 0
        assert after == pytest.approx(before / 2, abs=0.001)


def test_score_of_two_meters_is_that_of_one(open_world):
    meters = [meter("north", GRID), meter("south", GRID)]
    found = []
    for chosen in (meters[:1], meters):
        query = {"site": "mock-site", "date": "2026-05-30"}
        world = open_world(site_with(*chosen))
        found.append(world.get("/__admin/scores/explain", params=query).json())
    one, two = found
    assert one["score"] is not None and one["score"] == two["score"]
    assert (len(one["inputs"]), len(two["inputs"])) == (1, 2)
