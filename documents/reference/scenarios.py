"""The page of scenario files: every key that the schema knows."""

from documents.markdown import codes, page, prose
from documents.shapes import Schema, members
from mockapi.faults.kinds import KINDS as FAULTS
from mockapi.scenario.errors import DEPTH, KEYS, MOST_MISTAKES, OF_A_FILE, OF_A_REQUEST
from mockapi.scenario.json_schema import json_schema

_FORMAT = """## Format

- A scenario is YAML 1.2 (core schema) or JSON, in UTF-8. The name of a file ends in `.yaml`, `.yml`
  or `.json`; a `.json` file must be JSON. Keys are unique words.
- Anchors, aliases and the merge key `<<` work. Keys that begin with `x-` are ignored in every part
  but `faults`, and may hold anchors.
- `extends` names a shipped scenario, one in `/scenarios`, or a file in the folder of the extending
  one or below. A scenario that is sent as text extends shipped ones and those in `/scenarios` only.
"""

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
        _FORMAT.rstrip(),
        _limits(),
        f"## The whole\n\n{prose(schema.get('description'))}\n\n{members(schema, named)}",
        "## Parts",
        *objects,
        "## Words",
        *words,
    )


def _limits() -> str:
    rows = [
        ("characters", OF_A_REQUEST.characters, OF_A_FILE.characters),
        ("keys and values, counted wherever an alias is used", OF_A_REQUEST.nodes, OF_A_FILE.nodes),
        ("sites that are stated one by one", OF_A_REQUEST.stated_sites, OF_A_FILE.stated_sites),
        ("sites in all, portfolios included", OF_A_REQUEST.sites, OF_A_FILE.sites),
        ("keys of one mapping", KEYS, KEYS),
        ("lists and mappings within each other", DEPTH, DEPTH),
    ]
    return "\n".join(
        (
            "## Limits",
            "",
            (
                "A text is checked against these limits before anything is made of it. It comes by "
                "the control API or from `create_world`. At most "
                f"{MOST_MISTAKES} mistakes are listed; the others are counted."
            ),
            "",
            "| at most | of a text | of a file |",
            "| --- | --- | --- |",
            *(f"| {what} | {text:,} | {file:,} |" for what, text, file in rows),
        )
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
