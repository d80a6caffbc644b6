"""Answers what a browser asks for: documents, OAuth, pages and their files."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.http.admin.mount import ControlApi
from mockapi.http.exhaustion import Unavailable
from mockapi.resources import STATIC
from mockapi.world.world import World


class Front:
    """Makes the pages when they are first asked for, once for all worlds that are set up alike."""

    def __init__(self, admin: ControlApi | None) -> None:
        self._admin = admin
        self._made: dict[tuple[bool, bool, bool], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        world: World = scope["mockapi.world"]
        settings = world.settings
        kind = (settings.strict_paths, settings.internal_grants, world.edition.old_names)
        if kind not in self._made:
            self._made[kind] = self._make(world)
        await self._made[kind](scope, receive, send)

    def _make(self, world: World) -> ASGIApp:
        # Late: Authlib, Jinja2 and the pages would make every start a tenth longer.
        from mockapi.http.docs import Documents, docs_router
        from mockapi.http.pages.site import create_site, unrouted

        front = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        front.add_middleware(Unavailable)
        front.add_exception_handler(404, unrouted)
        front.add_exception_handler(405, unrouted)
        front.include_router(docs_router(Documents(self._admin)))
        front.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=1000))
        front.mount("", create_site(world.settings, old_names=world.edition.old_names))
        return front
