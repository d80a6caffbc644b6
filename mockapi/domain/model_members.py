"""Places in values of pydantic models, and the names of the members there."""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def existing_path(value: Any, steps: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return those of *steps* that lead to a part of *value*.

    The others in the place of an error of pydantic are its names of union members.
    """
    path: list[str | int] = []
    for step in steps:
        is_key = isinstance(value, Mapping) and step in value
        is_index = isinstance(value, list | tuple) and isinstance(step, int)
        if is_key or (is_index and int(step) < len(value)):
            value = value[step]
            path.append(step)
    return tuple(path)


def member_names(kind: Any, place: Sequence[str | int] = ()) -> Sequence[str]:
    """Return the names of the members of the object at *place* in a value of the type *kind*.

    An index may be given as text. Return none if the object is not a model.
    """
    kinds = list(_members_of_union(kind))
    for step in place:
        below = [each for known in kinds for each in _kinds_below(known, step)]
        kinds = [each for found in below for each in _members_of_union(found)]
    names = (
        each.alias or name
        for known in kinds
        if _is_model(known)
        for name, each in known.model_fields.items()
    )
    return list(dict.fromkeys(names))


def _members_of_union(kind: Any) -> Iterator[Any]:
    """Yield the types of the union *kind*, or *kind*, without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _members_of_union(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for each in get_args(kind):
            yield from _members_of_union(each)
    else:
        yield kind


def _kinds_below(kind: Any, step: str | int) -> Iterator[Any]:
    """Yield the types that the part *step* of a value of the type *kind* may have."""
    if _is_model(kind):
        for name, each in kind.model_fields.items():
            if step == (each.alias or name):
                yield each.annotation
    elif get_origin(kind) is not None:
        yield from get_args(kind)[-1:] if _is_mapping(kind) else get_args(kind)[:1]


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
