"""Every defect is found again in the rows, where the ground truth says, and nowhere else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, YEAR_2023, steps

from mockapi.series.defects import KINDS, Defect, spoiled, truth
from mockapi.series.noise import uniform
from mockapi.series.spoiling import Source

KEY = 4_711
DAY = 96
END = YEAR_2023 + A_YEAR


def clean(first, count):
    return 100 + np.floor(50 * uniform(KEY, np.arange(first, first + count)))


def other(first, count):
    return 3 * clean(first, count)


SOURCE = Source(clean, "Europe/Paris", other)


def often(kind, series_key=KEY):
    """Return the defect, frequent enough to strike within the year, and one of its incidents."""
    rate = min(20.0, 40 * KINDS[kind].rate) or None
    defect = Defect(kind, YEAR_2023, END, rate)
    return defect, truth((defect,), series_key, SOURCE.timezone, YEAR_2023, END)


def rows_of(defect, first=YEAR_2023, count=A_YEAR, series_key=KEY):
    return spoiled((defect,), series_key, SOURCE, first, count)


def around(incident, rows):
    inside = rows.only((rows.steps >= incident.first) & (rows.steps < incident.end))
    return inside, clean(incident.first, incident.end - incident.first)


def first_incident(kind):
    defect, found = often(kind)
    return found[0], rows_of(defect)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_differ_from_the_clean_ones_in_incidents_and_nowhere_else(kind):
    defect, found = often(kind)
    rows = rows_of(defect)
    struck = np.zeros(A_YEAR, np.bool_)
    for each in found:
        struck[max(0, each.first - YEAR_2023) : each.end - YEAR_2023] = True
    whole = np.arange(YEAR_2023, END)
    calm = rows.only(~struck[rows.steps - YEAR_2023])
    assert found and not struck.all()
    assert (calm.steps == whole[~struck]).all() and (calm.at == calm.steps * 900).all()
    assert (calm.values == clean(YEAR_2023, A_YEAR)[~struck]).all()
    for each in found:
        inside, before = around(each, rows)
        assert len(inside.steps) != len(before) or not (
            (inside.values == before).all() and (inside.at == inside.steps * 900).all()
        )


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(
    series_key=st.integers(0, 2**63), first=steps, count=st.integers(2, 2_000), cut=st.floats(0, 1)
)
def test_two_parts_of_a_window_are_the_whole(kind, series_key, first, count, cut):
    defect = Defect(kind, first - 400, first + 1_500, min(20.0, 40 * KINDS[kind].rate) or None)
    middle = min(count - 1, max(1, round(count * cut)))
    later = rows_of(defect, first + middle, count - middle, series_key)
    earlier = rows_of(defect, first, middle, series_key)
    whole = rows_of(defect, first, count, series_key)
    for name in ("steps", "at", "values"):
        both = np.concatenate((getattr(earlier, name), getattr(later, name)))
        assert both.tobytes() == getattr(whole, name).tobytes()


@given(series_key=st.integers(0, 2**63), first=steps, days=st.integers(1, 200))
@settings(max_examples=20)
def test_the_truth_of_a_window_is_part_of_the_whole_truth(series_key, first, days):
    defects = tuple(
        Defect(kind, first - A_YEAR, first + A_YEAR, min(20.0, 40 * KINDS[kind].rate) or None)
        for kind in KINDS
    )
    window = (first, first + days * DAY)
    part = truth(defects, series_key, "Europe/Paris", *window)
    whole = truth(defects, series_key, "Europe/Paris", first - A_YEAR, first + A_YEAR)
    assert set(part) == {each for each in whole if each.first < window[1] and each.end > window[0]}


def test_without_defects_rows_are_clean():
    rows = spoiled((), KEY, SOURCE, YEAR_2023, 500)
    assert (rows.values == clean(YEAR_2023, 500)).all()


@pytest.mark.parametrize("kind", ["short gap", "long outage"])
def test_a_gap_has_no_rows(kind):
    incident, rows = first_incident(kind)
    inside, _ = around(incident, rows)
    assert len(inside.steps) == 0


def test_a_stuck_value_is_the_reading_before():
    incident, rows = first_incident("stuck value")
    inside, _ = around(incident, rows)
    assert (inside.values == clean(incident.first - 1, 1)).all()


def test_a_meter_stuck_at_zero_may_catch_up():
    _, found = often("stuck at zero")
    assert {each.size for each in found} == {0.0, 1.0}
    rows = rows_of(often("stuck at zero")[0])
    caught_up = next(each for each in found if each.size)
    inside, before = around(caught_up, rows)
    assert not inside.values[:-1].any() and inside.values[-1] == before.sum()


def test_a_spike_is_one_reading_many_times_too_large():
    incident, rows = first_incident("spike")
    inside, before = around(incident, rows)
    assert incident.size >= 10 and (inside.values == before * incident.size).all()


def test_a_negative_reading_is_its_opposite():
    incident, rows = first_incident("negative")
    inside, before = around(incident, rows)
    assert (inside.values == -before).all()


def test_a_change_of_unit_lasts():
    incident, rows = first_incident("unit change")
    inside, before = around(incident, rows)
    assert incident.end == END and np.allclose(inside.values / before, incident.size)


def test_another_meter_reads_coarser_after_a_gap():
    incident, rows = first_incident("meter replacement")
    inside, before = around(incident, rows)
    assert inside.steps[0] == incident.first + incident.quiet
    assert not (inside.values % 10).any()
    assert abs(inside.values.sum() / before[incident.quiet :].sum() - incident.size) < 0.005


def test_a_rollover_is_one_large_negative_difference():
    incident, rows = first_incident("register rollover")
    inside, before = around(incident, rows)
    assert (inside.values == before - incident.size).all() and (inside.values < 0).all()


def test_a_register_delivered_for_intervals_only_grows():
    incident, rows = first_incident("cumulative")
    inside, before = around(incident, rows)
    assert (np.diff(inside.values) > 0).all() and inside.values[-1] == before.sum()


def test_a_duplicate_has_the_same_label():
    defect, found = often("duplicates")
    rows = rows_of(defect)
    at, times = np.unique(rows.at, return_counts=True)
    assert (at[times == 2] // 900).tolist() == [each.first for each in found]
    assert {each.size for each in found} == {1.0, 1.05}


@pytest.mark.parametrize(("size", "seconds"), [(0.0, {3600, 7200}), (1.0, {900}), (2.0, {0, 3600})])
def test_a_wrong_time_zone_shifts_labels(size, seconds):
    keys = (each for each in range(100) if often("time zone", each)[1][0].size == size)
    series_key = next(keys)
    incident = often("time zone", series_key)[1][0]
    rows = rows_of(often("time zone", series_key)[0], series_key=series_key)
    inside, _ = around(incident, rows)
    assert set((inside.at - inside.steps * 900).tolist()) <= seconds


def test_both_changes_of_the_clock_go_wrong():
    defect, (spring, autumn) = often("daylight saving")
    rows = rows_of(defect)
    skipped, _ = around(spring, rows)
    assert np.count_nonzero(skipped.values == 0) == 4
    repeated, before = around(autumn, rows)
    assert len(repeated.steps) == 4 and repeated.values.sum() == before.sum()


def test_a_clock_that_drifts_is_put_right_every_month():
    incident, rows = first_incident("clock drift")
    inside, _ = around(incident, rows)
    ahead = inside.at - inside.steps * 900
    assert ahead[0] == 0 and ahead.max() == 119
    assert np.count_nonzero(np.diff(ahead) < 0) == (incident.end - incident.first) // (30 * DAY)


def test_swapped_meters_deliver_the_readings_of_the_other():
    incident, rows = first_incident("swapped meters")
    inside, before = around(incident, rows)
    assert (inside.values == 3 * before).all() and 3 * DAY <= len(before) <= 31 * DAY


def test_a_drifting_sensor_is_further_off_every_month():
    incident, rows = first_incident("CO2 drift")
    inside, before = around(incident, rows)
    off = inside.values - before
    months = (incident.end - 1 - incident.first) / (30 * DAY)
    assert (np.diff(off) >= 0).all() and off[-1] == round(2 * months)
