"""OpenAPI documents, and pages that describe their operations and send requests to them."""

import json
from collections.abc import Sequence
from functools import lru_cache

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from mockapi.api.openapi import Document, describe
from mockapi.api.products import PRODUCTS
from mockapi.console.api_operations import describe_operation, list_tags
from mockapi.console.example_values import example_values
from mockapi.console.page import (
    ConsoleNotFoundError,
    Snippet,
    render_console_page,
    shown_tokens,
    threaded,
)
from mockapi.control.app import ControlApi
from mockapi.control.openapi import describe_control
from mockapi.domain.edition import Edition
from mockapi.http.context import url_of, world_of, world_prefix_of
from mockapi.settings import Settings
from mockapi.world.world import World

_CACHE_SIZE = 32
_CONTROL = "control"
_TITLES = {"partner": "Partner API", "user": "User API", _CONTROL: "Control API"}
_LANGUAGES = ("curl", "Python", "TypeScript")


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


def docs_routes(documents: Documents) -> Sequence[Route]:
    """Return the routes of *documents* and of the pages that show them."""

    # In threads, because creating a document takes up to a second.
    @threaded
    def openapi(request: Request) -> Response:
        name = request.path_params["name"]
        found = documents.get(name, world_of(request), world_prefix_of(request))
        if found is None:
            choices = ", ".join(documents.titles)
            detail = f"Document {name!r} does not exist. Choose {choices}."
            return JSONResponse({"detail": detail}, 404)
        return JSONResponse(found)

    async def index(request: Request) -> Response:
        return RedirectResponse("/docs/partner", 307)

    @threaded
    def overview(request: Request) -> Response:
        return _overview(request, documents)

    @threaded
    def operation(request: Request) -> Response:
        return _operation(request, documents)

    compressed = [Middleware(GZipMiddleware)]
    return (
        Route("/openapi/{name}.json", openapi, middleware=compressed),
        Route("/docs", index),
        Route("/docs/", index),
        Route("/docs/{name}", overview, middleware=compressed),
        Route("/docs/{name}/{operation}", operation, middleware=compressed),
    )


def _document(request: Request, documents: Documents) -> Document:
    name = request.path_params["name"]
    found = documents.get(name, world_of(request), world_prefix_of(request))
    if found is None:
        detail = f"Available documents: {', '.join(documents.titles)}."
        raise ConsoleNotFoundError(detail, "docs", "Document not found")
    return found


def _overview(request: Request, documents: Documents) -> Response:
    document = _document(request, documents)
    name = request.path_params["name"]
    schemes = document["components"]["securitySchemes"]
    flows = [flow for each in schemes.values() for flow in each.get("flows", {}).values()]
    return render_console_page(
        request,
        "console/docs.html",
        "docs",
        name=name,
        titles=documents.titles,
        info=document["info"],
        tags=list_tags(document),
        origin=url_of(request).removesuffix(world_prefix_of(request)),
        bases=[each["url"] for each in document["servers"]],
        schemes=[each for each in schemes.values() if "description" in each],
        oauth=flows[0] if flows else None,
    )


def _operation(request: Request, documents: Documents) -> Response:
    document, world = _document(request, documents), world_of(request)
    name, operation = request.path_params["name"], request.path_params["operation"]
    tags = list_tags(document)
    paths = {each.id: each.path for tag in tags for each in tag.operations}
    values = example_values(world, operation, paths.get(operation, ""))
    described = describe_operation(document, operation, values)
    if described is None:
        detail = f"The {documents.titles[name]} has no operation {operation!r}."
        raise ConsoleNotFoundError(detail, "docs", "Operation not found")
    access, personal = shown_tokens(world)
    found = described.operation
    request_settings = {
        "api": name,
        "method": found.method,
        "path": document["servers"][0]["url"] + found.path,
        "token": {"partner": access, "user": personal}.get(name),
        "journal": world.settings.admin and world.journal.size > 0 and name != _CONTROL,
    }
    return render_console_page(
        request,
        "console/docs_operation.html",
        "docs",
        name=name,
        titles=documents.titles,
        tags=tags,
        tag=next(tag.name for tag in tags if found in tag.operations),
        described=described,
        operation=found,
        bases=[each["url"] for each in document["servers"]],
        request_settings=json.dumps(request_settings),
        token=request_settings["token"],
        has_console=world.settings.admin,
        code_tabs=[Snippet(each, "") for each in _LANGUAGES],
    )
