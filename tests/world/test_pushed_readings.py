"""Pushed, corrected and withdrawn readings over time."""

from datetime import UTC, datetime

import pytest
from clock_steps import PARTNER, PARTNER_SITE, SITE_ID, advance, scenario

from mockapi import MockApi, create_app, serve_in_thread
from mockapi.client import MockApiError
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.inputs import consumption
from mockapi.settings import Settings

READINGS = "/__admin/readings"
METERS = (
    "registered: true, meters: [{usage: Purchased from Grid, interval: PT1H, "
    "measurements: [{name: Active Energy, key: grid}]}]"
)
TEXT = scenario(whole="arrival: punctual\n", site=METERS)
SLOW = scenario(whole="arrival: {every: PT0S, delay: P1D, late: 0, silent: 0}\n", site=METERS)
WAITING = scenario(whole="arrival: punctual\n", site=METERS.removeprefix("registered: true, "))
SIX, SEVEN, EIGHT, HALF_PAST = (
    f"2026-06-01T{time}Z" for time in ("06:00:00", "07:00:00", "08:00:00", "06:30:00")
)
NINE = "2026-06-01T09:00:00Z"


def readings(world, **window):
    """The readings of the only key, by date."""
    query = {f"updatedAt[{name}]": at for name, at in window.items()}
    answer = world.get(f"{PARTNER_SITE}/timeseries", params=query, headers=PARTNER).json()
    return {each["date"]: each for series in answer for each in series["values"]}


def push(world, **values):
    listed = [{"date": f"2026-06-01T{at[1:]}:00:00Z", "value": each} for at, each in values.items()]
    return world.put(READINGS, json={"key": "grid", "readings": listed})


def reading(date, updated_at, value):
    return {date: {"date": date, "updatedAt": updated_at, "value": value}}


def test_pushed_correction_is_in_the_next_poll(open_world):
    world = open_world(TEXT)
    before = readings(world)
    advance(world, "PT30S")
    answer = push(world, h07=7.5)

    at = "2026-06-01T09:00:30Z"
    assert answer.json() == {"key": "grid", "count": 1, "updated_at": at}
    assert readings(world) == before | reading(SEVEN, at, 7.5)
    assert readings(world, gte="2026-06-01T09:00:01Z") == reading(SEVEN, at, 7.5)
    assert readings(world, lt=at) == {date: each for date, each in before.items() if date != SEVEN}


def test_push_between_intervals_adds_a_reading(open_world):
    world = open_world(TEXT)
    before = readings(world)
    world.put(
        READINGS, json={"key": "grid", "readings": [{"date": HALF_PAST, "value": 1}]}
    ).raise_for_status()

    after = readings(world)
    assert after == before | reading(HALF_PAST, NINE, 1)
    assert list(after) == sorted(after)


def test_later_meter_reading_replaces_push_and_withdrawal(open_world):
    world = open_world(SLOW)
    advance(world, "PT1H")
    push(world, h09=1, h10=2).raise_for_status()
    pushed = readings(world)
    world.delete(READINGS, params={"key": "grid", "date": "2026-06-01T09:00:00Z"})
    withdrawn = readings(world)
    advance(world, "P1D")
    result = readings(world)

    ten = "2026-06-01T10:00:00Z"
    assert {**reading(NINE, ten, 1), **reading(ten, ten, 2)}.items() <= pushed.items()
    assert withdrawn == {date: each for date, each in pushed.items() if date != NINE}
    assert result[NINE]["updatedAt"] == "2026-06-02T10:00:00Z"
    assert result[ten] == pushed[ten]
    advance(world, "PT1H")
    assert readings(world)[ten]["updatedAt"] == "2026-06-02T11:00:00Z"


def test_withdrawn_reading_is_missing_until_pushed_again(open_world):
    world = open_world(TEXT)
    before = readings(world)
    answer = world.delete(READINGS, params={"key": "grid", "since": SIX, "until": EIGHT})
    without = readings(world)
    push(world, h07=7).raise_for_status()

    assert answer.json() == {"key": "grid", "count": 2}
    assert without == {date: each for date, each in before.items() if date not in (SIX, SEVEN)}
    assert readings(world) == without | reading(SEVEN, NINE, 7)


def test_push_before_registration_arrives_with_it(open_world):
    world = open_world(WAITING)
    push(world, h07=7).raise_for_status()
    before = readings(world)
    advance(world, "PT3H")
    world.post(
        f"{PARTNER_SITE}/scoring-providers",
        json={"leedId": 1, "leedName": "One"},
        headers=PARTNER,
    ).raise_for_status()

    assert before == {}
    assert readings(world)[SEVEN] == {
        "date": SEVEN,
        "updatedAt": "2026-06-01T12:00:00Z",
        "value": 7,
    }


def test_pushes_are_listed_until_reset(open_world):
    world = open_world(TEXT)
    first = readings(world)
    push(world, h07=7, h08=8.25).raise_for_status()
    advance(world, "PT1S")
    world.delete(READINGS, params={"key": "grid", "date": SEVEN}).raise_for_status()
    result = world.get(READINGS, params={"key": "grid", "limit": 2}).json()

    assert result == {
        "readings": [
            {"key": "grid", "date": SEVEN, "value": 7, "updated_at": NINE},
            {"key": "grid", "date": SEVEN, "value": None, "updated_at": "2026-06-01T09:00:01Z"},
        ],
        "has_more": True,
    }
    world.post("/__admin/reset").raise_for_status()
    assert world.get(READINGS).json() == {"readings": [], "has_more": False}
    assert readings(world) == first


