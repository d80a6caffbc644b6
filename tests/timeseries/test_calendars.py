"""Days of institutions by country: vacations, terms, shutdowns, fasting, shops, weather."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_sites import A_YEAR, LYON, YEAR_2023, location_of, sites

from mockapi.domain.buildings import building_types
from mockapi.scenario.seeding.reading_inputs import site_profile_of
from mockapi.store.tables import Site
from mockapi.timeseries.models.attendance import (
    attendance,
    event_hours,
    event_visitors,
    events,
    hours_moved,
    season_share,
)
from mockapi.timeseries.models.building_load import BuildingSchedule
from mockapi.timeseries.models.calendar import kinds, spans, vacation, within
from mockapi.timeseries.models.calendar_data import calendars
from mockapi.timeseries.models.changes import additional_hours
from mockapi.timeseries.models.electricity import load
from mockapi.timeseries.models.occupancy import occupancy, patterns
from mockapi.timeseries.models.opening import (
    RAMADAN,
    closed_days,
    fasting,
    local_sunset,
)
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.public_holidays import (
    closed_holidays,
    named_holidays,
    state_of,
)
from mockapi.timeseries.models.tap_water import water_use_profile
from mockapi.timeseries.models.weather import daily_weather, temperature
from mockapi.timeseries.time_axis import Axis

YEAR_2025 = range(20_089, 20_454)
"""The days of 2025, counted from 1970."""


def site(building, city, **given):
    """Return a site with the usual hours of its type."""
    given = {"weekly_hours": building_types()[building].weekly_hours, **given}
    return replace(LYON, building=building, **location_of(city), **given)


def day(text):
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def on_days(function, *days):
    """Return the values of a daily function on *days*, computed for the whole of 2025."""
    values = function(np.array(YEAR_2025))
    return [values[day(each) - YEAR_2025.start] for each in days]


def attendance_at(profile, *days):
    institution = patterns()[profile.building].institution
    return on_days(lambda every: attendance(profile, institution, every), *days)


def closed_on(profile, *days):
    return on_days(lambda every: closed_holidays(profile, every), *days)


def all_rules():
    tables = calendars()
    states = tables.vacations_of_states
    for table in (tables.vacations, states, tables.university, tables.exams, tables.shutdowns):
        yield from (tuple(rules) for rules in table.values() if rules)


@pytest.mark.parametrize("rules", sorted({RAMADAN, *all_rules()}), ids=lambda rules: rules[0])
def test_rules_of_calendar_are_valid_in_each_year(rules):
    for year in (2003, 2012, 2025, 2034):
        found = spans(rules, day(f"{year}-01-01"), day(f"{year + 1}-01-01"))
        assert len(found) >= len(rules)
        assert all(0 < end - first < 130 for first, end in found)


@given(st.sampled_from(sorted(all_rules())), st.integers(8_000, 24_000), st.integers(1, 800))
def test_days_of_a_rule_are_the_same_in_any_window(rules, first, count):
    whole = np.arange(first - 50, first + count + 50)
    part = np.arange(first, first + count)
    assert (within(rules, part) == within(rules, whole)[50:-50]).all()


@pytest.mark.parametrize(
    ("city", "away", "present"),
    [
        pytest.param("Lyon", ["2025-02-20", "2025-08-01", "2025-12-24"], ["2025-06-20"], id="FR"),
        pytest.param("Melbourne", ["2025-01-10", "2025-12-27"], ["2025-08-01"], id="AU"),
        pytest.param("Munich", ["2025-09-10", "2025-06-16"], ["2025-07-25"], id="DE-BY"),
        pytest.param("Hamburg", ["2025-07-25", "2025-03-12"], ["2025-09-10"], id="DE-HH"),
        pytest.param("Phoenix", ["2025-05-28"], ["2025-08-10", "2025-04-02"], id="US-AZ"),
        pytest.param("New York", ["2025-08-28"], ["2025-06-20"], id="US-NY"),
        pytest.param("Brisbane", ["2025-12-15"], ["2025-01-27", "2025-07-15"], id="AU-QLD"),
        pytest.param("Edinburgh", ["2025-07-05"], ["2025-08-25"], id="GB-SCT"),
        pytest.param("Chicago", ["2025-07-15", "2025-11-27"], ["2025-05-20"], id="US"),
        pytest.param("Rome", ["2025-06-20", "2025-09-01"], ["2025-09-15"], id="IT"),
        pytest.param("Tokyo", ["2025-05-02", "2025-03-30"], ["2025-07-10"], id="JP"),
    ],
)
def test_schools_have_the_vacations_of_their_country(city, away, present):
    profile = site("school", city)
    values = on_days(lambda every: vacation(profile, every), *away, *present)
    assert values == [True] * len(away) + [False] * len(present)


def test_vacations_of_states_have_states_of_the_package():
    for name in calendars().vacations_of_states:
        country, code = name.split("-")
        assert state_of(country, code) == code


def test_universities_have_terms_and_not_school_vacations():
    days = "2025-03-20", "2025-06-01", "2025-10-15"
    school, university = (site(each, "Cologne") for each in ("school", "university"))
    assert on_days(lambda every: vacation(school, every), *days) == [False, False, True]
    assert on_days(lambda every: vacation(university, every), *days) == [True, False, False]


def test_universities_are_full_and_open_longer_in_exams():
    profile = site("university", "Chicago")
    institution = patterns()["university"].institution
    longer = on_days(lambda every: hours_moved(profile, institution, every)[1], "2025-12-10")
    assert attendance_at(profile, "2025-12-10", "2025-11-10") == [1.1, 1.0]
    assert longer == [1.5]


@pytest.mark.parametrize(
    ("country", "state", "code"),
    [
        ("DE", "Bayern", "BY"),
        ("DE", "Bavaria", "BY"),
        ("DE", "DE-BY", "BY"),
        ("DE", "baden-wurttemberg", "BW"),
        ("US", "Texas", "TX"),
        ("ES", "Comunidad de Madrid", "MD"),
        ("DE", "Lyon", ""),
        ("", "Texas", ""),
    ],
)
def test_states_are_found_by_name_or_code(country, state, code):
    assert state_of(country, state) == code


@pytest.mark.parametrize(
    ("city", "closed"),
    [
        pytest.param("Munich", "2025-06-19", id="Corpus Christi"),
        pytest.param("Munich", "2025-08-15", id="Assumption"),
        pytest.param("Melbourne", "2025-11-04", id="Melbourne Cup"),
        pytest.param("Calgary", "2025-02-17", id="Family Day"),
        pytest.param("Barcelona", "2025-09-11", id="Catalonia"),
        pytest.param("Geneva", "2025-09-11", id="Genevan Fast"),
    ],
)
def test_offices_close_on_the_holidays_of_their_state(city, closed):
    office = site("office", city)
    elsewhere = replace(office, state="")
    for profile, expected in ((office, True), (elsewhere, False)):
        assert closed_on(profile, closed) == [expected]


def test_electricity_of_a_scenario_knows_the_state_of_its_site():
    row = Site(id="site", name="site", country_iso_code="DE", state_province="Bayern")
    assert site_profile_of(row, (), 1).state == "Bayern"
    days = day("2025-06-18") * 96, 2 * 96
    gates = [
        BuildingSchedule.of(each, Axis.of("UTC", *days)).gate.reshape(2, 96)[1, 16:].max()
        for each in (site_profile_of(row, (), seed) for seed in range(8))
    ]
    assert min(gates) < 0.9


@pytest.mark.parametrize("language", ["C", "de_DE.UTF-8", "ar"])
def test_holidays_are_the_same_in_any_environment(monkeypatch, language):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, language)
    named = named_holidays.__wrapped__("SA", "", 2025)
    assert "Eid al-Fitr Holiday" in named.values()


def closing_sites(building, city, holiday):
    """Return the share of sites that close on a day."""
    every = [site(building, city, seed=seed) for seed in range(60)]
    return sum(closed_on(each, holiday)[0] for each in every) / 60


def test_few_us_offices_close_on_columbus_day():
    assert closing_sites("office", "Boston", "2025-10-13") < 0.3
    assert closing_sites("office", "Boston", "2025-09-01") == 1
    assert 0.2 < closing_sites("office", "Boston", "2025-01-20") < 0.6
    assert closing_sites("school", "Boston", "2025-01-20") == 1
    assert closing_sites("office", "Munich", "2025-10-03") == 1


def test_shops_close_on_the_holidays_of_shops():
    shut = [("Boston", "2025-11-27"), ("Munich", "2025-10-03"), ("London", "2025-12-25")]
    open_ = [("Boston", "2025-09-01"), ("Boston", "2025-07-04"), ("London", "2025-08-25")]
    for city, holiday in shut:
        assert closing_sites("supermarket", city, holiday) >= 0.8
        assert attendance_at(site("supermarket", city), holiday) == [0.03]
    for city, holiday in open_:
        assert closing_sites("supermarket", city, holiday) == 0
        assert attendance_at(site("supermarket", city), holiday) == [1]


@pytest.mark.parametrize("building", ["hospital", "hotel", "multifamily", "assembly"])
def test_buildings_that_never_close_have_no_closed_holidays(building):
    assert not closed_holidays(site(building, "Munich"), np.array(YEAR_2025)).any()


@pytest.mark.parametrize(
    ("city", "shut", "usual"),
    [
        pytest.param("Rome", "2025-08-15", "2025-07-15", id="Ferragosto"),
        pytest.param("Tokyo", "2025-05-02", "2025-05-20", id="Golden Week"),
        pytest.param("Shanghai", "2025-01-31", "2025-03-12", id="Lunar New Year"),
        pytest.param("Mumbai", "2025-10-21", "2025-09-10", id="Diwali"),
        pytest.param("Riyadh", "2025-04-01", "2025-05-05", id="Eid al-Fitr"),
        pytest.param("Kuwait City", "2025-04-01", "2025-12-29", id="Eid al-Fitr, not Christmas"),
        pytest.param("Bangkok", "2025-04-15", "2025-12-29", id="Songkran"),
        pytest.param("Lyon", "2025-12-29", "2025-11-20", id="Christmas"),
    ],
)
def test_offices_are_nearly_empty_in_shutdowns(city, shut, usual):
    found, full = attendance_at(site("office", city), shut, usual)
    assert found <= 0.5 and full == 1


def hours_of(profile, first, function=occupancy, count=1):
    """Return the values of each quarter of an hour of local days, shape (count, 96)."""
    step = day(first) * 96
    axis = Axis.of(profile.timezone, step - 96, (count + 2) * 96)
    begin = (axis.local_day == day(first)).argmax()
    return function(profile, axis)[begin : begin + count * 96].reshape(count, 96)


def at(hour):
    return int(hour * 4)


MONDAY = "2025-05-12"
"""The first day of a week without holidays in most countries."""


@pytest.mark.parametrize("building", ["retail", "supermarket"])
def test_shops_are_busiest_on_saturdays(building):
    week = np.mean(
        [
            hours_of(site(building, "Chicago", seed=s), MONDAY, count=7).sum(axis=1)
            for s in range(9)
        ],
        axis=0,
    )
    assert week.argmax() == 5 and week[5] > 1.1 * week[:5].max()


def test_shops_have_shorter_sundays_in_britain():
    shops = [hours_of(site("retail", "London", seed=s), MONDAY, count=7) for s in range(9)]
    busy = np.mean([(each > 0.3).sum(axis=1) / 4 for each in shops], axis=0)
    assert (busy[:6] > 9).all() and 5 < busy[6] < 7
    evening = np.mean([each[:, at(19)] for each in shops], axis=0)
    assert evening[6] < 0.05 < evening[:5].min()
    systems = [
        BuildingSchedule.of(site("retail", "London", seed=s), Axis.of("UTC", day(first) * 96, 96))
        for s in range(9)
        for first in ("2025-05-18", "2025-05-15")
    ]
    hours = [(each.running()[16:] > 0.4).sum() / 4 for each in systems]
    assert np.mean(hours[::2]) < np.mean(hours[1::2]) - 2


@pytest.mark.parametrize(
    ("building", "city", "closed", "open_"),
    [
        pytest.param("retail", "Munich", "2025-05-18", "2025-05-17", id="DE Sunday"),
        pytest.param("retail", "Lyon", "2025-05-18", "2025-05-17", id="FR Sunday"),
        pytest.param("supermarket", "Munich", "2025-06-19", "2025-06-18", id="DE holiday"),
        pytest.param("supermarket", "Chicago", "2025-12-25", "2025-12-23", id="US Christmas"),
    ],
)
def test_all_meters_show_the_days_on_which_a_shop_is_closed(building, city, closed, open_):
    for seed in range(4):
        profile = site(building, city, seed=seed)
        floor = patterns()[building].floor
        empty, full = ((hours_of(profile, each) - floor).sum() for each in (closed, open_))
        assert empty < 0.06 * full
        shut, usual = (
            BuildingSchedule.of(profile, Axis.of(profile.timezone, day(each) * 96, 96)).running()
            for each in (closed, open_)
        )
        assert shut[24:88].max() < 0.12
        assert usual[24:88].max() > 0.6
        used = (hours_of(profile, each, load)[0, at(9) : at(19)] for each in (closed, open_))
        low, high = (each.sum() for each in used)
        assert low < 0.85 * high
        low, high = (hours_of(profile, each, water).sum() for each in (closed, open_))
        assert low < 0.15 * high


def water(profile, axis):
    return water_use_profile(profile, 1, axis)


def test_supermarkets_open_on_sundays_where_shops_do():
    sunday = "2025-05-18"
    assert attendance_at(site("supermarket", "Munich"), sunday) == [0.03]
    assert attendance_at(site("supermarket", "Chicago"), sunday) == [1]
    hours = [hours_of(site("supermarket", "Lyon", seed=seed), sunday)[0] for seed in range(9)]
    guests = np.mean(hours, axis=0)
    assert guests[at(16)] < 0.08
    assert guests[at(11)] > 0.3


def test_restaurants_of_france_often_close_on_mondays():
    for city, low, high in (("Lyon", 0.35, 0.65), ("Chicago", 0.0, 0.25)):
        every = [site("restaurant", city, seed=seed) for seed in range(60)]
        days = np.arange(day(MONDAY), day(MONDAY) + 7)
        closed = np.array([closed_days(each, days) for each in every])
        assert low <= closed.any(axis=1).mean() <= high
        assert not closed[:, 2:].any()
        assert closed[:, 0].sum() >= closed[:, 1].sum()


def test_restaurants_are_fullest_on_weekend_evenings():
    evenings = [
        hours_of(site("restaurant", "Chicago", seed=s), MONDAY, count=7)[:, at(18) : at(21)].mean(
            axis=1
        )
        for s in range(9)
    ]
    week = np.mean(evenings, axis=0)
    assert set(week.argsort()[-2:]) == {4, 5}
    assert week[5] > 1.25 * week[1] and week[5] > 1.25 * week[6]


@pytest.mark.parametrize("building", ["retail", "restaurant"])
def test_gulf_shops_and_restaurants_open_after_friday_prayer(building):
    for seed in range(5):
        week = hours_of(site(building, "Riyadh", seed=seed), "2025-05-05", count=7)
        noon = week[:, at(11.5) : at(13.5)].max(axis=1)
        assert noon[4] < 0.05 and (noon[:4] > 0.3).all()
        assert week[4, at(18) : at(20)].max() > 0.5


def test_offices_close_earlier_in_ramadan():
    days = np.array([day("2025-02-10"), day("2025-03-10")])
    office = site("office", "Riyadh")
    moved = hours_moved(office, patterns()["office"].institution, days)
    assert moved[0].tolist() == [0, 0] and moved[1].tolist() == [0, -2]


@pytest.mark.parametrize(
    ("city", "date_", "hour"),
    [
        pytest.param("Riyadh", "2025-03-10", 18.03, id="Riyadh in March"),
        pytest.param("Riyadh", "2018-06-01", 18.62, id="Riyadh in June"),
        pytest.param("Casablanca", "2018-06-01", 19.57, id="Casablanca without daylight saving"),
        pytest.param("Dhaka", "2025-03-10", 18.12, id="Dhaka"),
        pytest.param("Helsinki", "2025-06-20", 22.83, id="Helsinki"),
        pytest.param("Singapore", "2025-06-20", 19.2, id="Singapore"),
    ],
)
def test_sunset_is_that_of_place_and_date(city, date_, hour):
    found = local_sunset(site("restaurant", city), np.array([day(date_)]))
    assert found[0] == pytest.approx(hour, abs=0.12)


@pytest.mark.parametrize("city", ["Riyadh", "Casablanca", "Dhaka", "Cairo"])
@pytest.mark.parametrize("fast", ["2025-03-12", "2018-06-04"])
def test_restaurants_are_empty_until_sunset_in_ramadan(city, fast):
    profile = replace(site("restaurant", city), seed=3)
    assert fasting(profile, np.array([day(fast)])).all()
    dusk = local_sunset(profile, np.array([day(fast)]))[0]
    guests = hours_of(profile, fast)[0]
    assert guests[at(4) : at(dusk - 1)].max() < 0.05
    assert guests[at(dusk + 0.75) : at(dusk + 1.5)].min() > 0.6
    assert guests[at(23)] > 0.3
    usual = hours_of(profile, "2025-05-13")[0]
    assert usual[at(12.75)] > 0.4


def running(profile, axis):
    return BuildingSchedule.of(profile, axis).running()


def test_kitchens_and_shops_run_into_the_night_in_ramadan():
    for building in ("restaurant", "supermarket"):
        every = [site(building, "Cairo", seed=seed) for seed in range(9)]
        fast, usual = (
            np.mean([hours_of(each, date_, running)[0] for each in every], axis=0)
            for date_ in ("2025-03-12", "2025-05-14")
        )
        assert fast[at(23.5)] > 0.6
        assert usual[at(23.5)] < 0.3
        if building == "restaurant":
            assert fast[at(10)] < 0.1
            assert usual[at(10)] > 0.8


def test_shops_are_quiet_at_sunset_and_full_at_night_in_ramadan():
    profile = site("retail", "Cairo")
    dusk = local_sunset(profile, np.array([day("2025-03-12")]))[0]
    people = hours_of(profile, "2025-03-12")[0]
    assert people[at(dusk + 0.25)] < 0.1
    assert 0.2 < people[at(14)] < 0.6
    assert min(people[at(22)], people[at(23.5)]) > 0.6


@pytest.mark.parametrize(
    ("city", "high", "low"),
    [
        pytest.param("Barcelona", 205, 20, id="summer of the north"),
        pytest.param("Melbourne", 22, 205, id="summer of the south"),
        pytest.param("Dubai", 20, 205, id="winter sun"),
    ],
)
def test_hotels_are_fullest_in_the_season_of_their_place(city, high, low):
    profile = site("hotel", city)
    share = season_share(profile, patterns()["hotel"].institution, np.array(YEAR_2025))
    assert share[high] > share[low] + 0.1
    assert (share > 0.45).all() and (share <= 1).all()


def test_halls_have_events_and_dark_days():
    institution = patterns()["assembly"].institution
    halls = [site("assembly", "Lyon", seed=seed) for seed in range(40)]
    days = np.array(YEAR_2025)
    counts = [np.count_nonzero(events(each, institution, days)) for each in halls]
    assert min(counts) > 5 and max(counts) < 250
    dark = [each for each in halls if (attendance(each, institution, days) < 0.2).any()]
    assert 5 < len(dark) < 25
    closed = attendance(dark[0], institution, days) < 0.2
    assert (events(dark[0], institution, days)[closed] == 0).all()
    assert 50 < closed.sum() < 54


def test_most_halls_with_a_closing_day_close_on_mondays():
    week = np.arange(day(MONDAY), day(MONDAY) + 7)
    shut = [closed_days(site("assembly", "Lyon", seed=seed), week) for seed in range(200)]
    share = np.mean(shut, axis=0)
    assert 0.2 < share[0] < 0.34 and 0.04 < share[1] < 0.14 and not share[2:].any()


def test_events_of_weekends_are_half_in_the_afternoon():
    hall, days = site("assembly", "Lyon"), np.array(YEAR_2025)
    hours = event_hours(hall, days)
    weekend = kinds(hall, days) > 0
    assert (hours[~weekend] >= 18).all() and (hours[~weekend] <= 21.5).all()
    early = hours[weekend] < 17
    assert 0.35 < early.mean() < 0.65 and hours[weekend].min() >= 13


def test_electricity_of_halls_is_higher_in_events():
    higher = []
    for seed in range(20):
        hall = site("assembly", "Lyon", seed=seed)
        axis = Axis.of(hall.timezone, 96 * YEAR_2025.start, 96 * len(YEAR_2025))
        visitors = event_visitors(hall, patterns()["assembly"].institution, axis)
        evening = (axis.local_hour >= 19) & (axis.local_hour < 20)
        used = load(hall, axis)
        higher.append(
            used[evening & (visitors > 0.5)].mean() / used[evening & (visitors == 0)].mean()
        )
    assert 1.3 < np.median(higher) < 2.0
    # A hall whose systems are off at night needs several times as much in an event.
    assert min(higher) > 1.1 and max(higher) < 6


def test_halls_without_people_have_no_events():
    empty = replace(site("assembly", "Lyon"), occupants=0, visitors_per_day=0)
    axis = Axis.of(empty.timezone, 96 * YEAR_2025.start, 96 * len(YEAR_2025))
    assert not event_visitors(empty, patterns()["assembly"].institution, axis).any()


def test_snow_and_heat_close_schools():
    cold = site("school", "Helsinki")
    share = attendance(cold, patterns()["school"].institution, np.array(YEAR_2025))
    snow = np.flatnonzero(share < 0.2)
    assert 1 <= len(snow) <= 25
    mean, _ = daily_weather(cold, np.array(YEAR_2025))
    assert (mean[snow] < -2).all()

    hot = [site("school", "Munich", seed=seed) for seed in range(10)]
    institution = patterns()["school"].institution
    days = np.array(YEAR_2025)
    early = [hours_moved(each, institution, days)[1] - additional_hours(each, days) for each in hot]
    assert {-4.0, 0.0} == {round(hours, 6) for each in early for hours in each.tolist()}
    assert 1 <= sum((each < 0).sum() for each in early) <= 150


def test_daily_weather_is_near_the_mean_of_the_temperature():
    days = YEAR_2023 // 96 + np.arange(365)
    axis = Axis.of("UTC", YEAR_2023, A_YEAR)
    exact = temperature(LYON, axis).reshape(365, 96).mean(axis=1)
    mean, _ = daily_weather(LYON, days)
    assert np.corrcoef(mean, exact)[0, 1] > 0.9
    assert abs((mean - exact).mean()) < 1.5


@given(sites(), st.integers(YEAR_2023, YEAR_2023 + 3 * A_YEAR))
def test_daylight_saving_shifts_people_and_not_the_sun(profile, first):
    utc = replace(profile, timezone="UTC", solar_kwp=50.0)
    local = replace(profile, solar_kwp=50.0)
    here = generation(local, Axis.of(local.timezone, first, 192))
    assert here.tolist() == generation(utc, Axis.of("UTC", first, 192)).tolist()


def test_people_follow_the_local_clock_at_daylight_saving():
    # On 30 March 2025 at 01:00 UTC clocks in Lyon change from +1 to +2.
    monday = day("2025-03-24") * 96
    quiet = replace(LYON, building="office")
    before = occupancy(quiet, Axis.of(LYON.timezone, monday, 5 * 96)).reshape(5, 96)
    after = occupancy(quiet, Axis.of(LYON.timezone, monday + 7 * 96, 5 * 96)).reshape(5, 96)
    half = [(each > 0.5 * each.max()).argmax(axis=1).mean() / 4 for each in (before, after)]
    assert half[0] - half[1] == pytest.approx(1, abs=0.5)
