"""Submeters sum to the main meter in any window."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import LYON, YEAR_2023, sites, steps

from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.registry import counts
from mockapi.timeseries.models.submeters import SubmeterShare, split_among_submeters
from mockapi.timeseries.time_axis import Axis

PARTS = (
    SubmeterShare("servers", 0.2),
    SubmeterShare("plugs", 0.3, "people"),
    SubmeterShare("ventilation", 0.4, "weather"),
    SubmeterShare("other", 0.1),
)
MAINS = (
    ("Purchased from Grid", "Active Energy"),
    ("Municipality supplied potable water", "Water Volume"),
)


@pytest.mark.parametrize("main", MAINS, ids=" ".join)
@settings(max_examples=15)
@given(profile=sites(), first=steps, count=st.integers(1, 300))
def test_submeters_sum_to_the_main_meter_in_every_step(main, profile, first, count):
    channel = MeterModel(profile, "main", *main)
    parts = split_among_submeters(channel, PARTS, Axis.of(profile.timezone, first, count))
    assert parts.shape == (len(PARTS), count) and (parts >= 0).all()
    assert (parts.sum(axis=0) == counts(channel, first, count)).all()


@settings(max_examples=15)
@given(profile=sites(), first=steps, count=st.integers(2, 300), cut=st.floats(0, 1))
def test_two_parts_of_a_window_of_submeters_are_the_whole(profile, first, count, cut):
    channel = MeterModel(profile, "main", *MAINS[0])
    middle = min(count - 1, max(1, round(count * cut)))
    later = split_among_submeters(
        channel, PARTS, Axis.of(profile.timezone, first + middle, count - middle)
    )
    earlier = split_among_submeters(channel, PARTS, Axis.of(profile.timezone, first, middle))
    whole = split_among_submeters(channel, PARTS, Axis.of(profile.timezone, first, count))
    assert np.concatenate((earlier, later), axis=1).tobytes() == whole.tobytes()


def test_submeters_take_about_their_shares():
    channel = MeterModel(replace(LYON, area=20_000), "main", *MAINS[0])
    parts = split_among_submeters(channel, PARTS, Axis.of(LYON.timezone, YEAR_2023, 28 * 96)).sum(
        axis=1
    )
    assert (parts > 0.03 * parts.sum()).all()
