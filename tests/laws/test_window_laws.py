from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import catalog
from mockapi.series.readings import Pipeline, Series, readings

BASE = datetime(2026, 1, 1, tzinfo=UTC)
INTERVALS = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1)]

instants = st.integers(0, 40 * 86_400).map(lambda seconds: BASE + timedelta(seconds=seconds))
bounds = st.none() | instants


@st.composite
def series(draw):
    commodity = draw(st.sampled_from(catalog().commodity))
    place = draw(st.sampled_from(list(places().values())))
    return Series(
        seed=draw(st.integers(0, 2**63 - 1)),
        key=draw(st.uuids(version=4)).hex,
        commodity=commodity.name,
        usage=draw(st.sampled_from(commodity.usages)),
        building=draw(st.sampled_from(list(building_types()))),
        area=draw(st.integers(10, 5_000_000)),
        latitude=place.latitude,
        timezone=place.timezone,
        interval=draw(st.sampled_from(INTERVALS)),
    )


@st.composite
def pipelines(draw):
    return Pipeline(draw(instants), timedelta(days=draw(st.integers(0, 5))))


@given(series(), pipelines(), instants, st.tuples(bounds, bounds), st.lists(instants, max_size=4))
def test_any_split_of_a_window_gives_the_readings_of_the_whole(one, pipeline, now, window, cuts):
    since, until = window
    inside = sorted(
        cut for cut in cuts if (since is None or since <= cut) and (until is None or cut <= until)
    )
    edges = [since, *inside, until]
    parts = [
        reading
        for start, end in pairwise(edges)
        for reading in readings(one, pipeline, now, start, end)
    ]

    assert parts == list(readings(one, pipeline, now, since, until))


@given(series(), pipelines(), instants, bounds, bounds)
def test_a_window_holds_exactly_what_arrived_in_it(one, pipeline, now, since, until):
    wanted = [
        each
        for each in readings(one, pipeline, now)
        if (since is None or each.updated_at >= since)
        and (until is None or each.updated_at < until)
    ]

    assert list(readings(one, pipeline, now, since, until)) == wanted


@given(series(), pipelines(), instants, instants)
def test_time_adds_readings_and_changes_none(one, pipeline, now, later):
    now, later = sorted((now, later))
    first, second = (list(readings(one, pipeline, at)) for at in (now, later))

    assert second[: len(first)] == first
    assert all(each.updated_at > now for each in second[len(first) :])


@given(series(), pipelines(), instants)
def test_readings_come_at_every_interval_once_in_order_and_never_early(one, pipeline, now):
    found = list(readings(one, pipeline, now))
    steps = {b.at - a.at for a, b in pairwise(found)}

    assert steps <= {one.interval}
    assert all(each.at + one.interval <= each.updated_at <= now for each in found)
    assert [each.updated_at for each in found] == sorted(each.updated_at for each in found)


@given(series(), pipelines(), instants)
def test_a_reading_is_a_function_of_its_series_alone(one, pipeline, now):
    again = Series(**{name: getattr(one, name) for name in Series.__dataclass_fields__})

    assert list(readings(one, pipeline, now)) == list(readings(again, pipeline, now))
