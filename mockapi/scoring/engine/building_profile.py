"""Says what of a building counts besides its readings, and what it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mockapi.domain.factors import Benchmark, Factor, benchmark_of, benchmarks, factors

_HOURS_A_DAY = 24


@dataclass(frozen=True)
class Surveys:
    """What no meter tells: kg of CO2 a one-way trip, and sub-scores from 0 to 100."""

    trip: float | None = None
    transportation: float | None = None
    satisfaction: float | None = None
    policies: float | None = None
    feedback: float | None = None
    air: float | None = None


# assumption: the unit of `grossArea` is not stated; scores take it as m2.
@dataclass(frozen=True)
class Premises:
    """A building as the engine knows it; area in m2, hours a week, visits in days."""

    type: str
    area: float | None = None
    occupants: float | None = None
    visitors_a_day: float | None = None
    days_with_visitors: float | None = None
    visit_duration: float | None = None
    weekly_hours: float | None = None
    country: str | None = None
    state: str | None = None
    benchmark_name: str | None = None
    surveys: Surveys = field(default_factory=Surveys)

    @cached_property
    def compared_with(self) -> str:
        """Return the name of the benchmark."""
        return self.benchmark_name or benchmark_of(self.type)

    @cached_property
    def benchmark(self) -> Benchmark:
        return benchmarks()[self.compared_with]

    @cached_property
    def grid(self) -> Factor:
        return factors().grid_of(self.country, self.state)

    @cached_property
    def occupancy(self) -> float | None:
        """Return the effective occupancy: visitors by the share of open hours that they stay.

        None when nobody is known to be there.
        """
        visitors = 0.0
        if self.weekly_hours and self.visit_duration:
            hours = _HOURS_A_DAY * self.visit_duration
            staying = (self.visitors_a_day or 0.0) * hours
            visitors = staying * (self.days_with_visitors or 0.0) / self.weekly_hours
        return (self.occupants or 0.0) + visitors or None

    @cached_property
    def measure(self) -> "Measure | None":
        """Return what intensities of energy and water are put in proportion by, where known."""
        if not self.area or self.area <= 0 or not self.occupancy:
            return None
        if not self.weekly_hours or self.weekly_hours <= 0:
            return None
        ratio = self.area / self.occupancy / self.benchmark.density.value
        hours = self.benchmark.hours.value / self.weekly_hours
        return Measure(self.area, _clamp(ratio**0.5, 0.5, 2.0), _clamp(hours**0.25, 0.75, 1.25))

    @cached_property
    def missing(self) -> Mapping[str, bool]:
        """Return which of the metadata that scores need are not there."""
        return {
            "grossArea": not self.area,
            "buildingOccupants": not self.occupancy,
            "weeklyOperatingHours": not self.weekly_hours,
        }


@dataclass(frozen=True)
class Measure:
    """Gross *area* in m2, and the corrections for density and for operating hours."""

    area: float
    density: float
    hours: float


def _clamp(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
