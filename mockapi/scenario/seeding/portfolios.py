"""Generation of the sites of portfolios, fast enough for thousands.

The columns of a site come from one keyed draw. Its meters and defects are not stored but computed
on read, with the same result each time.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from mockapi.domain import ids
from mockapi.domain.buildings import Place, building_types, places
from mockapi.domain.catalog import usages_of
from mockapi.scenario.defects import DefectSpec
from mockapi.scenario.meters import MeterSpec
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.fake_names import fake_address_from_pool
from mockapi.scenario.seeding.meters import measurement_positions, meter_rows, site_defects
from mockapi.scenario.seeding.site_rows import (
    SOURCE_SYSTEMS,
    UniqueIds,
    building_columns,
    leed_ids,
    measurement_ids,
    place_columns,
    round_to_ten,
    source_system_ids,
)
from mockapi.scenario.site_model import PortfolioSpec
from mockapi.store.sites import Equipment
from mockapi.store.tables import Site

_FINE = 1_000_000


class Portfolios:
    """The portfolios of one scenario, by the position of their customers."""

    def __init__(
        self, scenario: Scenario, seed: int, redrawn: Mapping[str, str] | None = None
    ) -> None:
        """*redrawn* is the result of `regenerated_ids` at the start of the world."""
        self._scenario = scenario
        self._seed = seed
        self._redrawn = redrawn or {}

    def _spec(self, portfolio: int) -> PortfolioSpec | None:
        return self._scenario.all_customers[portfolio].portfolio

    def sites(
        self,
        portfolio: int,
        customer_id: str,
        position: int,
        now: datetime,
        source_systems: UniqueIds,
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the columns of each site of *portfolio*; *position* is that of the first one."""
        spec = self._spec(portfolio)
        if spec is None:
            return
        countries = _countries(spec)
        mix = _mix_round(spec)
        common = {
            "customer_id": customer_id,
            "roof_area": None,
            "interval": spec.interval,
            "history_seconds": spec.history.total_seconds() if spec.history is not None else None,
            "arrival": spec.arrival.model_dump_json() if spec.arrival is not None else None,
            "portfolio": portfolio,
            "scoring": None,
        }
        history = self._scenario.history if spec.history is None else spec.history
        in_place = {place.city: place_columns(place) for cities in countries for place in cities}
        for index in range(spec.size()):
            digest = ids.digest(self._seed, "portfolio", portfolio, index, size=64)
            draw, country = divmod(int.from_bytes(digest[16:]), len(countries))
            draw, city = divmod(draw, len(countries[country]))
            draw, chance = divmod(draw, _FINE)
            place = countries[country][city]
            drawn, source_system = _drawn(mix[index % len(mix)], place, self._seed, draw)
            candidates = source_system_ids(source_system, position + index)
            yield {
                "id": str(uuid.UUID(bytes=digest[:16], version=4)),
                "position": position + index,
                **common,
                **in_place[place.city],
                **drawn,
                "source_system_id": source_systems.take(candidates),
                "registered_at": now - history if chance < spec.registered * _FINE else None,
            }

    def equipment(self, site: Site) -> Equipment:
        """Return the meters and defects of a site of a portfolio."""
        spec = self._spec(site.portfolio) if site.portfolio is not None else None
        if spec is None:
            return Equipment([], [])
        specs = _meters(spec.meters, site.building)
        rows = list(meter_rows(specs, site, self._seed, self._measurement_id))
        return Equipment(
            [(each.meter, each.measurements) for each in rows],
            list(site_defects(self._defects(spec, site), site, [each.meter for each in rows])),
        )

    def generated_ids(self, sites: Iterable[Site]) -> Iterator[str]:
        """Yield the ids and keys of the equipment of *sites*, which are of portfolios."""
        for site in sites:
            spec = self._spec(site.portfolio) if site.portfolio is not None else None
            if spec is None:
                continue
            specs = _meters(spec.meters, site.building)
            for meter_id, index in measurement_positions(
                specs, site.id, site.gross_area or 0, self._seed
            ):
                yield meter_id
                yield self._measurement_id(meter_id, index)
                yield ids.uuid4(self._seed, "key", meter_id, index)

    def has_defects(self, site: Site) -> bool:
        """Return True if a site of a portfolio may have defects."""
        spec = self._spec(site.portfolio) if site.portfolio is not None else None
        return spec is not None and bool(self._defects(spec, site))

    def _defects(self, spec: PortfolioSpec, site: Site) -> Sequence[DefectSpec]:
        return [
            each
            for index, each in enumerate(spec.defects)
            if ids.seeded_int(self._seed, "defect", site.id, index, below=_FINE)
            < each.share * _FINE
        ]

    def regenerated_ids(
        self, sites: Iterable[Mapping[str, Any]], taken: UniqueIds
    ) -> Mapping[str, str]:
        """Return the ids of the measurements of *sites* whose first candidate is in use."""
        redrawn = {}
        for site in sites:
            spec = self._spec(site["portfolio"])
            if spec is None:
                continue
            specs = _meters(spec.meters, site["building"])
            for meter_id, index in measurement_positions(
                specs, site["id"], site["gross_area"], self._seed
            ):
                candidates = measurement_ids(self._seed, meter_id, index)
                first = next(candidates)
                chosen = taken.take(chain([first], candidates))
                if chosen != first:
                    redrawn[_name(meter_id, index)] = str(chosen)
        return redrawn

    def _measurement_id(self, meter_id: str, index: int) -> str:
        redrawn = self._redrawn.get(_name(meter_id, index))
        return redrawn or str(next(measurement_ids(self._seed, meter_id, index)))


