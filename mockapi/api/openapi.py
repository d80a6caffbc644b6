"""OpenAPI 3.1 documents of the two APIs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.openapi.utils import get_openapi

from mockapi.api.products import PARTNER, Product
from mockapi.domain.edition import Edition
from mockapi.domain.oauth import TEXTS
from mockapi.domain.scores import CLASSIC_CATEGORIES
from mockapi.http.address import CANONICAL_BASE
from mockapi.http.responses import Fault
from mockapi.settings import ErrorStyle, Settings
from mockapi.version import __version__

Document = dict[str, Any]

LICENCE = {"name": "MIT", "identifier": "MIT"}
"""Licence of the documents, which belong to mockapi."""

_OAUTH = {"partner": "Oauth2AuthCode", "user": "OAuth2AuthCode"}
"""Names of the security schemes in the published clients; that of the sandbox has `-Sandbox`."""
_PERSONAL = "PersonalAccessToken"
_BEARER = "AccessToken"

_PUBLISHED_NAMES = {
    "Problem": "Error",
    "InvalidParamBody": "ErrorInvalidParamsInner",
    "PostalAddress": "Address",
    "TimeseriesKey": "MeasurementTimeseries",
    "TimeseriesBody": "Timeserie",
    "ReadingBody": "TimeserieValuesInner",
    "SiteAssociation": "ScoringProvider",
    "ScoreBody": "PerformanceScore",
}
_POSTED_SCORE = "ScoreIn"
"""Published with the schema of the response: clients post what they read."""


def describe(product: Product, edition: Edition, settings: Settings, root: str = "") -> Document:
    """Return the document of *product* in *edition*, for a world below *root*."""
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
    for name in ("HTTPValidationError", "ValidationError", _POSTED_SCORE):
        schemas.pop(name, None)
    _match_published_schemas(document)
    # In posted scores, unknown members and `updatedAt`, which the server sets, are ignored.
    del schemas["PerformanceScore"]["additionalProperties"]
    schemas["PerformanceScore"]["properties"]["updatedAt"]["readOnly"] = True
    shown = edition.partner_categories
    if product is not PARTNER and not settings.user_api_new_categories:
        shown = CLASSIC_CATEGORIES
    _limit_categories(document, frozenset(category.value for category in shown))
    if edition.integer_request_ids and "ScoringRequest" in schemas:
        schemas["ScoringRequest"]["properties"]["id"] = {"type": "integer"}
    elif "ScoringRequest" in schemas:
        schemas["ScoringRequest"]["properties"]["id"] = {"type": "string"}
    for schema in schemas.values():
        _remove_null(schema)
    if settings.error_style is ErrorStyle.APIGEE:
        _add_gateway_faults(document)
    document["components"]["securitySchemes"] = _security_schemes(product, root)
    return document


def _renamed(document: Document) -> Document:
    """Return *document* with the vendor's schema names, which generated clients use."""
    text = without_sources(json.dumps(document))
    text = text.replace(f'schemas/{_POSTED_SCORE}"', 'schemas/ScoreBody"')
    for name in document["components"]["schemas"]:
        published = _PUBLISHED_NAMES.get(name, name.removesuffix("Body"))
        text = text.replace(f'schemas/{name}"', f'schemas/{published}"')
        text = text.replace(f'"{name}":', f'"{published}":')
        text = text.replace(f'"title": "{name}"', f'"title": "{published}"')
    renamed: Document = json.loads(text)
    return renamed


def _match_published_schemas(document: Document) -> None:
    """Inline enumerations, and replace integer or number by number.

    Generated clients then have `PerformanceScore.TypeEnum` and a number, as the vendor's do.
    """
    schemas = document["components"]["schemas"]
    words = {
        f"#/components/schemas/{name}": {"type": "string", "enum": schemas.pop(name)["enum"]}
        for name in [name for name, schema in schemas.items() if "enum" in schema]
    }
    for node in mappings(document):
        if node.get("$ref") in words:
            node.update(words[node.pop("$ref")])
        if node.get("anyOf") == [{"type": "integer"}, {"type": "number"}]:
            del node["anyOf"]
            node["type"] = "number"


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Yield all mappings in *node*, including itself."""
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, dict | list):
            yield from mappings(each)


def without_sources(text: str) -> str:
    """Return *text* without references to sources, which are for developers."""
    return re.sub(r" \(contract\.md[^)]*\)", "", text)


def _correct(operation: Document, settings: Settings) -> None:
    # Invalid requests get 400, while FastAPI documents 422.
    operation["responses"].pop("422", None)
    product = operation.pop("x-product")
    scopes = operation.pop("x-scopes")
    schemes: list[dict[str, list[str]]] = []
    if product == "user":
        schemes.append({_PERSONAL: []})
    if product != "user" or settings.user_api_oauth:
        oauth = _OAUTH[product]
        schemes += [{name: [scope]} for scope in scopes for name in (oauth, f"{oauth}-Sandbox")]
        schemes.append({_BEARER: []})
    operation["security"] = schemes
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "site_id":
            parameter["name"] = "site-id"
            parameter["schema"] = {"type": "string"}
        parameter["schema"].pop("title", None)
        parameter["schema"].pop("default", None)
        if parameter["schema"].get("type") == "array":
            # Clients may send `type=` for an empty array, which does not filter.
            parameter["allowEmptyValue"] = True
        parameter["schema"] = _without_null(parameter["schema"])


def _remove_null(schema: Document) -> None:
    """Remove null from the types of optional members, which may only be absent."""
    for name, member in schema.get("properties", {}).items():
        schema["properties"][name] = _without_null(member)


def _without_null(schema: Document) -> Document:
    """Return *schema* without the alternative null, if one other alternative remains."""
    choices = schema.get("anyOf", ())
    others = [choice for choice in choices if choice != {"type": "null"}]
    if not len(others) == 1 < len(choices):
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    only: Document = others[0] | rest
    return only


def _add_gateway_faults(document: Document) -> None:
    """Declare the gateway's faults as responses in style `apigee`."""
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
    base, oauth = root + CANONICAL_BASE, _OAUTH[product.name]
    flow = {
        "tokenUrl": f"{base}/token",
        "refreshUrl": f"{base}/token",
        "scopes": {scope.value: text.need for scope, text in TEXTS.items()},
    }
    schemes: dict[str, Any] = {
        oauth: {
            "type": "oauth2",
            "flows": {"authorizationCode": {"authorizationUrl": f"{base}/authorize", **flow}},
        },
        f"{oauth}-Sandbox": {
            "type": "oauth2",
            "flows": {
                "authorizationCode": {"authorizationUrl": f"{base}/sandbox-authorize", **flow}
            },
        },
        _BEARER: {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, such as the one that `mockapi serve` prints.",
        },
    }
    if product is not PARTNER:
        schemes[_PERSONAL] = {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token of the customer.",
        }
    return schemes
