"""Customers and clients that are added to a running world, changed and removed."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockapi.domain import ids
from mockapi.scenario.schema import ClientSpec
from mockapi.scenario.updates import ClientUpdate, CustomerUpdate, NewCustomer
from mockapi.store.tables import Client, Customer
from mockapi.world.site_edits import builder_of, check_registrations, generated_ids, keys_of
from mockapi.world.world import World

_REDIRECT_URI = "http://127.0.0.1:8765/callback"


def with_drawn_email(world: World, customer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the keys of a new *customer*, with a drawn `email` unless it is given."""
    taken = {each.email.casefold() for each in world.store.customers()}
    numbers = count(world.store.row_counts()[Customer] + 1)
    drawn = (f"customer-{number}@example.com" for number in numbers)
    return {"email": next(each for each in drawn if each not in taken), **customer}


def with_drawn_credentials(world: World, client: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the keys of a new *client*, with drawn ones for those that a client needs."""
    position = world.store.row_counts()[Client]
    return {
        "client_id": ids.token(world.seed, "client", position),
        "name": f"Client {position + 1}",
        "redirect_uris": [_REDIRECT_URI],
        **client,
    }


def add_customer(world: World, spec: NewCustomer) -> Customer:
    """Add a customer with sites and tokens to *world* and return it.

    Raise `LookupError` for an unknown client or site, `DuplicateRowError`, and `ValueError` for a
    registration that is too early.
    """
    for number, site in enumerate(spec.sites):
        check_registrations(world, site, "sites", number)
    clients = world.store.clients()
    known = {each.client_id for each in clients}
    for token in spec.access_tokens:
        if not clients:
            raise LookupError("An access token needs a client. Add one with POST /__admin/clients.")
        if token.client_id is not None and token.client_id not in known:
            raise LookupError(f"No client has the id {token.client_id!r}.")
    own = {each.id for each in spec.sites}
    _check_visible(world, [each for each in spec.sees if each not in own])
    builder = builder_of(world, spec.sites)
    customer = builder.add_customer(spec)
    for site in spec.sites:
        builder.add_site(site, customer)
    builder.add_customer_parts(spec, customer, clients)
    world.store.add_rows(builder.rows, generated_ids(world))
    return customer


def _check_visible(world: World, site_ids: list[str]) -> None:
    for each in site_ids:
        if not world.store.has_site(each):
            raise LookupError(f"Site {each!r} does not exist. Correct `sees`.")


def update_customer(world: World, name: str, update: CustomerUpdate) -> Customer:
    """Change the customer with the id or e-mail address *name* and return it.

    Raise `LookupError` for an unknown customer or site, and `DuplicateRowError`.
    """
    customer = world.store.customer_named(name)
    changes = update.changes()
    seen = changes.pop("sees", None)
    _check_visible(world, list(seen or ()))
    world.store.change_row(Customer, ("id", customer.id), changes, {})
    if seen is not None:
        world.store.set_shared_sites(customer.id, list(dict.fromkeys(seen)))
    return world.store.customer(customer.id)


def remove_customer(world: World, name: str) -> None:
    """Remove the customer with the id or e-mail address *name*, and all that belongs to it.

    Raise `LookupError` if the customer is unknown.
    """
    customer = world.store.customer_named(name)
    keys = list(keys_of(world, world.store.site_ids_of(customer.id)))
    world.store.remove_customer(customer.id, keys)


def add_client(world: World, spec: ClientSpec) -> Client:
    """Add a client to *world* and return it. Raise `DuplicateRowError` if its id is in use."""
    builder = builder_of(world)
    client = builder.add_client(spec)
    world.store.add_rows(builder.rows)
    return client


def update_client(world: World, client_id: str, update: ClientUpdate) -> Client:
    """Change a client and return it. Raise `LookupError` if it is unknown."""
    client = world.store.client(client_id)
    world.store.change_row(Client, ("client_id", client.client_id), update.changes(), {})
    return world.store.client(client_id)


def remove_client(world: World, client_id: str) -> None:
    """Remove a client with its consents and tokens. Raise `LookupError` if it is unknown."""
    world.store.remove_client(world.store.client(client_id).client_id)
