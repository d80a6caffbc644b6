"""Gives every usage of the catalog the shape of its use over a day and a year.

First shapes: believable at a glance, and pure. Each takes the site and the middle of the
interval in local solar terms, and returns a factor around 1 of the mean use.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockapi.domain.buildings import BuildingType

_WARMEST_DAY = 205.0
_WEEKEND = 5


@dataclass(frozen=True)
class Moment:
    """An instant as a building lives it: *hour* and *weekday* local, *warmth* -1 to 1."""

    hour: float
    weekday: int
    day_of_year: int
    latitude: float

    @property
    def warmth(self) -> float:
        """Return how far into summer it is: 1 on the warmest day, -1 on the coldest."""
        sign = 1.0 if self.latitude >= 0 else -1.0
        swing = math.sin(math.radians(min(60.0, abs(self.latitude)) * 1.5))
        return sign * swing * math.cos(2 * math.pi * (self.day_of_year - _WARMEST_DAY) / 365.25)


def activity(building: BuildingType, moment: Moment) -> float:
    """Return how busy the building is, from 0 (nobody) to about 1."""
    opens, closes = building.open
    rise = 1 / (1 + math.exp(-(moment.hour - opens) * 2.2))
    fall = 1 / (1 + math.exp((moment.hour - closes) * 2.2))
    share = building.weekend if moment.weekday >= _WEEKEND else 1.0
    return rise * fall * share


def sun_height(moment: Moment) -> float:
    """Return the sine of the sun's height; negative at night."""
    declination = math.radians(23.45) * math.sin(2 * math.pi * (moment.day_of_year - 81) / 365)
    latitude = math.radians(moment.latitude)
    angle = math.radians(15 * (moment.hour - 12))
    return math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(
        declination
    ) * math.cos(angle)


def _powered(building: BuildingType, moment: Moment) -> float:
    return (0.45 + 0.95 * activity(building, moment)) * (1 + 0.15 * abs(moment.warmth))


def _solar(building: BuildingType, moment: Moment) -> float:
    return 3.6 * math.pow(max(0.0, sun_height(moment)), 1.15)


def _heating(building: BuildingType, moment: Moment) -> float:
    season = max(0.04, 0.75 - 1.05 * moment.warmth)
    return season * (0.7 + 0.5 * math.exp(-(((moment.hour - 7.5) / 2.5) ** 2)))


def _cooling(building: BuildingType, moment: Moment) -> float:
    season = max(0.05, 0.65 + 1.1 * moment.warmth)
    return season * (0.6 + 0.8 * math.exp(-(((moment.hour - 15) / 4) ** 2)))


def _occupied(building: BuildingType, moment: Moment) -> float:
    return 0.12 + 1.7 * activity(building, moment)


SHAPES: Mapping[str, Callable[[BuildingType, Moment], float]] = {
    "Purchased from Grid": _powered,
    "Generated offsite - renewable": _powered,
    "Generated onsite - solar": _solar,
    "Diesel": _occupied,
    "District Hot Water": _heating,
    "District Chilled Water (Electric Driven Chiller)": _cooling,
    "Biodiesel (B100)": _heating,
    "Liquefied Natural Gas (LPG)": _occupied,
    "Natural Gas": _heating,
    "District Steam": _heating,
    "Fuel Oil": _heating,
    "Waste Generated": _occupied,
    "Waste Diverted": _occupied,
    "Reclaimed onsite": _occupied,
    "Municipality supplied potable water": _occupied,
    "CO2": _occupied,
    "CO2 - Raw": _occupied,
}
