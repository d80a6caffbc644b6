"""OpenAPI documents, and Swagger UI from packaged files."""

from functools import lru_cache
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from mockapi.api.openapi import Document, describe
from mockapi.api.products import PRODUCTS
from mockapi.console.page import render_console_page
from mockapi.control.app import ControlApi
from mockapi.control.openapi import describe_control
from mockapi.domain.edition import Edition
from mockapi.http.context import world_of, world_prefix_of
from mockapi.oauth.pages.page import PageError, error_page
from mockapi.settings import Settings
from mockapi.version import __version__
from mockapi.world.world import World

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    # Swagger UI sets styles from its script.
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
_CACHE_SIZE = 32
_CONTROL = "control"
_TITLES = {"partner": "Partner API", "user": "User API", _CONTROL: "Control API"}


class Documents:
    """OpenAPI documents by name, created on first use and cached."""

    def __init__(self, admin: ControlApi | None) -> None:
        self._admin = admin
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._create)
        self.titles = dict(_TITLES)
        if admin is None:
            del self.titles[_CONTROL]

    def get(self, name: str, world: World, root: str) -> Document | None:
        """Return the document *name* for *world* below *root*, None for an unknown name."""
        return self._cached(name, world.edition, world.settings, root)

    def _create(
        self, name: str, edition: Edition, settings: Settings, root: str
    ) -> Document | None:
        if name == _CONTROL and self._admin is not None:
            return describe_control(self._admin.app, root)
        for product in PRODUCTS:
            if product.name == name:
                return describe(product, edition, settings, root)
        return None


def docs_router(documents: Documents) -> APIRouter:
    """Return the routes of *documents* and of their Swagger UI pages."""
    router = APIRouter(include_in_schema=False)

    # Not async: creating a document takes up to a second, so it runs in a thread.
    @router.get("/openapi/{name}.json")
    def openapi(request: Request, name: str) -> Response:
        found = documents.get(name, world_of(request), world_prefix_of(request))
        if found is None:
            choices = ", ".join(documents.titles)
            detail = f"Document {name!r} does not exist. Choose {choices}."
            return JSONResponse({"detail": detail}, 404)
        return JSONResponse(found)

    @router.get("/docs/")
    @router.get("/docs")
    async def index() -> Response:
        return RedirectResponse("/docs/partner", 307)

    @router.get("/docs/{name}")
    async def page(request: Request, name: str) -> Response:
        if name not in documents.titles:
            return error_page(
                request,
                PageError(
                    HTTPStatus.NOT_FOUND,
                    "Document not found",
                    f"Available documents: {', '.join(documents.titles)}.",
                ),
            )
        return render_console_page(
            request,
            "console/docs.html",
            "docs",
            headers={"Content-Security-Policy": _CONTENT_SECURITY_POLICY},
            name=name,
            titles=documents.titles,
            version=__version__,
        )

    return router
