"""Shapes which score is meant, and scores in columns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from mockapi.domain.score import ComputedScore, ScoreCategory, ScoreType
from mockapi.wire.admin import AdminBody, AdminQuery
from mockapi.wire.base import number

if TYPE_CHECKING:
    from mockapi.store.tables.scoring import PerformanceScore

_HUNDRED = 100
Day = date | None


class ScoreChoice(AdminQuery):
    """One score of a site; of a monthly one any day of its month; the last one without a day."""

    site: str
    date: Day = None
    type: ScoreType = ScoreType.DAILY
    category: ScoreCategory = ScoreCategory.ENERGY


class ScoreColumns(AdminBody):
    """The scores of one type: a column of dates, and for each category one as long."""

    type: ScoreType
    dates: tuple[date, ...] = Field(description="Ascending.")
    scores: Mapping[ScoreCategory, tuple[int | float | None, ...]] = Field(
        description="By category; null where a date has no score in it."
    )

    @staticmethod
    def all_of(rows: "Iterable[PerformanceScore | ComputedScore]") -> "Iterator[ScoreColumns]":
        """Yield the columns of each type that *rows* have scores of, in the order of types."""
        found: dict[ScoreType, dict[ScoreCategory, dict[str, int | float]]] = {}
        for each in rows:
            score = each.hundredths / _HUNDRED if isinstance(each, ComputedScore) else each.score
            kept = found.setdefault(each.type, {}).setdefault(each.category, {})
            kept[each.date] = number(score)
        for kind in ScoreType:
            if kind not in found:
                continue
            by_category = found[kind]
            dates = sorted({at for kept in by_category.values() for at in kept})
            yield ScoreColumns.model_construct(
                type=kind,
                dates=tuple(map(date.fromisoformat, dates)),
                scores={
                    each: tuple(by_category[each].get(at) for at in dates)
                    for each in ScoreCategory
                    if each in by_category
                },
            )
