"""Lists what an operation knows of its query and of its body, as its handler declares them."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.datastructures import QueryParams


def known_parameters(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters that are read."""
    return frozenset(name for name, _ in _annotations(dependant))


def repeated_parameters(dependant: Dependant, query: QueryParams) -> Iterator[tuple[str, int]]:
    """Yield each parameter that *query* may give once and gives more often, with how often."""
    names = [name for name, _ in query.multi_items()]
    if len(names) == len(set(names)):
        return
    for name, annotation in _annotations(dependant):
        if names.count(name) > 1 and not _takes_many(annotation):
            yield name, names.count(name)


def _annotations(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    for parameter in dependant.query_params:
        models = list(_models(parameter.field_info.annotation))
        if not models:
            yield parameter.alias, parameter.field_info.annotation
        for model in models:
            for name, field in model.model_fields.items():
                yield field.alias or name, field.annotation


def _takes_many(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple, set, frozenset) or any(
        _takes_many(each) for each in get_args(annotation)
    )


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
