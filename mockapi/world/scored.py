"""Says whether the built-in partner scores a site."""

from typing import TYPE_CHECKING

from mockapi.store.tables.sites import Site
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.scenario.scoring import SiteScoring


def said_of(site: Site) -> "SiteScoring":
    """Return what the scenario says of the site's scores."""
    from mockapi.scenario.scoring import SiteScoring

    return SiteScoring() if site.scoring is None else SiteScoring.model_validate_json(site.scoring)


def is_scored(world: World, site: Site) -> bool:
    """Return whether the built-in partner scores *site*: it must be registered."""
    scored_by = said_of(site).scoring or world.scenario.scoring
    return scored_by == "built-in" and site.registered_at is not None
