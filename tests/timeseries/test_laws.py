"""Properties of every series of the registry."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, sites, steps

from mockapi.timeseries.models.electricity import active_energy, load
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.registry import MODELS, counts, intervals, values
from mockapi.timeseries.time_axis import Axis

SERIES = st.sampled_from(sorted(MODELS))
PANELS = ("Generated onsite - solar", "Active Energy")
MELBOURNE = replace(
    LYON,
    site_id="melbourne",
    latitude=-37.8,
    longitude=145.0,
    elevation=30.0,
    timezone="Australia/Melbourne",
    country="AU",
)
IN_ANOTHER_PROCESS = """
import sys
from hashlib import sha256
from invented_sites import LYON, YEAR_2023
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.registry import MODELS, counts
read = {
    series: counts(MeterModel(LYON, "meter", *series), YEAR_2023, 500).tobytes()
    for series in sorted(MODELS, reverse=sys.argv[1] == "backwards")
}
print(sha256(b"".join(read[series] for series in sorted(read))).hexdigest())
"""


def channel(profile, series):
    return MeterModel(profile, "meter", *series)


@settings(max_examples=25)
@given(
    series=SERIES,
    profile=sites(solar_kwp=60.0),
    first=steps,
    cuts=st.lists(st.integers(1, 8_000), min_size=1, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_windows_in_any_order_are_the_parts_of_the_whole(series, profile, first, cuts, order):
    edges = [0, *sorted(set(cuts)), 8_001]
    windows = [(begin, end - begin) for begin, end in pairwise(edges)]
    asked = {}
    for begin, count in order.sample(windows, len(windows)):
        asked[begin] = counts(channel(profile, series), first + begin, count).tolist()
    whole = counts(channel(profile, series), first, 8_001).tolist()
    assert [each for begin in sorted(asked) for each in asked[begin]] == whole


@settings(max_examples=25)
@given(series=SERIES, profile=sites(solar_kwp=60.0), first=steps, days=st.integers(1, 40))
def test_hours_and_days_agree_with_their_quarters_to_the_bit(series, profile, first, days):
    midnight = first // 96 * 96
    read = counts(channel(profile, series), midnight, 96 * days)
    by_hour = intervals(channel(profile, series), midnight + 4 * np.arange(24 * days + 1))
    by_day = intervals(channel(profile, series), midnight + 96 * np.arange(days + 1))
    shown = values(channel(profile, series), midnight, 96 * days)
    one = shown.max() / read.max() if read.max() else 1.0
    parts = (24, 4) if MODELS[series].state else (1, 1)
    assert np.array_equal(
        np.rint(by_hour * parts[1] / one).reshape(days, 24).sum(axis=1),
        np.rint(by_day * parts[0] * parts[1] / one),
    )
    assert np.array_equal(
        np.rint(by_day * parts[0] * parts[1] / one), read.reshape(days, 96).sum(axis=1)
    )


@settings(max_examples=15)
@given(profile=sites(solar_kwp=60.0), first=steps)
def test_the_grid_gives_exactly_what_the_panels_do_not(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    drawn = active_energy(MeterModel(profile, "main", "Purchased from Grid", "Active Energy"), axis)
    made = generation(profile, axis)
    missing = np.maximum(0.0, load(profile, axis) - made)
    assert drawn.tolist() == np.where(has_failed(profile, axis), 0.0, missing).tolist()
    assert MODELS[PANELS](channel(profile, PANELS), axis).tolist() == made.tolist()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("usage", "in_winter"),
    [
        ("Natural Gas", True),
        ("District Hot Water", True),
        ("District Steam", True),
        ("Fuel Oil", True),
        ("District Chilled Water (Electric Driven Chiller)", False),
    ],
)
def test_july_is_winter_in_the_south(usage, in_winter, seed):
    january, july = YEAR_2023, YEAR_2023 + 181 * 96
    for profile in (LYON, MELBOURNE):
        read = channel(replace(profile, seed=seed), (usage, "Fuel Volume"))
        cold, warm = (july, january) if profile.south else (january, july)
        first, other = (cold, warm) if in_winter else (warm, cold)
        assert counts(read, first, 30 * 96).sum() > 1.3 * counts(read, other, 30 * 96).sum()


@pytest.mark.parametrize("series", sorted(MODELS), ids=" ".join)
def test_two_seeds_have_no_noise_in_common(series):
    profile = replace(LYON, solar_kwp=60.0)
    one, other = (
        values(channel(replace(profile, seed=seed), series), YEAR_2023, A_YEAR) for seed in (11, 12)
    )
    # What remains of a week less the one before is noise, but for the sun and the clock.
    left, right = (np.diff(each[96 * 7 :] - each[: -96 * 7]) for each in (one, other))
    if left.any() and right.any():
        assert abs(np.corrcoef(left, right)[0, 1]) < 0.25


def test_process_with_other_hash_seed_computes_same_bytes():
    result = {
        subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS, order],
            capture_output=True,
            text=True,
            check=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
        ).stdout
        for seed, order in (("1", "forwards"), ("2", "backwards"))
    }
    assert len(result) == 1 and len(result.pop().strip()) == 64
