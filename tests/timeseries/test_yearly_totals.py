"""Meters with a given total of a year."""

from dataclasses import replace

import numpy as np
import pytest

from mockapi.timeseries.models.inputs import MeterModel, PeriodTotal, SiteProfile
from mockapi.timeseries.models.registry import MODELS, usual_total, values

PROFILE = SiteProfile(
    1, "site", "office", 8_000, 45.76, 4.84, 173.0, "Europe/Paris", "FR", 400, 40, 60, 150.0
)
FIRST, YEAR = 1_928_544, 35_040
FLOWS = [
    MeterModel(PROFILE, "meter", usage, measurement)
    for usage, measurement in dict(reversed(list(MODELS))).items()
    if not MODELS[usage, measurement].state
]


@pytest.mark.parametrize("channel", FLOWS, ids=lambda channel: channel.usage)
@pytest.mark.parametrize("factor", [0.03, 40.0])
def test_readings_of_a_year_have_the_given_total(channel, factor):
    expected = usual_total(channel) * factor
    scaled = replace(channel, yearly=expected, resolution=expected / 200_000)
    total = values(scaled, FIRST, YEAR).sum()
    assert total == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("channel", FLOWS, ids=lambda channel: channel.usage)
def test_readings_of_a_period_have_the_given_total(channel):
    first, count = FIRST + 96 * 31, 96 * 28
    expected = 3 * usual_total(channel, range(first, first + count))
    if not expected:
        pytest.skip("the model has no flow in this period")
    period = PeriodTotal(expected, first, first + count)
    scaled = replace(channel, yearly=period, resolution=expected / 50_000)
    assert values(scaled, first, count).sum() == pytest.approx(expected, rel=0.02)
    # The rest of the year has the same level.
    assert values(scaled, FIRST, YEAR).sum() == pytest.approx(3 * usual_total(channel), rel=0.03)


@pytest.mark.parametrize("channel", FLOWS, ids=lambda channel: channel.usage)
def test_scaled_readings_are_multiples_of_the_resolution(channel):
    scaled = replace(channel, yearly=usual_total(channel) * 7.3, resolution=0.5)
    read = values(scaled, FIRST, 400) / 0.5
    assert read == pytest.approx(np.rint(read))


def test_state_has_no_total():
    channel = MeterModel(PROFILE, "meter", "CO2", "CO2 Concentration")
    assert values(replace(channel, yearly=5.0), FIRST, 96).tolist() == (
        values(channel, FIRST, 96).tolist()
    )


def test_second_measurement_follows_the_level_of_the_first():
    active = MeterModel(PROFILE, "meter", "Purchased from Grid", "Active Energy")
    reactive = replace(active, measurement="Reactive Energy")
    doubled = replace(reactive, yearly=2 * usual_total(active))
    usual = values(reactive, FIRST, YEAR).sum()
    assert values(doubled, FIRST, YEAR).sum() == pytest.approx(2 * usual, rel=0.01)
