"""Ids and instants of a world, with which the API docs fill in requests."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from fastapi import Request

from mockapi.console.page import has_access, shown_tokens
from mockapi.domain import timestamps
from mockapi.domain.oauth import id_of
from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import world_of, worlds_of
from mockapi.store.tables import Customer, Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World

REGISTRATION = "createSiteAssociation"
"""The operation that registers a site."""
OPTIONAL_VALUES = ("updatedAt[gte]", "updatedAt[lt]")
"""Optional parameters that are filled in, because responses without them are large."""
_NEW_NAMES = {"putWorld": "blue", "uploadSnapshot": "before"}
"""Names of objects by the operation that creates them."""
_WINDOW = timedelta(hours=1)
_DAY = timedelta(days=1)


def example_values(request: Request, operation: str, path: str) -> Mapping[str, str]:
    """Return values for *operation*, which is at *path*, by the name of a parameter or member.

    Without access to the control API, ids of the world are secret, and only instants are returned.
    """
    world = world_of(request)
    now = world.now()
    values = {
        "updatedAt[gte]": timestamps.format_seconds(now - _WINDOW),
        "updatedAt[lt]": timestamps.format_seconds(now),
        "since": timestamps.format_seconds(now - _DAY),
        "date": (now - _DAY).date().isoformat(),
        "kind": next(iter(KINDS)),
    }
    if not has_access(request):
        return values
    names = dict(_names(request, operation))
    resource = path.partition("{")[0]
    return {
        **values,
        **dict(_ids(request, is_registered=not operation.startswith(REGISTRATION))),
        **({"name": names[resource]} if resource in names else {}),
    }


def _names(request: Request, operation: str) -> Iterator[tuple[str, str]]:
    """Yield the name of an object by the path of its collection: a new one if it is created."""
    world = world_of(request)
    yield "/scenarios/", "demo"
    yield "/faults/presets/", next(iter(fault_presets()))
    worlds = [world.name] if world.name else [each.name for each in worlds_of(request)]
    snapshots = [each.name for each in world.snapshots.list()]
    for path, names in (("/worlds/", worlds), ("/snapshots/", snapshots)):
        if operation in _NEW_NAMES:
            yield path, _NEW_NAMES[operation]
        elif names:
            yield path, names[0]


def _ids(request: Request, *, is_registered: bool) -> Iterator[tuple[str, str]]:
    world, customer = world_of(request), _customer(request)
    site = _site(world, customer, is_registered=is_registered)
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
    yield "number", str(world.journal.newest or "")


def _customer(request: Request) -> Customer | None:
    """Return the customer of the token that the examples show, or the first one."""
    world = world_of(request)
    token = next((each for each in shown_tokens(request) if each), None)
    found = None if token is None else world.store.token(token)
    customers = world.store.customers()
    owners = (each for each in customers if found is None or each.id == found.customer_id)
    return next(owners, None)


def _site(world: World, customer: Customer | None, *, is_registered: bool) -> Site | None:
    own = all_sites(world) if customer is None else world.store.sites(customer.id)
    fitting = (each for each in own if (each.registered_at is not None) == is_registered)
    return next(fitting, next(iter(own), None))
