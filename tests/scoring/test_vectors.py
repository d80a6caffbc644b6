"""Test vectors of the engine, computed by hand (sandbox-score/1, T1 to T14)."""

import pytest
from scoring_steps import (
    DIVERTED,
    GAS,
    GENERATED,
    GRID,
    MCDONALDS,
    POTABLE,
    RECLAIMED,
    office,
    scored,
    surveyed,
    year,
)

from mockapi.domain.factors import benchmark_of, factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.arithmetic import curve, hundredths, mean_of, points
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.rolling_year import confidence


def to_2(score: float | None) -> float | None:
    return None if score is None else hundredths(score) / 100


@pytest.mark.parametrize(
    ("given", "occupancy"),
    [
        pytest.param(MCDONALDS, 60.4167, id="mcdonalds"),
        pytest.param(
            {
                "occupants": 444,
                "visitors_per_day": 32,
                "days_with_visitors": 5,
                "visit_duration": 0.159999,
                "weekly_hours": 75,
            },
            452.1919,
            id="rmz-4c",
        ),
        pytest.param(
            {
                "occupants": 392,
                "visitors_per_day": 27,
                "days_with_visitors": 5,
                "visit_duration": 0.159999,
                "weekly_hours": 75,
            },
            398.9120,
            id="rmz-b1",
        ),
        pytest.param(
            {
                "occupants": 810,
                "visitors_per_day": 57,
                "days_with_visitors": 5,
                "visit_duration": 0.159999,
                "weekly_hours": 75,
            },
            824.5919,
            id="rmz-5ab",
        ),
        pytest.param(
            {
                "visitors_per_day": 33,
                "days_with_visitors": 7,
                "visit_duration": 3 / 24,
                "weekly_hours": 33,
            },
            21.0,
            id="template",
        ),
    ],
)
def test_t1_visitors_count_by_their_share_of_open_hours(given, occupancy):
    assert BuildingProfile("retail", **given).occupancy == pytest.approx(occupancy, abs=5e-5)


@pytest.mark.parametrize(
    ("ratio", "score"),
    [
        (0, 100),
        (0.25, 94.12),
        (0.5, 80),
        (0.75, 64),
        (1, 50),
        (1.25, 39.02),
        (1.5, 30.77),
        (2, 20),
        (3, 10),
        (5, 3.85),
    ],
)
def test_t2_the_curve_falls_from_100_over_50_at_the_reference(ratio, score):
    assert to_2(curve(ratio)) == score


ENERGY = (year(GRID, 1_000_000), year(GAS, 60_000))


def test_t3_office_score_is_half_energy_half_emissions():
    assert scored("energy", office(), *ENERGY) == pytest.approx(52.65499, abs=1e-5)
    assert to_2(scored("energy", office(), *ENERGY)) == 52.65


def test_t4_half_the_occupants_score_less():
    assert to_2(scored("energy", office(occupants=200), *ENERGY)) == 35.74


def test_t5_twice_the_hours_score_more():
    assert to_2(scored("energy", office(weekly_hours=110), *ENERGY)) == 61.13


@pytest.mark.parametrize(("benchmark", "score"), [("foodService", 37.44), ("retail", 3.88)])
def test_t6_the_benchmark_decides(benchmark, score):
    milton = BuildingProfile("retail", **MCDONALDS, benchmark_name=benchmark)
    readings = (year(GRID, 500_000), year(GAS, 20_000))
    assert to_2(scored("energy", milton, *readings)) == score


def test_t6_type_selects_the_default_benchmark():
    assert BuildingProfile("retail", **MCDONALDS).compared_with == "retail"
    assert benchmark_of("Office: Administrative/Professional") == "office"
    assert benchmark_of("Retail: Supermarket") == "supermarket"
    assert benchmark_of("Lighthouse") == "other"


def test_t7_readings_of_zero_score_100_and_no_readings_nothing():
    assert scored("energy", office(), year(GRID, 0), year(GAS, 0)) == 100
    assert scored("energy", office()) is None


@pytest.mark.parametrize(
    ("drawn", "occupants", "score"), [(8_150, 400, 50), (4_075, 400, 80), (8_150, 200, 33.33)]
)
def test_t8_water_is_scored_by_area_and_density(drawn, occupants, score):
    building = office(occupants=occupants)
    assert to_2(scored("water", building, year(POTABLE, drawn))) == score
    reused = (year(POTABLE, drawn), year(RECLAIMED, 2_000))
    assert to_2(scored("water", building, *reused)) == score


def test_t8_reclaimed_water_alone_has_no_score():
    assert scored("water", office(), year(RECLAIMED, 2_000)) is None


@pytest.mark.parametrize(
    ("diverted", "score"), [(0, 35), (3_600, 50), (5_400, 65), (7_200, 75), (8_000, 75)]
)
def test_t9_waste_score_uses_generated_and_undiverted_waste(diverted, score):
    readings = (year(GENERATED, 7_200, 30), year(DIVERTED, diverted, 30))
    assert to_2(scored("waste", office(), *readings)) == score


