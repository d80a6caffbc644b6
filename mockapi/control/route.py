"""Routes of the control API."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from mockapi.control.errors import AdminError, demand_admin, demand_method_of_path
from mockapi.domain.suggestions import nearest
from mockapi.http.json_body import JsonBody
from mockapi.http.parameters import known_parameters, names, repeated_parameters

_LONGEST = 100


def demand_known_parameters(request: Request, known: Collection[str]) -> None:
    """Raise `AdminError` with 400 for a query parameter that is not among *known*."""
    for name in request.query_params:
        if name not in known:
            close = nearest(name, known)
            advice = f"known are {names(known)}" if known else "it takes none"
            advice = f"did you mean {close[0]}?" if close else f"{advice}."
            shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
            raise AdminError(
                HTTPStatus.BAD_REQUEST, f"{shown}: this call knows no such parameter; {advice}"
            )


def demand_no_repetition(request: Request, dependant: Dependant) -> None:
    """Raise `AdminError` with 400 for a repeated query parameter that has one value."""
    for name, count in repeated_parameters(dependant, request.query_params):
        raise AdminError(HTTPStatus.BAD_REQUEST, f"{name}: is given {count} times. Give it once.")


class AdminRoute(APIRoute):
    """A route that checks the caller, the method, the parameters' names and counts, the body."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()
        dependant = self.dependant
        known = known_parameters(dependant)
        body = None if self.body_field is None else JsonBody(self.body_field)

        async def guarded(request: Request) -> Any:
            demand_admin(request)
            demand_method_of_path(request)
            demand_known_parameters(request, known)
            demand_no_repetition(request, dependant)
            if body is not None:
                await body.read(request)
            return await handle(request)

        return guarded
