"""Several meters of one usage divide what one of them would measure."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import LYON, YEAR_2023, meter, sites, steps

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import SwappedMeters
from mockapi.scenario.seeding.meter_models import MeterModels
from mockapi.scenario.seeding.meters import defects_of
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel
from mockapi.timeseries.models.registry import MODELS, counts, is_averaged, main_model
from mockapi.timeseries.models.submeters import values_from

GRID = ("Purchased from Grid", "Active Energy")
REACTIVE = ("Purchased from Grid", "Reactive Energy")
GAS = ("Natural Gas", "Fuel Volume")
FLOWS = sorted(series for series, model in MODELS.items() if not model.state)
STATES = sorted(series for series, model in MODELS.items() if model.state)
SUNNY = replace(LYON, solar_kwp=50.0)
QUARTER = Interval.QUARTER_HOUR
WINTER_MONTH = 31 * 96


def models_of(profile, series, *meters):
    """Return the models of *series* of *meters*."""
    models = MeterModels(profile, meters)
    return [models.of(each, series[1]) for each, _ in meters]


def several(usage, number, **columns):
    return [meter(f"{usage} {each}", usage, **columns) for each in range(number)]


def read(model, first, count):
    return values_from(model, QUARTER, first, count)


def as_counts(model, first, count):
    return np.rint(read(model, first, count) / resolution_of(model))


def resolution_of(model):
    main = main_model(model)
    return MODELS[main.usage, main.measurement].resolution(main)


@pytest.mark.parametrize("series", FLOWS, ids=" ".join)
@settings(max_examples=6)
@given(
    profile=sites(solar_kwp=50.0),
    window=st.tuples(steps, st.integers(1, 300)),
    number=st.integers(2, 4),
    resolution=st.sampled_from([None, 0.01, 2.5]),
)
def test_meters_of_one_usage_sum_to_one(series, profile, window, number, resolution):
    meters = several(series[0], number, resolution=resolution)
    parts = [as_counts(each, *window) for each in models_of(profile, series, *meters)]
    (alone,) = models_of(profile, series, meters[0])
    assert isinstance(alone, MeterModel)
    assert min(part.min() for part in parts) >= 0
    assert np.sum(parts, axis=0).tolist() == counts(alone, *window).tolist()


@settings(max_examples=15)
@given(profile=sites(), first=steps, count=st.integers(2, 5_000), cut=st.floats(0, 1))
def test_two_parts_of_a_window_of_a_meter_are_the_whole(profile, first, count, cut):
    middle = min(count - 1, max(1, round(count * cut)))
    # The second meter counts another unit than the divided readings.
    coarse = meter("coarse", GRID[0], resolution=7.5)
    for each in models_of(profile, GRID, *several(GRID[0], 1), coarse):
        split = read(each, first, middle), read(each, first + middle, count - middle)
        assert np.concatenate(split).tobytes() == read(each, first, count).tobytes()


@pytest.mark.parametrize("series", [GRID, REACTIVE, GAS], ids=" ".join)
@pytest.mark.parametrize("number", [2, 3])
def test_each_meter_has_a_tenth_to_nine_tenths(series, number):
    for seed in range(12):
        found = models_of(replace(LYON, seed=seed), series, *several(series[0], number))
        totals = np.array([read(each, YEAR_2023, WINTER_MONTH).sum() for each in found])
        assert (totals > 0.1 * totals.sum()).all() and (totals < 0.9 * totals.sum()).all()


def test_division_is_independent_of_the_meter_asked():
    meters = several(GAS[0], 3)
    first, *_ = models_of(LYON, GAS, *meters)
    for order in permutations(meters):
        models = MeterModels(LYON, meters)
        found = {each.id: models.of(each, GAS[1]) for each, _ in order}
        assert {(each.main, each.parts) for each in found.values()} == {(first.main, first.parts)}
        assert all(model.meter_id == identity for identity, model in found.items())


def test_meters_of_other_intervals_sum_to_the_day():
    one, other = models_of(LYON, GRID, *several(GRID[0], 2))
    day = YEAR_2023 // 96
    days = values_from(one, Interval.DAY, day, 40) + values_from(other, Interval.DAY, day, 40)
    mixed = values_from(one, Interval.DAY, day, 40)
    mixed = mixed + read(other, YEAR_2023, 40 * 96).reshape(40, 96).sum(axis=1)
    (alone,) = models_of(LYON, GRID, several(GRID[0], 1)[0])
    whole = values_from(alone, Interval.DAY, day, 40)
    assert days == pytest.approx(whole, rel=1e-12) and mixed == pytest.approx(whole, rel=1e-12)


@settings(max_examples=15)
@given(
    profile=sites(),
    day=steps.map(lambda step: step // 96),
    resolutions=st.lists(st.sampled_from([0.001, 0.3, 1.0, 50.0]), min_size=2, max_size=3),
    usual=st.booleans(),
)
def test_each_meter_counts_in_its_resolution(profile, day, resolutions, usual):
    columns = [*resolutions, *([None] if usual else [])]
    meters = [meter(str(n), GAS[0], resolution=each) for n, each in enumerate(columns)]
    found = models_of(profile, GAS, *meters)
    used = [resolution_of(each) for each in found]
    rows = [read(each, day * 96, 10 * 96) for each in found]
    for row, resolution, given_one in zip(rows, used, columns, strict=True):
        assert given_one in (None, resolution)
        exact = Fraction(repr(resolution))
        assert all(
            abs(float(Fraction(round(each / resolution)) * exact) - each) < 1e-6
            for each in row.tolist()
        )
    whole = read(found[0].main, day * 96, 10 * 96).reshape(10, 96).sum(axis=1)
    sums = np.sum(rows, axis=0).reshape(10, 96).sum(axis=1)
    assert (np.abs(sums - whole) < sum(used) + 1e-6).all()


@settings(max_examples=10)
@given(profile=sites(), first=steps, resolution=st.sampled_from([None, 5.0]))
def test_submeters_of_a_dividing_meter_sum_to_it(profile, first, resolution):
    meters = [
        meter("north", GRID[0]),
        meter("south", GRID[0], resolution=resolution),
        meter("lights", GRID[0], parent_id="south", share=0.4),
        meter("others", GRID[0], parent_id="south", share=0.6),
    ]
    found = models_of(profile, GRID, *meters)
    _, south, lights, others = (as_counts(each, first, 300) for each in found)
    assert [is_averaged(each) for each in found] == [False] * 4
    assert (lights + others).tolist() == south.tolist()


def test_meter_with_a_total_or_given_readings_stands_alone():
    meters = [
        meter("bill", GAS[0], yearly=5_000.0),
        meter("given", GAS[0], generated=False),
        meter("generated", GAS[0]),
        (meter("empty", GAS[0])[0], []),
    ]
    bill, _, generated, _ = models_of(LYON, GAS, *meters)
    assert bill == MeterModel(LYON, "bill", *GAS, yearly=5_000.0)
    assert generated == MeterModel(LYON, "generated", *GAS)
    divided = models_of(LYON, GAS, *meters, meter("second", GAS[0]))
    assert [each.meter_id for each in divided if isinstance(each, SubmeterModel)] == [
        "generated",
        "second",
    ]


@pytest.mark.parametrize("series", STATES, ids=" ".join)
def test_sensors_of_one_usage_measure_rooms_of_their_own(series):
    found = models_of(LYON, series, *several(series[0], 2))
    assert found == [MeterModel(LYON, f"{series[0]} {each}", *series) for each in range(2)]


@pytest.mark.parametrize("number", [2, 4])
def test_power_factors_of_divided_meters_stay_plausible(number):
    for profile in (LYON, replace(LYON, building="hotel", seed=3)):
        meters = several(GRID[0], number)
        factors = []
        for active, reactive in zip(
            models_of(profile, GRID, *meters), models_of(profile, REACTIVE, *meters), strict=True
        ):
            hours = YEAR_2023 // 4
            real = values_from(active, Interval.HOUR, hours, 744)
            other = values_from(reactive, Interval.HOUR, hours, 744)
            factors.append(real / np.hypot(real, other))
        assert np.min(factors) > 0.6 and np.max(factors) <= 1
        assert np.ptp([np.median(each) for each in factors]) < 0.02


@settings(max_examples=10)
@given(profile=sites(), first=steps)
def test_waste_diverted_of_all_meters_is_at_most_generated(profile, first):
    generated, diverted = (
        sum(
            read(each, first, 40 * 96)
            for each in models_of(profile, (usage, "Weight"), *several(usage, number))
        )
        for usage, number in (("Waste Generated", 3), ("Waste Diverted", 2))
    )
    assert (diverted <= generated).all()


def test_divided_panels_generate_in_daylight_only():
    series = ("Generated onsite - solar", "Active Energy")
    one, other = models_of(SUNNY, series, *several(series[0], 2))
    (alone,) = models_of(SUNNY, series, several(series[0], 1)[0])
    dark = read(alone, YEAR_2023, WINTER_MONTH) == 0
    for each in (one, other):
        found = read(each, YEAR_2023, WINTER_MONTH)
        assert not found[dark].any() and found.any()


def test_swapped_meter_has_the_model_of_the_other():
    meters = [*several(GRID[0], 2), meter("gas", GAS[0], resolution=0.5)]
    models = MeterModels(LYON, meters)
    swap = SwappedMeters(kind="swapped_meters", rate=1)
    found = defects_of([(swap, each.id) for each, _ in meters], models)
    known = {each.id: each for each, _ in meters}
    others = [each for defects in found.values() for each in defects]
    assert others
    for each in others:
        other = known[each.other_meter]
        assert each.other == models.of(other, catalog().by_usage()[other.usage].measurement)


def test_power_failure_stops_every_grid_meter():
    profile = replace(LYON, latitude=1.5)
    (alone,) = models_of(profile, GRID, several(GRID[0], 1)[0])
    whole = read(alone, YEAR_2023, 365 * 96)
    assert (whole == 0).any()
    for each in models_of(profile, GRID, *several(GRID[0], 3)):
        assert not read(each, YEAR_2023, 365 * 96)[whole == 0].any()
