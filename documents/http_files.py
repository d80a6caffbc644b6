"""HTTP files of the two stories, for editors that can send requests."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import quote

from documents.openapi import base
from documents.stories import AUTHORIZATION, STORIES, UNREGISTERED, VARIABLES, Step
from mockapi.settings import Settings
from mockapi.world.world import World

_ABOUT = {
    "partner": "Requests of a scoring partner. First start the demo: `mockapi serve`.",
    "customer": "Requests of a customer, to be sent after those of the partner (partner.http).",
}


def files() -> Mapping[str, str]:
    return {f"docs/http/{name}.http": _file(name) for name in STORIES}


def _file(name: str) -> str:
    variables = {**VARIABLES, "site": _unregistered_site()}
    head = [f"# {_ABOUT[name]}", "", *(f"@{key} = {value}" for key, value in variables.items())]
    requests = [line for step in STORIES[name] for line in _request(step)]
    return "\n".join([*head, *requests]) + "\n"


def _request(step: Step) -> Iterator[str]:
    operation = step.operation
    path = base(step.api) + operation.path
    for name, value in step.path.items():
        path = path.replace(f"{{{name}}}", value)
    query = "&".join(f"{quote(key)}={quote(value, safe=':')}" for key, value in step.query.items())
    yield ""
    yield f"### {step.name}: returns {step.status}"
    yield f"{operation.method} {{{{baseUrl}}}}{path}{'?' + query if query else ''}"
    if (authorization := AUTHORIZATION[step.api]) is not None:
        yield f"Authorization: {authorization}"
    if step.body is not None:
        yield "Content-Type: application/json"
        yield ""
        yield json.dumps(step.body, indent=2)


@cache
def _unregistered_site() -> str:
    world = World.open(Settings.model_construct())
    try:
        customer = world.store.customers()[0]
        return str(world.store.sites(customer.id)[UNREGISTERED].id)
    finally:
        world.close()
