"""Readings equal those of earlier releases with the same generator version."""

import json

import pytest
from golden import GOLDEN, WHOLE, series_of, sites

from mockapi.timeseries.models.noise import VERSION
from mockapi.timeseries.models.registry import MODELS

KEPT = json.loads(GOLDEN.read_text("utf-8"))
SITES = list(sites())


@pytest.mark.parametrize("profile", SITES, ids=lambda profile: profile.building)
def test_series_equal_the_golden_file(profile):
    assert series_of(profile) == KEPT["sites"][profile.building]


def test_golden_file_covers_every_type_and_series():
    assert KEPT["version"] == VERSION
    assert set(KEPT["sites"]) == {profile.building for profile in SITES}
    names = {f"{usage} | {measurement}" for usage, measurement in MODELS}
    assert all(set(KEPT["sites"][each]) == {*names, "submeters at 0.5 kWh"} for each in WHOLE)
