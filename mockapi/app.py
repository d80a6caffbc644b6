"""Assembles the server; nothing is built at import, and two apps share nothing."""

from fastapi import FastAPI

from mockapi.domain.clock import Clock
from mockapi.http.gateway import Gateway
from mockapi.http.products import PRODUCTS
from mockapi.settings import Settings
from mockapi.world.world import World


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """Return an ASGI app around a world of its own, ready at once.

    The world is made here and not in a lifespan, because in-process transports run none.
    *clock* replaces the one of settings and scenario. Raises what `World.open` raises.
    """
    settings = settings or Settings()
    world = World.open(settings, clock)
    app = FastAPI(title="mockapi", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.world = world
    strict = settings.strict_paths
    products = {}
    for product in PRODUCTS:
        product_app = product.app(world.edition, strict_paths=strict)
        for base in product.mounted_bases(world.edition, strict_paths=strict):
            products[base] = product_app
    app.add_middleware(Gateway, world=world, products=products)
    return app
