"""The ASGI app of a product: the route of each request, and the responses to errors."""

from collections.abc import Callable, Collection, Mapping

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import Receive, Scope, Send

from mockapi.api.error_responses import error_response, invalid_request
from mockapi.api.guard import GuardedRoute, authenticate
from mockapi.domain.errors import (
    ApiError,
    MethodNotAllowed,
    ResourceNotFound,
    ServerFailed,
)
from mockapi.http.context import context_of
from mockapi.http.exhaustion import ExhaustionReport


class ProductApp:
    """ASGI app that runs the route that the request's context was matched to.

    It has no state of requests and no router, because the path was looked up before. *routes* are
    functions that return the route of a path and a method.
    """

    def __init__(
        self, product: str, routes: Mapping[str, Mapping[str, Callable[[], GuardedRoute]]]
    ) -> None:
        self._product = product
        self._routes = routes
        self._exhaustion = ExhaustionReport()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        methods = self._routes.get(context_of(request).template, {})
        find_route = methods.get(scope["method"])
        try:
            if find_route is None:
                response = self._unrouted(request, methods)
            else:
                scope["route"] = route = find_route()
                response = await route.respond(request)
        except ApiError as error:
            response = error_response(request, error)
        except RequestValidationError as error:
            response = error_response(request, invalid_request(error.errors()))
        except Exception as error:
            exhausted = self._exhaustion.response_to(error)
            if exhausted is not None:
                await exhausted.send(send)
                return
            await error_response(request, ServerFailed())(scope, receive, send)
            # Raised again, so that it is logged.
            raise
        await response(scope, receive, send)

    def _unrouted(self, request: Request, methods: Collection[str]) -> Response:
        """Return the response for a path or a method that the backend does not have.

        The gateway checks the token first (docs/contract/errors.md#order-of-refusals).
        """
        context_of(request).annotations.product = self._product
        authenticate(request, self._product)
        if not methods:
            raise ResourceNotFound
        allowed = sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())})
        if request.method == "OPTIONS":
            return Response(headers={"Allow": ", ".join(allowed)})
        raise MethodNotAllowed(request.method, allowed)
