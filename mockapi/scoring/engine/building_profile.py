"""Properties of a building that scores depend on in addition to readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mockapi.domain.factors import Benchmark, Factor, benchmark_of, benchmarks, factors

_HOURS_PER_DAY = 24


@dataclass(frozen=True)
class Surveys:
    """Survey results: kg of CO2 per one-way trip, and sub-scores from 0 to 100."""

    trip: float | None = None
    transportation: float | None = None
    satisfaction: float | None = None
    policies: float | None = None
    feedback: float | None = None
    air: float | None = None


# assumption: the unit of `grossArea` is not published; scores use m2.
@dataclass(frozen=True)
class BuildingProfile:
    """A building. Area is in m2, opening hours are per week, visit durations in days."""

    type: str
    area: float | None = None
    occupants: float | None = None
    visitors_per_day: float | None = None
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
        """Return the effective occupancy: occupants, plus visitors by their share of opening hours.

        None if it is unknown or 0.
        """
        visitors = 0.0
        if self.weekly_hours and self.visit_duration:
            hours = _HOURS_PER_DAY * self.visit_duration
            staying = (self.visitors_per_day or 0.0) * hours
            visitors = staying * (self.days_with_visitors or 0.0) / self.weekly_hours
        return (self.occupants or 0.0) + visitors or None

    @cached_property
    def normalization(self) -> "NormalizationFactors | None":
        """Return the normalization of energy and water use; None if metadata are missing."""
        if not self.area or self.area <= 0 or not self.occupancy:
            return None
        if not self.weekly_hours or self.weekly_hours <= 0:
            return None
        ratio = self.area / self.occupancy / self.benchmark.density.value
        hours = self.benchmark.hours.value / self.weekly_hours
        return NormalizationFactors(
            self.area, _clamp(ratio**0.5, 0.5, 2.0), _clamp(hours**0.25, 0.75, 1.25)
        )

    @cached_property
    def missing(self) -> Mapping[str, bool]:
        """Return for each metadata field that scores need whether it is missing."""
        return {
            "grossArea": not self.area,
            "buildingOccupants": not self.occupancy,
            "weeklyOperatingHours": not self.weekly_hours,
        }


@dataclass(frozen=True)
class NormalizationFactors:
    """Gross *area* in m2, and correction factors for density and operating hours."""

    area: float
    density: float
    hours: float


def _clamp(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
