"""Models of the meters of a site: their levels, and which of them divide other readings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from mockapi.domain.catalog import catalog
from mockapi.scenario.meters import PeriodTotalSpec
from mockapi.store.sites import MeterWithChannels
from mockapi.store.tables import Measurement, Meter
from mockapi.timeseries.intervals import STEP, floor
from mockapi.timeseries.models.inputs import MeterModel, PeriodTotal, SiteProfile, SubmeterModel
from mockapi.timeseries.models.noise import draw, key
from mockapi.timeseries.models.registry import is_averaged

_SHARE = 0.4, 1.0
"""Least and largest share of a meter, relative to others of its usage; judgement."""

_TOGETHER = 16
"""Most parts that are computed together."""


def yearly_columns(given: float | PeriodTotalSpec | None) -> Mapping[str, float | datetime | None]:
    """Return the columns of a meter for `yearly` of a scenario."""
    if isinstance(given, PeriodTotalSpec):
        period = {"yearly_since": given.since, "yearly_until": given.until}
        return {"yearly": given.total, **period}
    return {"yearly": given, "yearly_since": None, "yearly_until": None}


def meter_level(meter: Meter) -> float | PeriodTotal | None:
    """Return the total of *meter* to which its readings are scaled; None for the usual level."""
    if meter.yearly is None or meter.yearly_since is None or meter.yearly_until is None:
        return meter.yearly
    first, end = (floor(each) // STEP for each in (meter.yearly_since, meter.yearly_until))
    return PeriodTotal(meter.yearly, first, max(end, first + 1))


class _Division(NamedTuple):
    """Relative shares of several meters of a usage, by id, and the *resolution* of their sum."""

    shares: Mapping[str, float]
    resolution: float | None


@dataclass(frozen=True)
class MeterModels:
    """Models of the measurements of a site's *meters*, which are all of the site, in order.

    Submeters divide the readings of their main meter by their shares; the rest is not measured by
    a submeter. Several main meters of one usage divide by drawn shares what the first of them would
    measure alone, except states such as CO2. A meter with a total (`yearly`) or with given readings
    is none of them: it measures the whole site.

    The resolution of a meter applies to its first measurement and to its submeters; other
    measurements have their own. Main meters divide readings of the finest resolution that is given
    for them; of the usual one if it is not given for all.
    """

    profile: SiteProfile
    meters: Sequence[MeterWithChannels]

    def of(self, meter: Meter, measurement: str) -> MeterModel | SubmeterModel:
        """Return the model of *measurement* of *meter*, whose usage is one of the catalog."""
        if meter.parent_id is not None:
            return self._of_submeter(meter, measurement)
        usage = meter.usage
        is_secondary = catalog().by_usage()[usage].is_secondary(measurement)
        resolution = None if is_secondary else meter.resolution
        level = meter_level(meter)
        whole = MeterModel(self.profile, meter.id, usage, measurement, resolution, level)
        division = self._divisions.get(usage)
        if division is None or meter.id not in division.shares or is_averaged(whole):
            return whole
        finest = None if is_secondary else division.resolution
        divided = replace(whole, meter_id=next(iter(division.shares)), resolution=finest)
        number = list(division.shares).index(meter.id)
        return _part_of(divided, tuple(division.shares.items()), number, resolution)

    def _of_submeter(self, meter: Meter, measurement: str) -> SubmeterModel:
        parts = [each for each, _ in self.meters if each.parent_id == meter.parent_id]
        shares = [(each.id, each.share or 0.0) for each in parts]
        rest = 1.0 - sum(share for _, share in shares)
        if rest > 0:
            shares.append(("", rest))
        main = next(each for each, _ in self.meters if each.id == meter.parent_id)
        number = [each.id for each in parts].index(meter.id)
        return _part_of(self.of(main, measurement), tuple(shares), number)

    @cached_property
    def _divisions(self) -> Mapping[str, _Division]:
        """Return the divisions of the site's readings among several meters, by usage."""
        dividing: dict[str, list[Meter]] = defaultdict(list)
        for meter, channels in self.meters:
            if _may_divide(meter, channels):
                dividing[meter.usage].append(meter)
        return {
            usage: self._division(meters) for usage, meters in dividing.items() if len(meters) > 1
        }

    def _division(self, meters: Sequence[Meter]) -> _Division:
        site = self.profile.seed, self.profile.site_id
        shares = {each.id: draw(key(*site, each.id, "share"), *_SHARE) for each in meters}
        given = [each.resolution for each in meters if each.resolution is not None]
        return _Division(shares, min(given) if len(given) == len(meters) else None)


def _part_of(
    main: MeterModel | SubmeterModel,
    shares: Sequence[tuple[str, float]],
    number: int,
    resolution: float | None = None,
) -> SubmeterModel:
    """Return the part with *number* of *main*.

    Many parts are divided in groups of groups, so that a part needs few others to be computed.
    """
    while len(shares) > _TOGETHER:
        size = -(-len(shares) // _TOGETHER)
        groups = [shares[first : first + size] for first in range(0, len(shares), size)]
        parts = tuple((f"{group[0][0]} etc.", sum(each for _, each in group)) for group in groups)
        main = SubmeterModel(main, parts, number // size)
        shares, number = groups[number // size], number % size
    return SubmeterModel(main, tuple(shares), number, resolution)


def _may_divide(meter: Meter, channels: Sequence[Measurement]) -> bool:
    if meter.parent_id is not None or meter.yearly is not None:
        return False
    return bool(channels) and all(each.generated for each in channels)
