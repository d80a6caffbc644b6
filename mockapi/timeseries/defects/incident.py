"""Defects and their incidents.

An incident is one occurrence of a defect. Incidents depend only on the defect and the grid of a
meter. Therefore any split of a window has the same readings, and the report of defects computes no
readings.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import AnyDefect
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel

NEVER_ENDS = 1 << 40
"""End of an incident without end."""


@dataclass(frozen=True)
class MeterDefect:
    """A defect of one meter as in the scenario; *seed* draws the settings that are not given.

    *other* is the model of the meter that it is swapped with, *other_meter* its id.
    """

    spec: AnyDefect
    seed: int
    other: MeterModel | SubmeterModel | None = None
    other_meter: str | None = None


@dataclass(frozen=True)
class IncidentGrid:
    """Properties of a channel that its incidents depend on.

    *begin* and *history* are those of the back-fill, in seconds. *resolution* is one count of the
    meter, *factors* are those of wrong units, and a *state* is not summed.
    """

    interval: Interval
    timezone: str
    begin: int
    history: int
    resolution: float = 1.0
    factors: tuple[float, ...] = (1000.0, 0.001)
    state: bool = False


@dataclass(frozen=True)
class Incident:
    """One occurrence of a defect: the intervals from *first* to below *end*, since 1970.

    *size* and *mode* depend on the kind. *gap* is the number of intervals without readings at the
    begin, *resolution* one count of the meter during the incident.
    """

    kind: str
    first: int
    end: int
    size: float = 1.0
    mode: str = ""
    gap: int = 0
    resolution: float = 1.0

    def span(self, interval: Interval) -> tuple[int, int | None]:
        """Return begin and end in seconds since 1970; end None if it does not end."""
        end = None if self.end >= NEVER_ENDS else begin_of(interval, self.end)
        return begin_of(interval, self.first), end


@dataclass(frozen=True)
class MeterIncident:
    """One incident at one meter, from *begin* until *end*, if it ends.

    *keys* are the affected series, *unit* that of their readings. *gap_seconds* is the time without
    readings at the begin, *other* the id of the meter that it is swapped with.
    """

    site: str
    meter: str
    keys: tuple[str, ...]
    unit: str
    incident: Incident
    begin: datetime
    end: datetime | None
    gap_seconds: float = 0.0
    other: str | None = None


def seconds_of(span: timedelta | None) -> int | None:
    """Return the whole seconds of a given duration."""
    return None if span is None else int(span.total_seconds())
