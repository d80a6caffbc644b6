"""Serves the OpenAPI documents, and Swagger UI from files of our own."""

from functools import lru_cache
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from mockapi.api.openapi import Document, describe
from mockapi.api.products import PRODUCTS
from mockapi.control.mount import ControlApi
from mockapi.control.openapi import describe_control
from mockapi.domain.edition import Edition
from mockapi.http.context import prefix_of, root_of, world_of
from mockapi.oauth.pages.page import PageRefused, notice
from mockapi.resources import CONSOLE_TEMPLATES
from mockapi.settings import Settings
from mockapi.version import __version__
from mockapi.world.world import World

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    # Swagger UI sets styles from its script.
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
_KEPT = 32
_CONTROL = "control"
_TITLES = {"partner": "Partner API", "user": "User API", _CONTROL: "Control API"}


class Documents:
    """The documents by name, each made once, when first asked for."""

    def __init__(self, admin: ControlApi | None) -> None:
        self._admin = admin
        self._made = lru_cache(maxsize=_KEPT)(self._make)
        self.titles = dict(_TITLES)
        if admin is None:
            del self.titles[_CONTROL]

    def get(self, name: str, world: World, root: str) -> Document | None:
        """Return the document *name* for *world*, which clients find below *root*."""
        return self._made(name, world.edition, world.settings, root)

    def _make(self, name: str, edition: Edition, settings: Settings, root: str) -> Document | None:
        if name == _CONTROL and self._admin is not None:
            return describe_control(self._admin.app, root)
        for product in PRODUCTS:
            if product.name == name:
                return describe(product, edition, settings, root)
        return None


def docs_router(documents: Documents) -> APIRouter:
    """Return the routes of *documents* and of the pages that show them."""
    router = APIRouter(include_in_schema=False)
    templates = Environment(
        loader=FileSystemLoader(CONSOLE_TEMPLATES), autoescape=select_autoescape(default=True)
    )

    # Not async: making a document takes up to a second, in a thread, and other requests go on.
    @router.get("/openapi/{name}.json")
    def openapi(request: Request, name: str) -> Response:
        found = documents.get(name, world_of(request), root_of(request))
        if found is None:
            return JSONResponse({"detail": f"There is no document {name!r}."}, 404)
        return JSONResponse(found)

    @router.get("/docs/")
    @router.get("/docs")
    async def index() -> Response:
        return RedirectResponse("/docs/partner", 307)

    @router.get("/docs/{name}")
    async def page(request: Request, name: str) -> Response:
        if name not in documents.titles:
            return notice(
                request,
                PageRefused(
                    HTTPStatus.NOT_FOUND,
                    "No such document",
                    f"There are {', '.join(documents.titles)}.",
                ),
            )
        template = templates.get_template("docs.html")
        html = template.render(
            prefix=prefix_of(request),
            root=root_of(request),
            name=name,
            titles=documents.titles,
            version=__version__,
        )
        return Response(
            html,
            media_type="text/html",
            headers={
                "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
                "X-Content-Type-Options": "nosniff",
            },
        )

    return router
