"""OpenAPI documents of the worlds of a server."""

from functools import lru_cache

from fastapi import Request

from mockapi.api.openapi import Document, describe
from mockapi.api.products import PRODUCTS
from mockapi.control.app import ControlApi
from mockapi.control.openapi import describe_control
from mockapi.domain.edition import Edition
from mockapi.http.context import prefix_of, world_of, world_prefix_of
from mockapi.settings import Settings

CONTROL = "control"
"""Name of the document of the control API."""
_CACHE_SIZE = 32
_TITLES = {"partner": "Partner API", "user": "User API", CONTROL: "Control API"}


class Documents:
    """OpenAPI documents by name, created on first use and cached."""

    def __init__(self, admin: ControlApi | None) -> None:
        self._admin = admin
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._create)
        self.titles = dict(_TITLES)
        if admin is None:
            del self.titles[CONTROL]

    def get(self, name: str, request: Request) -> Document | None:
        """Return the document *name* for the world of *request*, None for an unknown name."""
        world, root = world_of(request), world_prefix_of(request)
        return self._cached(name, world.edition, world.settings, root, prefix_of(request))

    def _create(
        self, name: str, edition: Edition, settings: Settings, root: str, server: str
    ) -> Document | None:
        if name == CONTROL and self._admin is not None:
            return describe_control(self._admin.app, root, server)
        for product in PRODUCTS:
            if product.name == name:
                return describe(product, edition, settings, root)
        return None
