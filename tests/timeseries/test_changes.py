"""Changes of a site, for any window and every series."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import LYON, YEAR_2023, sites

from mockapi.timeseries.models.changes import daily_change_factor, temperature_offset
from mockapi.timeseries.models.electricity import load
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import Change, Changing, MeterModel
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.registry import MODELS, counts, values
from mockapi.timeseries.models.submeters import SubmeterShare, split_among_submeters
from mockapi.timeseries.models.weather import temperature
from mockapi.timeseries.time_axis import Axis

A_WEEK = 7 * 96
SPAN = 3 * A_WEEK
KINDS = get_args(Changing)


@st.composite
def changes(draw):
    what = draw(st.sampled_from(KINDS))
    first = YEAR_2023 + draw(st.integers(A_WEEK, 2 * A_WEEK))
    lasting = draw(st.integers(1, A_WEEK))
    for_ever = what != "warmth" and draw(st.booleans())
    amount = draw(st.floats(1, 15) if what == "warmth" else st.floats(0, 3))
    return Change(what, first, None if for_ever else first + lasting, amount)


@pytest.mark.parametrize("model", MODELS, ids=" ".join)
@given(st.data())
@settings(max_examples=5)
def test_change_has_no_effect_before_its_start(model, data):
    profile = data.draw(sites(solar_kwp=40.0))
    happening = data.draw(st.lists(changes(), min_size=1, max_size=3))
    changed = replace(profile, changes=tuple(happening))
    one, other = MeterModel(profile, "meter", *model), MeterModel(changed, "meter", *model)
    begin = min(each.first for each in happening)

    before = begin - YEAR_2023
    whole = values(other, YEAR_2023, SPAN)
    assert (whole[:before] == values(one, YEAR_2023, before)).all()
    cut = data.draw(st.integers(1, SPAN - 1))
    parts = values(other, YEAR_2023, cut), values(other, YEAR_2023 + cut, SPAN - cut)
    assert (np.concatenate(parts) == whole).all()
    assert (whole >= 0).all() or "Temperature" in model[1]


@given(sites(solar_kwp=40.0), st.lists(changes(), max_size=3))
def test_related_values_stay_related_in_changes(profile, happening):
    profile = replace(profile, changes=tuple(happening))
    axis = Axis.of(profile.timezone, YEAR_2023, SPAN)
    grid = MeterModel(profile, "meter", "Purchased from Grid", "Active Energy")
    model = MODELS[grid.usage, grid.measurement]
    expected = np.maximum(0.0, load(profile, axis) - generation(profile, axis))
    expected[has_failed(profile, axis)] = 0
    assert (model(grid, axis) == expected).all()

    parts = (
        SubmeterShare("light", 0.3, "people"),
        SubmeterShare("cold", 0.2, "weather"),
        SubmeterShare("rest", 0.5),
    )
    rows = split_among_submeters(grid, parts, axis)
    assert (rows >= 0).all()
    assert (rows.sum(axis=0) == counts(grid, YEAR_2023, SPAN)).all()

    waste = [
        values(MeterModel(profile, "meter", f"Waste {name}", "Weight"), YEAR_2023, SPAN)
        for name in ("Diverted", "Generated")
    ]
    assert (waste[0] <= waste[1]).all()


def test_heat_wave_ramps_within_half_a_day():
    wave = Change("warmth", YEAR_2023 + 96, YEAR_2023 + 5 * 96, 8.0)
    axis = Axis.of(LYON.timezone, YEAR_2023, 6 * 96)
    warmer = temperature_offset(replace(LYON, changes=(wave,)), axis.steps)
    assert warmer[96] == warmer[95] == warmer[5 * 96] == 0
    assert warmer[96 + 24] == warmer[5 * 96 - 24] == 4
    assert (warmer[96 + 48 : 5 * 96 - 48] == 8).all()
    assert temperature(replace(LYON, changes=(wave,)), axis) == pytest.approx(
        temperature(LYON, axis) + warmer
    )


def test_day_is_changed_by_change_at_its_begin():
    # Midnight in Lyon is an hour before midnight UTC: step -4 of that day.
    days = np.arange(YEAR_2023 // 96, YEAR_2023 // 96 + 4)
    for first, shares in ((-4, [0.5, 0.5, 1, 1]), (-3, [1, 0.5, 1, 1])):
        change = Change("people", YEAR_2023 + first, YEAR_2023 + 2 * 96 - 4, 0.5)
        site = replace(LYON, changes=(change,))
        assert daily_change_factor(site, "people", days).tolist() == shares
