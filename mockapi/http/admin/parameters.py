"""Refuses query parameters that a call of the control API does not know.

A misspelt one would widen what is asked for: a `DELETE` without its `until` takes everything.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from mockapi.http.admin.errors import AdminError
from mockapi.http.queries import names


async def demand_known_parameters(request: Request) -> None:
    """Raise `AdminError` with 400 for a query parameter that the route does not declare."""
    if not request.query_params:
        return
    known = frozenset(_declared(request.scope["route"]))
    for name in request.query_params:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            advice = f"known are {names(known)}" if known else "it takes none"
            advice = f"did you mean {close[0]}?" if close else f"{advice}."
            raise AdminError(
                HTTPStatus.BAD_REQUEST, f"{name}: this call knows no such parameter; {advice}"
            )


def _declared(route: Any) -> Iterator[str]:
    for field in route.dependant.query_params:
        shape = field.field_info.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            for name, member in shape.model_fields.items():
                yield member.alias or name
        else:
            yield field.alias
