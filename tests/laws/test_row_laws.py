import json
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mockapi.api.reading_encoder import encode_readings, encode_timeseries
from mockapi.domain import timestamps
from mockapi.domain.timestamps import Interval
from mockapi.timeseries.block_cache import SizedCache
from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.delivery.arrivals import readings_arrived
from mockapi.timeseries.delivery.schedule import Delivery, Pipeline
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.readings import Readings

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
FACTS = SiteProfile(1, "site", "office", 1_000, 45.0, 5.0, 100.0, "Europe/Paris", "FR", 50, 5, 60)
CHANNELS = [
    MeterModel(FACTS, "grid", "Purchased from Grid", "Active Energy"),
    MeterModel(FACTS, "gas", "Natural Gas", "Fuel Volume"),
    MeterModel(FACTS, "air", "CO2", "CO2 Concentration"),
]
seconds = st.integers(
    int(datetime(1, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(9999, 12, 31, tzinfo=UTC).timestamp()),
)
values = st.integers(-(10**9), 10**9).map(lambda count: count / 100) | st.floats(
    allow_nan=False, allow_infinity=False
)
rows = st.lists(st.tuples(seconds, seconds, values), min_size=1, max_size=40)
pipelines = st.builds(
    Pipeline,
    st.integers(0, 30 * 86_400).map(lambda ago: NOW - timedelta(seconds=ago)),
    st.integers(0, 70).map(lambda days: timedelta(days=days)),
    st.sampled_from(list(Interval)),
    st.sampled_from([Delivery(), Delivery(3_600, 600, 0.3, 0.3, 0.3, 0.5, 2_592_000)]),
    st.integers(0, 3),
)


def formatted(second):
    return timestamps.format_seconds(datetime.fromtimestamp(0, UTC) + timedelta(seconds=second))


def encoded(dates, arrivals, values, opening=b","):
    columns = (np.array(each, np.int64) for each in (dates, arrivals))
    return bytes(encode_readings(Readings(*columns, np.array(values, np.float64)), opening))


@given(rows)
def test_rows_are_encoded_as_each_would_be_alone(rows):
    text = encoded(*zip(*rows, strict=True))

    assert text == b"".join(encoded([begin], [at], [value]) for begin, at, value in rows)


@given(rows)
def test_encoded_rows_are_read_back_as_they_were(rows):
    found = json.loads(encoded(*zip(*rows, strict=True), opening=b"[") + b"]")

    assert found == [
        {"date": formatted(begin), "updatedAt": formatted(at), "value": value}
        for begin, at, value in rows
    ]


def test_whole_numbers_have_no_point_and_zero_no_sign():
    text = encoded([0, 900, 1800], [1500, 2400, 3300], [12.0, -0.0, 0.5])

    assert text == (
        b',{"date":"1970-01-01T00:00:00Z","updatedAt":"1970-01-01T00:25:00Z","value":12}'
        b',{"date":"1970-01-01T00:15:00Z","updatedAt":"1970-01-01T00:40:00Z","value":0}'
        b',{"date":"1970-01-01T00:30:00Z","updatedAt":"1970-01-01T00:55:00Z","value":0.5}'
    )


@given(pipelines, st.lists(st.integers(0, len(CHANNELS) - 1), unique=True))
def test_a_timeseries_says_what_its_parts_hold(pipeline, chosen):
    series = [
        (f"key {number}", list(readings_arrived(MeterStream(CHANNELS[number], pipeline, ()), NOW)))
        for number in chosen
    ]

    text = b"".join(encode_timeseries(series))

    result = [
        {"key": key, "values": [one for part in parts for one in read(part)]}
        for key, parts in series
    ]
    assert json.loads(text) == [each for each in result if each["values"]]


def read(part):
    columns = (each.tolist() for each in (part.dates, part.arrivals, part.values))
    return [
        {"date": formatted(begin), "updatedAt": formatted(at), "value": value}
        for begin, at, value in zip(*columns, strict=True)
    ]


def test_given_readings_are_encoded_like_generated_ones():
    now = int(NOW.timestamp())
    dates, arrivals = np.array([now, now]), np.array([now + 3_600, now])
    given_values = Readings(dates, arrivals, np.array([3.0, 0.25]))

    series = [("a", []), ("b", [given_values]), ("c", [given_values.at(slice(1))])]
    assert b"".join(encode_timeseries(series)) == (
        b'[{"key":"b","values":['
        b'{"date":"2026-06-01T09:00:00Z","updatedAt":"2026-06-01T10:00:00Z","value":3},'
        b'{"date":"2026-06-01T09:00:00Z","updatedAt":"2026-06-01T09:00:00Z","value":0.25}]},'
        b'{"key":"c","values":['
        b'{"date":"2026-06-01T09:00:00Z","updatedAt":"2026-06-01T10:00:00Z","value":3}]}]'
    )


@given(st.lists(st.integers(0, 9)), st.integers(0, 30))
def test_cache_is_correct_and_within_its_limit(asked, limit):
    recent = SizedCache(limit)
    for number in asked:
        assert recent.get_or_compute(
            number, lambda number=number: memoryview(bytes([number] * number))
        ) == (bytes([number] * number))

    made = []
    for number in range(10):
        recent.get_or_compute(number, lambda number=number: made.append(number) or memoryview(b""))
    assert sum(number for number in range(10) if number not in made) <= limit


def test_least_recently_used_entry_is_removed_first():
    recent, made = SizedCache(2), []

    def ask(name):
        recent.get_or_compute(name, lambda: made.append(name) or memoryview(b"x"))

    for name in "abacabb":
        ask(name)

    assert made == ["a", "b", "c", "b"]
