"""Puts off what only some scenarios need: a type that is built when one is first read."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema


class Late:
    """Stands for the type that *load* returns; mistakes are told at the places they have in it.

    A union of many kinds takes as long to build as the rest of a scenario does.
    """

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._load())

    def _read(self, stated: object) -> object:
        return self._adapter.validate_python(stated)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(self._adapter.core_schema)
