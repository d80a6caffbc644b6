"""Page of the operations of both APIs, from their OpenAPI documents."""

from collections.abc import Iterator, Mapping
from typing import Any

from documents.markdown import code, codes, page, prose, table
from documents.openapi import TITLES, Operation, documents, operations
from documents.shapes import members, type_of
from mockapi.api.guard import BY_OLD_NAME


def page_text() -> str:
    parts = [part for name in ("partner", "user") for part in _api(name)]
    return page(
        "Endpoints",
        "Operations of the two APIs in edition `latest`. The OpenAPI documents for tools are "
        "[partner.json](../openapi/partner.json) and [user.json](../openapi/user.json).",
        *parts,
    )


def _api(name: str) -> Iterator[str]:
    document = documents()[name]
    yield f"## {TITLES[name]}\n\n{document['info']['title']}. {document['info']['description']}"
    yield table(("base", ""), _bases(document))
    older = {each.id: each for each in operations(name) if each.is_old}
    for each in operations(name):
        if not each.is_old:
            old = older.pop(f"{each.id}{BY_OLD_NAME}", None)
            yield from _operation(each, [old.path] if old else [])
    for each in older.values():
        yield from _operation(each, [])
    yield f"### Bodies of the {TITLES[name]}"
    for schema_name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            yield f"#### {schema_name}\n\n{prose(schema.get('description'))}\n\n{members(schema)}"


def _bases(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, server in enumerate(document["servers"]):
        yield code(server["url"]), "older" if number else "current"


def _operation(operation: Operation, old: list[str]) -> Iterator[str]:
    described = operation.described
    yield f"### {described['summary']}: `{operation.method} {operation.path}`"
    scopes = {scope for way in described["security"] for scopes in way.values() for scope in scopes}
    facts = [described["description"], f"Operation id `{operation.id.removesuffix(BY_OLD_NAME)}`."]
    facts.append(f"Scope: {' or '.join(map(code, sorted(scopes)))}.")
    facts += [f"Older name: {codes(old)}."] if old else []
    facts += ["An older name without a newer one on these base paths."] if operation.is_old else []
    yield " ".join(facts)
    yield table(
        ("parameter", "in", "type", "", "meaning"),
        (
            (
                code(each["name"]),
                each["in"],
                type_of(each["schema"]),
                "required" if each.get("required") else "",
                prose(each.get("description")),
            )
            for each in described.get("parameters", ())
        ),
    )
    if "requestBody" in described:
        yield f"Body: {_of(described['requestBody'])}."
    yield table(
        ("status", "body", "when"),
        (
            (status, _of(response), response["description"])
            for status, response in described["responses"].items()
        ),
    )


def _of(part: Mapping[str, Any]) -> str:
    return " or ".join(type_of(each.get("schema", {})) for each in part.get("content", {}).values())
