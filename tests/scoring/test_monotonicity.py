"""Monotonicity of scores."""

from hypothesis import given
from hypothesis import strategies as st
from scoring_steps import DIVERTED, GAS, GENERATED, GRID, POTABLE, scored, year

from mockapi.domain.factors import benchmarks
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.arithmetic import hundredths
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.categories import CATEGORIES, score_of

amounts = st.floats(0, 1e8)
more = st.floats(0, 1e8)
growth = st.floats(1, 20)
SLACK = 1e-9  # of floating point, far below the hundredth that is published

buildings = st.fixed_dictionaries(
    {
        "type": st.just("Office"),
        "area": st.floats(10, 1e6),
        "occupants": st.floats(1, 1e5),
        "visitors_per_day": st.floats(0, 1e4),
        "days_with_visitors": st.integers(0, 7),
        "visit_duration": st.floats(0, 1),
        "weekly_hours": st.floats(1, 168),
        "country": st.sampled_from(["US", "FR", "AU", None]),
        "benchmark_name": st.sampled_from(sorted(benchmarks())),
    }
)


def everything(used):
    return (
        year(GRID, used),
        year(GAS, used / 10),
        year(POTABLE, used / 100),
        year(GENERATED, used / 100),
        year(DIVERTED, used / 200),
    )


@given(buildings, amounts, more)
def test_more_consumption_never_raises_energy_or_water(building, used, added):
    building_profile = BuildingProfile(**building)
    for category in ("energy", "water", "electricity", "fuel"):
        less = scored(category, building_profile, *everything(used))
        assert scored(category, building_profile, *everything(used + added)) <= less + SLACK


@given(buildings, amounts, amounts, more)
def test_waste_score_is_monotonic(building, made, kept, added):
    building_profile = BuildingProfile(**building)
    score = scored("waste", building_profile, year(GENERATED, made), year(DIVERTED, kept))
    worse = scored("waste", building_profile, year(GENERATED, made + added), year(DIVERTED, kept))
    better = scored("waste", building_profile, year(GENERATED, made), year(DIVERTED, kept + added))
    assert worse - SLACK <= score <= better + SLACK


@given(buildings, st.floats(0, 5_000), st.floats(0, 5_000))
def test_worse_air_never_raises_human_experience(building, ppm, added):
    building_profile = BuildingProfile(**building)
    better = scored("humanExperience", building_profile, year("CO2", ppm, 1))
    assert (
        scored("humanExperience", building_profile, year("CO2", ppm + added, 1)) <= better + SLACK
    )


@given(buildings, amounts, growth)
def test_more_occupants_never_lower_energy_water_or_waste(building, used, times):
    building_profile = BuildingProfile(**building)
    crowded = BuildingProfile(**building | {"occupants": building["occupants"] * times})
    for category in ("energy", "water", "waste"):
        score = scored(category, building_profile, *everything(used))
        assert scored(category, crowded, *everything(used)) >= score - SLACK


@given(buildings, amounts, growth)
def test_a_larger_area_never_lowers_energy_or_water(building, used, times):
    building_profile = BuildingProfile(**building)
    wider = BuildingProfile(**building | {"area": building["area"] * times})
    for category in ("energy", "water"):
        score = scored(category, building_profile, *everything(used))
        assert scored(category, wider, *everything(used)) >= score - SLACK


@given(buildings, amounts, growth)
def test_longer_hours_without_visitors_keep_energy_score(building, used, times):
    alone = building | {"visitors_per_day": 0}
    building_profile = BuildingProfile(**alone)
    longer = BuildingProfile(**alone | {"weekly_hours": alone["weekly_hours"] * times})
    score = scored("energy", building_profile, *everything(used))
    assert scored("energy", longer, *everything(used)) >= score - SLACK


@given(buildings, amounts)
def test_every_score_is_from_0_to_100_and_the_same_each_time(building, used):
    readings = (*everything(used), year("CO2", used, 1))
    for category in CATEGORIES:
        score = score_of(ScoreCategory(category), BuildingProfile(**building), readings)
        again = score_of(ScoreCategory(category), BuildingProfile(**building), readings)
        assert score == again
        assert score is None or 0 <= hundredths(score) <= 10_000
