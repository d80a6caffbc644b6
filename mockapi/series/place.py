"""Says what the series of a site depend on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SiteFacts:
    """A site as its meters know it.

    *area* is the gross area in m2, *elevation* in m, coordinates in degrees (north and east),
    *weekly_hours* the operating hours a week, *solar_kwp* the panels' peak power in kW.
    """

    seed: int
    site_id: str
    building: str
    area: int
    latitude: float
    longitude: float
    elevation: float
    timezone: str
    country: str
    occupants: int
    visitors_per_day: int
    weekly_hours: int
    solar_kwp: float = 0.0

    @property
    def south(self) -> bool:
        """Whether seasons are those of the southern hemisphere."""
        return self.latitude < 0