def test_t9_waste_without_a_reading_of_both_has_no_score():
    assert scored("waste", office(), year(GENERATED, 7_200, 30)) is None
    assert scored("waste", office(), year(DIVERTED, 7_200, 30)) is None


@pytest.mark.parametrize(
    ("ppm", "score"),
    [
        (420, 100),
        (735, 87.5),
        (800, 84.04),
        (970, 75),
        (1000, 72),
        (1095, 62.5),
        (1220, 50),
        (1495, 37.5),
        (1770, 25),
        (2135, 12.5),
        (2500, 0),
    ],
)
def test_t10_co2_is_scored_on_straight_lines(ppm, score):
    assert to_2(scored("humanExperience", office(), year("CO2", ppm * 30, 30))) == score
    assert to_2(scored("humanExperience", office(), year("CO2 - Raw", ppm * 30, 30))) == score


def test_t10_aggregated_co2_goes_before_raw():
    both = (year("CO2", 970, 1), year("CO2 - Raw", 2_500, 1))
    assert scored("humanExperience", office(), *both) == 75


def test_t10_satisfaction_counts_twice_the_air_where_it_is_known():
    assert scored("humanExperience", surveyed(satisfaction=90), year("CO2", 970, 1)) == 85
    assert scored("humanExperience", surveyed(satisfaction=90)) == 90


def test_t11_averages_are_means_of_scores():
    assert mean_of([4_000, 6_000]) == 5_000
    assert mean_of([8_000]) == 8_000
    assert mean_of([4_000, 6_000, 8_000]) == 6_000


def test_t12_scores_become_points_by_category_weights():
    scores = {"energy": 52.65, "water": 50, "waste": 65, "humanExperience": 87.5}
    weights = factors().points
    earned = {
        name: points(score, weights[ScoreCategory(name)].value) for name, score in scores.items()
    }
    assert earned == {"energy": 17, "water": 8, "waste": 5, "humanExperience": 18}
    assert sum(earned.values()) + 10 == 58


def test_t13_one_day_is_taken_for_the_year_with_low_confidence():
    day = year(GRID, 2_740, 1)
    assert day.annual == 1_000_100
    whole = year(GRID, 1_000_100)
    assert scored("energy", office(), day) == pytest.approx(scored("energy", office(), whole))
    assert [confidence(days) for days in (1, 89, 90, 329, 330, 365)] == [
        "low", "low", "medium", "medium", "high", "high"
    ]  # fmt: skip


def test_t14_a_cubic_metre_of_fuel_has_traps():
    usage = factors().usage
    lpg = usage["Liquefied Natural Gas (LPG)"].energy
    assert (lpg["liquid"].value, lpg["gas"].value) == (7_123, 26.04)
    hot = usage["District Hot Water"].energy["water"].value
    chilled = usage["District Chilled Water (Electric Driven Chiller)"].energy["water"].value
    assert (round(100 * hot), round(100 * chilled)) == (3_488, 698)


@pytest.mark.parametrize("missing", ["area", "occupants", "weekly_hours"])
@pytest.mark.parametrize("value", [None, 0])
def test_energy_and_water_need_area_occupants_and_hours(missing, value):
    building = office(**{missing: value})
    assert scored("energy", building, *ENERGY) is None
    assert scored("water", building, year(POTABLE, 1_000)) is None


def test_transportation_score_uses_co2_or_given_score():
    assert scored("transportation", surveyed(trip=3.0)) == 50
    assert scored("transportation", surveyed(trip=1.5)) == 80
    assert scored("transportation", surveyed(trip=1.5, transportation=33)) == 33
    assert scored("transportation", office()) is None


def test_re_entry_score_is_the_mean_of_known_parts():
    answers = surveyed(policies=60, feedback=90)
    assert scored("reEntry", answers) == 75
    assert scored("reEntry", answers, year("CO2", 970, 1)) == 75
    assert scored("reEntry", surveyed(policies=60, air=20)) == 40
    assert scored("reEntry", office(), year("CO2", 970, 1)) is None


def test_electricity_and_fuel_use_a_share_of_the_benchmark():
    # The same arithmetic as T3, each against 0.8 and 0.2 of the reference.
    assert to_2(scored("electricity", office(), *ENERGY)) == to_2(
        (curve(280 / (0.8 * 367)) + curve(37.34 / (0.8 * 0.14 * 367))) / 2
    )
    assert to_2(scored("fuel", office(), *ENERGY)) == to_2(
        (curve(66.8997 / (0.2 * 367)) + curve(11.535420 / (0.2 * 0.14 * 367))) / 2
    )
    assert scored("fuel", office(), year(GRID, 1)) is None
