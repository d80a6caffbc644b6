"""Operations of an OpenAPI document, as the API docs show them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockapi.api.guard import BY_OLD_NAME
from mockapi.api.openapi import Document
from mockapi.console.example_values import OPTIONAL_VALUES
from mockapi.console.schema_fields import SchemaField, SchemaReader

_JSON = "json"
_FIRST_ERROR = "400"
_TITLES = {"pats": "personal access tokens"}
"""Titles of tags that are abbreviations."""
_LOSES_STATE = frozenset({"resetWorld", "restoreSnapshot"})
"""Operations with a method other than DELETE that lose state of the world."""


@dataclass(frozen=True)
class Operation:
    """An operation of a document: what the list of operations shows."""

    id: str
    method: str
    path: str
    summary: str
    is_deprecated: bool
    loses_state: bool
    bases: Sequence[str]
    """Paths below which it is available, the canonical one first."""
    newer_name: str | None
    """Id of the same operation by its newer name, if this is an older one that has it."""


@dataclass(frozen=True)
class Tag:
    """Operations with the same tag."""

    name: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class Parameter:
    """A parameter with an example of this world. *choices* are its allowed values."""

    field: SchemaField
    place: str
    example: str
    choices: Sequence[str]
    is_list: bool
    kind: str
    """`number`, `boolean` or `text`."""


@dataclass(frozen=True)
class Content:
    """The body of a request or a response. *example* is empty unless it is JSON."""

    media_type: str
    field: SchemaField
    example: str
    is_required: bool = True


@dataclass(frozen=True)
class Reply:
    """A response with its status."""

    status: str
    description: str
    content: Content | None


@dataclass(frozen=True)
class Access:
    """What a request needs: *scopes* of a token, or a token that only some servers ask for."""

    scopes: Mapping[str, str]
    schemes: Sequence[str]
    is_optional: bool


@dataclass(frozen=True)
class Description:
    """An operation in full."""

    operation: Operation
    text: str
    access: Access
    parameters: Sequence[Parameter]
    body: Content | None
    replies: Sequence[Reply]
    errors: Sequence[Reply]
    error: Content | None
    """The body of *errors*, if all have the same."""


def list_tags(document: Document) -> Sequence[Tag]:
    """Return the operations by tag, in the order of the document."""
    found: dict[str, list[Operation]] = {each["name"]: [] for each in document["tags"]}
    for path, method, described in _operations(document):
        found[described["tags"][0]].append(_operation(document, path, method, described))
    return [Tag(_title_of(tag), operations) for tag, operations in found.items()]


def _title_of(tag: str) -> str:
    words = _TITLES.get(tag, tag).replace("-", " ")
    return words[:1].upper() + words[1:]


def describe_operation(
    document: Document, name: str, values: Mapping[str, str]
) -> Description | None:
    """Return the operation *name* with examples from *values*; None if it does not exist.

    *values* are ids of the world by the name of a parameter or member.
    """
    for path, method, described in _operations(document):
        if described["operationId"] == name:
            replies = [_reply(document, *each) for each in described["responses"].items()]
            errors = [each for each in replies if each.status >= _FIRST_ERROR]
            bodies = [each.content for each in errors]
            is_uniform = len(set(map(_type_of, bodies))) == 1
            return Description(
                operation=_operation(document, path, method, described),
                text=described.get("description", ""),
                access=_access(document, described),
                parameters=[
                    _parameter(document, each, values) for each in described.get("parameters", ())
                ],
                body=_request_body(document, described, values),
                replies=[each for each in replies if each.status < _FIRST_ERROR],
                errors=errors,
                error=bodies[0] if is_uniform else None,
            )
    return None


def _operations(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method, described in item.items():
            yield path, method.upper(), described


def _operation(
    document: Document, path: str, method: str, described: Mapping[str, Any]
) -> Operation:
    name: str = described["operationId"]
    newer = name.removesuffix(BY_OLD_NAME)
    has_newer = newer != name and any(
        each["operationId"] == newer for *_, each in _operations(document)
    )
    return Operation(
        id=name,
        method=method,
        path=path,
        summary=described["summary"],
        is_deprecated=described.get("deprecated", False),
        loses_state=method == "DELETE" or name in _LOSES_STATE,
        bases=[each["url"] for each in described.get("servers", document["servers"])],
        newer_name=newer if has_newer else None,
    )


def _access(document: Document, described: Mapping[str, Any]) -> Access:
    schemes = document["components"]["securitySchemes"]
    ways = described["security"]
    needs: dict[str, str] = {}
    for name, scopes in (pair for way in ways for pair in way.items()):
        for flow in schemes[name].get("flows", {}).values():
            needs |= {scope: flow["scopes"][scope] for scope in scopes}
    names = dict.fromkeys(name for way in ways for name in way)
    texts = [schemes[name]["description"] for name in names if "description" in schemes[name]]
    return Access(needs, texts, is_optional={} in ways)


def _parameter(
    document: Document, described: Mapping[str, Any], values: Mapping[str, str]
) -> Parameter:
    reader = SchemaReader(document)
    schema = reader.resolve(described["schema"])
    name, is_list = described["name"], schema.get("type") == "array"
    items = reader.resolve(schema.get("items", {})) if is_list else schema
    is_required = described.get("required", False)
    # Without a value of the world it stays empty: ids of another world would be refused.
    example = values.get(name, "") if is_required or name in OPTIONAL_VALUES else ""
    text = described.get("description", schema.get("description", ""))
    return Parameter(
        field=reader.field(name, {**schema, "description": text}, is_required=is_required),
        place=described["in"],
        example=example,
        choices=[str(each) for each in items.get("enum", ())],
        is_list=is_list,
        kind={"integer": "number", "number": "number", "boolean": "boolean"}.get(
            items.get("type", ""), "text"
        ),
    )


def _request_body(
    document: Document, described: Mapping[str, Any], values: Mapping[str, str]
) -> Content | None:
    body = described.get("requestBody")
    if body is None:
        return None
    [(media_type, content)] = body["content"].items()
    reader = SchemaReader(document)
    example = ""
    if _JSON in media_type:
        example = _indented(_in_world(reader.example(content["schema"], sent=True), values))
    return Content(
        media_type, reader.field("", content["schema"]), example, body.get("required", False)
    )


def _in_world(example: Any, values: Mapping[str, str]) -> Any:
    """Return *example* with the ids of the world in place of those of another."""
    if not isinstance(example, dict):
        return example
    return {
        name: values[name] if name in values and isinstance(each, str) else each
        for name, each in example.items()
    }


def _reply(document: Document, status: str, described: Mapping[str, Any]) -> Reply:
    for media_type, content in described.get("content", {}).items():
        reader = SchemaReader(document)
        schema = content.get("schema", {})
        example = _indented(reader.example(schema, sent=False)) if _JSON in media_type else ""
        found = Content(media_type, reader.field("", schema), example)
        return Reply(status, described["description"], found)
    return Reply(status, described["description"], None)


def _type_of(content: Content | None) -> str:
    return "" if content is None else content.field.type


def _indented(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
