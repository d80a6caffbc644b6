from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockapi.domain.interval import Interval
from mockapi.series.arrival import DELIVERY, Pipeline, runs
from mockapi.series.channel import Channel
from mockapi.series.place import SiteFacts

BASE = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = SiteFacts(1, "site", "office", 1_000, 45.0, 5.0, 100.0, "Europe/Paris", "FR", 50, 5, 60)
CHANNEL = Channel(FACTS, "meter", "Purchased from Grid", "Active Energy")

instants = st.integers(0, 40 * 86_400).map(lambda seconds: BASE + timedelta(seconds=seconds))
bounds = st.none() | instants
pipelines = st.builds(
    Pipeline,
    instants,
    st.integers(0, 70).map(lambda days: timedelta(days=days)),
    st.sampled_from(list(Interval)),
)


def arrived(pipeline, now, since=None, until=None):
    """The readings of a window as (at, updated_at); their values are a matter of `at` alone."""
    found = []
    for run in runs(CHANNEL, pipeline, now, since, until):
        assert run.begin < run.end
        found += list(pipeline.times(run.block))[run.part]
    return [tuple(datetime.fromtimestamp(each, UTC) for each in times) for times in found]


@given(pipelines, instants, st.tuples(bounds, bounds), st.lists(instants, max_size=4))
def test_any_split_of_a_window_gives_the_readings_of_the_whole(pipeline, now, window, cuts):
    since, until = window
    inside = sorted(
        cut for cut in cuts if (since is None or since <= cut) and (until is None or cut <= until)
    )
    edges = [since, *inside, until]
    parts = [
        reading for start, end in pairwise(edges) for reading in arrived(pipeline, now, start, end)
    ]

    assert parts == arrived(pipeline, now, since, until)


@given(pipelines, instants, bounds, bounds)
def test_a_window_holds_exactly_what_arrived_in_it(pipeline, now, since, until):
    wanted = [
        (at, updated_at)
        for at, updated_at in arrived(pipeline, now)
        if (since is None or updated_at >= since) and (until is None or updated_at < until)
    ]

    assert arrived(pipeline, now, since, until) == wanted


@given(pipelines, instants, instants)
def test_time_adds_readings_and_changes_none(pipeline, now, later):
    now, later = sorted((now, later))
    first, second = (arrived(pipeline, at) for at in (now, later))

    assert second[: len(first)] == first
    assert all(updated_at > now for _, updated_at in second[len(first) :])


@given(pipelines, instants)
def test_readings_come_at_every_interval_once_in_order_and_never_early(pipeline, now):
    found = arrived(pipeline, now)
    shortest = pipeline.interval.length - (timedelta(days=2) * (pipeline.interval == "P1M"))

    assert all(
        shortest <= b - a <= shortest + timedelta(days=3) for (a, _), (b, _) in pairwise(found)
    )
    assert all(at + shortest <= updated_at <= now for at, updated_at in found)
    assert [each for _, each in found] == sorted(each for _, each in found)


@given(pipelines, instants)
def test_every_interval_of_a_month_is_the_months_own(pipeline, now):
    found = [at for at, _ in arrived(pipeline, now)]
    if pipeline.interval is Interval.MONTH:
        assert all((at.day, at.hour, at.minute) == (1, 0, 0) for at in found)
    else:
        steps = {b - a for a, b in pairwise(found)}
        assert steps <= {pipeline.interval.length}


@given(pipelines)
def test_the_back_fill_reaches_back_by_the_history(pipeline):
    now = pipeline.registered_at
    longest = pipeline.interval.length + timedelta(days=1) * (pipeline.interval == "P1M")
    found = arrived(pipeline, now)

    assert all(updated_at == now for _, updated_at in found)
    if found:
        assert now - pipeline.history - longest < found[0][0] <= now - pipeline.history
        assert found[-1][0] + pipeline.interval.length - timedelta(days=2) + DELIVERY <= now
        assert now < found[-1][0] + 2 * longest + DELIVERY
