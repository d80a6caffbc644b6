"""Query parameters of the two APIs, in all formats that clients send."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from starlette.datastructures import QueryParams

from mockapi.domain import timestamps
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.domain.validation import list_errors
from mockapi.settings import check_clock_range


def known_parameters(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters that a route defines."""
    return frozenset(name for name, _ in _annotations(dependant))


class QueryReader:
    """Reader of the query parameters of a route, as arguments of its handler."""

    def __init__(self, dependant: Dependant) -> None:
        self.names = known_parameters(dependant)
        self._parameters = [_QueryParameter(each) for each in dependant.query_params]

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The arguments of a request without a query."""
        return self.read(QueryParams())

    def read(self, query: QueryParams) -> Mapping[str, Any]:
        """Return the arguments in *query*. Raise `RequestValidationError` if one is not valid."""
        return {each.name: each.read(query) for each in self._parameters}


class _QueryParameter:
    """A query parameter, or a model of several."""

    def __init__(self, field: Any) -> None:
        self.name: str = field.name
        info = field.field_info
        models = list(_models(info.annotation))
        self._model = models[0] if models else None
        self._default = info.default
        self._annotation = info.annotation
        fields = self._model.model_fields if self._model is not None else {field.alias: info}
        self._takes_many = {
            each.alias or name: _takes_many(each.annotation) for name, each in fields.items()
        }

    def read(self, query: QueryParams) -> Any:
        given: dict[str, Any] = {}
        for alias, takes_many in self._takes_many.items():
            if alias in query:
                given[alias] = query.getlist(alias) if takes_many else query[alias]
        try:
            if self._model is not None:
                return self._model.model_validate(given)
            for value in given.values():
                return self._adapter.validate_python(value)
        except ValidationError as error:
            place = ("query", *(() if self._model is not None else given))
            raise RequestValidationError(
                [{**each, "loc": (*place, *each["loc"])} for each in list_errors(error)]
            ) from error
        return self._default

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._annotation)


def repeated_parameters(dependant: Dependant, query: QueryParams) -> Iterator[tuple[str, int]]:
    """Yield the single-valued parameters that *query* repeats, with their number."""
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
    """Return the members that a route defines for its body; None if it has no body."""
    return None if body is None else frozenset(_aliases(_models(body.field_info.annotation)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _aliases(models: Any) -> set[str]:
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


_MAX_VALUES = 50


def _split(value: object) -> object:
    # Java and JavaScript repeat the name, TypeScript joins with commas and sends `type=` for
    # an empty array (docs/contract/headers.md#arrays-in-the-query); mixtures work too.
    if isinstance(value, list | tuple | set | frozenset):
        words = {word for item in value for word in str(item).split(",") if word}
        if len(words) > _MAX_VALUES:
            raise ValueError(f"names {len(words)} values. Name at most {_MAX_VALUES}")
        return words
    return value


def _instant(value: object) -> object:
    return timestamps.parse_bound(value) if isinstance(value, str) else value


def _array_of(items: type[ScoreType | ScoreCategory]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": [each.value for each in items]}}


QueryInstant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


WorldInstant = Annotated[QueryInstant, AfterValidator(check_clock_range)]
"""An instant within the range of a world's clock."""


class ScoreFilter(BaseModel):
    """Filter for scores; by default all."""

    model_config = ConfigDict(frozen=True)

    type: Annotated[
        frozenset[ScoreType], BeforeValidator(_split), WithJsonSchema(_array_of(ScoreType))
    ] = frozenset()
    category: Annotated[
        frozenset[str], BeforeValidator(_split), WithJsonSchema(_array_of(ScoreCategory))
    ] = frozenset()


class ArrivalWindow(BaseModel):
    """A window of `updatedAt`: from *since* (inclusive) to *until* (exclusive)."""

    model_config = ConfigDict(frozen=True)

    since: QueryInstant | None = Field(default=None, alias="updatedAt[gte]")
    until: QueryInstant | None = Field(default=None, alias="updatedAt[lt]")


def join_sorted(values: Iterable[str]) -> str:
    """Return *values* sorted and separated by commas."""
    return ", ".join(sorted(values))
