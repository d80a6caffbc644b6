"""Routes of the control API."""

from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from mockapi.http.admin.errors import demand_admin, demand_method_of_path
from mockapi.http.admin.parameters import demand_known_parameters, demand_no_repetition
from mockapi.http.json_body import JsonBody
from mockapi.http.known import known_parameters


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
