"""Levels of readings: yearly intensities and changes from month to month."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_sites import LYON, location_of

from mockapi.domain.buildings import building_types
from mockapi.scenario.seeding.reading_inputs import site_profile_of
from mockapi.scenario.seeding.site_rows import building_columns
from mockapi.settings import Settings
from mockapi.timeseries.causes import causes_of
from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY
from mockapi.timeseries.models import building_load, occupancy, water
from mockapi.timeseries.models.building_load import BuildingSchedule
from mockapi.timeseries.models.calendar import WORKDAY, kinds, vacation
from mockapi.timeseries.models.changes import (
    additional_hours,
    cause_data,
    causes,
    change_factor,
)
from mockapi.timeseries.models.electricity import load
from mockapi.timeseries.models.heating import has_heat_pump
from mockapi.timeseries.models.inputs import Change, Changing, MeterModel, SiteProfile
from mockapi.timeseries.models.occupancy import people_in_vacation
from mockapi.timeseries.models.registry import intervals
from mockapi.timeseries.time_axis import Axis
from mockapi.world.sites import all_sites
from mockapi.world.world import World

CITIES = ("Lyon", "Chicago", "Melbourne", "Singapore", "Dubai", "Helsinki")
SEEDS = range(5)
FIRST_YEAR, YEARS = 2023, 2
MONTHS = np.arange(f"{FIRST_YEAR}-01", f"{FIRST_YEAR + YEARS}-02", dtype="datetime64[M]")
EDGES = MONTHS.astype("datetime64[s]").astype(np.int64) // STEP
GRID = ("Purchased from Grid", "Active Energy")
WASTE = ("Waste Generated", "Weight")
WATER = ("Municipality supplied potable water", "Water Volume")


def site(building: str, city: str, seed: int) -> SiteProfile:
    """Return what a scenario that states a building and a city alone becomes."""
    usual = building_types()[building]
    smallest, largest = usual.area
    area = smallest + (largest - smallest) * (seed % len(SEEDS) + 1) // (len(SEEDS) + 1)
    drawn = building_columns(usual, area)
    return SiteProfile(
        seed=seed,
        site_id=f"{building} in {city}",
        building=building,
        area=area,
        **location_of(city),
        occupants=drawn["building_occupants"],
        visitors_per_day=drawn["number_of_visitors_per_day"],
        weekly_hours=drawn["weekly_operating_hours"],
    )


def months_of(profile: SiteProfile) -> np.ndarray:
    """Return what a site uses in each month of `YEARS`, in kWh."""
    axis = Axis.of(profile.timezone, int(EDGES[0]), int(EDGES[-1] - EDGES[0]))
    return np.add.reduceat(load(profile, axis), EDGES[:-1] - EDGES[0])


def instant(month: np.datetime64) -> datetime:
    return month.astype("datetime64[s]").astype(datetime).replace(tzinfo=UTC)


def unexplained(profile: SiteProfile, totals: np.ndarray) -> list[str]:
    """Return the months whose daily mean doubles or halves, and that no cause touches."""
    daily = totals / np.diff(EDGES)
    found = []
    for number, share in enumerate(daily[1:] / daily[:-1]):
        begins, ends = instant(MONTHS[number]), instant(MONTHS[number + 2])
        if not 0.5 < share < 2 and not causes_of(profile, (), begins, ends):
            found.append(f"{MONTHS[number + 1]}: {share:.2f}")
    return found


@pytest.mark.parametrize("building", building_types())
def test_yearly_electricity_of_each_type_is_inside_its_band(building):
    band = building_types()[building].intensity["electricity"]
    for city, seed in product(CITIES, SEEDS):
        profile = site(building, city, seed)
        months = months_of(profile)
        for year in months.reshape(YEARS, 12).sum(axis=1) / profile.area:
            assert band.low <= year <= band.high, (city, seed)
        assert unexplained(profile, months) == [], (city, seed)


@pytest.mark.parametrize("building", building_types())
def test_months_differ_little_from_those_of_the_year_before(building):
    """The noise of the whole load, on workdays without a vacation."""
    changes = []
    for seed in range(40):
        profile = site(building, ("Singapore", "Lyon")[seed % 2], seed)
        years = []
        for days in (YEAR_DAYS, YEAR_DAYS + 364):
            used = (kinds(profile, days) == WORKDAY) & ~vacation(profile, days)
            axis = Axis.of("UTC", int(days[0]) * STEPS_PER_DAY, len(days) * STEPS_PER_DAY)
            level = BuildingSchedule.of(profile, axis).level.reshape(len(days), -1).mean(axis=1)
            years.append([level[used & (month == MONTH)] for month in range(12)])
        changes += [
            abs(math.log(before.mean() / after.mean()))
            for before, after in zip(*years, strict=True)
            if min(len(before), len(after)) > 10
        ]
    assert len(changes) > 300
    assert 0.005 < np.median(changes) < 0.06
    assert np.quantile(changes, 0.99) < 0.28
    assert max(changes) < 0.45


HARD = {
    "assembly": ("Dallas", "San Diego", "Sapporo", "Indianapolis"),
    "multifamily": ("Denver", "Guadalajara", "Kolkata", "Phoenix", "Sofia"),
    "warehouse": ("Cluj-Napoca", "Edinburgh"),
}
"""Types and cities where months doubled when cooling, a heat pump or the level was not limited."""


@pytest.mark.parametrize("building", HARD)
def test_no_month_doubles_where_cooling_or_heating_is_largest(building):
    for city, seed in product(HARD[building], range(100, 112)):
        profile = site(building, city, seed)
        assert unexplained(profile, months_of(profile)) == [], (city, seed)


@pytest.mark.parametrize("building", ["office", "retail", "school"])
def test_site_that_states_longer_hours_uses_more_in_a_year(building):
    for seed in SEEDS:
        profile = site(building, "Lyon", seed)
        usual = profile.weekly_hours
        short, common, long = (
            months_of(replace(profile, weekly_hours=hours))[:12].sum()
            for hours in (usual - 14, usual, usual + 14)
        )
        assert short < common < long < 1.35 * short


@pytest.mark.parametrize("building", building_types())
def test_yearly_water_of_each_type_is_inside_its_band(building):
    band = building_types()[building].intensity["water"]
    for city, seed in product(CITIES, SEEDS[:2]):
        profile = site(building, city, seed)
        months = intervals(MeterModel(profile, "meter", *WATER), EDGES)
        for year in months.reshape(YEARS, 12).sum(axis=1) / profile.area:
            assert band.low <= year <= band.high, (city, seed)
        assert unexplained(profile, months) == [], (city, seed)


def test_each_band_names_its_source():
    for name, building in building_types().items():
        assert set(building.intensity) == {"electricity", "water"}, name
        assert all(0 < each.low < each.high for each in building.intensity.values()), name
        assert all(each.source for each in building.intensity.values()), name


@pytest.mark.parametrize("seed", [None, *range(12)])
def test_one_line_office_of_the_readme_uses_what_offices_do(seed, tmp_path):
    path = tmp_path / "office.yaml"
    path.write_text("sites: [{building: office, city: Lyon}]\n", "utf-8")
    given = {} if seed is None else {"seed": seed}
    world = World.open(Settings(scenario=str(path), **given))
    (office,) = all_sites(world)
    profile = site_profile_of(office, (), world.seed)
    world.close()
    months = months_of(profile)
    assert all(59 <= year / profile.area <= 371 for year in months.reshape(YEARS, 12).sum(axis=1))
    daily = months / np.diff(EDGES)
    assert (np.abs(np.log2(daily[1:] / daily[:-1])) < 0.9).all()


def test_intensities_of_offices_differ():
    drawn = [months_of(site("office", "Lyon", seed))[:12].sum() for seed in range(20)]
    areas = [site("office", "Lyon", seed).area for seed in range(20)]
    years = np.array(drawn) / areas
    assert years.max() / years.min() > 2


FORTY_YEARS = 40 * 365 * STEPS_PER_DAY
PLANT = "plant_replacement"


def test_causes_of_a_site_come_one_after_the_other():
    sites = [replace(LYON, seed=seed) for seed in range(60)]
    found = [causes(each, 0, FORTY_YEARS) for each in sites]
    kinds = {each.kind for several in found for each in several}
    assert kinds == set(cause_data().cause) - {PLANT}
    for several in found:
        assert 8 < len(several) < 27
        ends = [each.end for each in several]
        assert all(end <= each.first for end, each in zip(ends, several[1:], strict=False))


def test_each_site_replaces_its_plant_once_and_for_good():
    years = []
    for seed in range(60):
        everything = causes(replace(LYON, seed=seed), 0, 2 * FORTY_YEARS)
        (replaced,) = [each for each in everything if each.kind == PLANT]
        assert replaced.end is None
        assert causes(replace(LYON, seed=seed), 3 * FORTY_YEARS, 3 * FORTY_YEARS + 1)[0] == replaced
        years.append(1970 + replaced.first / STEPS_PER_DAY / 365.25)
    assert 2012 <= min(years) < 2014 and 2030 < max(years) < 2032


def test_site_that_never_closes_has_no_change_of_hours():
    for seed in range(60):
        always = replace(LYON, seed=seed, weekly_hours=168)
        changes = [each for cause in causes(always, 0, FORTY_YEARS) for each in cause.changes]
        assert not [each for each in changes if each.what == "hours"]


def test_a_cause_is_the_same_whichever_span_is_asked_for():
    whole = causes(LYON, 0, FORTY_YEARS)
    each = whole[3]
    assert causes(LYON, each.first, each.first + 1) == [each]
    assert causes(LYON, each.end - 1, each.end) == [each]
    assert each not in causes(LYON, each.end, each.end + 1)
    assert each not in causes(LYON, each.first - 1, each.first)


def test_a_cause_moves_what_it_names_from_its_first_step_on():
    found = [
        (profile, cause, change)
        for profile in (replace(LYON, seed=seed) for seed in range(40))
        for cause in causes(profile, 0, FORTY_YEARS)
        for change in cause.changes
    ]
    moved = {change.what for *_, change in found}
    assert moved == set(get_args(Changing)) - {"warmth"}
    for profile, cause, change in found:
        if change.what == "hours":
            # In Lyon, the local midnight is one or two hours before that of UTC.
            days = cause.first // STEPS_PER_DAY + 1 + np.arange(-2, 2)
            hours = additional_hours(profile, days)
            assert hours.tolist() == [0, 0, change.amount, change.amount]
            continue
        axis = Axis.of(profile.timezone, cause.first - 4, 8)
        changed = change_factor(profile, change.what, axis)
        assert (changed[4:] / changed[:4]).tolist() == pytest.approx([change.amount] * 4)


METERS_OF_CAUSES = {
    "people": (
        GRID,
        WATER,
        WASTE,
        ("CO2", "CO2 Concentration"),
    ),
    "hours": (GRID, WATER, ("CO2", "CO2 Concentration")),
    "electricity": (
        GRID,
        ("Purchased from Grid", "Reactive Energy"),
    ),
    "fuel": (("Natural Gas", "Fuel Volume"), ("District Steam", "Fuel Volume")),
    "cooling": (("District Chilled Water (Electric Driven Chiller)", "Fuel Volume"),),
    "water": (WATER,),
    "waste": (WASTE,),
}


@pytest.mark.parametrize("what", METERS_OF_CAUSES)
def test_a_cause_moves_every_meter_that_depends_on_it(what):
    first = int(EDGES[0]) + 120 * STEPS_PER_DAY
    amount = 3.0 if what == "hours" else 1.5
    changed = replace(LYON, changes=(Change(what, first, None, amount),))
    month = np.array([first, first + 30 * STEPS_PER_DAY])
    for series in METERS_OF_CAUSES[what]:
        usual, more = (
            intervals(MeterModel(profile, "meter", *series), month)[0]
            for profile in (LYON, changed)
        )
        assert more > 1.01 * usual, series


@given(st.integers(0, 2**40), st.sampled_from(list(building_types())), st.integers(0, 40))
def test_every_lasting_change_has_a_reported_cause(seed, building, year):
    profile = replace(LYON, seed=seed, building=building)
    begin = datetime(1990 + year, 1, 1, tzinfo=UTC)
    since = int(begin.timestamp()) // STEP
    until = since + 366 * STEPS_PER_DAY
    reported = causes_of(profile, (), begin, begin + timedelta(days=366))
    edges = np.arange(since, until, STEPS_PER_DAY)
    for what in ("people", "electricity", "fuel", "cooling", "water", "waste"):
        axis = Axis.of(profile.timezone, since, until - since)
        factors = change_factor(profile, what, axis) * np.ones(axis.count)
        expected = np.ones(axis.count)
        for each in reported:
            if each.kind not in {"school_vacation", "shutdown"}:
                first = int(each.begins.timestamp()) // STEP - since
                end = (
                    axis.count if each.ends is None else int(each.ends.timestamp()) // STEP - since
                )
                expected[max(0, first) : max(0, end)] *= each.factors.get(what, 1.0)
        changed = (factors / factors[0])[edges - since]
        assert changed == pytest.approx((expected / expected[0])[edges - since], abs=1e-3)


@pytest.mark.parametrize("building", ["office", "hospital", "hotel"])
def test_long_leaks_are_reported_and_raise_the_water(building, monkeypatch):
    """A year of sites against the same sites without leaks."""
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (2025, 2026))
    edges = np.append(YEAR_DAYS, YEAR_DAYS[-1] + 1) * STEPS_PER_DAY
    reported = compared = 0
    for seed in range(20):
        meter = MeterModel(site(building, "Lyon", seed), "meter", *WATER)
        found = causes_of(meter.profile, [meter], begins, ends)
        used = intervals(meter, edges)
        with monkeypatch.context() as without:
            without.setattr(water, "leaks", lambda *_: ())
            # The same site for the models, but not for their caches.
            same = replace(meter.profile, usages=("Waste Diverted",))
            usual = intervals(replace(meter, profile=same), edges)
        more = (used - usual) / usual.mean()
        quiet = np.ones(len(more), np.bool_)
        for cause in (each for each in found if each.kind == "leak"):
            first, end = (
                int(at.timestamp()) // 86_400 - int(YEAR_DAYS[0])
                for at in (cause.begins, cause.ends)
            )
            week = slice(first + 1, first + 8)
            if first >= 0 and end >= week.stop:
                factor = used[week].sum() / usual[week].sum()
                assert factor - 1 == pytest.approx(cause.factors["water"] - 1, rel=0.3)
                compared += 1
            quiet[max(0, first) : max(0, end + 1)] = False
            reported += 1
        # Other leaks are small or end within three days.
        assert np.convolve(quiet & (more > 0.15), np.ones(5)).max() < 5
    assert 10 < reported < 60
    assert compared > 5


def test_factor_of_a_leak_holds_while_a_cause_changes_the_water(monkeypatch):
    """First weeks of leaks in construction, against the same weeks without leaks."""
    week, compared = 7 * STEPS_PER_DAY, 0
    for seed in range(300):
        meter = MeterModel(site("office", "Lyon", seed), "meter", *WATER, resolution=0.001)
        listed = water.leaks(meter.profile, int(EDGES[0]), int(EDGES[-1]))
        for before, leak, after in zip(listed, listed[1:], listed[2:], strict=False):
            alone = before.end <= leak.first and leak.first + week <= min(leak.end, after.first)
            axis = Axis.of(meter.profile.timezone, leak.first, week)
            changed = np.unique(change_factor(meter.profile, "water", axis))
            if not alone or len(changed) > 1 or changed[0] < 1.02:
                continue
            edges = np.array([leak.first, leak.first + week])
            used = intervals(meter, edges)[0]
            with monkeypatch.context() as without:
                without.setattr(water, "leaks", lambda *_: ())
                # The same site for the models, but not for their caches.
                same = replace(meter.profile, usages=("Waste Diverted",))
                usual = intervals(replace(meter, profile=same), edges)[0]
            assert water.leak_factor(meter, leak) - 1 == pytest.approx(used / usual - 1, rel=0.01)
            compared += 1
    assert compared > 3


@pytest.mark.parametrize("building", cause_data().steady)
def test_causes_show_little_in_critical_buildings(building):
    for seed in range(30):
        office, critical = (
            replace(LYON, seed=seed, building=each) for each in ("office", building)
        )
        for usual, little in zip(
            causes(office, 0, 3_000_000), causes(critical, 0, 3_000_000), strict=True
        ):
            assert (usual.kind, usual.first, usual.end) == (little.kind, little.first, little.end)
            for one, other in zip(usual.changes, little.changes, strict=True):
                assert one.what == other.what
                if one.what == "hours":
                    assert abs(other.amount) <= 0.31 * abs(one.amount)
                else:
                    assert abs(np.log(other.amount)) <= 0.31 * abs(np.log(one.amount))


COLD_CITIES = ("Munich", "Boston", "Melbourne")
YEAR_DAYS = np.arange("2025-01", "2026-01", dtype="datetime64[D]").astype(np.int64)
MONTH = YEAR_DAYS.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
NORTH_WINTER, NORTH_SUMMER = np.isin(MONTH, (11, 0, 1)), np.isin(MONTH, (5, 6, 7))


def days_of(profile: SiteProfile) -> np.ndarray:
    """Return the load of each quarter of an hour of 2025, shape (days, 96), in kWh."""
    first = int(YEAR_DAYS[0]) * STEPS_PER_DAY
    axis = Axis.of(profile.timezone, first, len(YEAR_DAYS) * STEPS_PER_DAY)
    return load(profile, axis).reshape(-1, STEPS_PER_DAY)


@pytest.mark.parametrize("building", building_types())
def test_winter_needs_little_more_electricity_than_summer(building):
    """A fuel or a network heats the sites, so that electricity serves lights, fans and pumps."""
    ratios = []
    for city, seed in product(COLD_CITIES, range(8)):
        profile = site(building, city, seed)
        if has_heat_pump(profile):
            continue
        days = days_of(profile).sum(axis=1)
        present = ~vacation(profile, YEAR_DAYS)
        winter, summer = days[NORTH_WINTER & present].mean(), days[NORTH_SUMMER & present].mean()
        ratios.append(summer / winter if profile.south else winter / summer)
    assert 0.6 < np.median(ratios) < 1.4
    assert max(ratios) < 1.75


@pytest.mark.parametrize("building", ["office", "school", "multifamily", "assembly"])
def test_cold_summers_have_no_peak_of_electricity(building):
    ratios = []
    for seed in range(20):
        profile = site(building, "Reykjavík", seed)
        days = days_of(profile).sum(axis=1)
        ratios.append(days[NORTH_SUMMER].mean() / days[NORTH_WINTER].mean())
    assert max(ratios) < 1.3


@pytest.mark.parametrize("building", ["office", "clinic", "laboratory", "warehouse"])
def test_load_hardly_dips_at_lunch(building):
    dips = []
    for city, seed in product(("Lyon", "Chicago"), range(6)):
        profile = site(building, city, seed)
        hours = days_of(profile).reshape(len(YEAR_DAYS), 24, 4).sum(axis=2)
        axis = Axis.of(profile.timezone, int(YEAR_DAYS[0]) * STEPS_PER_DAY, STEPS_PER_DAY)
        hours = np.roll(hours, int(axis.local_hour[0]), axis=1)
        noon = hours[:, 12:14].min(axis=1)
        around = np.minimum(hours[:, 9:12].max(axis=1), hours[:, 14:17].max(axis=1))
        working = kinds(profile, YEAR_DAYS) == WORKDAY
        dips.append(1 - (noon / around)[working])
    assert -0.03 < np.median(np.concatenate(dips)) < 0.06
    assert np.quantile(np.concatenate(dips), 0.95) < 0.15


METERS_OF_PEOPLE = (
    GRID,
    WATER,
    ("Natural Gas", "Fuel Volume"),
    WASTE,
    ("CO2", "CO2 Concentration"),
)


LEFT_IN_VACATIONS = {
    "school": (0.4, 0.95, 0.2, 0.45),
    "university": (0.65, 0.99, 0.45, 0.7),
    "multifamily": (0.6, 0.97, 0.7, 0.96),
    "office": (0.75, 1.0, 0.85, 0.99),
    "assembly": (0.75, 1.0, 0.85, 0.99),
}
"""What remains in vacations: bounds of each site's electricity, and of medians of water and waste.

