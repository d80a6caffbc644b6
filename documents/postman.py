"""Postman collection of the two stories."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from documents.openapi import base
from documents.stories import AUTHORIZATION, STORIES, UNREGISTERED, VARIABLES, Step

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_TITLES = {"partner": "A scoring partner", "customer": "A customer"}


def files() -> Mapping[str, str]:
    text = json.dumps(collection(), indent=2, ensure_ascii=False) + "\n"
    return {"docs/postman/mockapi.postman_collection.json": text}


def collection() -> dict[str, Any]:
    """Return the collection in format 2.1; its requests must run in order."""
    variables = {**VARIABLES, "site": ""}
    return {
        "info": {
            "name": "mockapi",
            "description": "Requests of a scoring partner and of a customer. Start the demo first.",
            "schema": _SCHEMA,
        },
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
        "item": [
            {"name": _TITLES[name], "item": [_item(step) for step in steps]}
            for name, steps in STORIES.items()
        ],
    }


def _item(step: Step) -> dict[str, Any]:
    operation = step.operation
    request: dict[str, Any] = {
        "method": operation.method,
        "description": operation.described["summary"],
        "header": [],
        "url": _url(step),
    }
    if (authorization := AUTHORIZATION[step.api]) is not None:
        request["header"].append({"key": "Authorization", "value": authorization})
    if step.body is not None:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {"mode": "raw", "raw": json.dumps(step.body)}
    tests = {"listen": "test", "script": {"type": "text/javascript", "exec": _script(step)}}
    return {"name": step.name, "event": [tests], "request": request}


def _url(step: Step) -> dict[str, Any]:
    path = base(step.api) + step.operation.path
    for name, value in step.path.items():
        path = path.replace(f"{{{name}}}", value)
    # Brackets are encoded here, because some tools that import collections do not.
    query = [
        {"key": quote(key), "value": quote(value, safe=":")} for key, value in step.query.items()
    ]
    raw = "{{baseUrl}}" + path
    if query:
        raw += "?" + "&".join(f"{each['key']}={each['value']}" for each in query)
    url: dict[str, Any] = {
        "raw": raw,
        "host": ["{{baseUrl}}"],
        "path": path.removeprefix("/").split("/"),
    }
    return {**url, "query": query} if query else url


def _script(step: Step) -> list[str]:
    lines = [f"pm.test('returns {step.status}', () => pm.response.to.have.status({step.status}));"]
    for place, value in step.holds.items():
        member = "".join(f"[{json.dumps(_key(each))}]" for each in place.split("."))
        lines.append(
            f"pm.test({json.dumps(place)}, "
            f"() => pm.expect(pm.response.json(){member}).to.eql({json.dumps(value)}));"
        )
    if step.is_filled:
        lines.append(
            "pm.test('is not empty', "
            "() => pm.expect(pm.response.json()).to.be.an('array').that.is.not.empty);"
        )
    if step.keeps_site:
        lines.append(f"pm.collectionVariables.set('site', pm.response.json()[{UNREGISTERED}].id);")
    return lines


def _key(name: str) -> int | str:
    return int(name) if name.isdecimal() else name
