"""Lists what an operation knows of its query and of its body, as its handler declares them."""

from collections.abc import Iterator
from typing import Any, get_args

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel


def known_parameters(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters that are read."""
    names: set[str] = set()
    for parameter in dependant.query_params:
        models = list(_models(parameter.field_info.annotation))
        names |= {parameter.alias} if not models else _aliases(models)
    return frozenset(names)


def known_members(body: Any) -> frozenset[str] | None:
    """Return the members that are read of a body; None where none is taken."""
    return None if body is None else frozenset(_aliases(_models(body.field_info.annotation)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _aliases(models: Any) -> set[str]:
    return {field.alias or name for model in models for name, field in model.model_fields.items()}
