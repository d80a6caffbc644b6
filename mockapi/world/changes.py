"""Changes in a world between two instants."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mockapi.scenario.seeding.site_rows import history_of
from mockapi.store.tables import Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World

MOST_SITES = 25
"""Number of sites whose readings are counted. A thousand sites would take minutes."""

_MOST_TIME = MOST_SITES * timedelta(days=3_653)
"""Time of all counted sites together: ten years of each. Two centuries would take minutes."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Changes:
    """Changes after one instant and up to another."""

    readings: Counter[str]
    """Number of readings by commodity."""
    sites: int
    """Number of sites whose readings were counted."""
    every_site: bool
    tokens_expired: int
    requests: Counter[str]
    events: tuple[str, ...]


def changes(world: World, since: datetime, until: datetime) -> Changes:
    """Return the changes in (*since*, *until*]."""
    sites = [site for site in all_sites(world) if site.registered_at is not None]
    counted = list(_counted(world, sites, since, until))
    reader = replace(world.reader, now=until)
    readings: Counter[str] = Counter()
    for site in counted:
        for channel in reader.channels(site):
            for part in reader.by_arrival(channel, since + _SECOND, until + _SECOND):
                readings[channel.meter.commodity] += len(part)
    requests: Counter[str] = Counter()
    for site in all_sites(world):
        for each in world.store.scoring_requests(site.id):
            for name, at in (("configured", each.configured_at), ("rejected", each.rejected_at)):
                if at is not None and since < at <= until:
                    requests[name] += 1
    return Changes(
        readings=readings,
        sites=len(counted),
        every_site=len(counted) == len(sites),
        tokens_expired=world.store.count_expired(since, until),
        requests=requests,
        events=tuple(
            each.event.event for each in world.timeline.events() if since < each.at <= until
        ),
    )


def _counted(
    world: World, sites: Sequence[Site], since: datetime, until: datetime
) -> Iterator[Site]:
    """Yield the first sites whose readings can be counted in seconds; at least one."""
    total = timedelta(0)
    for number, site in enumerate(sites[:MOST_SITES]):
        begins = since
        if site.registered_at is not None and site.registered_at > since:
            begins = site.registered_at - history_of(site, world.scenario)
        total += max(until - begins, timedelta(0))
        if number and total > _MOST_TIME:
            return
        yield site
