"""Ids and instants of a world, with which the API docs fill in requests."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from mockapi.console.page import is_open, shown_tokens
from mockapi.domain import timestamps
from mockapi.domain.oauth import id_of
from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets
from mockapi.store.tables import Customer, Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World

REGISTRATION = "createSiteAssociation"
"""The operation that registers a site."""
OPTIONAL_VALUES = ("updatedAt[gte]", "updatedAt[lt]")
"""Optional parameters that are filled in, because responses without them are large."""
_WINDOW = timedelta(hours=1)
_DAY = timedelta(days=1)


def example_values(world: World, operation: str, path: str) -> Mapping[str, str]:
    """Return values for *operation*, which is at *path*, by the name of a parameter or member.

    If the control API needs a token, ids of the world are secret, and only instants are returned.
    """
    now = world.now()
    values = {
        "updatedAt[gte]": timestamps.format_seconds(now - _WINDOW),
        "updatedAt[lt]": timestamps.format_seconds(now),
        "since": timestamps.format_seconds(now - _DAY),
        "date": (now - _DAY).date().isoformat(),
        "kind": next(iter(KINDS)),
    }
    if not is_open(world.settings):
        return values
    names = dict(_names(world))
    resource = path.partition("{")[0]
    return {
        **values,
        **dict(_ids(world, is_registered=not operation.startswith(REGISTRATION))),
        **({"name": names[resource]} if resource in names else {}),
    }


def _names(world: World) -> Iterator[tuple[str, str]]:
    """Yield the name of an object by the path of its collection."""
    yield "/scenarios/", "demo"
    yield "/worlds/", world.name or "blue"
    yield "/snapshots/", next((each.name for each in world.snapshots.list()), "before")
    yield "/faults/presets/", next(iter(fault_presets()))


def _ids(world: World, *, is_registered: bool) -> Iterator[tuple[str, str]]:
    customer, site = _customer(world), _site(world, is_registered=is_registered)
    if customer is not None:
        yield "customer", customer.email
    if site is not None:
        for name in ("site-id", "site_id", "site"):
            yield name, site.id
        for meter, measurements in world.store.meters(site.id)[:1]:
            yield "meter_id", meter.id
            yield "meter", meter.id
            for each in measurements[:1]:
                yield "key", each.key
    for client in world.store.clients()[:1]:
        yield "client_id", client.client_id
    for consent in world.store.all_consents()[:1]:
        yield "consent_id", consent.id
    for token in world.store.all_tokens(1):
        yield "token_id", id_of(token.token_hash)
    for fault in tuple(world.faults)[:1]:
        yield "fault_id", fault.id
    yield "number", str(max(1, world.journal.newest))


def _customer(world: World) -> Customer | None:
    """Return the customer of the token that the examples show, or the first one."""
    token = next((each for each in shown_tokens(world) if each), None)
    found = None if token is None else world.store.token(token)
    customers = world.store.customers()
    owners = (each for each in customers if found is None or each.id == found.customer_id)
    return next(owners, None)


def _site(world: World, *, is_registered: bool) -> Site | None:
    customer = _customer(world)
    own = all_sites(world) if customer is None else world.store.sites(customer.id)
    fitting = (each for each in own if (each.registered_at is not None) == is_registered)
    return next(fitting, next(iter(own), None))
