"""Arrivals while a test pushes, corrects and withdraws readings.

A withdrawn reading is absent from later answers, and nothing else tells of it: a client that polls
keeps what it saw, so the law of one big query is of what was not withdrawn.
"""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockapi.api.reading_encoder import encode_timeseries
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings
from mockapi.world.push_readings import push, withdraw, withdraw_all
from mockapi.world.world import World

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
SCENARIO = """
history: P3D
interval: %(interval)s
arrival: {every: %(every)s, late: %(chance)s, estimated: %(chance)s, restated: %(chance)s}
sites:
  - id: one
    building: office
    city: Lyon
    projects: [{leed_id: 1, leed_name: One, registered_at: 2026-05-30T09:00:00Z}]
    defects: [%(defect)s]
    meters:
      - usage: Purchased from Grid
        measurements: [{name: Active Energy, key: generated}]
      - usage: CO2
        measurements:
          - name: CO2 Concentration
            key: stated
            readings:
              - {date: 2026-05-31T00:00:00Z, updated_at: 2026-05-31T01:00:00Z, value: 500}
              - {date: 2026-06-02T00:00:00Z, updated_at: 2026-06-02T01:00:00.5Z, value: 600}
"""
KEYS = ("generated", "stated")
QUARTER = timedelta(minutes=15)

scenarios = st.fixed_dictionaries(
    {
        "interval": st.sampled_from(["PT15M", "PT1H", "P1D", "P1M"]),
        "every": st.sampled_from(["PT0S", "PT1H", "P1D"]),
        "chance": st.sampled_from([0, 0.5]),
        "defect": st.sampled_from(
            ["", "{kind: time_zone_mistake}", "{kind: duplicates, rate: 99}"]
        ),
    }
).map(SCENARIO.__mod__)
dates = st.integers(-400, 400).map(lambda quarters: NINE + quarters * QUARTER) | st.just(
    NINE - timedelta(hours=3, seconds=7)
)
hours = st.integers(0, 100).map(lambda hours: timedelta(hours=hours))
steps = st.one_of(
    st.tuples(st.just("push"), st.sampled_from(KEYS), st.sets(dates, min_size=1, max_size=9)),
    st.tuples(st.just("withdraw"), st.sampled_from(KEYS), st.tuples(dates, hours)),
    st.tuples(st.just("move"), st.timedeltas(timedelta(seconds=1), timedelta(days=3))),
    st.tuples(st.just("poll")),
)


def seen_by(world, since=None, until=None):
    """Return what a client sees of a window: the arrival and the value of each date."""
    (site,) = world.store.sites(world.store.customers()[0].id)
    seen = {}
    for series in json.loads(
        b"".join(encode_timeseries(world.reader.timeseries(site, since, until)))
    ):
        rows = [(each["date"], each["updatedAt"], each["value"]) for each in series["values"]]
        assert [date for date, *_ in rows] == sorted(date for date, *_ in rows)
        seen[series["key"]] = rows
    return {(key, date): result for key, rows in seen.items() for date, *result in rows}


def acted(world, clock, step, number):
    """Take one *step*; return the dates whose readings it changed, and to what."""
    match step:
        case ("move", by):
            clock.advance(timedelta(seconds=int(by.total_seconds())))
        case ("push", key, chosen):
            push(world, key, dict.fromkeys(chosen, number))
            return {(key, formatted(date)): number for date in chosen}
        case ("withdraw", key, (since, span)):
            there = {each for each in seen_by(world) if each[0] == key}
            within = {
                each for each in there if formatted(since) <= each[1] < formatted(since + span)
            }
            assert withdraw_all(world, key, since, since + span) == len(within)
            return dict.fromkeys(within)
    return {}


def formatted(at):
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@given(scenarios, st.lists(steps, max_size=12))
def test_last_revision_of_each_date_is_effective(text, steps):
    clock = ManualClock(NINE)
    pushed = {}
    with (
        closing(World.open(Settings(), clock, text=text)) as world,
        closing(World.open(Settings(), clock, text=text)) as untouched,
    ):
        for number, step in enumerate(steps):
            for date, value in acted(world, clock, step, number).items():
                pushed[date] = [formatted(world.now()), value]
        own = seen_by(untouched)
        stands = {date: each for date, each in pushed.items() if each >= own.get(date, [""])[:1]}
        expected = {**own, **stands}

        assert seen_by(world) == {
            date: each for date, each in expected.items() if each[1] is not None
        }


@given(scenarios, st.lists(steps, max_size=16))
def test_polling_during_pushes_equals_one_large_query(text, steps):
    clock = ManualClock(NINE)
    seen, state, withdrawn = set(), {}, set()
    with closing(World.open(Settings(), clock, text=text)) as world:
        since = None
        for number, step in enumerate([*steps, ("poll",), ("move", QUARTER), ("poll",)]):
            changed = acted(world, clock, step, number)
            withdrawn -= changed.keys()
            withdrawn |= {date for date, value in changed.items() if value is None}
            if step == ("poll",) and since != world.now():
                came = seen_by(world, since, world.now())
                for date, revision in came.items():
                    assert (date, *revision) not in seen
                    seen.add((date, *revision))
                state |= came
                withdrawn -= came.keys()
                since = world.now()
        whole = seen_by(world, None, since)

        assert {date: each for date, each in state.items() if date not in withdrawn} == whole


@given(scenarios, st.lists(steps, max_size=8), st.lists(hours, max_size=3))
def test_split_windows_give_the_pushed_readings_of_the_whole(text, steps, cuts):
    clock = ManualClock(NINE)
    with closing(World.open(Settings(), clock, text=text)) as world:
        for number, step in enumerate(steps):
            acted(world, clock, step, number)
        edges = [None, *sorted(NINE - timedelta(hours=50) + cut for cut in cuts), None]
        parts = [seen_by(world, *pair) for pair in pairwise(edges)]

        assert sum(map(len, parts)) == len(seen_by(world))
        assert {date: each for part in parts for date, each in part.items()} == seen_by(world)


@given(scenarios, st.lists(steps, max_size=8), dates)
def test_withdrawal_by_dates_equals_by_window(text, steps, date):
    clock = ManualClock(NINE)
    with closing(World.open(Settings(), clock, text=text)) as world:
        for number, step in enumerate(steps):
            acted(world, clock, step, number)
        there = [at for key, at in seen_by(world) if key == "generated" and at >= formatted(date)]
        with world.temporary_copy() as other:
            if there:
                withdraw(other, "generated", [datetime.fromisoformat(at) for at in there])
            without = seen_by(other)
        withdraw_all(world, "generated", date, None)

        assert seen_by(world) == without
