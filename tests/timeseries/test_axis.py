from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_sites import YEAR_2023, steps

from mockapi.timeseries.time_axis import Axis

ZONES = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Singapore"]
)


@given(ZONES, steps, st.integers(1, 3_000), st.integers(0, 2_999))
def test_the_wall_clock_is_that_of_the_zone(zone, first, count, which):
    axis, which = Axis.of(zone, first, count), min(which, count - 1)
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=900 * (first + which))
    local = at.astimezone(ZoneInfo(zone))
    assert axis.local_hour[which] == local.hour + local.minute / 60
    assert axis.local_day[which] == local.date().toordinal() - 719_163
    assert axis.weekday[which] == local.weekday()
    assert axis.day_of_year[which] == local.timetuple().tm_yday
    assert axis.utc_hour[which] == at.hour + at.minute / 60


@given(ZONES, steps, st.integers(2, 3_000), st.integers(1, 2_999))
def test_any_split_of_an_axis_reads_the_same_clock(zone, first, count, cut):
    cut = min(cut, count - 1)
    whole = Axis.of(zone, first, count).local_seconds.tolist()
    parts = Axis.of(zone, first, cut), Axis.of(zone, first + cut, count - cut)
    assert [*parts[0].local_seconds.tolist(), *parts[1].local_seconds.tolist()] == whole


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Paris", "2023-03-26", "2023-10-29"),
        ("America/New_York", "2023-03-12", "2023-11-05"),
        ("Australia/Sydney", "2023-10-01", "2023-04-02"),
    ],
)
def test_days_of_clock_changes_have_92_and_100_intervals(zone, spring, autumn):
    axis = Axis.of(zone, YEAR_2023 - 96, 367 * 96)
    days, lengths = np.unique(axis.local_day, return_counts=True)
    odd = {
        str(day.astype("datetime64[D]")): int(length)
        for day, length in zip(days[1:-1], lengths[1:-1], strict=True)
        if length != 96
    }
    assert odd == {spring: 92, autumn: 100}
