"""Models of the meters of a site: their levels, and which of them divide other readings."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    _parts: dict[MeterModel | SubmeterModel, Mapping[str, SubmeterModel]] = field(
        default_factory=dict, init=False
    )

    def of(self, meter: Meter, measurement: str) -> MeterModel | SubmeterModel:
        """Return the model of *measurement* of *meter*, whose usage is one of the catalog."""
        if meter.parent_id is not None:
            return self._submeters_of(meter.parent_id, measurement)[meter.id]
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
        part = self._parts_of(divided, division.shares)[meter.id]
        return replace(part, resolution=resolution)

    def _submeters_of(self, main_id: str, measurement: str) -> Mapping[str, SubmeterModel]:
        """Return the models of the submeters of a meter by id."""
        main, submeters = self._mains[main_id]
        shares = {each.id: each.share or 0.0 for each in submeters}
        rest = 1.0 - sum(shares.values())
        if rest > 0:
            shares[""] = rest
        return self._parts_of(self.of(main, measurement), shares)

    def _parts_of(
        self, main: MeterModel | SubmeterModel, shares: Mapping[str, float]
    ) -> Mapping[str, SubmeterModel]:
        """Return the parts of *main* by id."""
        if main not in self._parts:
            self._parts[main] = {each.meter_id: each for each in _parts(main, [*shares.items()])}
        return self._parts[main]

    @cached_property
    def _mains(self) -> Mapping[str, tuple[Meter, Sequence[Meter]]]:
        """Return the main meters that have submeters, with these, by id."""
        submeters: dict[str, list[Meter]] = defaultdict(list)
        for meter, _ in self.meters:
            if meter.parent_id is not None:
                submeters[meter.parent_id].append(meter)
        return {
            meter.id: (meter, submeters[meter.id])
            for meter, _ in self.meters
            if meter.id in submeters
        }

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


def _parts(
    main: MeterModel | SubmeterModel, shares: Sequence[tuple[str, float]]
) -> Iterator[SubmeterModel]:
    """Yield the parts of *main* in the order of *shares*.

    Many parts are divided in groups of groups, so that a part needs few others to be computed.
    """
    if len(shares) <= _TOGETHER:
        together = tuple(shares)
        yield from (SubmeterModel(main, together, number) for number in range(len(shares)))
        return
    size = -(-len(shares) // _TOGETHER)
    groups = [shares[first : first + size] for first in range(0, len(shares), size)]
    names = tuple((f"{group[0][0]} etc.", sum(each for _, each in group)) for group in groups)
    for number, group in enumerate(groups):
        yield from _parts(SubmeterModel(main, names, number), group)


def _may_divide(meter: Meter, channels: Sequence[Measurement]) -> bool:
    if meter.parent_id is not None or meter.yearly is not None:
        return False
    return bool(channels) and all(each.generated for each in channels)
