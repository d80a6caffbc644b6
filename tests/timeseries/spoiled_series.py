"""Steps of the tests of defects: a clean series, and the same with defects."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from pydantic import TypeAdapter

from mockapi.domain import timestamps
from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import DefectSpec
from mockapi.timeseries.defects.effects import Source, apply_defects
from mockapi.timeseries.defects.incident import NEVER_ENDS, IncidentGrid, MeterDefect
from mockapi.timeseries.defects.incidents import list_incidents
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.time_axis import begins_of

# Once, because pydantic builds the schema again in each adapter.
DEFECT = TypeAdapter(DefectSpec)
YEAR_2023 = 1_672_531_200
ROWS = {Interval.QUARTER_HOUR: 9_000, Interval.HOUR: 4_000, Interval.DAY: 800, Interval.MONTH: 60}


def clean(first, count):
    """No reading is zero, and none equals the one before it."""
    return 1_000.0 + np.arange(first, first + count) % 997


def total(first, end):
    return float(clean(first, end - first).sum())


def other(first, count):
    return 3 * clean(first, count)


class Rows(NamedTuple):
    numbers: np.ndarray
    at: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Series:
    grid: IncidentGrid
    defects: tuple[MeterDefect, ...]

    def rows(self, first, count):
        source = Source(self.grid, clean, total, other)
        measured = self.clean(first, count)
        return Rows(*apply_defects(self.defects, lambda _: source, measured))

    def clean(self, first, count):
        numbers = np.arange(first, first + count)
        return Rows(numbers, begins_of(self.grid.interval, numbers), clean(first, count))

    def incidents(self, first, count):
        return [one for _, one in list_incidents(self.defects, self.grid, first, first + count)]


def series(spec, interval=Interval.HOUR, seed=7, timezone="Europe/Paris", **grid):
    """Return the clean series with the one defect that *spec* says, as a scenario spells it."""
    read = DEFECT.validate_python(spec)
    known = IncidentGrid(interval, timezone, YEAR_2023, 90 * 86_400, **grid)
    return Series(known, (MeterDefect(read, seed),))


def with_defect(spec, interval=Interval.HOUR, **options):
    """Return the first incident, the rows of it, and those that were due."""
    made = series(spec, interval, **options)
    first = made.grid.begin // int(interval.length.total_seconds())
    incident = made.incidents(first, 40_000)[0]
    count = min(incident.end, NEVER_ENDS) - incident.first
    whole = min(count, 5_000)
    return incident, made.rows(incident.first, whole), made.clean(incident.first, whole)


def table(rows):
    return list(zip(rows.numbers.tolist(), rows.at.tolist(), rows.values.tolist(), strict=True))


def at(interval, number):
    return timestamps.format_seconds(datetime.fromtimestamp(begin_of(interval, number), UTC))
