"""Walks the JSON of an answer beside its schema, and picks the members that a fault changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class JsonField:
    """A member of one object of the body, present or only possible."""

    owner: dict[str, Any]
    name: str
    place: str
    """The names that lead to it, joined by dots."""
    schema: Schema


def json_fields_of(body: Any, schema: Schema) -> Iterator[JsonField]:
    """Yield every member that an object in *body* has, or by *schema* could have."""
    definitions = schema.get("$defs", {})
    waiting: list[tuple[Any, Schema, str]] = [(body, schema, "")]
    while waiting:
        node, stated, place = waiting.pop()
        resolved = _resolved(stated, definitions)
        if isinstance(node, list):
            waiting += [(each, resolved.get("items", {}), place) for each in reversed(node)]
        elif isinstance(node, dict):
            properties = resolved.get("properties", {})
            for name in dict.fromkeys((*node, *properties)):
                below = f"{place}.{name}" if place else name
                member = _resolved(properties.get(name, {}), definitions)
                yield JsonField(node, name, below, member)
                waiting.append((node.get(name), member, below))


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return *schema* without references and without the choice of null."""
    while True:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
            continue
        choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if len(choices) != 1:
            return schema
        schema = choices[0]


class FieldFault(DataFault):
    """A fault in some member of the objects that are answered."""

    field: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Name of the member, or names joined by dots; drawn if unset.",
    )
    objects: Literal["all", "one"] = Field(
        default="all", description="Whether all objects that have it are changed, or one drawn."
    )

    prefers: ClassVar[Sequence[str]] = ()
    """Names that are drawn from before any other."""

    def can_change(self, member: JsonField) -> bool:
        raise NotImplementedError

    def change(self, context: FaultContext, member: JsonField) -> None:
        """Change *member* in its owner."""
        raise NotImplementedError

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        found = [
            each
            for each in json_fields_of(body, context.api.schema(context.request_info))
            if self.matches_field(each) and self.can_change(each)
        ]
        if not found:
            return body
        places = sorted({each.place for each in found})
        if self.field is None:
            liked = [each for each in places if each.rpartition(".")[2] in self.prefers]
            places = [context.choose(liked or places, "field")]
        found = [each for each in found if each.place in places]
        for member in [context.choose(found, "object")] if self.objects == "one" else found:
            self.change(context, member)
        # Another object than the one that came in: the change was made inside of it.
        return body.copy()

    def matches_field(self, member: JsonField) -> bool:
        """Tell whether `field` names *member*, or nothing."""
        return (
            self.field is None
            or member.place == self.field
            or member.place.endswith(f".{self.field}")
        )
