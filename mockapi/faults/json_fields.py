"""Faults in fields of the JSON objects of a response."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class JsonField:
    """A field of one object of the body, present or only defined by the schema."""

    parent: dict[str, Any]
    name: str
    path: str
    """The names that lead to the field, joined by dots."""
    schema: Schema


def json_fields_of(body: Any, schema: Schema) -> Iterator[JsonField]:
    """Yield every field that an object in *body* has, or could have by *schema*."""
    definitions = schema.get("$defs", {})
    pending: list[tuple[Any, Schema, str]] = [(body, schema, "")]
    while pending:
        node, node_schema, path = pending.pop()
        resolved = _resolved(node_schema, definitions)
        if isinstance(node, list):
            pending += [(each, resolved.get("items", {}), path) for each in reversed(node)]
        elif isinstance(node, dict):
            properties = resolved.get("properties", {})
            for name in dict.fromkeys((*node, *properties)):
                below = f"{path}.{name}" if path else name
                resolved_field = _resolved(properties.get(name, {}), definitions)
                yield JsonField(node, name, below, resolved_field)
                pending.append((node.get(name), resolved_field, below))


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return *schema* with references resolved and without the alternative null."""
    while True:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
            continue
        choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if len(choices) != 1:
            return schema
        schema = choices[0]


class FieldFault(DataFault):
    """A fault in one field of the objects of the response."""

    field: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Name of the field, or names joined by dots; chosen at random if unset.",
    )
    objects: Literal["all", "one"] = Field(
        default="all",
        description="Whether all objects with the field are changed, or one chosen at random.",
    )

    preferred_names: ClassVar[Sequence[str]] = ()
    """Names of fields to choose from first."""

    def can_change(self, field: JsonField) -> bool:
        raise NotImplementedError

    def change(self, context: FaultContext, field: JsonField) -> None:
        """Change the field in its parent object."""
        raise NotImplementedError

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        found = [
            each
            for each in json_fields_of(body, context.api.schema(context.request_info))
            if self.matches_field(each) and self.can_change(each)
        ]
        if not found:
            return body
        paths = sorted({each.path for each in found})
        if self.field is None:
            preferred = [each for each in paths if each.rpartition(".")[2] in self.preferred_names]
            paths = [context.choose(preferred or paths, "field")]
        found = [each for each in found if each.path in paths]
        for chosen in [context.choose(found, "object")] if self.objects == "one" else found:
            self.change(context, chosen)
        # A copy, because the caller compares identities and the change was made in path.
        return body.copy()

    def matches_field(self, field: JsonField) -> bool:
        """Return True if the setting `field` names *field*, or is unset."""
        return (
            self.field is None or field.path == self.field or field.path.endswith(f".{self.field}")
        )
