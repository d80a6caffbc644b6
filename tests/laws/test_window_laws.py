"""Arrivals for any delivery settings, window, split and time of request."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.delivery.arrivals import readings_arrived
from mockapi.timeseries.delivery.schedule import Delivery, Pipeline
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, SubmeterModel

BASE = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = SiteProfile(1, "site", "office", 1_000, 45.0, 5.0, 100.0, "Europe/Paris", "FR", 50, 5, 60)
PUNCTUAL = Delivery()
MONTH_A_MINUTE = 30 * 86_400

instants = st.integers(0, 100 * 86_400).map(lambda seconds: BASE + timedelta(seconds=seconds))
bounds = st.none() | instants
deliveries = st.builds(
    Delivery,
    every=st.sampled_from([0, 900, 3_600, 86_400]),
    delay=st.sampled_from([0, 600, 86_400]),
    late=st.sampled_from([0.0, 0.03, 0.5]),
    silent=st.sampled_from([0.0, 0.02, 0.5]),
    estimated=st.sampled_from([0.0, 0.015, 0.5]),
    restated=st.sampled_from([0.0, 0.06, 1.0]),
    backfill=st.sampled_from([0, 3_600, MONTH_A_MINUTE]),
)
silences = st.lists(st.tuples(instants, st.integers(1, 20)), max_size=2).map(
    lambda each: tuple(
        (int(begin.timestamp()), int(begin.timestamp()) + days * 86_400) for begin, days in each
    )
)


intervals = st.sampled_from(list(Interval))

GAS = MeterModel(FACTS, "gas", "Natural Gas", "Fuel Volume")


def pipelines(delivery=deliveries, interval=intervals):
    return st.builds(
        Pipeline,
        instants,
        st.integers(0, 70).map(lambda days: timedelta(days=days)),
        interval,
        delivery,
        st.integers(0, 5),
        silences,
    )


streams = st.builds(
    MeterStream,
    st.sampled_from(
        [
            MeterModel(FACTS, "meter", "Purchased from Grid", "Active Energy"),
            MeterModel(FACTS, "air", "CO2", "CO2 Concentration"),
            SubmeterModel(GAS, (("gas", 0.6), ("other", 0.9)), 1, resolution=0.5),
        ]
    ),
    pipelines(),
    st.just(()),
)


def seen_by(stream, now, since=None, until=None):
    """Return what a client sees of a window: the arrival and the value of each interval."""
    found = {}
    for part in readings_arrived(stream, now, since, until):
        assert len(part.dates)
        columns = (each.tolist() for each in (part.dates, part.arrivals, part.values))
        for begin, came, value in zip(*columns, strict=True):
            assert begin not in found
            found[begin] = (came, value)
    return found


def at(second):
    return datetime.fromtimestamp(second, UTC)


@given(streams, instants, st.tuples(bounds, bounds), st.lists(instants, max_size=4))
def test_any_split_of_a_window_gives_the_readings_of_the_whole(stream, now, window, cuts):
    since, until = window
    inside = sorted(
        cut for cut in cuts if (since is None or since <= cut) and (until is None or cut <= until)
    )
    parts = [seen_by(stream, now, *edges) for edges in pairwise([since, *inside, until])]

    assert sum(map(len, parts)) == len({begin for part in parts for begin in part})
    assert {begin: each for part in parts for begin, each in part.items()} == seen_by(
        stream, now, since, until
    )


@given(streams, instants, bounds, bounds)
def test_a_window_holds_exactly_what_arrived_in_it(stream, now, since, until):
    assert seen_by(stream, now, since, until) == {
        begin: (came, value)
        for begin, (came, value) in seen_by(stream, now).items()
        if (since is None or at(came) >= since) and (until is None or at(came) < until)
    }


@given(streams, st.lists(instants, min_size=1, max_size=8))
def test_polling_adjacent_windows_equals_one_large_query(stream, polls):
    polls = sorted(polls)
    seen, state = set(), {}
    for since, until in pairwise([None, *polls]):
        # The poll is at *until*: what arrives in that second is the next one's.
        for begin, revision in seen_by(stream, until, since, until).items():
            assert (begin, revision) not in seen
            seen.add((begin, revision))
            state[begin] = revision
    now = polls[-1]
    assert state == seen_by(stream, now, None, now)


@given(streams, instants, instants)
def test_readings_appear_on_arrival_and_again_when_changed(stream, now, later):
    now, later = sorted((now, later))
    before, after = seen_by(stream, now), seen_by(stream, later)

    assert all(at(came) <= now for came, _ in before.values())
    assert before.keys() <= after.keys()
    for begin, (came, value) in after.items():
        if begin in before and before[begin] != (came, value):
            assert at(before[begin][0]) < at(came)
            assert now < at(came) <= later


@given(streams, instants)
def test_reading_arrives_after_its_interval_and_registration(stream, now):
    shortest = stream.pipeline.interval.length - timedelta(days=2) * (
        stream.pipeline.interval is Interval.MONTH
    )

    for begin, (came, _) in seen_by(stream, now).items():
        assert at(came) >= max(at(begin) + shortest, stream.pipeline.registered_at)


@given(streams)
def test_all_measured_values_finally_arrive(stream):
    pipeline = stream.pipeline
    much_later = BASE + timedelta(days=400)
    punctual = MeterStream(
        stream.model, Pipeline(pipeline.registered_at, pipeline.history, pipeline.interval), ()
    )
    settled = much_later - timedelta(days=120)

    def values(stream):
        return {
            begin: value
            for begin, (_, value) in seen_by(stream, much_later).items()
            if at(begin) < settled
        }

    assert values(stream) == values(punctual)


@given(pipelines(), instants)
def test_intervals_follow_each_other_without_a_gap(pipeline, now):
    punctual = Pipeline(pipeline.registered_at, pipeline.history, pipeline.interval)
    stream = MeterStream(MeterModel(FACTS, "air", "CO2", "CO2 Concentration"), punctual, ())
    begins = [at(begin) for begin in seen_by(stream, now)]

    assert begins == sorted(begins)
    if pipeline.interval is Interval.MONTH:
        assert all((begin.day, begin.hour, begin.minute) == (1, 0, 0) for begin in begins)
        assert all(timedelta(27) < b - a < timedelta(32) for a, b in pairwise(begins))
    else:
        assert all(b - a == pipeline.interval.length for a, b in pairwise(begins))


@given(pipelines(st.just(PUNCTUAL)))
def test_punctual_backfill_covers_the_history_at_once(pipeline):
    now = pipeline.registered_at
    stream = MeterStream(MeterModel(FACTS, "air", "CO2", "CO2 Concentration"), pipeline, ())
    longest = pipeline.interval.length + timedelta(days=1) * (pipeline.interval == "P1M")
    found = seen_by(stream, now)

    assert all(at(came) == now for came, _ in found.values())
    if found:
        first, last = at(min(found)), at(max(found))
        assert now - pipeline.history - longest < first <= now - pipeline.history
        assert last + pipeline.interval.length - timedelta(days=2) <= now < last + 2 * longest


@given(pipelines(st.just(Delivery(backfill=MONTH_A_MINUTE)), st.just(Interval.DAY)))
def test_a_back_fill_brings_a_month_a_minute_the_oldest_first(pipeline):
    stream = MeterStream(MeterModel(FACTS, "air", "CO2", "CO2 Concentration"), pipeline, ())
    registered = pipeline.registered_at
    whole = seen_by(stream, registered + timedelta(minutes=10))
    filled = {
        begin: came
        for begin, (came, _) in whole.items()
        if at(came) < registered + timedelta(minutes=4)
    }

    assert seen_by(stream, registered) == {}
    for begin, came in filled.items():
        if at(begin) + timedelta(days=1) <= registered:
            minutes = (begin - min(whole)) // MONTH_A_MINUTE
            assert at(came) == registered.replace(microsecond=0) + timedelta(
                seconds=5, minutes=minutes
            )
