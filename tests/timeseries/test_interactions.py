"""Meters of one site that depend on each other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, location_of, sites, steps

from mockapi.timeseries.models import (
    chilled_water,
    conditioning,
    electricity,
    fuel,
    standby_generator,
)
from mockapi.timeseries.models.calendar import WORKDAY, day_kind
from mockapi.timeseries.models.electricity import active_energy, load
from mockapi.timeseries.models.fuel import heating_plant, variation
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.heating import (
    has_heat_pump,
    heat_pump_electricity,
    heat_pump_output,
    heating_season,
    space_heat,
)
from mockapi.timeseries.models.inputs import Change, MeterModel, fuels
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.reactive import reactive_energy
from mockapi.timeseries.models.registry import MODELS, values
from mockapi.timeseries.models.standby_generator import (
    critical_share,
    emergency_power,
    generator_fuel,
    rated_power,
)
from mockapi.timeseries.models.weather import daily_weather, temperature
from mockapi.timeseries.time_axis import Axis

CHILLED_WATER = "District Chilled Water (Electric Driven Chiller)"
GAS = ("Natural Gas", "Fuel Volume")
GRID = ("Purchased from Grid", "Active Energy")
WATER = ("Municipality supplied potable water", "Water Volume")
WASTE = ("Waste Generated", "Weight")
YEAR = Axis.of(LYON.timezone, YEAR_2023, A_YEAR)
SUMMER = slice(181 * 96, 212 * 96)


def year_of(profile, series):
    return values(MeterModel(profile, "meter", *series), YEAR_2023, A_YEAR)


def daily(profile, series):
    return year_of(profile, series).reshape(365, 96).sum(axis=1)


@settings(max_examples=25)
@given(sites(solar_kwp=0.0), st.sampled_from(sorted(MODELS)), st.data(), steps)
def test_another_meter_changes_no_readings(profile, series, data, first):
    """Two meters of heat are an exception: they share it."""
    heating = {usage for usage, fuel in fuels().items() if fuel.heats}
    others = sorted({usage for usage, _ in MODELS} - (heating if series[0] in heating else set()))
    added = data.draw(st.lists(st.sampled_from(others), max_size=3))
    alone, together = (
        replace(profile, usages=tuple(sorted({series[0], *more}))) for more in ((), added)
    )
    read = [values(MeterModel(each, "meter", *series), first, 96) for each in (alone, together)]
    assert read[0].tolist() == read[1].tolist()


def with_parameters(monkeypatch, module, name, **changed):
    parameters = dict(load_parameters(LYON)) | changed
    monkeypatch.setattr(module, name, lambda _: parameters)


def test_site_with_more_chillers_purchases_less_cold(monkeypatch):
    meter = MeterModel(LYON, "meter", CHILLED_WATER, "Fuel Volume")
    slopes = []
    for cool in (0.001, 0.01, 0.5):
        with_parameters(monkeypatch, chilled_water, "load_parameters", cool=cool)
        slopes.append(chilled_water.cooling_plant.__wrapped__(meter).slope)
    assert slopes[0] > slopes[1] > slopes[2] == pytest.approx(0.3 * slopes[0], rel=0.2)


def test_chilled_water_of_data_centres_follows_their_machines():
    """Outdoor air cools a part of their heat in winter, at some of the sites."""
    winters, evenness = [], []
    for seed in range(12):
        profile = replace(boston("data_centre", 5_000, seed), weekly_hours=168)
        cold = daily(profile, (CHILLED_WATER, "Fuel Volume"))
        used = load(profile, YEAR).reshape(365, 96).sum(axis=1)
        plant = chilled_water.cooling_plant(MeterModel(profile, "meter", CHILLED_WATER, "any"))
        share = cold * plant.energy / used
        winters.append(share[:59].mean() / share[152:244].mean())
        evenness.append(cold.mean() / cold.max())
        assert 0.6 < share.mean() < 1.2
        assert share.std() / share.mean() < 0.3
    assert min(winters) > 0.45
    assert max(winters) > 0.9
    assert np.median(winters) < 0.9
    assert min(evenness) > 0.5


def test_hot_water_needs_more_heat_when_cold_water_is_colder():
    """In Dubai gas heats water only; the tank of residences is hottest in one hour of the week."""
    gulf = replace(
        LYON,
        building="multifamily",
        latitude=25.2,
        longitude=55.27,
        timezone="Asia/Dubai",
        country="AE",
    )
    hours = year_of(gulf, GAS).reshape(-1, 4).sum(axis=1)
    days = hours[: 364 * 24].reshape(-1, 24).sum(axis=1)
    assert days[:60].mean() > 1.3 * days[181:241].mean()
    week = hours[: 52 * 168].reshape(52, 168).mean(axis=0)
    hottest = int(week.argmax())
    assert week[hottest] > 1.5 * np.delete(week, hottest).max()


APPROXIMATE = 1.5
"""Kelvin of hysteresis, and of single clouds that the daily means leave out."""


def means_of_three_days(profile, first, days):
    """Return the means of the days around each UTC day, from the least to the greatest."""
    axis = Axis.of("UTC", first - 4 * 96, (days + 8) * 96)
    daily = temperature(profile, axis).reshape(-1, 96).mean(axis=1)
    means = np.convolve(daily, np.ones(3) / 3, "valid")
    # Local days lie between days of UTC.
    near = np.stack([means[shift : shift + days] for shift in range(1, 5)])
    return near.min(axis=0), near.max(axis=0)


@settings(max_examples=25)
@given(sites(), st.integers(YEAR_2023 // 96, YEAR_2023 // 96 + 900), st.floats(13.0, 18.0))
def test_mean_of_three_days_switches_the_heating(profile, day, turn):
    first, days, limit = day * 96, 60, max(15.0, turn)
    least, most = means_of_three_days(profile, first, days)
    season = heating_season(profile, turn, Axis.of(profile.timezone, first, days * 96))
    by_day = season.reshape(days, 96)
    assert (by_day[least > limit + APPROXIMATE] == 0).all()
    assert (by_day[most < limit - APPROXIMATE] == 1).all()


def test_short_heat_wave_raises_the_daily_mean_by_its_hours():
    """Six hours of 20 K, with their ramps, add at most 5 K to the mean of a day."""
    first = YEAR_2023 + 60 * 96
    for hour in range(0, 24, 6):
        wave = Change("warmth", first + 3 * 96 + 4 * hour, first + 3 * 96 + 4 * (hour + 6), 20.0)
        days = np.arange(first // 96 - 1, first // 96 + 8)
        usual, warmer = (
            daily_weather(each, days)[0] for each in (LYON, replace(LYON, changes=(wave,)))
        )
        assert 2.0 < (warmer - usual).sum() < 5.5 and (warmer - usual).max() < 5.5


@pytest.mark.parametrize("city", ["Lyon", "Munich", "Boston", "Helsinki"])
@pytest.mark.parametrize("usage", ["Natural Gas", "District Steam", "Fuel Oil"])
def test_warm_days_have_no_space_heat(usage, city):
    """Meters without hot water, so that all heat is space heat; the mornings may be cool."""
    cool_mornings = 0
    for seed in range(40):
        profile = replace(LYON, seed=seed, **location_of(city))
        plant = fuel.heating_plant(MeterModel(profile, "meter", usage, "Fuel Volume"))
        if plant.tapped:
            continue
        least, _ = means_of_three_days(profile, YEAR_2023, 365)
        warm = least > max(15.0, plant.control.turn) + APPROXIMATE
        used = daily(profile, (usage, "Fuel Volume"))
        assert not used[warm].any() and used[:50].all()
        coldest = temperature(profile, YEAR).reshape(365, 96).min(axis=1)
        cool_mornings += (warm & (coldest < plant.control.turn)).sum()
    assert cool_mornings > 5


def test_site_with_more_electric_heaters_burns_less_fuel(monkeypatch):
    meter = MeterModel(LYON, "meter", *GAS)
    slopes = []
    for heat in (0.0001, 0.02, 0.5):
        with_parameters(monkeypatch, conditioning, "load_parameters", heat=heat)
        slopes.append(fuel.heating_plant.__wrapped__(meter).slope)
    assert slopes[0] > slopes[1] > slopes[2] > 0.4 * slopes[0]


def heated(seed):
    return replace(LYON, seed=seed, usages=tuple(sorted((GRID[0], GAS[0]))))


def boston(building, area, seed):
    """Return a site with gas, of a type that is the same on all days of the week."""
    return replace(LYON, **location_of("Boston"), building=building, area=area, seed=seed)


def test_gas_of_a_day_follows_degree_days():
    explained, remaining = [], []
    for seed in range(12):
        profile = boston("multifamily", 3_000, seed)
        gas = daily(profile, GAS)
        outdoor, _ = daily_weather(profile, YEAR_2023 // 96 + np.arange(-1, 365))
        felt = (outdoor[1:] + outdoor[:-1]) / 2
        fits = []
        for turn in np.arange(12.0, 19.0):
            known = np.stack((np.ones(365), np.maximum(0.0, turn - felt)), axis=1)
            rest = gas - known @ np.linalg.lstsq(known, gas)[0]
            fits.append((rest.var(), rest))
        rest = min(fits, key=lambda each: each[0])[1]
        explained.append(1 - rest.var() / gas.var())
        remaining.append(rest[felt < 8].std() / gas[felt < 8].mean())
    assert min(explained) > 0.9
    assert max(remaining) < 0.2
    assert 0.08 < np.median(remaining) < 0.15


def test_boilers_of_small_plants_rest_for_hours_of_summer():
    zero = {}
    for building, area in (("multifamily", 800), ("hospital", 40_000)):
        shares = []
        for seed in range(12):
            profile = boston(building, area, seed)
            hours = year_of(profile, GAS).reshape(-1, 4).sum(axis=1)
            if heating_plant(MeterModel(profile, "meter", *GAS)).tapped:
                shares.append(np.mean(hours[152 * 24 : 244 * 24] == 0))
                assert np.mean(hours[: 59 * 24] == 0) < 0.02
        zero[building] = np.median(shares)
    assert 0.1 < zero["multifamily"] < 0.6
    assert zero["hospital"] == 0


def test_two_meters_of_fuel_have_no_noise_in_common():
    one, other = (
        np.log(variation(MeterModel(LYON, name, *GAS), YEAR, 0.3, 0.7, 0.06)) for name in "ab"
    )
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.2


def test_some_sites_have_a_heat_pump():
    assert 15 < sum(has_heat_pump(replace(LYON, seed=seed)) for seed in range(200)) < 50


@settings(max_examples=15)
@given(sites(usages=("Natural Gas", "Purchased from Grid")), steps)
def test_heat_pump_delivers_more_heat_than_it_uses(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    output, used = heat_pump_output(profile, axis), heat_pump_electricity(profile, axis)
    assert (output >= 0).all() and (used >= 0).all()
    delivering = output > 0
    efficiency = output[delivering] / used[delivering]
    assert (efficiency > 1.8).all() and (efficiency <= 5.5 + 1e-9).all()


@settings(max_examples=25)
@given(sites(), steps)
def test_heat_pump_delivers_a_part_of_the_heat_that_is_needed(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    needed, delivered = space_heat(profile, axis), heat_pump_output(profile, axis)
    assert (delivered <= 0.8 * needed).all()
    usual = load_parameters(profile)["eui"] * profile.area / 35_064
    assert (heat_pump_electricity(profile, axis) <= 0.4 * usual * (1 + 1e-9)).all()


def test_heat_pump_takes_heat_from_the_fuel_to_electricity(monkeypatch):
    profile = next(each for each in map(heated, range(200)) if has_heat_pump(each))
    used = load(profile, YEAR).reshape(365, 96).sum(axis=1)
    burned = daily(profile, GAS).sum()
    for module in (conditioning, electricity, fuel):
        monkeypatch.setattr(module, "has_heat_pump", lambda _: False)
    monkeypatch.setattr(conditioning, "usual_pump_electricity", lambda _: 0.0)
    # The same site for the models, but not for their caches.
    boiler = replace(profile, usages=tuple(sorted((*profile.usages, "Waste Generated"))))
    assert burned < 0.8 * daily(boiler, GAS).sum()
    usual = load(boiler, YEAR).reshape(365, 96).sum(axis=1)
    winter, summer = np.r_[0:59, 334:365], np.r_[151:243]
    assert used[winter].sum() / used[summer].sum() > usual[winter].sum() / usual[summer].sum()
    assert used.sum() == pytest.approx(usual.sum(), rel=0.15)


@pytest.mark.parametrize("seed", range(3))
def test_several_heat_sources_share_the_heat_of_a_site(seed):
    steam = ("District Steam", "Fuel Volume")
    one = replace(LYON, seed=seed, building="hospital", usages=(GAS[0],))
    two = replace(one, usages=tuple(sorted((GAS[0], steam[0]))))
    alone, shared = year_of(one, GAS).sum(), year_of(two, GAS).sum()
    assert 0.15 * alone < shared < 0.9 * alone


def test_hospital_heats_dried_air_again_in_damp_months(monkeypatch):
    """Without damp air, the gas of the summer is what water and kitchens need."""
    hospital = replace(LYON, building="hospital", **location_of("Boston"))
    summer = slice(181, 243)
    damp = daily(hospital, GAS)
    monkeypatch.setattr(fuel, "dew_point", lambda _, axis: np.zeros(axis.count))
    # The same site for the models, but not for their caches.
    dry = daily(replace(hospital, usages=("Waste Generated",)), GAS)
    assert damp[summer].sum() > 1.1 * dry[summer].sum()
    assert damp[:59].sum() == pytest.approx(dry[:59].sum(), rel=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_kitchen_couples_gas_and_water(seed):
    profile = replace(LYON, seed=seed, building="restaurant", area=400, weekly_hours=84)
    days = slice(120, 270)
    gas, water = daily(profile, GAS)[days], daily(profile, WATER)[days]
    week = np.arange(365)[days] % 7
    relative = [
        each / np.array([each[week == number].mean() for number in range(7)])[week]
        for each in (gas, water)
    ]
    assert np.corrcoef(relative)[0, 1] > 0.3


def test_waste_and_water_follow_the_people():
    for series in (WATER, WASTE):
        shares = []
        for seed in range(5):
            per_day = daily(replace(LYON, building="school", country="FR", seed=seed), series)
            shares.append(per_day[212:240].mean() / per_day[151:179].mean())
        # A leak can increase the water of one August.
        assert np.median(shares) < 0.75, series


@settings(max_examples=15)
@given(sites(solar_kwp=300.0), steps)
def test_grid_and_panels_give_nothing_in_power_failures(profile, first):
    axis = Axis.of(profile.timezone, first, 8_000)
    failed = has_failed(profile, axis)
    grid = MeterModel(profile, "main", *GRID)
    for flow in (
        active_energy(grid, axis),
        reactive_energy(grid, axis),
        generation(profile, axis),
    ):
        assert (flow[failed] == 0).all()


def test_generator_runs_when_the_grid_of_its_place_fails():
    sites_of_place = [replace(LYON, building="hospital", site_id=f"{each}") for each in range(3)]
    failed = has_failed(sites_of_place[0], YEAR)
    # Long enough that no place is without any.
    several = [
        replace(LYON, building="hospital", seed=seed, latitude=10.0 + seed) for seed in range(6)
    ]
    assert any(has_failed(each, YEAR).any() for each in several)
    for profile in (*sites_of_place, *several):
        fuel = generator_fuel(MeterModel(profile, "g", "Diesel", "Fuel Volume"), YEAR)
        assert (fuel[has_failed(profile, YEAR)] > 0).all()
    for profile in sites_of_place:
        assert (has_failed(profile, YEAR) == failed).all()


def without_grid(building, seed=0):
    """Return a site of the type and a year in which its grid fails by day and by night."""
    profile = replace(LYON, building=building, seed=seed, latitude=10.0, site_id=building)
    axis = Axis.of(profile.timezone, YEAR_2023, 4 * A_YEAR)
    return profile, axis, has_failed(profile, axis)


@pytest.mark.parametrize(
    ("building", "least", "most"),
    [("office", 0.05, 0.2), ("hospital", 0.6, 0.85), ("data_centre", 0.95, 1.0)],
)
def test_generator_supplies_its_part_of_what_the_grid_does_not(building, least, most):
    for seed in range(3):
        profile, axis, failed = without_grid(building, seed)
        supplied, used = emergency_power(profile, axis), load(profile, axis)
        assert failed.any()
        assert not supplied[~failed].any()
        assert (supplied <= used).all()
        assert least <= supplied.sum() / used[failed].sum() <= most
        usual = critical_share(profile) * load(profile, YEAR) * 4
        assert np.mean(usual < rated_power(profile)) > 0.98


def test_diesel_in_power_failures_follows_the_load():
    profile, axis, failed = without_grid("hospital")
    channel = MeterModel(profile, "g", "Diesel", "Fuel Volume")
    burned, used = generator_fuel(channel, axis)[failed], load(profile, axis)[failed]
    assert np.corrcoef(burned, used)[0, 1] > 0.99
    # At low load, a kWh needs more fuel.
    assert np.polyfit(used, burned / used, 1)[0] < 0
    fuel = fuels()["Diesel"]
    at_best = fuel.energy * fuel.conversion
    per_kwh = burned / (critical_share(profile) * used) * at_best
    assert ((per_kwh > 1) & (per_kwh < 1.6)).all()


@pytest.mark.parametrize("country", ["FR", "AE"])
def test_generator_is_tested_on_a_workday_of_each_month(country, monkeypatch):
    monkeypatch.setattr(standby_generator, "has_failed", lambda _, axis: np.zeros(axis.count, bool))
    for seed in range(4):
        profile = replace(LYON, country=country, timezone="UTC", seed=seed)
        burned = generator_fuel(MeterModel(profile, "g", "Diesel", "Fuel Volume"), YEAR)
        running = np.flatnonzero(burned)
        assert len(running) == 12 * 2
        assert len(np.unique(np.array(YEAR.local_day[running], "M8[D]").astype("M8[M]"))) == 12
        assert (day_kind(profile, YEAR)[running] == WORKDAY).all()
        hours = YEAR.local_hour[running]
        assert ((hours >= 8) & (hours < 17)).all()
        full = rated_power(profile) / 4 / 10_000 / 0.37
        assert (burned[running] / full > 0.3).all()
        assert (burned[running] / full < 0.7).all()


def test_damp_air_increases_the_electricity_for_cooling(monkeypatch):
    humid = replace(LYON, latitude=29.8, longitude=-95.4, elevation=20.0, timezone="UTC")
    axis = Axis.of("UTC", YEAR_2023 + 181 * 96, 31 * 96)
    usual = load(humid, axis)
    monkeypatch.setattr(electricity, "dew_point", lambda _, axis: np.zeros(axis.count))
    # The same site for the models, but not for their caches.
    dry = load(replace(humid, usages=("Waste Generated",)), axis)
    assert usual.sum() > 1.01 * dry.sum()


def test_dry_heat_needs_no_chilled_water_to_dry_the_air(monkeypatch):
    places = [replace(LYON, **location_of(city)) for city in ("Dubai", "Riyadh")]
    series = (CHILLED_WATER, "Fuel Volume")
    usual = [year_of(each, series)[SUMMER].sum() for each in places]
    monkeypatch.setattr(chilled_water, "dew_point", lambda _, axis: np.zeros(axis.count))
    # The same sites for the models, but not for their caches.
    others = [replace(each, usages=("Waste Generated",)) for each in places]
    dubai, riyadh = (
        wet / year_of(each, series)[SUMMER].sum() for wet, each in zip(usual, others, strict=True)
    )
    assert dubai > 1.1 and riyadh < 1.03
