"""The page of scenario files: every key that the schema knows."""

from documents.markdown import codes, page, prose
from documents.shapes import Schema, members
from mockapi.faults import KINDS as FAULTS
from mockapi.scenario.json_schema import json_schema

_ON_THE_PAGE_OF_FAULTS = {kind.__name__ for kind in FAULTS.values()} | {"Match", "When"}


def page_text() -> str:
    schema = json_schema()
    shapes = {
        name: each
        for name, each in schema["$defs"].items()
        if name not in _ON_THE_PAGE_OF_FAULTS and name != "JsonValue"
    }
    tags = {name: _tag(each, name) for name, each in shapes.items()}

    def named(name: str) -> str:
        if name in _ON_THE_PAGE_OF_FAULTS:
            return "[faults](faults.md)"
        tag = tags.get(name, "")
        return f"[{tag}](#{tag.lower()})" if tag else "anything"

    objects = [
        f"### {tags[name]}\n\n{prose(each.get('description'))}\n\n{members(each, named)}"
        for name, each in shapes.items()
        if "properties" in each
    ]
    words = [
        f"### {name}\n\n{_words(each)}" for name, each in shapes.items() if "properties" not in each
    ]
    return page(
        "Scenario files",
        "Every key of a scenario file, from the schema that `mockapi schema` prints. "
        "`mockapi check FILE` tells what is wrong in one.",
        f"## The whole\n\n{prose(schema.get('description'))}\n\n{members(schema, named)}",
        "## Parts",
        *objects,
        "## Words",
        *words,
    )


def _tag(schema: Schema, name: str) -> str:
    """Return by which word a file names the shape: a kind of defect, an event, or *name*."""
    for key in ("kind", "event"):
        if "const" in schema.get("properties", {}).get(key, {}):
            return str(schema["properties"][key]["const"])
    return name


def _words(schema: Schema) -> str:
    said = prose(schema.get("description"))
    if "enum" in schema:
        return "\n\n".join(filter(None, [said, codes(schema["enum"])]))
    return "\n".join(
        f"- `{each['const']}`: {prose(each.get('description'))}" for each in schema["oneOf"]
    )
