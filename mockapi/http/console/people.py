"""Finds sites and whose they are, whoever asks."""

from collections.abc import Sequence

from mockapi.store.tables import Customer, Site
from mockapi.world.world import World


def all_sites(world: World) -> Sequence[Site]:
    """Return every site once, in the scenario's order."""
    sites = {
        site.id: site
        for customer in world.store.customers()
        for site in world.store.sites(customer.id)
    }
    return sorted(sites.values(), key=lambda site: site.position)


def owner_of(world: World, site: Site) -> Customer:
    return world.store.customer(site.customer_id)


def site_with(world: World, site_id: str) -> Site:
    """Return the site with that id; a stranger raises `LookupError`."""
    for site in all_sites(world):
        if site.id == site_id:
            return site
    raise LookupError(f"No site has the id {site_id!r}.")