def test_snapshot_contains_pushed_readings(open_world):
    world = open_world(TEXT)
    push(world, h07=7).raise_for_status()
    pushed = readings(world)
    world.post("/__admin/snapshots", json={"name": "pushed"}).raise_for_status()
    push(world, h07=8).raise_for_status()
    world.post("/__admin/snapshots/pushed/restore").raise_for_status()

    assert readings(world) == pushed


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        pytest.param(
            ("PUT", {}, {"key": "gird", "readings": [{"date": SEVEN, "value": 1}]}),
            (404, "No measurement has the key 'gird'. Did you mean grid?"),
            id="unknown-key",
        ),
        pytest.param(
            ("PUT", {}, {"key": "grid", "readings": [{"date": SEVEN, "value": n} for n in (1, 2)]}),
            (400, f"readings.1.date: {SEVEN} is given twice. Remove one"),
            id="twice",
        ),
        pytest.param(
            ("DELETE", {"key": "grid", "date": [SEVEN, HALF_PAST]}, None),
            (404, f"{HALF_PAST} has no reading to withdraw."),
            id="no-reading",
        ),
        pytest.param(
            ("DELETE", {"key": "grid", "date": SEVEN, "until": NINE}, None),
            (400, "date cannot be combined with since or until. Remove one."),
            id="both",
        ),
        pytest.param(
            ("DELETE", {"key": "grid", "date": "2026-06-01T07:00:00.5Z"}, None),
            (400, "date.0: must be a whole second"),
            id="fraction",
        ),
        pytest.param(
            ("GET", {"key": "water"}, None),
            (404, "No measurement has the key 'water'. GET .../meters lists the keys."),
            id="nothing-like-it",
        ),
    ],
)
def test_invalid_push_is_refused_and_changes_nothing(open_world, call, refusal):
    world = open_world(TEXT)
    before = readings(world)
    method, query, body = call
    answer = world.request(method, READINGS, params=query, json=body)

    assert (answer.status_code, answer.json()["detail"]) == refusal
    assert readings(world) == before


def test_client_pushes_withdraws_and_lists_readings(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(TEXT, "utf-8")
    app = create_app(Settings(scenario=str(path)))
    with serve_in_thread(app) as url:
        api = MockApi(url)
        assert api.push("grid", {SEVEN: 7, EIGHT: 8}) == NINE
        assert api.withdraw("grid", [SEVEN]) == 1
        assert api.withdraw("grid", since=EIGHT, until=NINE) == 1
        assert api.pushed("grid") == [
            {"key": "grid", "date": each, "value": None, "updated_at": NINE}
            for each in (SEVEN, EIGHT)
        ]
        with pytest.raises(MockApiError, match="Did you mean grid"):
            api.push("grit", {SEVEN: 7})
    app.state.world.close()


def test_daily_total_follows_push_and_withdrawal(open_world):
    client = open_world(TEXT)
    advance(client, "P2D")
    world = client.app.state.world
    (site,) = world.store.sites(world.store.customers()[0].id)
    day = datetime(2026, 6, 2, tzinfo=UTC).toordinal()

    def known():
        (meter,) = consumption(world, site, day, day + 1, tuple(ScoreCategory))
        return [(each.known_at, each.amount) for each in meter.revisions]

    (first, total), *rest = known()
    noon = readings(client)["2026-06-02T12:00:00Z"]["value"]
    now = int(world.now().timestamp())
    listed = [{"date": "2026-06-02T12:00:00Z", "value": noon + 100}]
    client.put(READINGS, json={"key": "grid", "readings": listed}).raise_for_status()
    corrected = known()
    advance(client, "PT1H")
    # The day is that of Lyon, two hours before that of Greenwich.
    window = {"since": "2026-06-01T22:00:00Z", "until": "2026-06-02T22:00:00Z"}
    client.delete(READINGS, params={"key": "grid", **window}).raise_for_status()

    assert rest == []
    advance(client, "PT1S")
    assert corrected == [(first, total)]  # a push is known a second later
    assert known() == [
        (first, total),
        (now + 1, total + 100_000_000),
        (now + 3_601, None),
    ]


def test_export_has_final_values_of_pushes(open_world):
    client = open_world(TEXT)
    before = readings(client)
    push(client, h07=7).raise_for_status()
    client.delete(
        READINGS, params={"key": "grid", "date": "2026-06-01T05:00:00Z"}
    ).raise_for_status()
    world = client.app.state.world
    (site,) = world.store.sites(world.store.customers()[0].id)
    channel = world.reader.channel(site, "grid")
    bounds = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (5, 8))
    found = [
        (date, value)
        for block in world.reader.by_date(channel, *bounds)
        for date, value in zip(block.dates.tolist(), block.values.tolist(), strict=True)
    ]

    six, seven = (int(datetime(2026, 6, 1, hour, tzinfo=UTC).timestamp()) for hour in (6, 7))
    assert found == [(six, before["2026-06-01T06:00:00Z"]["value"]), (seven, 7.0)]
    assert site.id == SITE_ID
