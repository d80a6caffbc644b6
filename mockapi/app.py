"""Assembles the server; nothing is built at import, and two apps share nothing."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from mockapi.domain.clock import Clock
from mockapi.faults.middleware import FaultMiddleware
from mockapi.http.admin.app import PREFIX, create_admin_app
from mockapi.http.admin.world import health
from mockapi.http.fault_gate import HttpGate
from mockapi.http.gateway import Gateway
from mockapi.http.lazy import Lazy
from mockapi.http.products import PRODUCTS
from mockapi.resources import STATIC
from mockapi.settings import Settings
from mockapi.world.world import World


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """Return an ASGI app around a world of its own, ready at once.

    The world is made here and not in a lifespan, because in-process transports run none.
    *clock* replaces the one of settings and scenario. Raises what `World.open` raises.
    """
    settings = settings or Settings()
    world = World.open(settings, clock)
    strict = settings.strict_paths
    products = {
        product.name: product.app(world.edition, strict_paths=strict) for product in PRODUCTS
    }
    bases = {
        base: products[product.name]
        for product in PRODUCTS
        for base in product.mounted_bases(world.edition, strict_paths=strict)
    }
    admin = create_admin_app(settings.max_body_bytes) if settings.admin else None

    app = FastAPI(title="mockapi", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.world = world
    app.add_middleware(Gateway, world=world, products=bases)
    # What is added later stands farther out.
    app.add_middleware(FaultMiddleware, world=world, gate=HttpGate())
    app.add_api_route("/healthz", health)
    if admin is not None:
        app.mount(PREFIX, admin)
    # Last: it takes every path that nobody took before.
    app.mount("", Lazy(lambda: _create_front(world, admin)))
    return app


def _create_front(world: World, admin: FastAPI | None) -> ASGIApp:
    """Return what a browser meets: documents, OAuth, pages and their files."""
    # Late: Authlib, Jinja2 and the pages would make every start a tenth longer.
    from mockapi.http.docs import Documents, docs_router
    from mockapi.http.pages.site import create_site, unrouted

    front = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    front.add_exception_handler(404, unrouted)
    front.add_exception_handler(405, unrouted)
    front.include_router(docs_router(Documents(world, admin)))
    front.mount("/static", StaticFiles(directory=STATIC))
    front.mount("", create_site(world.settings, old_names=world.edition.old_names))
    return front
