"""Readings are multiples of the given resolution."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import LYON, YEAR_2023, meter, sites, steps

from mockapi.domain.timestamps import Interval
from mockapi.scenario.seeding.meter_models import MeterModels
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel
from mockapi.timeseries.models.registry import MODELS, values
from mockapi.timeseries.models.submeters import values_from

GRID = ("Purchased from Grid", "Active Energy")
WEIGHED = {"Waste Generated", "Waste Diverted"}
FLOWING = sorted(
    series for series, model in MODELS.items() if not model.state and series[0] not in WEIGHED
)
resolutions = st.sampled_from([0.001, 0.01, 0.25, 0.3, 0.4, 1.0, 2.5, 50.0])


@pytest.mark.parametrize("series", sorted(MODELS), ids=" ".join)
@settings(max_examples=8)
@given(profile=sites(solar_kwp=50.0), first=steps, resolution=resolutions)
def test_every_reading_is_a_multiple_of_the_resolution(series, profile, first, resolution):
    read = values(MeterModel(profile, "meter", *series, resolution), first, 96)
    exact = Fraction(repr(resolution))
    assert all(
        abs(float(Fraction(round(each / resolution)) * exact) - each) < 1e-9 * (1 + abs(each))
        for each in read.tolist()
    )


@pytest.mark.parametrize("series", FLOWING, ids=" ".join)
@settings(max_examples=8)
@given(profile=sites(solar_kwp=50.0), first=steps)
def test_fraction_of_count_is_carried_within_the_day(series, profile, first):
    noon = first // 96 * 96
    fine = (
        values(MeterModel(profile, "meter", *series, 0.0001), noon, 960).reshape(10, 96).sum(axis=1)
    )
    coarse = (
        values(MeterModel(profile, "meter", *series, 25.0), noon, 960).reshape(10, 96).sum(axis=1)
    )
    assert np.abs(fine - coarse).max() < 25.1


def test_submeters_have_the_resolution_of_their_meter():
    meters = [
        meter("main", GRID[0], resolution=5.0),
        meter("light", GRID[0], parent_id="main", share=0.3),
        meter("rest", GRID[0], parent_id="main", share=0.7),
    ]
    models = MeterModels(LYON, meters)
    main, light, rest = (models.of(each, GRID[1]) for each, _ in meters)
    assert isinstance(light, SubmeterModel) and light.main == main
    first = YEAR_2023 // (64 * 96) * (64 * 96)
    whole, one, other = (
        values_from(each, Interval.QUARTER_HOUR, first, 64 * 96) for each in (main, light, rest)
    )
    assert not (one % 5).any() and one.any() and other.any()
    assert (one + other).tolist() == whole.tolist()


def test_secondary_measurement_has_own_resolution():
    sensor = meter("sensor", "CO2", resolution=5.0)
    models = MeterModels(LYON, [sensor])
    assert [
        models.of(sensor[0], measurement)
        for measurement in ("CO2 Concentration", "Zone Temperature", "Humidity")
    ] == [
        MeterModel(LYON, "sensor", "CO2", "CO2 Concentration", 5.0),
        MeterModel(LYON, "sensor", "CO2", "Zone Temperature"),
        MeterModel(LYON, "sensor", "CO2", "Humidity"),
    ]


@pytest.mark.parametrize("series", [GRID, ("CO2", "CO2 Concentration")], ids=" ".join)
def test_resolution_changes_only_published_values(series):
    channel = MeterModel(LYON, "meter", *series)
    usual = values(channel, YEAR_2023, 960)
    coarse = values(replace(channel, resolution=2.0), YEAR_2023, 960)
    assert np.abs(usual - coarse).max() <= 2.0 + 1e-9 and (usual != coarse).any()
