"""Contradictions between parts of a scenario.

The values are checked as the file has them, valid or not, so that contradictions are reported
together with all other errors.
"""

from collections.abc import Iterator
from typing import Any

from mockapi.scenario.errors import NodePath

Placed = Iterator[tuple[NodePath, Any]]
"""Values with their paths."""


def find_duplicates(data: Any) -> Iterator[tuple[NodePath, str]]:
    """Yield path and message of each value in *data* that must be unique and is not."""
    yield from _repeated(_fields(data, "clients", "client_id"))
    yield from _repeated(_fields(data, "customers", "email"))
    yield from _repeated(_fields(data, "customers", "id"))
    yield from _repeated(_site_ids(data))
    yield from _repeated(_below_sites(data, "scoring_requests", name="id"))
    yield from _repeated(_meter_ids(data))
    for name in ("id", "key"):
        yield from _repeated(_below_sites(data, "meters", "measurements", name=name))
    yield from _repeated(_tokens(data))
    for index, customer in enumerate(_list(data, "customers")):
        visible = enumerate(_list(customer, "sees"))
        yield from _repeated(
            (("customers", index, "sees", number), each) for number, each in visible
        )


def find_unknown_references(data: Any) -> Iterator[tuple[NodePath, str]]:
    """Yield path and message of each reference to a client, customer or site that is missing."""
    clients = {client_id for _, client_id in _fields(data, "clients", "client_id")}
    sites = {site_id for _, site_id in _site_ids(data)}
    for index, customer in enumerate(_list(data, "customers")):
        above = ("customers", index)
        for path, client_id in _fields(customer, "access_tokens", "client_id", above):
            if clients and client_id not in clients:
                yield path, _unknown_client(client_id)
        for number, site_id in enumerate(_list(customer, "sees")):
            if isinstance(site_id, str) and site_id not in sites:
                yield (
                    (*above, "sees", number),
                    f"{site_id!r} is not the `id` of a site. Give a site that id, or remove it.",
                )
    yield from _unknown_in_timeline(data, clients)


def _unknown_in_timeline(data: Any, clients: set[str]) -> Iterator[tuple[NodePath, str]]:
    # `seeding.scenario_checks` checks the sites of events, whose names may be generated.
    emails = {email.casefold() for _, email in _fields(data, "customers", "email")}
    for path, email in _fields(data, "timeline", "customer"):
        if emails and email.casefold() not in emails:
            yield path, f"{email!r} is not the `email` of a customer. Use one under `customers`."
    for path, client_id in _fields(data, "timeline", "client_id"):
        if clients and client_id not in clients:
            yield path, _unknown_client(client_id)


def _unknown_client(client_id: str) -> str:
    return f"{client_id!r} is not the `client_id` of a client. Use one under `clients`."


def _repeated(placed: Placed) -> Iterator[tuple[NodePath, str]]:
    known: set[str] = set()
    for path, value in placed:
        name = str(value).casefold() if path[-1] == "email" else str(value)
        if name in known:
            yield path, f"{value!r} is used more than once. Change or remove it."
        known.add(name)


def _list(node: Any, name: str) -> list[Any]:
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def _fields(node: Any, list_name: str, name: str, above: NodePath = ()) -> Placed:
    """Yield the texts under *name* in the items of a list of *node*."""
    for index, item in enumerate(_list(node, list_name)):
        if isinstance(item, dict) and isinstance(item.get(name), str):
            yield (*above, list_name, index, name), item[name]


def _site_ids(data: Any) -> Placed:
    yield from _fields(data, "sites", "id")
    for index, customer in enumerate(_list(data, "customers")):
        yield from _fields(customer, "sites", "id", ("customers", index))


def _below(node: Any, above: NodePath, *lists: str) -> Placed:
    """Yield path and value of each item of the nested *lists* below *node*."""
    if not lists:
        yield above, node
        return
    for index, item in enumerate(_list(node, lists[0])):
        yield from _below(item, (*above, lists[0], index), *lists[1:])


def _below_sites(data: Any, *lists: str, name: str) -> Placed:
    for site_lists in (("sites",), ("customers", "sites")):
        for path, site in _below(data, (), *site_lists, *lists[:-1]):
            yield from _fields(site, lists[-1], name, path)


def _meter_ids(data: Any) -> Placed:
    yield from _below_sites(data, "meters", name="id")
    yield from _below_sites(data, "meters", "submeters", name="id")


def _tokens(data: Any) -> Placed:
    for index, customer in enumerate(_list(data, "customers")):
        for tokens in ("personal_access_tokens", "access_tokens"):
            yield from _fields(customer, tokens, "token", ("customers", index))
