"""Describes each API as it really answers, in OpenAPI 3.1."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi.openapi.utils import get_openapi

from mockapi.domain.edition import Edition
from mockapi.domain.oauth.scopes import TEXTS
from mockapi.domain.score import CLASSIC_CATEGORIES
from mockapi.http.oauth.bases import CANONICAL_BASE
from mockapi.http.products import PARTNER, Product
from mockapi.settings import ErrorStyle, Settings
from mockapi.version import __version__
from mockapi.wire.problem import Fault

Document = dict[str, Any]

LICENCE = {"name": "MIT", "identifier": "MIT"}
"""Of the documents, which are mockapi's own."""

_OAUTH = "OAuth2AuthCode"
_SANDBOX = "OAuth2AuthCode-Sandbox"
_PERSONAL = "PersonalAccessToken"
_BEARER = "AccessToken"


_PUBLISHED_NAMES = {
    "Problem": "Error",
    "ScoreBody": "PerformanceScore",
    "ScoreIn": "NewPerformanceScore",
}


def describe(product: Product, edition: Edition, settings: Settings, root: str = "") -> Document:
    """Return the document of *product* in *edition*, for a world that begins at *root*."""
    strict = settings.strict_paths
    document = get_openapi(
        title=product.title,
        version=f"{edition.name} ({__version__})",
        description=product.description,
        routes=product.routes(edition, strict_paths=strict, documented=True),
        servers=[
            {"url": root + base} for base in product.mounted_bases(edition, strict_paths=strict)
        ],
    )
    document["info"]["license"] = LICENCE
    document["tags"] = [{"name": tag} for tag in product.tags]
    document["paths"] = {
        path.replace("{site_id}", "{site-id}"): item for path, item in document["paths"].items()
    }
    for path_item in document["paths"].values():
        for operation in path_item.values():
            _correct(operation, settings)
    document = _renamed(document)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    shown = edition.partner_categories
    if product is not PARTNER and not settings.user_api_new_categories:
        shown = CLASSIC_CATEGORIES
    _limit_categories(document, frozenset(category.value for category in shown))
    if edition.integer_request_ids and "ScoringRequest" in schemas:
        schemas["ScoringRequest"]["properties"]["id"] = {"type": "integer"}
    elif "ScoringRequest" in schemas:
        schemas["ScoringRequest"]["properties"]["id"] = {"type": "string"}
    for schema in schemas.values():
        _never_null(schema)
    if settings.error_style is ErrorStyle.APIGEE:
        _tell_faults(document)
    document["components"]["securitySchemes"] = _security_schemes(product, root)
    return document


def _renamed(document: Document) -> Document:
    """Give the schemas the vendor's names: a generated client has `Site`, not `SiteBody`."""
    text = without_sources(json.dumps(document))
    for name in document["components"]["schemas"]:
        published = _PUBLISHED_NAMES.get(name, name.removesuffix("Body"))
        text = text.replace(f'schemas/{name}"', f'schemas/{published}"')
        text = text.replace(f'"{name}":', f'"{published}":')
        text = text.replace(f'"title": "{name}"', f'"title": "{published}"')
    renamed: Document = json.loads(text)
    return renamed


def without_sources(text: str) -> str:
    """Return *text* without the notes on evidence, which are for who reads the code."""
    return re.sub(r" \(contract\.md[^)]*\)", "", text)


def _correct(operation: Document, settings: Settings) -> None:
    # Invalid requests are answered with 400; FastAPI documents a 422 that never comes.
    operation["responses"].pop("422", None)
    product = operation.pop("x-product")
    scopes = operation.pop("x-scopes")
    ways: list[dict[str, list[str]]] = []
    if product == "user":
        ways.append({_PERSONAL: []})
    if product != "user" or settings.user_api_oauth:
        ways += [{scheme: [scope]} for scope in scopes for scheme in (_OAUTH, _SANDBOX)]
        ways.append({_BEARER: []})
    operation["security"] = ways
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "site_id":
            parameter["name"] = "site-id"
            parameter["schema"] = {"type": "string"}
        parameter["schema"].pop("title", None)
        parameter["schema"].pop("default", None)
        if parameter["schema"].get("type") == "array":
            # A client may send `type=` for an empty array; it filters nothing.
            parameter["allowEmptyValue"] = True
        parameter["schema"] = _without_null(parameter["schema"])


def _never_null(schema: Document) -> None:
    """Say of optional members that they may be absent, which is all that they may be."""
    for name, member in schema.get("properties", {}).items():
        schema["properties"][name] = _without_null(member)


def _without_null(schema: Document) -> Document:
    """Return *schema* without the choice of null, where that leaves one choice."""
    choices = schema.get("anyOf", ())
    stated = [choice for choice in choices if choice != {"type": "null"}]
    if not len(stated) == 1 < len(choices):
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    only: Document = stated[0] | rest
    return only


def _tell_faults(document: Document) -> None:
    """Declare the gateway's faults where style `apigee` answers them."""
    fault = Fault.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= fault.pop("$defs") | {"Fault": fault}
    for path_item in document["paths"].values():
        for operation in path_item.values():
            for status in ("401", "403", "500"):
                operation["responses"][status]["content"]["application/json"]["schema"] = {
                    "$ref": "#/components/schemas/Fault"
                }


def _limit_categories(node: Any, shown: frozenset[str]) -> None:
    if isinstance(node, dict):
        values = node.get("enum")
        if isinstance(values, list) and "humanExperience" in values:
            node["enum"] = [value for value in values if value in shown]
        for value in node.values():
            _limit_categories(value, shown)
    elif isinstance(node, list):
        for value in node:
            _limit_categories(value, shown)


def _security_schemes(product: Product, root: str) -> Mapping[str, Any]:
    base = root + CANONICAL_BASE
    flow = {
        "tokenUrl": f"{base}/token",
        "refreshUrl": f"{base}/token",
        "scopes": {scope.value: text.need for scope, text in TEXTS.items()},
    }
    schemes: dict[str, Any] = {
        _OAUTH: {
            "type": "oauth2",
            "flows": {"authorizationCode": {"authorizationUrl": f"{base}/authorize", **flow}},
        },
        _SANDBOX: {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {"authorizationUrl": f"{base}/sandbox-authorize", **flow}
            },
        },
        _BEARER: {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token at hand, as `mockapi serve` prints one.",
        },
    }
    if product is not PARTNER:
        schemes[_PERSONAL] = {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token of the customer.",
        }
    return schemes