The share of people in buildings.toml, 20 % in schools and 45 % in universities, is the least that
remains of water and waste; leaks, gardens and cleaning add up to 25 %. The 90 % quantiles of `away`
and `vacation` there leave about 40 % of the day in schools and 65 % in universities, and 60 % in
residences. In all other buildings a few of the staff are away.
"""
HARDLY_LESS = (0.95, 1.0, 0.95, 0.999)


@pytest.mark.parametrize("building", building_types())
def test_people_on_vacation_lower_every_meter(building, monkeypatch):
    """Vacations of Boston, against the same days of the same sites without vacations."""
    sites = [site(building, "Boston", seed) for seed in range(6)]
    edges = np.append(YEAR_DAYS, YEAR_DAYS[-1] + 1) * STEPS_PER_DAY
    away = vacation(sites[0], YEAR_DAYS)
    people = np.array([people_in_vacation(each) for each in sites])

    def in_vacations(profile, series):
        return intervals(MeterModel(profile, "meter", *series), edges)[away].sum()

    used = [[in_vacations(each, series) for each in sites] for series in METERS_OF_PEOPLE]
    for module in (building_load, occupancy):
        monkeypatch.setattr(module, "vacation", lambda _, days: np.zeros(len(days), np.bool_))
    # The same sites for the models, but not for their caches.
    sites = [replace(each, usages=("Waste Diverted",)) for each in sites]
    usual = [[in_vacations(each, series) for each in sites] for series in METERS_OF_PEOPLE]
    shares = dict(zip(METERS_OF_PEOPLE, np.array(used) / usual, strict=True))
    for series, found in shares.items():
        # Gas without hot water and kitchens serves rooms, which people hardly change.
        assert (found <= 1).all() and np.median(found) < 1, series
        assert (found > people - 0.01).all(), series
    least, most, fewest, median = LEFT_IN_VACATIONS.get(building, HARDLY_LESS)
    assert least < shares[GRID].min() and shares[GRID].max() < most
    for series in (WATER, WASTE):
        assert fewest < np.median(shares[series]) < median, series


@pytest.mark.parametrize("building", building_types())
def test_vacations_report_at_most_as_many_people_as_load(building):
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (2025, 2026))
    for seed in range(60):
        for cause in causes_of(site(building, "Boston", seed), (), begins, ends):
            if cause.kind == "school_vacation":
                assert cause.factors["people"] <= cause.factors["electricity"], seed


@pytest.mark.parametrize("building", ["restaurant", "fast_food"])
def test_shorter_hours_of_restaurants_lower_water_and_air(building):
    usual = site(building, "Boston", 3)
    shorter = replace(usual, changes=(Change("hours", int(EDGES[0]), int(EDGES[-1]), -2.0),))
    for series, most in ((WATER, 0.95), (("CO2", "CO2 Concentration"), 0.99), (GRID, 0.99)):
        meters = [MeterModel(each, "meter", *series) for each in (usual, shorter)]
        before, after = (intervals(each, EDGES).sum() for each in meters)
        assert 0.75 < after / before < most, series


def monthly_means(building, city, seed):
    """Return the mean day of each month of 2025, in kWh."""
    days = days_of(site(building, city, seed)).sum(axis=1)
    return np.array([days[month == MONTH].mean() for month in range(12)])


HOT_CITIES = ("Dubai", "Riyadh", "Kuwait City", "Phoenix")


def test_hot_summer_needs_most_electricity():
    """Chillers are dimensioned for the climate: they are not at their limit all summer."""
    ratios = []
    for city, seed in product(HOT_CITIES, range(4)):
        for building in ("office", "hotel", "multifamily", "retail"):
            months = monthly_means(building, city, seed)
            ratios.append(months[6:9].mean() / months[[0, 1, 11]].mean())
    assert 1.33 < np.median(ratios) < 2.0


def test_equator_has_no_seasons():
    ratios = []
    types = [each for each in building_types() if each not in ("school", "university")]
    for city, building, seed in product(("Singapore", "Quito"), types, range(2)):
        months = monthly_means(building, city, seed)
        ratios.append(months.max() / months.min())
    assert np.median(ratios) < 1.23
