"""Readings and sites of scenarios as Arrow tables, for notebooks and batch engines.

The functions are pure: equal arguments give equal tables in any process, and the tables of parts
of the sites give the table of all sites. Dask, Ray and Spark can call them in their workers.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from mockapi.domain.timestamps import Interval
from mockapi.export.parquet import SeriesPart, schema_of, site_table, table_of
from mockapi.export.provenance import provenance_of, world_provenance
from mockapi.export.readings import ExportRequest, ExportWindow, select_sites
from mockapi.export.sinks import series_columns
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.loading import read
from mockapi.settings import Settings
from mockapi.world.sites import all_sites
from mockapi.world.world import World

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["readings", "sites"]

_WORLDS = 2


def readings(
    scenario: str,
    sites: Sequence[str] | None,
    since: date | str,
    until: date | str,
    *,
    seed: int | None = None,
    clock: datetime | None = None,
    interval: str | None = None,
) -> "pa.Table":
    """Return the readings of *sites* in [*since*, *until*), as `mockapi export` writes them.

    *scenario* is a name or a path. *sites* are ids or names; None selects all. Bounds without an
    offset are UTC. *seed* and *clock* replace those of the scenario, *interval* (`PT15M`, `PT1H`,
    `P1D`, `P1M`) that of each meter. The table has 24 bytes per reading, and 28 of labels.

    Raise `ScenarioError`, `UnknownSiteError` or `InvalidWindowError` for wrong arguments, and
    `ValueError` if the scenario follows the system clock and *clock* is None.
    """
    world = _world_of(scenario, seed, clock)
    request = ExportRequest(
        ()
        if sites is not None and not sites
        else select_sites(all_sites(world), sites or (), "sites"),
        ExportWindow.of(_text(since), _text(until), names=("since", "until")),
        None if interval is None else Interval(interval),
    )
    parts = [
        SeriesPart(series_columns(channel), block)
        for site in request.sites
        for channel in request.channels(world, site)
        for block in world.reader.by_date(channel, *request.window.bounds_in(None))
    ]
    return table_of(parts, schema_of(provenance_of(world, request)))


def sites(scenario: str, *, seed: int | None = None, clock: datetime | None = None) -> "pa.Table":
    """Return the sites of *scenario*: ids, names, buildings, areas, places and time zones.

    The parameters and errors are those of `readings`.
    """
    world = _world_of(scenario, seed, clock)
    return site_table(all_sites(world), world_provenance(world))


def _text(bound: date | str) -> str:
    return bound if isinstance(bound, str) else bound.isoformat()


def _world_of(scenario: str, seed: int | None, clock: datetime | None) -> World:
    path = find_scenario(scenario)
    read_scenario, text = read(path)
    if clock is None and read_scenario.clock == "system":
        raise ValueError(
            f"{scenario!r} follows the system clock, so that its readings would differ per call. "
            "Give clock."
        )
    return _cached_world(str(path), text, seed, None if clock is None else clock.astimezone(UTC))


# A worker computes many parts of one data set. The text is a key because a file can change.
@lru_cache(maxsize=_WORLDS)
def _cached_world(path: str, text: str, seed: int | None, clock: datetime | None) -> World:
    # The environment must not change the result.
    return World.open(Settings(scenario=path, seed=seed, clock=clock, data=None, edition=None))
