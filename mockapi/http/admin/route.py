"""Routes of the control API."""

from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from mockapi.http.admin.errors import demand_admin
from mockapi.http.admin.parameters import declared_parameters, demand_known_parameters
from mockapi.http.json_body import JsonBody


class AdminRoute(APIRoute):
    """A route that checks the caller, then the names of parameters, then the body."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()
        known = frozenset(declared_parameters(self.dependant))
        body = None if self.body_field is None else JsonBody(self.body_field)

        async def guarded(request: Request) -> Any:
            demand_admin(request)
            demand_known_parameters(request, known)
            if body is not None:
                await body.read(request)
            return await handle(request)

        return guarded
