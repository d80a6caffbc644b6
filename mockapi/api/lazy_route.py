"""Makes a route when it is first asked for: it takes FastAPI long to look into a handler."""

from collections.abc import Callable
from functools import cached_property

from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match, compile_path
from starlette.types import Receive, Scope, Send


class LateRoute(BaseRoute):
    """Stands where a route of FastAPI's stands, knowing its path and its method."""

    def __init__(self, path: str, method: str, make: Callable[[], BaseRoute]) -> None:
        self.path = path
        self.path_regex, _, _ = compile_path(path)
        self.methods = {method}
        self._make = make

    @cached_property
    def _route(self) -> BaseRoute:
        return self._make()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or not self.path_regex.match(get_route_path(scope)):
            return Match.NONE, {}
        if scope["method"] not in self.methods:
            return Match.PARTIAL, {}
        return self._route.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._route.handle(scope, receive, send)
