"""Parts of scenarios in bodies of requests, and errors of adding and changing them."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Body
from fastapi.exceptions import RequestValidationError

from mockapi.control.route import AdminError, not_found_errors
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.field_types import Spec
from mockapi.scenario.validation import part_of
from mockapi.store.state import DuplicateRowError
from mockapi.store.tables import Token

Part = dict[str, Any]
"""Keys of a part of a scenario. Not a model, because its schema would take 100 ms to build."""

_Kind = TypeVar("_Kind", bound=Spec)


def example(part: Part) -> Any:
    """Return the documentation of a body that is a part of a scenario, with *part* as example."""
    return Body(examples=[part])


def parsed(kind: type[_Kind], body: Mapping[str, Any]) -> _Kind:
    """Return the part of a scenario in *body*.

    Raise `RequestValidationError` with the place and the message of each issue, as in a file.
    """
    try:
        return part_of(kind, body)
    except ScenarioError as error:
        raise RequestValidationError(
            [
                {
                    "loc": ("body", *filter(None, each.path.split("."))),
                    "msg": each.advice,
                    "type": "scenario",
                    "ctx": {"code": each.code},
                }
                for each in error.issues
            ]
        ) from error


@contextmanager
def state_errors() -> Generator[None]:
    """Raise `AdminError` for an unknown or a duplicate id in the block, and for a wrong value."""
    with not_found_errors():
        try:
            yield
        except DuplicateRowError as error:
            what = "a token" if error.kind is Token else f"{error.column} {error.value!r}"
            detail = f"{what} is already in use in this world. Use another one, or leave it out."
            raise AdminError(HTTPStatus.CONFLICT, detail) from error
        except ValueError as error:
            raise AdminError(HTTPStatus.BAD_REQUEST, str(error)) from error
