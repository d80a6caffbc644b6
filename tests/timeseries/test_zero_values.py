"""Readings of sites with given values of 0, or the least that a scenario accepts."""

import warnings

import numpy as np
import pytest
from invented_sites import A_YEAR, YEAR_2023

from mockapi.scenario.loading import parse
from mockapi.scenario.seeding.reading_inputs import site_profile_of
from mockapi.scenario.seeding.site_rows import UniqueIds, site_row
from mockapi.store.tables import Site
from mockapi.timeseries.models.attendance import occupancy_ratio
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.registry import MODELS, values

JULY = YEAR_2023 + 181 * 96
LEAST = {
    "area": (10,),
    "building_occupants": (0, 1),
    "days_per_week_with_visitors": (0,),
    "number_of_visitors_per_day": (0, 1),
    "visit_duration": (0, 0.01),
    "weekly_operating_hours": (0, 1),
    "roof_area": (0, 1),
    "latitude": (0, 0.01, 90, -90),
    "longitude": (0, 0.01, 180, -180),
    "elevation": (0, 0.01, -10_000, 10_000),
}
USAGES = {usage for usage, _ in MODELS}
PANELS = ("Generated onsite - solar", "Active Energy")
WATER = ("Municipality supplied potable water", "Water Volume")


def profile_of(building="office", **given):
    """Return the profile of a site of a scenario with the *given* keys."""
    keys = "".join(f", {name}: {value}" for name, value in given.items())
    text = f"sites: [{{building: {building}, city: Lyon{keys}}}]\n"
    (spec,) = parse(text, "mine.yaml").sites
    return site_profile_of(site_row(spec, 1, "owner", 0, UniqueIds(())), USAGES, 1)


def readings_of(profile, series, first=JULY, count=7 * 96, **given):
    return values(MeterModel(profile, "meter", *series, **given), first, count)


@pytest.mark.parametrize("building", ["office", "data_centre"])
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, each in LEAST.items() for value in each]
)
def test_least_values_of_a_site_give_finite_readings(name, value, building):
    profile = profile_of(building, **{name: value})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for series in MODELS:
            assert np.isfinite(readings_of(profile, series)).all(), series


@pytest.mark.parametrize(
    "given", [{"yearly": 1e-6}, {"yearly": 0.01}, {"resolution": 1e-6}], ids=str
)
def test_least_values_of_a_meter_give_finite_readings(given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for series in MODELS:
            assert np.isfinite(readings_of(profile_of(), series, **given)).all(), series


def test_roof_of_zero_has_no_panels():
    assert not readings_of(profile_of(roof_area=0), PANELS).any()
    assert readings_of(profile_of(roof_area=1), PANELS).any()


def test_site_with_zero_people_is_empty():
    empty = profile_of(building_occupants=0, number_of_visitors_per_day=0)
    assert not readings_of(empty, ("Waste Generated", "Weight")).any()
    assert readings_of(empty, ("CO2", "CO2 Concentration")).max() < 480
    usual = readings_of(profile_of(), WATER, YEAR_2023, A_YEAR).sum()
    assert readings_of(empty, WATER, YEAR_2023, A_YEAR).sum() < 0.7 * usual


def test_zero_operating_hours_are_fewer_than_usual():
    always = [profile_of(weekly_operating_hours=hours) for hours in (0, 1, 60)]
    never, hardly, usual = (
        readings_of(each, ("Purchased from Grid", "Active Energy")).sum() for each in always
    )
    assert never <= hardly < usual


def test_values_that_are_not_given_are_the_usual_ones():
    profile = site_profile_of(Site(id="1", position=0, customer_id="1", type="House"), USAGES, 1)
    assert (profile.building, profile.weekly_hours, profile.occupants) == ("office", 60, 50)
    assert occupancy_ratio(profile) == pytest.approx(1, abs=0.05)
