from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, sites, steps

from mockapi.domain.buildings import building_types
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.electricity import active_energy, load
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.occupancy import occupancy, usual_occupancy
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.reactive import (
    absorbed_share,
    reactive_demand,
    reactive_energy,
)
from mockapi.timeseries.models.registry import intervals, values
from mockapi.timeseries.time_axis import Axis

GRID = "Purchased from Grid"


def grid(profile, measurement="Active Energy"):
    return MeterModel(profile, "main", GRID, measurement)


@settings(max_examples=15)
@given(sites(), steps, st.integers(2, 2_000), st.integers(1, 1_999))
def test_any_split_of_a_window_gives_the_readings_of_the_whole(profile, first, count, cut):
    cut = min(cut, count - 1)
    for measurement in ("Active Energy", "Reactive Energy"):
        channel = grid(profile, measurement)
        whole = values(channel, first, count).tolist()
        parts = values(channel, first, cut), values(channel, first + cut, count - cut)
        assert [*parts[0].tolist(), *parts[1].tolist()] == whole


@settings(max_examples=15)
@given(sites(), steps, st.integers(4, 400))
def test_coarser_intervals_are_exact_sums_of_the_readings(profile, first, hours):
    edges = first + 4 * np.arange(hours + 1)
    by_hour = intervals(grid(profile), edges)
    read = values(grid(profile), first, 4 * hours)
    assert np.abs(by_hour - read.reshape(hours, 4).sum(axis=1)).max() < 1e-9 * (1 + by_hour.max())
    whole = intervals(grid(profile), edges[[0, -1]])
    assert np.rint(by_hour * 1000).sum() == np.rint(whole[0] * 1000)


@settings(max_examples=15)
@given(sites(), steps)
def test_every_building_uses_some_electricity_at_any_time(profile, first):
    used = load(profile, Axis.of(profile.timezone, first, 960))
    assert (used > 0).all() and np.isfinite(used).all()


