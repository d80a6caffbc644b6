"""Changes in a world between two instants."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mockapi.world.sites import all_sites
from mockapi.world.world import World

MOST_SITES = 25
"""Number of sites whose readings are counted. A thousand sites would take minutes."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Changes:
    """Changes after one instant and up to another."""

    readings: int
    sites: int
    """Number of sites whose readings were counted."""
    every_site: bool
    tokens_expired: int
    requests: Counter[str]
    events: tuple[str, ...]


def changes(world: World, since: datetime, until: datetime) -> Changes:
    """Return the changes in (*since*, *until*]."""
    sites = [site for site in all_sites(world) if site.registered_at is not None]
    reader = replace(world.reader, now=until)
    readings = sum(
        len(part)
        for site in sites[:MOST_SITES]
        for channel in reader.channels(site)
        for part in reader.by_arrival(channel, since + _SECOND, until + _SECOND)
    )
    requests: Counter[str] = Counter()
    for site in all_sites(world):
        for each in world.store.scoring_requests(site.id):
            for name, at in (("configured", each.configured_at), ("rejected", each.rejected_at)):
                if at is not None and since < at <= until:
                    requests[name] += 1
    return Changes(
        readings=readings,
        sites=min(len(sites), MOST_SITES),
        every_site=len(sites) <= MOST_SITES,
        tokens_expired=world.store.count_expired(since, until),
        requests=requests,
        events=tuple(
            each.event.event for each in world.timeline.events() if since < each.at <= until
        ),
    )
