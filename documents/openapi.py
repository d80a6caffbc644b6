"""OpenAPI documents of a server with default settings."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from mockapi.api.openapi import Document, describe
from mockapi.api.products import PRODUCTS
from mockapi.control.app import create_admin_app
from mockapi.control.openapi import describe_control
from mockapi.domain.edition import EDITIONS
from mockapi.settings import Settings

TITLES = {"partner": "Partner API", "user": "User API", "control": "Control API"}


@cache
def documents() -> Mapping[str, Document]:
    """Return the documents by name, independent of the environment."""
    settings = Settings.model_construct()
    found = {product.name: describe(product, EDITIONS["latest"], settings) for product in PRODUCTS}
    return {**found, "control": describe_control(create_admin_app(settings.max_body_bytes), "", "")}


def files() -> Mapping[str, str]:
    return {
        f"docs/openapi/{name}.json": json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        for name, document in documents().items()
    }


class Operation(NamedTuple):
    """One operation of a document with its method and path."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    @property
    def is_old(self) -> bool:
        return bool(self.described.get("deprecated"))


def operations(name: str) -> Iterator[Operation]:
    """Yield the operations of the document *name* in its order."""
    for path, item in documents()[name]["paths"].items():
        for method, described in item.items():
            yield Operation(method.upper(), path, described)


def base(name: str) -> str:
    """Return the first base path of the document *name*."""
    return str(documents()[name]["servers"][0]["url"])