@settings(max_examples=15)
@given(sites(), steps)
def test_occupancy_is_a_share(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    full = usual_occupancy(profile, axis)
    assert (full >= 0).all() and (full <= 1).all()
    assert (occupancy(profile, axis) == full * change_factor(profile, "people", axis)).all()


@settings(max_examples=15)
@given(sites(solar_kwp=80.0), steps)
def test_the_grid_gives_what_the_sun_does_not(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    missing = np.maximum(0.0, load(profile, axis) - generation(profile, axis))
    missing[has_failed(profile, axis)] = 0
    assert active_energy(grid(profile), axis).tolist() == missing.tolist()


@settings(max_examples=15)
@given(sites())
@example(replace(LYON, area=100, occupants=1))
def test_reactive_energy_is_positive(profile):
    axis = Axis.of(profile.timezone, YEAR_2023, 28 * 96)
    failed = has_failed(profile, axis)
    reactive = reactive_energy(grid(profile), axis)
    assert (reactive[~failed] > 0).all() and (reactive[failed] == 0).all()


@settings(max_examples=15)
@given(sites(solar_kwp=500.0), steps)
def test_reactive_demand_is_independent_of_panels(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    without = replace(profile, solar_kwp=0.0)
    demand = reactive_demand(profile, axis)
    assert demand.tolist() == reactive_demand(without, axis).tolist()
    failed = has_failed(profile, axis)
    demand[failed] = 0
    assert reactive_energy(grid(without), axis).tolist() == demand.tolist()
    absorbed = absorbed_share(profile) * generation(profile, axis)
    assert reactive_energy(grid(profile), axis) == pytest.approx(demand + absorbed, rel=1e-12)


def test_power_factor_drops_when_panels_cover_the_load():
    june = Axis.of(LYON.timezone, YEAR_2023 + 151 * 96, 30 * 96)
    for seed in range(6):
        profile = replace(LYON, seed=seed, solar_kwp=800.0)
        covered = (active_energy(grid(profile), june) == 0) & ~has_failed(profile, june)
        reactive = reactive_energy(grid(profile), june)
        assert covered.any() and (~covered).any()
        assert reactive[covered].mean() > 0.5 * reactive[~covered].mean()


def test_a_third_of_the_inverters_absorb_reactive_energy():
    shares = [absorbed_share(replace(LYON, seed=seed)) for seed in range(300)]
    assert 70 < sum(share > 0 for share in shares) < 130
    assert all(0 <= share < 0.33 for share in shares)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("building", sorted(building_types()))
def test_reactive_energy_follows_active_energy(building, seed):
    profile = replace(LYON, building=building, seed=seed)
    axis = Axis.of(profile.timezone, YEAR_2023, 28 * 96)
    active = active_energy(grid(profile), axis)
    reactive = reactive_energy(grid(profile), axis)
    assert 0.05 < reactive.sum() / active.sum() < 0.75
    if active.std() > 0.1 * active.mean():
        assert np.corrcoef(active, reactive)[0, 1] > 0.5


def test_seeds_and_sites_are_independent():
    year = Axis.of(LYON.timezone, YEAR_2023, A_YEAR)
    others = [LYON, replace(LYON, seed=8), replace(LYON, site_id="other")]
    days = [load(each, year).reshape(365, 96).sum(axis=1) for each in others]
    weekly = [day[: 52 * 7].reshape(52, 7) for day in days]
    left = [(week - week.mean(axis=1, keepdims=True)).ravel() for week in weekly]
    assert len({round(float(day.mean()), 6) for day in days}) == 3
    residuals = [each - np.tile(each.reshape(52, 7).mean(axis=0), 52) for each in left]
    assert abs(np.corrcoef(residuals[0], residuals[1])[0, 1]) < 0.5


def test_the_same_seed_gives_the_same_readings():
    first = values(grid(LYON), YEAR_2023, 960).tolist()
    assert first == values(grid(replace(LYON)), YEAR_2023, 960).tolist()


@pytest.mark.parametrize("building", sorted(building_types()))
def test_a_year_is_about_what_such_a_building_uses(building):
    intensities = [
        float(load(profile, Axis.of("UTC", YEAR_2023, A_YEAR)).sum()) / profile.area
        for seed in range(6)
        for profile in [replace(LYON, seed=seed, building=building)]
    ]
    usual = building_types()[building].year["Electricity"]
    assert usual / 2.5 < np.exp(np.mean(np.log(intensities))) < usual * 2.5


@pytest.mark.parametrize("country", ["FR", "SA"])
def test_offices_rest_at_the_weekend_of_their_country(country):
    year = Axis.of("UTC", YEAR_2023, A_YEAR)
    by_weekday = np.zeros(7)
    for seed in range(8):
        profile = replace(LYON, seed=seed, country=country, timezone="UTC", longitude=0.0)
        used = load(profile, year)
        by_weekday += [used[year.weekday == day].mean() / used.mean() for day in range(7)]
    quiet = {"FR": {5, 6}, "SA": {4, 5}}[country]
    assert set(np.argsort(by_weekday)[:2].tolist()) == quiet


def test_cooling_peaks_in_the_summer_of_the_hemisphere():
    year = Axis.of("UTC", YEAR_2023, A_YEAR)
    difference = []
    for latitude in (29.8, -29.8):
        sums = np.zeros(365)
        for seed in range(10):
            profile = replace(
                LYON,
                seed=seed,
                building="hospital",
                latitude=latitude,
                longitude=-95.4,
                country="",
                timezone="UTC",
                elevation=20.0,
            )
            used = load(profile, year).reshape(365, 96).sum(axis=1)
            sums += used / used.mean()
        difference.append(sums[170:240].mean() - np.r_[sums[:40], sums[330:]].mean())
    assert difference[0] > 0 > difference[1]
