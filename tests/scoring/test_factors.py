"""Factors are complete and have sources."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.domain.factors import OTHER, Factor, benchmark_of, benchmarks, factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.categories import CATEGORIES, counts_towards


def factors_in(part: object) -> Iterator[Factor]:
    if isinstance(part, Factor):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from factors_in(getattr(part, name))
    elif isinstance(part, dict):
        for each in part.values():
            yield from factors_in(each)


def test_every_factor_has_a_source_and_a_version():
    found = [*factors_in(factors()), *factors_in(dict(benchmarks()))]
    assert len(found) > 100
    assert [each for each in found if not each.source or not each.version] == []


def test_every_usage_counts_towards_a_category():
    assert set(factors().usage) == set(catalog().by_usage())
    for usage in factors().usage:
        assert any(counts_towards(usage, category) for category in CATEGORIES)


def test_every_category_is_scored():
    assert set(CATEGORIES) == set(ScoreCategory)


def test_every_building_type_has_a_benchmark():
    compared = {name: benchmark_of(each.type) for name, each in building_types().items()}
    assert [name for name, found in compared.items() if found == OTHER] == ["data_centre"]


@pytest.mark.parametrize(
    ("country", "state", "grid"),
    [
        ("US", "Massachusetts", 0.3734),
        ("AU", "Victoria", 0.77),
        ("AU", "Queensland", 0.549),
        ("XX", None, 0.481),
        (None, None, 0.481),
    ],
)
def test_grid_is_found_by_state_country_or_world_average(country, state, grid):
    assert factors().grid_of(country, state).value == grid
