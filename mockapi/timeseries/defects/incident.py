"""Defects and their incidents.

An incident is one occurrence of a defect. Incidents follow from the defect and the grid of a
meter alone, so that any split of a window has the same readings, and the report of defects needs
no readings.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import AnyDefect
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.inputs import MeterModel

NEVER_ENDS = 1 << 40
"""The end of an incident that is never put right."""


@dataclass(frozen=True)
class Defect:
    """A defect of one meter as the scenario specifies it; *seed* draws what that leaves open.

    *other* is the model of the meter that a swapped one is taken for, *other_meter* its id.
    """

    spec: AnyDefect
    seed: int
    other: MeterModel | None = None
    other_meter: str | None = None


@dataclass(frozen=True)
class IncidentGrid:
    """What the incidents of a channel depend on beside the defect.

    *begin* and *history* are those of the back-fill, in seconds. *resolution* is what one count
    of the meter is, *factors* what its unit may be mistaken for, a *state* no sum of anything.
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
    """One time that a defect struck: the intervals from *first* to below *end*, since 1970.

    *size* and *mode* are what the kind says that they are, *gap* the intervals at its beginning
    without readings, *resolution* what one count is then.
    """

    kind: str
    first: int
    end: int
    size: float = 1.0
    mode: str = ""
    gap: int = 0
    resolution: float = 1.0

    def span(self, interval: Interval) -> tuple[int, int | None]:
        """Return when it begins and ends, in seconds since 1970; None if never."""
        end = None if self.end >= NEVER_ENDS else begin_of(interval, self.end)
        return begin_of(interval, self.first), end


@dataclass(frozen=True)
class MeterIncident:
    """One incident at one meter: the *keys* that show it, from *begin* until *end*, if it ends.

    *unit* is that of the readings; *gap_seconds* how long a new meter delivers nothing at first;
    *other* the id of the meter that this one is taken for.
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
    """Return the whole seconds of a stated duration."""
    return None if span is None else int(span.total_seconds())


def second_of(at: datetime) -> int:
    """Return the seconds since 1970 at *at*."""
    return int(at.timestamp())
