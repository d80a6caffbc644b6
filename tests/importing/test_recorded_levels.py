"""Meters whose generated readings continue at the recorded level."""

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

import pytest
import yaml
from import_steps import PARTNER, get, har, imported, run, serving, token, write

from mockapi.domain.timestamps import Interval
from mockapi.importing.levels import (
    RecordedReading,
    RecordedTotal,
    interval_of,
    resolution_of,
    total_of,
)

START = datetime(2026, 2, 1, tzinfo=UTC)
SITE = {
    "id": "s",
    "name": "One",
    "type": "Office: Administrative/Professional",
    "metadata": {"grossArea": 5000},
    "postalAddress": {
        "city": "Lyon",
        "countryIsoCode": "FR",
        "timezone": "Europe/Paris",
        "coordinates": {"latitude": 45.76, "longitude": 4.84},
    },
}


def meter(usage, number=0):
    return {
        "id": f"meter-{number}",
        "name": f"meter {number}",
        "gatewayId": "7",
        "commodity": "C",
        "usage": usage,
        "measurements": [{"id": f"{number}", "name": "M", "timeseries": {"key": f"key-{number}"}}],
    }


def series(values, every, number=0):
    return {
        "key": f"key-{number}",
        "values": [
            {
                "date": (START + every * index).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "updatedAt": (START + every * (index + 1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "value": value,
            }
            for index, value in enumerate(values)
        ],
    }


def recording(usage, values, every):
    return har(
        [
            ("t", PARTNER, 200, [SITE]),
            ("t", f"{PARTNER}/s/meters", 200, [meter(usage)]),
            ("t", f"{PARTNER}/s/timeseries", 200, [series(values, every)]),
        ],
        "2026-03-10T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("usage", "value"),
    [
        pytest.param("Purchased from Grid", 37.5, id="electricity"),
        pytest.param("Natural Gas", 2.5, id="gas"),
        pytest.param("Municipality supplied potable water", 0.5, id="water"),
    ],
)
def test_generated_readings_have_the_recorded_level(tmp_path, usage, value):
    """Four weeks of hourly readings; the generated ones of these weeks have the same total."""
    hours = 28 * 24
    path = imported(tmp_path, recording(usage, [value] * hours, timedelta(hours=1)))
    (site,) = yaml.safe_load(path.read_text("utf-8"))["customers"][0]["sites"]
    (spec,) = site["meters"]
    assert (spec["interval"], spec["resolution"]) == ("PT1H", value)
    period = {"since": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
    assert spec["yearly"] == {"total": value * hours, **period}
    assert site["projects"][0]["registered_at"] == "2026-02-01T00:00:00Z"
    with serving(path) as served:
        ((_, readings),) = (
            (each["key"], each["values"])
            for each in get(served, token(1), f"{PARTNER}/s/timeseries")[1]
        )
    end = "2026-03-01T00:00:00Z"
    generated = sum(each["value"] for each in readings if each["date"] < end)
    # Some readings have not arrived or are estimated.
    assert generated == pytest.approx(value * hours, rel=0.15)
    assert min(each["date"] for each in readings) >= "2026-02-01T00:00:00Z"


@pytest.mark.parametrize(
    ("dates", "interval", "expected"),
    [
        pytest.param(
            ["02-01T00", "02-01T01", "02-01T03"],
            Interval.HOUR,
            (4.0, "02-01T00", "02-01T04"),
            id="a missing reading counts with the mean",
        ),
        pytest.param(
            ["01-01T00", "02-01T00", "02-01T01"],
            Interval.HOUR,
            (2.0, "02-01T00", "02-01T02"),
            id="the longest period without gap of a day",
        ),
        pytest.param(
            ["01-31T23", "02-28T23"],
            Interval.MONTH,
            (2.0, "01-31T23", "03-31T23"),
            id="months of a site east of Greenwich",
        ),
        pytest.param(["02-01T00"], Interval.DAY, (1.0, "02-01T00", "02-02T00"), id="one reading"),
    ],
)
def test_total_is_that_of_a_period(dates, interval, expected):
    def instant(text):
        return datetime.fromisoformat(f"2026-{text}:00:00+00:00")

    total, since, until = expected
    readings = [RecordedReading(instant(each), "", 1.0) for each in dates]
    assert total_of(readings, interval) == RecordedTotal(total, instant(since), instant(until))


@pytest.mark.parametrize("value", [0.0, -1.0, 1e-320, 1e13])
def test_readings_without_a_possible_total_have_none(value):
    readings = [RecordedReading(START + timedelta(days=9 * each), "", value) for each in range(2)]
    assert total_of(readings, Interval.HOUR) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "9999-12-31T23:59:59Z", "value": 1},
        {"date": "0001-01-01T00:00:00Z", "value": 1},
        {"date": "2026-02-01T00:00:00Z", "value": 1e300},
        {"date": "2026-02-01T00:00:00Z", "value": True},
        {"date": "soon", "value": 1},
    ],
    ids=str,
)
def test_impossible_readings_are_reported(tmp_path, wrong):
    values = [{"date": "2026-02-01T09:00:00Z", "value": 2}, wrong]
    exchanges = [
        ("t", PARTNER, 200, [SITE]),
        ("t", f"{PARTNER}/s/meters", 200, [meter("Natural Gas")]),
        ("t", f"{PARTNER}/s/timeseries", 200, [{"key": "key-0", "values": values}]),
    ]
    exit_code, text, problems = run("import", write(tmp_path, har(exchanges)))
    assert (exit_code, "total: 2.0" in text) == (0, True)
    assert "site s: 1 of 2 readings of 'key-0' are left out: a date is twice" in problems


