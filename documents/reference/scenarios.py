"""Page of scenario files with all keys of the schema."""

from documents.markdown import codes, page, prose
from documents.shapes import Schema, members
from mockapi.faults.kinds import KINDS as FAULTS
from mockapi.scenario.errors import DEPTH, FILE_LIMITS, KEYS, MAX_ISSUES, REQUEST_LIMITS
from mockapi.scenario.field_types import LONGEST_HISTORY
from mockapi.scenario.json_schema import json_schema

_FORMAT = """## Format

- A scenario is YAML 1.2 (core schema) or JSON, in UTF-8. The name of a file ends in `.yaml`, `.yml`
  or `.json`; a `.json` file must be JSON. Keys are unique words.
- Anchors, aliases and the merge key `<<` work. Keys that begin with `x-` are ignored in every part
  but `faults`, and may hold anchors.
- `extends` names a shipped scenario, one in `/scenarios`, or a file in the folder of the extending
  one or below. A scenario that is sent as text extends shipped ones and those in `/scenarios` only.
"""

_FAULT_SCHEMAS = {kind.__name__ for kind in FAULTS.values()} | {"Match", "When"}


def page_text() -> str:
    schema = json_schema()
    shapes = {
        name: each
        for name, each in schema["$defs"].items()
        if name not in _FAULT_SCHEMAS and name != "JsonValue"
    }
    tags = {name: _tag(each, name) for name, each in shapes.items()}

    def named(name: str) -> str:
        if name in _FAULT_SCHEMAS:
            return "[faults](faults.md)"
        tag = tags.get(name, "")
        return f"[{tag}](#{tag.lower()})" if tag else "anything"

    objects = [
        f"### {tags[name]}\n\n{prose(each.get('description'))}\n\n{members(each, named)}"
        for name, each in shapes.items()
        if "properties" in each
    ]
    values = [
        f"### {name}\n\n{_values(each)}"
        for name, each in shapes.items()
        if "properties" not in each
    ]
    return page(
        "Scenario files",
        "Every key of a scenario file, from the schema that `mockapi schema` prints. "
        "`mockapi check FILE` reports the mistakes in a file.",
        _FORMAT.rstrip(),
        _limits(),
        f"## Top level\n\n{prose(schema.get('description'))}\n\n{members(schema, named)}",
        "## Parts",
        *objects,
        "## Values",
        *values,
    )


def _limits() -> str:
    rows = [
        ("characters", REQUEST_LIMITS.characters, FILE_LIMITS.characters),
        (
            "keys and values, counted at each use of an alias",
            REQUEST_LIMITS.nodes,
            FILE_LIMITS.nodes,
        ),
        (
            "sites that are listed individually",
            REQUEST_LIMITS.listed_sites,
            FILE_LIMITS.listed_sites,
        ),
        ("all sites, including portfolios", REQUEST_LIMITS.sites, FILE_LIMITS.sites),
        ("keys of one mapping", KEYS, KEYS),
        ("nested lists and mappings", DEPTH, DEPTH),
        ("days of `history`", LONGEST_HISTORY.days, LONGEST_HISTORY.days),
    ]
    return "\n".join(
        (
            "## Limits",
            "",
            (
                "A text, which is sent to the control API or given to `create_world`, is checked "
                f"against these limits first. At most {MAX_ISSUES} mistakes are listed; the "
                "others are counted."
            ),
            "",
            "| at most | in a text | in a file |",
            "| --- | --- | --- |",
            *(f"| {what} | {text:,} | {file:,} |" for what, text, file in rows),
        )
    )


def _tag(schema: Schema, name: str) -> str:
    """Return the word for the schema in a file: a kind of defect, an event, or *name*."""
    for key in ("kind", "event"):
        if "const" in schema.get("properties", {}).get(key, {}):
            return str(schema["properties"][key]["const"])
    return name


def _values(schema: Schema) -> str:
    text = prose(schema.get("description"))
    if "enum" in schema:
        return "\n\n".join(filter(None, [text, codes(schema["enum"])]))
    return "\n".join(
        f"- `{each['const']}`: {prose(each.get('description'))}" for each in schema["oneOf"]
    )
