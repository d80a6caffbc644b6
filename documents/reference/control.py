"""The page of the control API, from its OpenAPI document."""

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
        f"What a test may ask of its world, below `{base('control')}`; of a named world below "
        f"`/w/NAME{base('control')}`. Refusals are problems after RFC 9457. Where "
        "`MOCKAPI_ADMIN_TOKEN` is set, it is asked for as a bearer token. The same is in "
        "[control.json](../openapi/control.json), for tools.",
        *parts,
        "## Bodies",
        *bodies,
    )


def _body(name: str, schema: Mapping[str, Any]) -> str:
    return f"### {name}\n\n{prose(schema.get('description'))}\n\n{members(schema, _link)}"


def _operation(operation: Operation) -> Iterator[str]:
    told = operation.described
    yield f"### {told['summary']}: `{operation.method} {base('control')}{operation.path}`"
    yield prose(told.get("description"))
    yield table(
        ("parameter", "in", "type", "meaning"),
        (
            (
                code(each["name"]),
                each["in"],
                type_of(each["schema"]),
                prose(each.get("description") or each["schema"].get("description")),
            )
            for each in told.get("parameters", ())
        ),
    )
    if "requestBody" in told:
        yield f"Body: {_of(told['requestBody'])}."
    answers = "; ".join(
        f"{status} {_of(answer)}".strip()
        for status, answer in told["responses"].items()
        if int(status) < 400  # noqa: PLR2004 - where refusals begin
    )
    refusals = ", ".join(status for status in told["responses"] if int(status) >= 400)  # noqa: PLR2004
    yield f"Answers {answers}." + (f" Refuses with {refusals}." if refusals else "")


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
    """Return the names of the bodies that this page shows; faults have a page of their own."""
    of_faults = {each["$ref"].rpartition("/")[2] for each in schemas["Fault"]["oneOf"]}
    own = {name for name, schema in schemas.items() if "properties" in schema}
    return own - of_faults - {"Match", "When"}