def _name(meter_id: str, index: int) -> str:
    return f"{meter_id}/{index}"


def leed_project(site: Mapping[str, Any], taken: UniqueIds) -> Mapping[str, Any]:
    """Return the columns of the project of a registered *site*, except for its number."""
    return {
        "site_id": site["id"],
        "leed_id": taken.take(leed_ids(site["position"])),
        "leed_name": site["name"],
        "registered_at": site["registered_at"],
    }


def _drawn(name: str, place: Place, seed: int, draw: int) -> tuple[dict[str, Any], int]:
    """Return the columns of a site, and the draw for its source system id."""
    building = building_types()[name]
    smallest, largest = building.area
    draw, area = divmod(draw, largest - smallest + 1)
    draw, north = divmod(draw, 600)
    draw, east = divmod(draw, 600)
    draw, source_system = divmod(draw, SOURCE_SYSTEMS)
    address = fake_address_from_pool(seed, place, draw)
    columns = {
        "name": f"{address.owner} {building.label} {place.city}",
        "building": name,
        "address": address.street,
        "zip_code": address.zip_code,
        "latitude": round(place.latitude + north / 10_000 - 0.03, 4),
        "longitude": round(place.longitude + east / 10_000 - 0.03, 4),
        **building_columns(building, round_to_ten(smallest + area)),
    }
    return columns, source_system


def _countries(spec: PortfolioSpec) -> Sequence[Sequence[Place]]:
    """Return the possible places of the sites, grouped by country."""
    by_country: dict[str, list[Place]] = defaultdict(list)
    for place in places().values():
        if (spec.countries is None or place.country in spec.countries) and (
            spec.cities is None or place.city in spec.cities
        ):
            by_country[place.country].append(place)
    return list(by_country.values())


def _mix_round(spec: PortfolioSpec) -> Sequence[str]:
    """Return the building types of one round of the mix, evenly distributed."""
    weights = spec.weights()
    whole = sum(weights.values())
    credit = dict.fromkeys(weights, 0)
    types: list[str] = []
    for _ in range(min(whole, spec.size())):
        for name, weight in weights.items():
            credit[name] += weight
        chosen = max(credit, key=credit.__getitem__)
        credit[chosen] -= whole
        types.append(chosen)
    return types


@cache
def _meters(preset: str, building: str | None) -> Sequence[MeterSpec]:
    return [MeterSpec(usage=usage) for usage in usages_of(preset, building)]
