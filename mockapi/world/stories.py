"""Tells what a scenario's timeline makes of a site's readings."""

from datetime import datetime

from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.event_effects import UNEVENTFUL, Story, events_at, story_of
from mockapi.store.store import Store
from mockapi.store.tables.sites import Site


def story(store: Store, scenario: Scenario, site: Site) -> Story:
    """Return what happens to *site* by the timeline, past and coming."""
    events = events_at(site, scenario.timeline)
    if not events:
        return UNEVENTFUL
    began_at = datetime.fromisoformat(store.fact("began_at") or "")
    return story_of(site, [meter for meter, _ in store.meters(site.id)], events, began_at)
