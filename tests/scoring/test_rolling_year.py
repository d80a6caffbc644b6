"""Rolling years and daily scores."""

from hypothesis import given
from hypothesis import strategies as st
from scoring_steps import GRID, office

from mockapi.domain.scores import DailyAmount, ScoreCategory
from mockapi.scoring.engine.daily_scores import DailyScores
from mockapi.scoring.engine.rolling_year import YEAR, AnnualConsumption, MeterDays, RollingYear

START = 740_000

revisions = st.lists(
    st.builds(
        DailyAmount,
        known_at=st.integers(0, 60),
        day=st.integers(START, START + 30).map(lambda day: START + (day - START) * 37),
        amount=st.none() | st.integers(0, 10**9),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda each: each.known_at))


def looked_up(meter: MeterDays, day: int, known_at: int) -> AnnualConsumption | None:
    """Work the year out anew, from all that was known."""
    known = {}
    for each in meter.revisions:
        if each.known_at <= known_at:
            known[each.day] = each.amount
    inside = {
        at: amount for at, amount in known.items() if amount is not None and day - YEAR < at <= day
    }
    if not inside:
        return None
    total = sum(inside.values()) / 1_000_000
    return AnnualConsumption(meter.meter_id, meter.usage, total, len(inside), max(inside))


@given(revisions, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)), max_size=20))
def test_moved_year_equals_recomputed_year(found, moves):
    meter = MeterDays("meter", GRID, found)
    rolling = RollingYear(meter)
    day, known_at = START, 0
    for days, seconds in moves:
        day, known_at = day + days, known_at + seconds
        assert rolling.to(day, known_at) == looked_up(meter, day, known_at)


@given(revisions, st.integers(0, 200), st.integers(0, 200))
def test_scores_extended_in_two_steps_equal_one_step(found, first, second):
    meters = [MeterDays("meter", GRID, found)]

    def known_at(day: int) -> int:
        return (day - START) // 10

    begun, building_profile = DailyScores.empty(START), office()
    once = begun.extended_to(START + first + second, building_profile, meters, known_at)
    halfway = begun.extended_to(START + first, building_profile, meters, known_at)
    assert halfway.extended_to(START + first + second, building_profile, meters, known_at) == once
    assert begun.end == START


def test_corrected_value_changes_only_later_scores():
    found = [DailyAmount(0, START, 1_000_000_000), DailyAmount(3, START, 9_000_000_000)]
    ledger = DailyScores.empty(START).extended_to(
        START + 5, office(), [MeterDays("meter", GRID, found)], lambda day: day - START
    )
    scores = [ledger.score_on(ScoreCategory.ENERGY, START + day) for day in range(5)]
    assert len(set(scores[:3])) == len(set(scores[3:])) == 1
    assert scores[2] > scores[3]


def test_a_day_without_readings_in_its_year_has_no_score():
    found = [DailyAmount(0, START, 1_000_000)]
    ledger = DailyScores.empty(START).extended_to(
        START + YEAR + 2, office(), [MeterDays("meter", GRID, found)], lambda _: 0
    )
    assert ledger.score_on(ScoreCategory.ENERGY, START + YEAR - 1) is not None
    assert ledger.score_on(ScoreCategory.ENERGY, START + YEAR) is None
    assert ledger.score_on(ScoreCategory.ENERGY, START - 1) is None
    assert ledger.monthly(ScoreCategory.WATER, START) is None
