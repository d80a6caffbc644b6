"""What determines the readings of an export, for the metadata of data sets."""

from collections.abc import Mapping
from hashlib import sha256

from mockapi.export.readings import ExportRequest
from mockapi.timeseries.models.noise import VERSION
from mockapi.version import __version__
from mockapi.world.world import World


def world_provenance(world: World) -> Mapping[str, str]:
    """Return what determines *world* as texts.

    `generator` is the version of the generator of readings, and `clock` the instant at which the
    world began.
    """
    facts = world.store.cached_metadata()
    return {
        "version": __version__,
        "generator": str(VERSION),
        "scenario": world.scenario_name,
        "scenario_sha256": sha256(facts["text"].encode()).hexdigest(),
        "seed": str(world.seed),
        "clock": facts["began_at"],
    }


def provenance_of(world: World, request: ExportRequest) -> Mapping[str, str]:
    """Return what determines the readings of *request*, except its sites, as texts.

    The bounds of the window are in UTC, or without an offset if they are local times of the sites.
    """
    window = request.window
    since, until = (window.since, window.until) if window.local else window.bounds_in(None)
    return {
        **world_provenance(world),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "local": str(window.local).lower(),
        "interval": request.interval.value if request.interval else "as metered",
    }
