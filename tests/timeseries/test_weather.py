from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, location_of, sites, steps

from mockapi.domain.buildings import climate_at, climates, places
from mockapi.timeseries.models.power_generation import clearness, generation
from mockapi.timeseries.models.sun import clear_sky, position
from mockapi.timeseries.models.weather import (
    cloud,
    course_of_year,
    dew_point,
    temperature,
    usual_temperature,
)
from mockapi.timeseries.time_axis import Axis

FIGURES = (temperature, cloud, dew_point)
JANUARY, JULY = slice(0, 31 * 96), slice(181 * 96, 212 * 96)
MONTHS = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 96


def means_of_months(year):
    """Return the means of a year of steps in its months, shape (12,)."""
    return np.array([year[first:end].mean() for first, end in pairwise(MONTHS)])


def monthly(figure, city, seeds):
    """Return the means of *figure* in the months of a year, over several seeds, shape (12,)."""
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    years = [
        figure(replace(LYON, seed=seed, solar_kwp=1.0, **location_of(city)), axis)
        for seed in range(seeds)
    ]
    return means_of_months(np.mean(years, axis=0))


@settings(max_examples=20)
@given(sites(), steps, st.integers(2, 2_000), st.integers(1, 1_999))
def test_any_split_of_a_window_has_the_weather_of_the_whole(profile, first, count, cut):
    cut = min(cut, count - 1)
    for figure in FIGURES:
        whole = figure(profile, Axis.of(profile.timezone, first, count)).tolist()
        left = figure(profile, Axis.of(profile.timezone, first, cut)).tolist()
        right = figure(profile, Axis.of(profile.timezone, first + cut, count - cut)).tolist()
        assert left + right == whole


@settings(max_examples=20)
@given(sites(), steps)
def test_clouds_are_a_share_and_dew_lies_below_the_air(profile, first):
    axis = Axis.of(profile.timezone, first, 960)
    clouds = cloud(profile, axis)
    assert (clouds >= 0).all() and (clouds <= 1).all()
    assert (dew_point(profile, axis) <= temperature(profile, axis) + 1e-9).all()


def test_sites_of_one_place_share_their_weather():
    axis = Axis.of(LYON.timezone, YEAR_2023, 960)
    neighbour = replace(LYON, site_id="next door", latitude=45.77, longitude=4.83, area=90)
    far = replace(LYON, latitude=51.5, longitude=-0.1)
    assert temperature(LYON, axis).tolist() == temperature(neighbour, axis).tolist()
    assert temperature(LYON, axis).tolist() != temperature(far, axis).tolist()


def test_the_next_town_has_nearly_the_same_weather():
    axis = Axis.of(LYON.timezone, YEAR_2023, A_YEAR)
    next_town = replace(LYON, latitude=45.4, longitude=4.4)
    difference = temperature(LYON, axis) - temperature(next_town, axis)
    assert difference.std() < 2.0


@pytest.mark.parametrize("seed", range(5))
def test_july_is_warm_in_the_north_and_cold_in_the_south(seed):
    lyon = replace(LYON, seed=seed)
    sydney = replace(lyon, latitude=-33.9, longitude=151.2, timezone="Australia/Sydney")
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    north, south = temperature(lyon, axis), temperature(sydney, axis)
    assert north[JULY].mean() > north[JANUARY].mean() + 8
    assert south[JULY].mean() < south[JANUARY].mean() - 5


NORMALS = {
    "Addis Ababa": (16.5, 1.5),
    "Almaty": (10, 14),
    "Asunción": (22.5, 5),
    "Canberra": (13.5, 7.5),
    "Durban": (21, 4),
    "Harbin": (5, 21),
    "Hyderabad": (26.5, 5.5),
    "Kampala": (22.5, 1),
    "Kuwait City": (27, 12.5),
    "La Paz": (8.5, 2),
    "Las Vegas": (20.7, 12.5),
    "Luanda": (26, 3),
    "Medellín": (22.5, 0.5),
    "Mendoza": (17, 9),
    "Punta Arenas": (6, 4.5),
    "Quito": (14, 0.5),
    "Suva": (25.5, 2),
    "Tromsø": (3, 8),
    "Yerevan": (12.5, 14.5),
}
"""Mean and annual amplitude in degC of listed cities far from other stations or unlike them."""


@pytest.mark.parametrize("city", NORMALS)
def test_listed_city_has_its_climate_normals(city):
    place = places()[city]
    _, mean, amplitude = climate_at(place.latitude, place.longitude, place.elevation)
    assert (mean, amplitude) == pytest.approx(NORMALS[city], abs=0.6)


@pytest.mark.parametrize("name", sorted(climates().stations))
def test_station_has_its_given_mean_and_amplitude(name):
    station = climates().stations[name]
    profile = replace(
        LYON, latitude=station.at[0], longitude=station.at[1], elevation=station.elevation
    )
    year = temperature(profile, Axis.of("UTC", YEAR_2023, A_YEAR)).reshape(365, 96).mean(axis=1)
    months = np.array([year[month * 30 : month * 30 + 30].mean() for month in range(12)])
    assert abs(year.mean() - station.mean) < 2.2
    assert abs((months.max() - months.min()) / 2 - station.amplitude) < 3.5


