"""Finds what belongs to a request: its world, its product, its bearer."""

from urllib.parse import quote

from fastapi import Request

from mockapi.domain.oauth.tokens import Bearer
from mockapi.world.world import World


def world_of(request: Request) -> World:
    world: World = request.scope["mockapi.world"]
    return world


def root_of(request: Request) -> str:
    """Return where the request's world begins: nothing, or `/w/` and its name."""
    root: str = request.scope.get("mockapi.root", "")
    return root


def bearer_of(request: Request) -> Bearer:
    """Return whom the request speaks for; the guard has made sure of it."""
    bearer: Bearer = request.scope["mockapi.bearer"]
    return bearer


def path_below_base(request: Request) -> str:
    """Return the requested path below the base of its product."""
    path: str = request.scope["path"]
    root: str = request.scope.get("root_path", "")
    return path.removeprefix(root)


def resource_path(request: Request) -> str:
    """Return the path below the base as a URI reference, as problems tell it."""
    return quote(path_below_base(request), safe="/:@!$&'()*+,;=~", errors="replace")