def test_total_of_a_long_recording_is_that_of_its_start():
    readings = [RecordedReading(START + timedelta(days=day), "", 1.0) for day in range(1_500)]
    found = total_of(readings, Interval.DAY)
    assert (found.total, found.until - found.since) == (1_001, timedelta(days=1_001))


def test_readings_of_an_unknown_usage_are_served_as_recorded(tmp_path):
    recorded = recording("Turbine", [1, 2.5, 3], timedelta(minutes=15))
    with serving(imported(tmp_path, recorded)) as served:
        body = get(served, token(1), f"{PARTNER}/s/timeseries")[1]
    assert body == [series([1, 2.5, 3], timedelta(minutes=15))]


def test_readings_without_meter_are_reported(tmp_path):
    exchanges = [
        ("t", PARTNER, 200, [SITE]),
        ("t", f"{PARTNER}/s/timeseries", 200, [series([1], timedelta(hours=1))]),
    ]
    problems = run("import", write(tmp_path, har(exchanges)))[2]
    assert "site s: has readings whose meter was not recorded" in problems
    assert "site s: has readings but no recorded project; one is added" in problems


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (15, Interval.QUARTER_HOUR),
        (60, Interval.HOUR),
        (1440, Interval.DAY),
        (10, Interval.QUARTER_HOUR),
    ],
)
def test_interval_is_the_most_frequent_gap(minutes, expected):
    dates = [START + timedelta(minutes=minutes) * index for index in range(10)]
    assert interval_of([*dates[:4], *dates[5:]], Interval.MONTH) == expected


def test_interval_of_months():
    assert (
        interval_of([START, START.replace(month=3), START.replace(month=4)], Interval.DAY) == "P1M"
    )


@pytest.mark.parametrize("step", [0.001, 0.5, 5.0, 120.0])
def test_resolution_is_the_greatest_common_step(step):
    assert resolution_of([round(step * count, 6) for count in range(1, 60)]) == step


def test_resolution_of_few_or_endless_decimals_is_unknown():
    assert resolution_of([5.0] * 3) is None
    assert resolution_of([1 / 3 * each for each in range(1, 60)]) is None


def test_thousand_meters_with_readings_take_three_seconds(tmp_path, record_testsuite_property):
    sites = [{**SITE, "id": f"site-{number}", "name": f"Site {number}"} for number in range(1000)]
    exchanges = [("t", PARTNER, 200, sites)]
    for number in range(1000):
        base = f"{PARTNER}/site-{number}"
        values = [1 + (hour * 7 + number) % 11 / 4 for hour in range(168)]
        exchanges += [
            ("t", f"{base}/meters", 200, [meter("Natural Gas", number)]),
            ("t", f"{base}/timeseries", 200, [series(values, timedelta(hours=1), number)]),
        ]
    path = write(tmp_path, har(exchanges, "2026-03-10T00:00:00Z"))
    begin = process_time()
    exit_code, text, _ = run("import", path)
    seconds = process_time() - begin
    record_testsuite_property("import_of_1000_meters_with_readings_seconds", round(seconds, 2))
    assert exit_code == 0
    assert text.count("yearly:") == 1000
    # Twice the figure, because the machine of the tests has other work.
    assert seconds < 6


def test_thousand_sites_are_imported_within_three_seconds(tmp_path, record_testsuite_property):
    sites = [{**SITE, "id": f"site-{number}", "name": f"Site {number}"} for number in range(1000)]
    scores = [
        {"date": f"2026-01-{day:02}", "score": 70, "type": "daily", "category": "energy"}
        for day in range(1, 4)
    ]
    exchanges = [("t", PARTNER, 200, sites)]
    for number in range(1000):
        base = f"{PARTNER}/site-{number}"
        meters = [meter("Natural Gas", f"{number}-{index}") for index in range(3)]
        exchanges += [
            ("t", f"{base}/meters", 200, meters),
            ("t", f"{base}/projects", 200, [{"leedId": number, "leedName": f"Site {number}"}]),
            ("t", f"{base}/performance-scores", 200, scores),
        ]
    path = write(tmp_path, har(exchanges))
    begin = perf_counter()
    exit_code, text, _ = run("import", path)
    seconds = perf_counter() - begin
    record_testsuite_property("import_of_1000_sites_seconds", round(seconds, 2))
    assert exit_code == 0
    assert json.dumps(text).count("leed_id") == 1000
    # Twice the figure, because the machine of the tests has other work.
    assert seconds < 6
