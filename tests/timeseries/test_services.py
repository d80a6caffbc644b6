"""Properties of heat, cold, water, waste, sun and air at every site and in every window."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, location_of, sites, steps

from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.timeseries.intervals import STEPS_PER_DAY
from mockapi.timeseries.models import air, sun, waste
from mockapi.timeseries.models.air import first_order_response, zone
from mockapi.timeseries.models.inputs import MeterModel, demands, fuels
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.pulses import count_pulses
from mockapi.timeseries.models.registry import MODELS, intervals, values
from mockapi.timeseries.time_axis import Axis

OFFICE = replace(LYON, solar_kwp=90.0)
SYDNEY = replace(
    OFFICE,
    site_id="sydney",
    latitude=-33.87,
    longitude=151.2,
    timezone="Australia/Sydney",
    country="AU",
)

POLAR_CIRCLE = 66.0
ELECTRIC = ("Purchased from Grid",)
OWN = sorted(series for series in MODELS if series[0] not in ELECTRIC)

any_sites = sites(solar_kwp=90.0)
lengths = st.integers(2, 6 * STEPS_PER_DAY)
few = settings(max_examples=8)  # twenty series share them


def meter_model_of(profile, series):
    return MeterModel(profile, "meter", *series)


def read(series, profile, first, count):
    return MODELS[series](meter_model_of(profile, series), Axis.of(profile.timezone, first, count))


def year_of(series, profile):
    return read(series, profile, YEAR_2023, A_YEAR)


def rounded(series, profile, values):
    return np.rint(values / MODELS[series].resolution(meter_model_of(profile, series)))


@pytest.mark.parametrize("series", OWN, ids=" ".join)
@few
@given(profile=any_sites, first=steps, count=lengths, cut=st.floats(0, 1))
def test_two_parts_of_a_window_are_the_whole(series, profile, first, count, cut):
    middle = min(count - 1, max(1, round(count * cut)))
    # The later part is asked for first: no part knows of another.
    later = read(series, profile, first + middle, count - middle)
    earlier = read(series, profile, first, middle)
    both = rounded(series, profile, np.concatenate((earlier, later)))
    assert both.tobytes() == rounded(series, profile, read(series, profile, first, count)).tobytes()


@pytest.mark.parametrize("series", OWN, ids=" ".join)
@few
@given(profile=any_sites, first=steps, count=lengths)
def test_no_reading_is_negative_or_missing(series, profile, first, count):
    values = read(series, profile, first, count)
    assert values.shape == (count,) and values.dtype == np.float64
    assert np.isfinite(values).all()
    if series[1] != "Zone Temperature":
        assert (values >= 0).all()


@pytest.mark.parametrize("series", OWN, ids=" ".join)
def test_another_seed_is_another_series(series):
    one, other = (year_of(series, replace(OFFICE, seed=seed)) for seed in (1, 2))
    assert (one != other).any()
    if one.std() and other.std():
        assert abs(np.corrcoef(np.diff(one), np.diff(other))[0, 1]) < 0.9


@given(profile=any_sites, first=steps)
def test_the_sun_does_not_shine_at_night(profile, first):
    axis = Axis.of(profile.timezone, first, 4 * STEPS_PER_DAY)
    night = sun.position(profile.latitude, profile.longitude, axis)[2] <= 0
    generated = generation(profile, axis)
    assert (generated[night] == 0).all() and (generated <= profile.solar_kwp / 4).all()
    if abs(profile.latitude) < POLAR_CIRCLE:
        assert night.any() and generated.sum() > 0


@pytest.mark.parametrize(
    ("profile", "most_in_june"),
    [pytest.param(OFFICE, True, id="north"), pytest.param(SYDNEY, False, id="south")],
)
def test_panels_yield_most_in_the_summer_of_their_hemisphere(profile, most_in_june):
    days = (
        generation(profile, Axis.of(profile.timezone, YEAR_2023, A_YEAR))
        .reshape(365, -1)
        .sum(axis=1)
    )
    assert (days[140:200].sum() > days[:30].sum() + days[-30:].sum()) is np.bool_(most_in_june)


def test_a_site_without_panels_generates_nothing():
    bare = replace(OFFICE, solar_kwp=0.0)
    assert not generation(bare, Axis.of(bare.timezone, YEAR_2023, A_YEAR)).any()


@pytest.mark.parametrize(
    "profile", [pytest.param(OFFICE, id="north"), pytest.param(SYDNEY, id="south")]
)
def test_heat_is_used_in_winter_and_cold_in_summer(profile):
    january, july = slice(0, 31 * STEPS_PER_DAY), slice(181 * STEPS_PER_DAY, 212 * STEPS_PER_DAY)
    winter, summer = (july, january) if profile.south else (january, july)
    heat = year_of(("Natural Gas", "Fuel Volume"), profile)
    cold = year_of(("District Chilled Water (Electric Driven Chiller)", "Fuel Volume"), profile)
    assert heat[winter].sum() > 1.5 * heat[summer].sum()
    assert cold[summer].sum() > 1.5 * cold[winter].sum()


@pytest.mark.parametrize(
    "series",
    [
        pytest.param(("Municipality supplied potable water", "Water Volume"), id="water"),
        pytest.param(("Waste Generated", "Weight"), id="waste"),
        pytest.param(("CO2", "CO2 Concentration"), id="air"),
    ],
)
def test_more_people_increase_water_waste_and_co2(series):
    quiet = replace(OFFICE, building="retail", occupants=100, visitors_per_day=800)
    busy = replace(quiet, occupants=200, visitors_per_day=4_000)
    assert year_of(series, busy).sum() > 1.02 * year_of(series, quiet).sum()


def test_equatorial_sites_cool_all_year():
    singapore = replace(
        OFFICE, latitude=1.35, longitude=103.8, timezone="Asia/Singapore", country="SG"
    )
    months = slice(0, 360 * STEPS_PER_DAY)
    for usage in ("Natural Gas", "District Chilled Water (Electric Driven Chiller)"):
        used = year_of((usage, "Fuel Volume"), singapore)[months].reshape(12, -1).sum(axis=1)
        assert used.min() > 0.5 * used.max() > 0
    heat = year_of(("Natural Gas", "Fuel Volume"), singapore).sum()
    assert heat < 0.2 * year_of(("Natural Gas", "Fuel Volume"), OFFICE).sum()


@given(profile=any_sites, first=steps, count=lengths)
def test_no_more_is_diverted_than_generated(profile, first, count):
    axis = Axis.of(profile.timezone, first, count)
    channel = MeterModel(profile, "meter", "any", "Weight")
    generated, diverted = waste.generated(channel, axis), waste.diverted(channel, axis)
    assert (diverted <= generated).all()
    assert not (generated % waste.scale(channel)).any()


@given(profile=any_sites)
def test_waste_is_weighed_once_a_day_and_never_on_sunday(profile):
    axis = Axis.of(profile.timezone, YEAR_2023, 60 * STEPS_PER_DAY)
    weighed = waste.diverted(MeterModel(profile, "meter", "any", "Weight"), axis) > 0
    days = axis.local_day[weighed]
    assert len(days) > 4
    assert len(np.unique(days)) == len(days)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("profile", [OFFICE, SYDNEY], ids=["north", "south"])
def test_standby_generator_rests_except_for_monthly_tests(profile, seed):
    profile = replace(profile, seed=seed)
    burned = read(("Diesel", "Fuel Volume"), profile, YEAR_2023, 92 * STEPS_PER_DAY)
    assert np.mean(burned == 0) > 0.9
    runs = np.count_nonzero(np.diff((burned > 0).astype(int)) == 1)
    assert runs >= 2


@given(
    key=st.integers(0, 2**63),
    first=steps,
    pulse=st.sampled_from((0.001, 0.1, 1.0)),
    flow=st.floats(0, 40),
)
def test_pulse_counting_carries_fractions(key, first, pulse, flow):
    axis = Axis.of("UTC", first // STEPS_PER_DAY * STEPS_PER_DAY, STEPS_PER_DAY)
    shown = count_pulses(key, axis, pulse, lambda days: np.full(days.count, flow * pulse))
    assert abs(shown.sum() - flow * pulse * STEPS_PER_DAY) <= 1.001 * pulse
    assert np.allclose(shown / pulse, np.rint(shown / pulse))


def test_a_state_tends_to_its_target():
    axis = Axis.of("UTC", YEAR_2023, STEPS_PER_DAY)
    steady = first_order_response(
        axis, 64, lambda run: (np.full(run.count, 2.0), run.steps * 0.0 + 7)
    )
    assert np.allclose(steady, 7.0)


@given(profile=any_sites, first=steps)
def test_air_is_never_better_inside_than_outside(profile, first):
    axis = Axis.of(profile.timezone, first, 3 * STEPS_PER_DAY)
    inside = air.concentration(profile, axis)
    assert (inside > 380).all() and (inside < 6000).all()


def humidity_of(city, building, first, days=31):
    """Return the median humidity in % of each of several sites, in days from *first* on."""
    found = []
    for seed in range(8):
        profile = replace(OFFICE, **location_of(city), building=building, seed=seed)
        measured = read(("CO2", "Humidity"), profile, first, days * STEPS_PER_DAY)
        found.append(np.median(measured))
    return found


JULY = YEAR_2023 + 181 * STEPS_PER_DAY


@pytest.mark.parametrize("city", ["Boston", "Munich"])
@pytest.mark.parametrize("building", ["school", "hotel", "multifamily", "retail"])
def test_heated_air_is_dry_in_winter_without_humidifiers(city, building):
    found = humidity_of(city, building, YEAR_2023)
    assert all(15 <= each <= 35 for each in found)
    assert np.median(found) < 30


@pytest.mark.parametrize("city", ["Boston", "Helsinki"])
@pytest.mark.parametrize("building", ["hospital", "laboratory", "data_centre"])
def test_humidifiers_hold_35_to_50_percent_in_winter(city, building):
    found = humidity_of(city, building, YEAR_2023)
    # A sensor is wrong by up to 3 %.
    assert all(32 <= each <= 53 for each in found)
    assert 35 <= np.median(found) <= 50


def test_some_offices_and_halls_have_humidifiers():
    for building in ("office", "assembly"):
        rooms = [zone(replace(OFFICE, building=building, seed=seed)).moist for seed in range(60)]
        humidified = np.mean(np.array(rooms) > 7)
        assert 0.02 < humidified < 0.45, building


@pytest.mark.parametrize(
    ("city", "first", "least", "most"),
    [("Boston", JULY, 44, 62), ("Munich", JULY, 44, 62), ("Singapore", YEAR_2023, 49, 69)],
)
@pytest.mark.parametrize("building", ["office", "school", "hotel", "data_centre"])
def test_cooled_air_is_dried(city, first, least, most, building):
    found = humidity_of(city, building, first)
    assert all(least <= each <= most for each in found)
    assert np.median(found) < most - 4


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("profile", [OFFICE, SYDNEY], ids=["north", "south"])
def test_both_co2_sensors_of_a_site_measure_one_room(profile, seed):
    profile = replace(profile, seed=seed)
    corrected, raw = (
        read((usage, "CO2 Concentration"), profile, YEAR_2023, 3 * STEPS_PER_DAY)
        for usage in ("CO2", "CO2 - Raw")
    )
    # Bias up to 25 ppm, drift some 20, noise 7 and puffs: not another room.
    assert np.median(np.abs(corrected - raw)) < 70


def test_days_of_daylight_saving_are_whole():
    axis = Axis.of("Europe/Paris", YEAR_2023 - 4, A_YEAR)
    _, steps = np.unique(axis.local_day, return_counts=True)
    assert sorted(set(steps.tolist())) == [92, 96, 100]
    values = read(("Natural Gas", "Fuel Volume"), OFFICE, axis.first, axis.count)
    assert len(values) == steps.sum()


def test_every_building_type_has_its_demands():
    assert sorted(demands()) == sorted(building_types())


def test_every_fuel_has_a_convention():
    assert sorted(fuels()) == sorted(
        usage for usage, measurement in MODELS if measurement == "Fuel Volume"
    )


def test_every_catalog_channel_has_a_model():
    channels = {
        (usage, each.measurement)
        for commodity in catalog().commodity
        for usage in commodity.usages
        for each in commodity.channels(usage, 10_000)
    }
    assert channels == set(MODELS)


@pytest.mark.parametrize("series", OWN, ids=" ".join)
@few
@given(profile=any_sites, first=steps, hours=st.integers(1, 48))
def test_hours_are_sums_of_their_quarters_and_states_their_means(series, profile, first, hours):
    channel = meter_model_of(profile, series)
    edges = first + 4 * np.arange(hours + 1)
    quarters = values(channel, first, 4 * hours).reshape(hours, 4)
    expected = quarters.mean(axis=1) if MODELS[series].state else quarters.sum(axis=1)
    assert np.allclose(intervals(channel, edges), expected, rtol=1e-12, atol=1e-9)


@few
@given(profile=any_sites, first=steps, days=st.integers(1, 40))
def test_no_more_is_diverted_than_generated_over_days(profile, first, days):
    generated, diverted = (
        intervals(meter_model_of(profile, (usage, "Weight")), np.array([first, first + 96 * days]))
        for usage in ("Waste Generated", "Waste Diverted")
    )
    assert 0 <= diverted[0] <= generated[0]
