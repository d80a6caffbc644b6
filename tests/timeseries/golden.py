"""Computes the series of some sites, for the test to compare with `fixtures/series/golden.json`.

`make golden` writes that file anew, after `noise.VERSION` got another number or a building type was
added.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import cycle
from pathlib import Path

import numpy as np
from invented_sites import location_of

from mockapi.domain.buildings import building_types
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.noise import VERSION
from mockapi.timeseries.models.registry import MODELS, counts, values
from mockapi.timeseries.models.submeters import SubmeterShare, split_among_submeters
from mockapi.timeseries.time_axis import Axis

GOLDEN = Path(__file__).parents[2] / "fixtures" / "series" / "golden.json"
CITIES = ("Lyon", "Chicago", "Melbourne", "Singapore", "Dubai")
WHOLE = {"office", "school", "hospital", "restaurant", "multifamily", "warehouse"}
"""Types of which every series is kept; of the others, what they take from the grid."""

GRID = ("Purchased from Grid", "Active Energy")
BEGIN = 1_672_531_200 // 900
"""The step at which 2023 begins in UTC."""

TWO_YEARS = 731 * 96
FIRST = 8
"""Readings shown of each series, from noon of the first day."""

PARTS = (
    SubmeterShare("light", 0.3, "people"),
    SubmeterShare("cold", 0.2, "weather"),
    SubmeterShare("rest", 0.5),
)


def site(building: str, city: str) -> SiteProfile:
    usual = building_types()[building]
    area = sum(usual.area) // 2
    return SiteProfile(
        seed=42,
        site_id=f"{building} in {city}",
        building=building,
        area=area,
        **location_of(city),
        occupants=round(area / 100 * usual.occupants),
        visitors_per_day=round(area / 100 * usual.visitors),
        weekly_hours=usual.weekly_hours,
        solar_kwp=round(area / 40, 1),
    )


def sites() -> Iterator[SiteProfile]:
    """Yield a site of each building type, in climates by turns."""
    for building, city in zip(building_types(), cycle(CITIES), strict=False):
        yield site(building, city)


def digest(read: np.ndarray) -> str:
    """Return a digest of counts in groups of eight, so that no one takes it for a secret."""
    whole = sha256(read.astype("<i8").tobytes()).hexdigest()
    return "-".join(whole[at : at + 8] for at in range(0, 32, 8))


def series_of(profile: SiteProfile) -> Mapping[str, object]:
    """Return first readings and a digest of the counts of two years for each series of a site."""
    digests: dict[str, object] = {}
    for usage, measurement in MODELS if profile.building in WHOLE else [GRID]:
        channel = MeterModel(profile, "meter", usage, measurement)
        digests[f"{usage} | {measurement}"] = {
            "first": values(channel, BEGIN + 48, FIRST).tolist(),
            "counts": digest(counts(channel, BEGIN, TWO_YEARS)),
        }
    main = MeterModel(profile, "meter", *GRID, 0.5)
    axis = Axis.of(profile.timezone, BEGIN, 31 * 96)
    digests["submeters at 0.5 kWh"] = {
        part.name: digest(row)
        for part, row in zip(PARTS, split_among_submeters(main, PARTS, axis), strict=True)
    }
    return digests


if __name__ == "__main__":
    kept = {
        "source": "computed by this project's generator of this version",
        "version": VERSION,
        "sites": {profile.building: series_of(profile) for profile in sites()},
    }
    GOLDEN.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
