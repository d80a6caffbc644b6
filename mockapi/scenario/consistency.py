"""Finds where parts of a scenario contradict each other, each at its place.

It reads the values as they stand in the file, right or wrong in themselves, so that these
mistakes are told together with all others and not after them.
"""

from collections.abc import Iterator
from typing import Any

Steps = tuple[int | str, ...]
Found = Iterator[tuple[Steps, Any]]


def disagreements(data: Any) -> Iterator[tuple[Steps, str]]:
    """Yield the place and the wording of each contradiction in *data*."""
    yield from _twice(_members(data, "clients", "client_id"))
    yield from _twice(_members(data, "customers", "email"))
    yield from _twice(_members(data, "customers", "id"))
    yield from _twice(_sites(data))
    yield from _twice(_below_sites(data, "scoring_requests", name="id"))
    yield from _twice(_meters(data))
    for name in ("id", "key"):
        yield from _twice(_below_sites(data, "meters", "measurements", name=name))
    yield from _twice(_secrets(data))
    for index, customer in enumerate(_listed(data, "customers")):
        seen = enumerate(_listed(customer, "sees"))
        yield from _twice((("customers", index, "sees", number), each) for number, each in seen)
    yield from _strangers(data)


def _twice(found: Found) -> Iterator[tuple[Steps, str]]:
    seen: set[str] = set()
    for steps, value in found:
        name = str(value).casefold() if steps[-1] == "email" else str(value)
        if name in seen:
            yield steps, f"{value!r} is stated before"
        seen.add(name)


def _listed(node: Any, name: str) -> list[Any]:
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def _members(node: Any, listed: str, name: str, above: Steps = ()) -> Found:
    for index, item in enumerate(_listed(node, listed)):
        if isinstance(item, dict) and isinstance(item.get(name), str):
            yield (*above, listed, index, name), item[name]


def _sites(data: Any) -> Found:
    yield from _members(data, "sites", "id")
    for index, customer in enumerate(_listed(data, "customers")):
        yield from _members(customer, "sites", "id", ("customers", index))


def _below(node: Any, above: Steps, *lists: str) -> Found:
    """Yield place and value of each item of the nested *lists* below *node*."""
    if not lists:
        yield above, node
        return
    for index, item in enumerate(_listed(node, lists[0])):
        yield from _below(item, (*above, lists[0], index), *lists[1:])


def _below_sites(data: Any, *lists: str, name: str) -> Found:
    for path in (("sites",), ("customers", "sites")):
        for steps, site in _below(data, (), *path, *lists[:-1]):
            yield from _members(site, lists[-1], name, steps)


def _meters(data: Any) -> Found:
    yield from _below_sites(data, "meters", name="id")
    yield from _below_sites(data, "meters", "submeters", name="id")


def _secrets(data: Any) -> Found:
    for index, customer in enumerate(_listed(data, "customers")):
        for listed in ("personal_access_tokens", "access_tokens"):
            yield from _members(customer, listed, "token", ("customers", index))


def _strangers(data: Any) -> Iterator[tuple[Steps, str]]:
    """Yield what is named and stated nowhere: clients of tokens, sites that somebody sees."""
    clients = {client_id for _, client_id in _members(data, "clients", "client_id")}
    sites = {site_id for _, site_id in _sites(data)}
    for index, customer in enumerate(_listed(data, "customers")):
        above = ("customers", index)
        for steps, client_id in _members(customer, "access_tokens", "client_id", above):
            if clients and client_id not in clients:
                yield steps, f"no client has the client_id {client_id!r}"
        for number, site_id in enumerate(_listed(customer, "sees")):
            if isinstance(site_id, str) and site_id not in sites:
                yield (*above, "sees", number), f"no site states the id {site_id!r}"
    yield from _strangers_of_events(data, clients)


def _strangers_of_events(data: Any, clients: set[str]) -> Iterator[tuple[Steps, str]]:
    # Sites may be named as they are drawn: `seeding.timeline_references` checks those names.
    emails = {email.casefold() for _, email in _members(data, "customers", "email")}
    for steps, email in _members(data, "timeline", "customer"):
        if emails and email.casefold() not in emails:
            yield steps, f"no customer has the email {email!r}"
    for steps, client_id in _members(data, "timeline", "client_id"):
        if clients and client_id not in clients:
            yield steps, f"no client has the client_id {client_id!r}"
