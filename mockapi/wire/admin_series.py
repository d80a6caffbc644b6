"""Shapes the readings under a key as columns, for charts."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

from pydantic import Field

from mockapi.domain.interval import Interval
from mockapi.wire.admin import AdminBody


class SeriesView(AdminBody):
    """Readings in the order of their dates: four columns of one length."""

    key: str
    site: str
    meter: str
    measurement: str
    unit: str | None
    timezone: str = Field(description="By whose days and months coarser readings are made.")
    interval: Interval = Field(description="How much time one of these readings stands for.")
    level: bool = Field(description="Whether coarser readings are means, and not sums.")
    offsets: tuple[tuple[int, int], ...] = Field(
        description="From which second on the site's clock is how many seconds ahead of UTC."
    )
    dates: tuple[int, ...] = Field(description="`date`, in seconds since 1970.")
    values: tuple[float, ...]
    updated_at: tuple[int, ...] = Field(description="`updatedAt`, in seconds since 1970.")
    marks: tuple[int, ...] = Field(
        description=(
            "0; 1 came late; 2 took the place of another value; 3 is an estimate so far; "
            "4 was pushed."
        )
    )
    holes: tuple[tuple[int, int, int, int | None], ...] = Field(
        description=(
            "Where intervals of the meter that are over have no reading: from which second until "
            "which, how many, and when the last of them arrives; null if none ever does."
        )
    )

    def in_differences(self) -> Self:
        """Return the same with instants as the difference to the one before, the first to 0."""
        shorter = {"dates": _steps(self.dates), "updated_at": _steps(self.updated_at)}
        return self.model_copy(update=shorter)


def _steps(instants: Sequence[int]) -> tuple[int, ...]:
    return tuple(after - before for before, after in pairwise((0, *instants)))
