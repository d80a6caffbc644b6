"""Values computed by the console: evaluated formulas, coverage matrix, timeline."""

from datetime import timedelta

import pytest

from mockapi import create_app
from mockapi.console.clock import timeline_entries
from mockapi.console.journal import coverage_matrix
from mockapi.console.scores import evaluate_steps, profile_rows
from mockapi.control.score_routes import view_of
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.journal.coverage import Coverage, OperationCoverage
from mockapi.scoring.explanation import explain
from mockapi.settings import Settings


@pytest.fixture
def world():
    app = create_app(Settings())
    yield app.state.worlds.first
    app.state.worlds.close()


@pytest.fixture
def explained(world):
    site = world.store.sites(world.store.customers()[0].id)[0]
    on = world.now().date() - timedelta(days=3)
    return view_of(explain(world, site.id, on, ScoreType.DAILY, ScoreCategory.WATER))


def test_evaluated_formula_equals_value_of_step(explained):
    figures = {step.name: (numbers, step.value) for step, numbers in evaluate_steps(explained)}

    numbers, value = figures["score"]
    ratio = float(numbers.removeprefix("100 / (1 + ").removesuffix("^2)"))
    assert 100 / (1 + ratio**2) == pytest.approx(value, rel=1e-3)
    numbers, value = figures["intensity"]
    numerator, denominator = (float(each.replace(",", "")) for each in numbers.split(" / "))
    assert numerator / denominator == pytest.approx(value, rel=1e-3)


METERED = {"Purchased from Grid", "Natural Gas", "E_src", "E_ghg", "reference_src"}


def evaluate(formula: str) -> float:
    """Return the value of a sum of products and quotients."""
    total = 0.0
    for summand in formula.replace(",", "").split(" + "):
        first, *rest = summand.split(" ")
        value = float(first)
        for sign, number in zip(rest[::2], rest[1::2], strict=True):
            value = value * float(number) if sign == "*" else value / float(number)
        total += value
    return total


@pytest.mark.parametrize(
    ("category", "names"),
    [
        (ScoreCategory.ENERGY, METERED),
        (ScoreCategory.WATER, {"potable"}),
        (ScoreCategory.WASTE, {"generated", "diverted"}),
    ],
)
def test_meter_formula_is_evaluated(world, category, names):
    site = world.store.sites(world.store.customers()[0].id)[0]
    on = world.now().date() - timedelta(days=4)
    found = view_of(explain(world, site.id, on, ScoreType.DAILY, category))
    figures = {step.name: (numbers, step.value) for step, numbers in evaluate_steps(found)}

    for name in names:
        numbers, value = figures[name]
        assert evaluate(numbers) == pytest.approx(value, rel=1e-3)


def test_step_without_formula_has_no_numbers(world):
    site = world.store.sites(world.store.customers()[0].id)[0]
    on = world.now().date() - timedelta(days=4)
    found = view_of(explain(world, site.id, on, ScoreType.DAILY, ScoreCategory.TRANSPORTATION))

    assert {step.name: numbers for step, numbers in evaluate_steps(found)}["t"] is None


def test_building_property_has_symbol(explained):
    symbols = {each.name: each.symbol for each in profile_rows(explained.building_profile)}

    assert symbols["gross area"] == "A"
    assert symbols["benchmark"] is None


def test_matrix_cell_shows_covered_documented_or_none():
    coverage = Coverage(
        examined=3,
        operations=[
            OperationCoverage("partner", "listSites", 3, {"200": 2, "503": 1}, ["200", "401"]),
            OperationCoverage("oauth", "token", 0, {}, []),
        ],
        statuses={},
        errors={},
        faults={},
        uncovered_faults=[],
        categories={},
        uncovered_categories=[],
    )
    matrix = coverage_matrix(coverage)

    assert matrix.statuses == ["200", "401", "503"]
    assert [list(row.cells) for row in matrix.rows] == [[2, 0, 1], [None, None, None]]
    assert (matrix.covered, matrix.documented) == (1, 2)


def test_timeline_is_sorted_with_grouped_tokens(world):
    entries = timeline_entries(world)

    assert [each.at for each in entries] == sorted(each.at for each in entries)
    assert (entries[0].is_now, entries[0].at) == (True, "2026-06-01T09:00:00Z")
    assert [(each.title, each.details) for each in entries[1:]] == [
        (f"2 {kind} tokens expire", "of ada@example.com and grace@example.com")
        for kind in [each.title.split()[1] for each in entries[1:]]
    ]
