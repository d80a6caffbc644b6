from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, sites, steps

from mockapi.domain.buildings import climate_at, climates, places
from mockapi.timeseries.models.weather import cloud, dew_point, temperature
from mockapi.timeseries.time_axis import Axis

FIGURES = (temperature, cloud, dew_point)
JANUARY, JULY = slice(0, 31 * 96), slice(181 * 96, 212 * 96)


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
