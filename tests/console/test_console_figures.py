"""What the console works out by itself: formulae in figures, the matrix of coverage, an agenda."""

from datetime import timedelta

import pytest

from mockapi import create_app
from mockapi.console.clock import agenda
from mockapi.console.journal import matrix_of
from mockapi.console.scores import parts, worked
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


def test_a_formula_in_figures_comes_to_what_the_step_came_to(explained):
    figures = {step.name: (said, step.value) for step, said in worked(explained)}

    said, value = figures["score"]
    ratio = float(said.removeprefix("100 / (1 + ").removesuffix("^2)"))
    assert 100 / (1 + ratio**2) == pytest.approx(value, rel=1e-3)
    said, value = figures["intensity"]
    above, below = (float(each.replace(",", "")) for each in said.split(" / "))
    assert above / below == pytest.approx(value, rel=1e-3)


METERED = {"Purchased from Grid", "Natural Gas", "E_src", "E_ghg", "reference_src"}


def come_to(said: str) -> float:
    """Return what sums of products and quotients come to."""
    total = 0.0
    for summand in said.replace(",", "").split(" + "):
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
def test_what_meters_read_is_worked_out_in_figures(world, category, names):
    site = world.store.sites(world.store.customers()[0].id)[0]
    on = world.now().date() - timedelta(days=4)
    found = view_of(explain(world, site.id, on, ScoreType.DAILY, category))
    figures = {step.name: (said, step.value) for step, said in worked(found)}

    for name in names:
        said, value = figures[name]
        assert come_to(said) == pytest.approx(value, rel=1e-3)


def test_what_is_no_formula_stays_in_words(world):
    site = world.store.sites(world.store.customers()[0].id)[0]
    on = world.now().date() - timedelta(days=4)
    found = view_of(explain(world, site.id, on, ScoreType.DAILY, ScoreCategory.TRANSPORTATION))

    assert {step.name: said for step, said in worked(found)}["t"] is None


def test_what_of_the_building_counts_has_its_letter(explained):
    letters = {each.name: each.letter for each in parts(explained.building_profile)}

    assert letters["gross area"] == "A"
    assert letters["benchmark"] is None


def test_a_cell_tells_met_from_offered_and_from_neither():
    coverage = Coverage(
        examined=3,
        operations=[
            OperationCoverage("partner", "listSites", 3, {"200": 2, "503": 1}, ["401"]),
            OperationCoverage("oauth", "token", 0, {}, []),
        ],
        statuses={},
        errors={},
        faults={},
        uncovered_faults=[],
        categories={},
        uncovered_categories=[],
    )
    matrix = matrix_of(coverage)

    assert matrix.statuses == ["200", "401", "503"]
    assert [list(row.cells) for row in matrix.rows] == [[2, 0, 1], [None, None, None]]
    assert (matrix.met, matrix.offered) == (2, 3)


def test_the_agenda_is_in_the_order_of_time_with_tokens_of_an_instant_together(world):
    due = agenda(world)

    assert [each.at for each in due] == sorted(each.at for each in due)
    assert (due[0].is_now, due[0].at) == (True, "2026-06-01T09:00:00Z")
    assert [(each.what, each.about) for each in due[1:]] == [
        (f"2 {kind} tokens expire", "of ada@example.com, grace@example.com")
        for kind in [each.what.split()[1] for each in due[1:]]
    ]
