"""Defects change the rows of their incidents and no others."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoiled_series import ROWS, YEAR_2023, at, clean, other, series, table, total, with_defect

from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import DEFECT_KINDS
from mockapi.timeseries.defects.effects import EFFECTS
from mockapi.timeseries.defects.incident import NEVER_ENDS
from mockapi.timeseries.defects.incidents import INCIDENT_PROFILES
from mockapi.timeseries.intervals import number_at

AT = "2023-05-02T10:00:00Z"
HOUR, DAY = 3_600, 86_400

SETTINGS = {
    "stuck_at_zero": st.fixed_dictionaries({}, optional={"catch_up": st.booleans()}),
    "spike": st.fixed_dictionaries({}, optional={"factor": st.floats(1.5, 1e6)}),
    "unit_change": st.fixed_dictionaries({}, optional={"factor": st.floats(2, 1e6)}),
    "meter_replacement": st.fixed_dictionaries(
        {},
        optional={
            "gain": st.floats(0.5, 0.9),
            "gap": st.integers(0, 200).map(lambda hours: f"PT{hours}H"),
            "resolution": st.sampled_from([0.1, 1, 5]),
        },
    ),
    "register_rollover": st.fixed_dictionaries({}, optional={"counts": st.floats(1, 1e6)}),
    "cumulative": st.fixed_dictionaries({"start": st.floats(1, 1e6)}),
    "duplicates": st.fixed_dictionaries({}, optional={"equal": st.booleans()}),
    "time_zone_mistake": st.fixed_dictionaries({"hours": st.sampled_from([-5, 1, 5.5])})
    | st.fixed_dictionaries({"mode": st.sampled_from(["wall_clock", "interval_end"])}),
    "dst_mistake": st.fixed_dictionaries(
        {},
        optional={
            "mode": st.sampled_from(
                ["missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost"]
            )
        },
    ),
    "clock_drift": st.fixed_dictionaries({"seconds_per_month": st.sampled_from([-9_000, 9_000])}),
    "co2_drift": st.fixed_dictionaries({"ppm_per_month": st.sampled_from([-9, 2, 50])}),
}
GRADUAL = {"clock_drift", "co2_drift"}
BRIEF = {"spike", "register_rollover", "meter_replacement"}


@st.composite
def spoilt(draw, kind):
    """A series with one defect of *kind*, and a window in which it may strike."""
    interval = draw(st.sampled_from(list(Interval)))
    first = number_at(interval, YEAR_2023) + draw(st.integers(-500, 500))
    spec = {"kind": kind, **draw(SETTINGS.get(kind, st.just({})))}
    when = "at" if kind in GRADUAL else draw(st.sampled_from(["at", "rate", "usual"]))
    if when == "at":
        spec["at"] = at(interval, first + draw(st.integers(0, ROWS[interval] // 2)))
    elif when == "rate":
        spec["rate"] = draw(st.floats(0.5, 60))
    if kind not in BRIEF and (kind in GRADUAL or draw(st.booleans())):
        spec["for"] = draw(st.integers(1_500 if kind in GRADUAL else 1, 2_500)) * HOUR
    timezone = draw(st.sampled_from(["Europe/Paris", "America/Denver", "Australia/Lord_Howe"]))
    made = series(spec, interval, draw(st.integers(0, 2**62)), timezone)
    return made, first, ROWS[interval]


@pytest.mark.parametrize("kind", sorted(DEFECT_KINDS))
@settings(max_examples=25)
@given(data=st.data())
def test_rows_differ_from_clean_ones_in_incidents_only(kind, data):
    made, first, count = data.draw(spoilt(kind))
    rows, due = table(made.rows(first, count)), table(made.clean(first, count))
    found = made.incidents(first, count)
    inside = {each for one in found for each in range(one.first, min(one.end, first + count))}

    assert [row for row in rows if row[0] not in inside] == [
        row for row in due if row[0] not in inside
    ]
    for one in found:
        if first <= one.first and one.end <= first + count:
            within = range(one.first, one.end)
            assert [row for row in rows if row[0] in within] != [
                row for row in due if row[0] in within
            ]


@pytest.mark.parametrize("kind", sorted(DEFECT_KINDS))
@settings(max_examples=15)
@given(data=st.data())
def test_any_split_of_a_window_is_the_whole(kind, data):
    made, first, count = data.draw(spoilt(kind))
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1), max_size=3)))
    parts = [
        row
        for begin, end in pairwise([0, *cuts, count])
        for row in table(made.rows(first + begin, end - begin))
    ]
    assert parts == table(made.rows(first, count))


@pytest.mark.parametrize("kind", sorted(DEFECT_KINDS))
@settings(max_examples=15)
@given(data=st.data())
def test_incidents_of_a_window_are_consistent_and_disjoint(kind, data):
    made, first, count = data.draw(spoilt(kind))
    begin = data.draw(st.integers(0, count - 1))
    length = data.draw(st.integers(1, count - begin))
    whole = made.incidents(first, count)

    assert made.incidents(first + begin, length) == [
        one for one in whole if one.first < first + begin + length and one.end > first + begin
    ]
    assert all(before.end <= after.first < after.end for before, after in pairwise(whole))


def test_every_defect_kind_has_profile_and_effect():
    assert set(INCIDENT_PROFILES) == set(EFFECTS) == set(DEFECT_KINDS)


@pytest.mark.parametrize("kind", ["short_gap", "long_outage"])
def test_gap_removes_rows_for_its_duration(kind):
    incident, rows, _ = with_defect({"kind": kind, "at": AT, "for": "PT5H30M"})
    assert (incident.end - incident.first, len(rows.numbers)) == (6, 0)


def test_a_gap_of_an_hour_takes_the_whole_day_of_a_daily_meter():
    incident, rows, due = with_defect({"kind": "short_gap", "at": AT, "for": "PT1H"}, Interval.DAY)
    assert due.at.tolist() == [incident.first * DAY] == [1_682_985_600]
    assert len(rows.numbers) == 0


def test_a_stuck_value_is_the_reading_before():
    incident, rows, _ = with_defect({"kind": "stuck_value", "at": AT, "for": "P1D"})
    assert rows.values.tolist() == 24 * [clean(incident.first - 1, 1)[0]]


@pytest.mark.parametrize("catch_up", [True, False])
def test_meter_stuck_at_zero_may_catch_up(catch_up):
    spec = {"kind": "stuck_at_zero", "at": AT, "for": "P2D", "catch_up": catch_up}
    _, rows, due = with_defect(spec)
    assert rows.values.tolist() == [*(47 * [0.0]), due.values.sum() if catch_up else 0.0]


def test_a_sensor_stuck_at_zero_has_no_sum_to_catch_up():
    spec = {"kind": "stuck_at_zero", "at": AT, "for": "PT9H", "catch_up": True}
    assert with_defect(spec, state=True)[1].values.tolist() == 9 * [0.0]


def test_spike_multiplies_one_reading():
    _, rows, due = with_defect({"kind": "spike", "at": AT, "factor": 250})
    assert rows.values.tolist() == [250 * due.values[0]]


def test_a_spike_without_a_factor_is_one_of_three():
    sizes = {with_defect({"kind": "spike", "at": AT}, seed=seed)[0].size for seed in range(60)}
    assert sizes == {10, 100, 1000}


def test_a_negative_reading_is_its_opposite():
    _, rows, due = with_defect({"kind": "negative", "at": AT, "for": "PT3H"})
    assert rows.values.tolist() == (-due.values).tolist()


def test_unit_change_lasts_for_its_duration():
    spec = {"kind": "unit_change", "at": AT, "factor": 1000}
    assert with_defect(spec)[0].end == NEVER_ENDS
    incident, rows, due = with_defect({**spec, "for": "P2D"})
    assert incident.end - incident.first == 48
    assert rows.values.tolist() == (1000 * due.values).tolist()


def test_another_meter_has_a_gap_a_gain_and_a_resolution():
    spec = {"kind": "meter_replacement", "at": AT, "gap": "PT7H", "gain": 0.5, "resolution": 5}
    _, rows, due = with_defect(spec)
    assert rows.numbers.tolist() == due.numbers[7:].tolist()
    assert rows.values.tolist() == (np.rint(due.values[7:] * 0.5 / 5) * 5).tolist()


def test_rollover_subtracts_the_register_from_one_reading():
    _, rows, due = with_defect({"kind": "register_rollover", "at": AT, "counts": 99_999.5})
    assert rows.values.tolist() == [due.values[0] - 99_999.5]


def test_register_begins_at_given_value_and_grows():
    incident, rows, due = with_defect({"kind": "cumulative", "at": AT, "for": "P4D", "start": 500})
    assert rows.values.tolist() == (500 + np.cumsum(due.values)).tolist()
    assert rows.values[-1] == 500 + total(incident.first, incident.end)


@pytest.mark.parametrize("equal", [True, False])
def test_duplicate_has_same_date_and_given_value(equal):
    spec = {"kind": "duplicates", "at": AT, "for": "PT4H", "equal": equal}
    _, rows, due = with_defect(spec)
    assert rows.at.tolist() == np.repeat(due.at, 2).tolist()
    assert rows.values[::2].tolist() == due.values.tolist()
    assert ((rows.values[1::2] == rows.values[::2]) == equal).all()


@pytest.mark.parametrize(
    ("setting", "seconds"),
    [
        pytest.param({"hours": 5.5}, 19_800, id="hours"),
        pytest.param({"hours": -3}, -10_800, id="west"),
        pytest.param({}, 7_200, id="wall clock"),
        pytest.param({"mode": "summer_only"}, 3_600, id="summer"),
        pytest.param({"mode": "interval_end"}, 3_600, id="end"),
    ],
)
def test_a_wrong_time_zone_shifts_dates_and_nothing_else(setting, seconds):
    _, rows, due = with_defect({"kind": "time_zone_mistake", "at": AT, "for": "P3D", **setting})
    assert (rows.at - due.at).tolist() == 72 * [seconds]
    assert rows.values.tolist() == due.values.tolist()


SPRING, AUTUMN = 1_679_792_400, 1_698_541_200  # 2023 in Paris, when the clock has changed


@pytest.mark.parametrize(
    ("mode", "spring", "autumn"),
    [
        pytest.param("missing_hour", {0: 0}, {0: 0}, id="missing"),
        pytest.param("doubled_hour", {0: 2}, {-1: 1, 0: 0}, id="doubled"),
        pytest.param("always_24_hours", {0: 2}, {-1: 2, 0: 0}, id="24 hours"),
        pytest.param("last_hour_lost", {20: 0}, {21: 0}, id="last hour"),
    ],
)
def test_dst_error_has_given_mode(mode, spring, autumn):
    made = series({"kind": "dst_mistake", "mode": mode})
    for change, wrong in ((SPRING, spring), (AUTUMN, autumn)):
        hours = Counter(((made.rows(change // HOUR - 48, 96).at - change) // HOUR).tolist())
        assert {hour: hours[hour] for hour in range(-48, 48) if hours[hour] != 1} == {
            hour: times for hour, times in wrong.items() if times != 1
        }


def test_dst_hours_are_zero_in_spring_and_summed_in_autumn():
    made = series({"kind": "dst_mistake", "mode": "doubled_hour"})
    spring = made.rows(SPRING // HOUR, 1)
    autumn = made.rows(AUTUMN // HOUR - 1, 2)
    assert spring.values.tolist() == [clean(SPRING // HOUR, 1)[0], 0]
    assert autumn.values.tolist() == [clean(AUTUMN // HOUR - 1, 2).sum()]


def test_daily_readings_have_no_dst_error():
    made = series({"kind": "dst_mistake", "mode": "missing_hour"}, Interval.DAY)
    assert made.incidents(YEAR_2023 // DAY, 400) == []


def test_clock_drifts_until_corrected():
    spec = {"kind": "clock_drift", "at": AT, "for": "P60D", "seconds_per_month": -300}
    _, rows, due = with_defect(spec)
    ahead = rows.at - due.at
    assert (ahead[0], ahead[-1]) == (0, -600) and (np.diff(ahead) <= 0).all()


def test_swapped_meters_deliver_the_readings_of_the_other():
    incident, rows, due = with_defect({"kind": "swapped_meters", "at": AT, "for": "P3D"})
    assert rows.values.tolist() == other(incident.first, len(due.numbers)).tolist()


def test_a_drifting_sensor_is_further_off_every_month():
    spec = {"kind": "co2_drift", "at": AT, "for": "P90D", "ppm_per_month": 4}
    _, rows, due = with_defect(spec)
    off = rows.values - due.values
    assert (off[0], off[-1]) == (0, 12) and (np.diff(off) >= 0).all()


def test_rate_is_incidents_per_year():
    for rate in (2, 30, 500):
        made = series({"kind": "spike", "rate": rate}, Interval.QUARTER_HOUR)
        years = 20
        found = made.incidents(YEAR_2023 // 900, years * 35_064)
        assert len(found) == pytest.approx(rate * years, rel=0.25)