@pytest.mark.parametrize("name", sorted(climates().stations))
def test_station_has_its_given_clouds_and_dew_points(name):
    station = climates().stations[name]
    profile = replace(
        LYON, latitude=station.at[0], longitude=station.at[1], elevation=station.elevation
    )
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    for figure, given_months, of_year, of_months in (
        (cloud, np.array(station.clouds) / 100, 0.09, 0.15),
        (dew_point, np.array(station.dew), 2.2, 3.5),
    ):
        difference = means_of_months(figure(profile, axis)) - given_months
        assert abs(difference.mean()) < of_year
        assert np.sqrt((difference**2).mean()) < of_months


DEW_POINTS = {
    "Beijing": {1: -15, 7: 21.5},
    "Delhi": {1: 8, 5: 15, 8: 25},
    "Denver": {7: 10},
    "Dubai": {7: 24},
    "Houston": {7: 23},
    "London": {1: 3.5, 7: 11.5},
    "Madrid": {7: 10},
    "Mumbai": {1: 16, 7: 24.5},
    "Phoenix": {6: 3.5, 8: 16},
    "Riyadh": {7: 5},
    "Singapore": {1: 23.5, 7: 23.5},
}
"""Known mean dew points in degC of months, 1 to 12."""


@pytest.mark.parametrize("city", DEW_POINTS)
def test_listed_city_has_its_dew_points(city):
    months = monthly(dew_point, city, seeds=4)
    found = {month: months[month - 1] for month in DEW_POINTS[city]}
    assert found == pytest.approx(DEW_POINTS[city], abs=2.5)


@pytest.mark.parametrize("city", ["Beijing", "Delhi", "Dubai", "Houston", "Singapore"])
def test_dew_point_in_damp_heat_is_steady(city):
    """No air is damper than over the warmest seas, also on the hottest days."""
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    years = [dew_point(replace(LYON, seed=seed, **location_of(city)), axis) for seed in range(6)]
    assert np.max(years) < 31
    assert np.std([year[JULY] for year in years]) < 3


@pytest.mark.parametrize(
    ("city", "cloudy", "clear", "least"),
    [
        ("Athens", 1, 7, 0.2),
        ("Boston", 12, 8, 0.05),
        ("Lima", 8, 2, 0.2),
        ("London", 12, 7, 0.1),
        ("Mumbai", 7, 1, 0.3),
        ("Munich", 12, 7, 0.15),
    ],
)
def test_clouds_have_the_season_of_their_place(city, cloudy, clear, least):
    months = monthly(cloud, city, seeds=6)
    assert months[cloudy - 1] > months[clear - 1] + least


@pytest.mark.parametrize(
    ("city", "dark", "light", "most"),
    [("Mumbai", 7, 4, 0.8), ("Lima", 8, 2, 0.7), ("London", 12, 7, 0.2)],
)
def test_panels_yield_less_in_cloudy_months(city, dark, light, most):
    months = monthly(generation, city, seeds=4)
    assert months[dark - 1] < most * months[light - 1]


@pytest.mark.parametrize("city", ["Cairo", "Chengdu", "Lagos", "London", "Lyon", "Phoenix"])
def test_light_of_a_year_follows_its_sunshine(city):
    """By the relation of Angstrom and Prescott: a third of the light passes without sunshine."""
    station = climates().stations[city.lower()]
    missing_sunshine = (np.mean(station.clouds) / 100 - 0.09) / 0.77
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    light = []
    for seed in range(4):
        profile = replace(LYON, seed=seed, **location_of(city))
        clear = clear_sky(position(profile.latitude, profile.longitude, axis)[2])
        light.append((clear * clearness(profile, axis)).sum() / clear.sum())
    assert np.mean(light) == pytest.approx(1 - 0.67 * missing_sunshine, abs=0.07)


def test_clear_season_is_no_warmer_than_its_normals():
    """Clear days are warmer in summer than cloudy ones, but clear summers have their normals."""
    july = np.arange(YEAR_2023 // 96 + 181, YEAR_2023 // 96 + 212)
    warmer = [
        monthly(temperature, city, seeds=20)[6]
        - usual_temperature(replace(LYON, **location_of(city)), july).mean()
        for city in ("Athens", "Las Vegas", "Lisbon", "Madrid", "Phoenix", "Seville", "Tunis")
    ]
    assert np.mean(warmer) == pytest.approx(0.0, abs=0.2)


def test_course_of_a_year_is_smooth_and_meets_its_months():
    months = [3, 5, 9, 14, 15, 20, 25, 25, 23, 17, 11, 8]
    course = course_of_year(months)
    assert course.shape == (366,)
    assert course[14::30][:12] == pytest.approx(months, abs=1.5)
    around = np.append(course[:365], course[:2])
    assert abs(np.diff(around)).max() < 0.3 and abs(np.diff(around, n=2)).max() < 0.1
