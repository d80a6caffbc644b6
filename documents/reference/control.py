"""Page of the control API, from its OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any

from documents.markdown import code, page, prose, table
from documents.openapi import Operation, base, documents, operations
from documents.shapes import members, type_of


def page_text() -> str:
    document = documents()["control"]
    schemas = document["components"]["schemas"]
    shown = sorted(_bodies(schemas))
    parts = []
    for tag in document["tags"]:
        parts.append(f"## {tag['name'].capitalize()}")
        for each in operations("control"):
            if each.described["tags"] == [tag["name"]]:
                parts += _operation(each)
    bodies = [_body(name, schemas[name]) for name in shown]
    return page(
        "Control API",
        f"The base path is `{base('control')}`, or `/w/NAME{base('control')}` for a named world. "
        "Errors are problem details (RFC 9457). If `MOCKAPI_ADMIN_TOKEN` is set, requests need it "
        "as a bearer token. The OpenAPI document for tools is "
        "[control.json](../openapi/control.json).",
        *parts,
        "## Bodies",
        *bodies,
    )


def _body(name: str, schema: Mapping[str, Any]) -> str:
    return f"### {name}\n\n{prose(schema.get('description'))}\n\n{members(schema, _link)}"


def _operation(operation: Operation) -> Iterator[str]:
    described = operation.described
    yield f"### {described['summary']}: `{operation.method} {base('control')}{operation.path}`"
    yield prose(described.get("description"))
    yield table(
        ("parameter", "in", "type", "meaning"),
        (
            (
                code(each["name"]),
                each["in"],
                type_of(each["schema"]),
                prose(each.get("description") or each["schema"].get("description")),
            )
            for each in described.get("parameters", ())
        ),
    )
    if "requestBody" in described:
        yield f"Body: {_of(described['requestBody'])}."
    responses = "; ".join(
        f"{status} {_of(response)}".strip()
        for status, response in described["responses"].items()
        if int(status) < 400  # noqa: PLR2004 - the first error status
    )
    errors = ", ".join(status for status in described["responses"] if int(status) >= 400)  # noqa: PLR2004
    yield f"Responses: {responses}." + (f" Errors: {errors}." if errors else "")


def _of(part: Mapping[str, Any]) -> str:
    return " or ".join(
        type_of(each["schema"], _link) if each.get("schema") else code(media_type)
        for media_type, each in part.get("content", {}).items()
    )


def _link(name: str) -> str:
    if name == "Fault":
        return "[Fault](faults.md)"
    return f"[{name}](#{name.lower()})" if name in _shown() else code(name)


def _shown() -> set[str]:
    return _bodies(documents()["control"]["components"]["schemas"])


def _bodies(schemas: Mapping[str, Any]) -> set[str]:
    """Return the names of the bodies on this page; faults have their own page."""
    of_faults = {each["$ref"].rpartition("/")[2] for each in schemas["Fault"]["oneOf"]}
    own = {name for name, schema in schemas.items() if "properties" in schema}
    return own - of_faults - {"Match", "When"}
