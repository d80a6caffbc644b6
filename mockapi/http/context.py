"""Finds what belongs to a request: its world, its product, its bearer."""

from urllib.parse import quote

from fastapi import Request

from mockapi.domain.oauth import Bearer
from mockapi.journal.raw_exchange import Decisions
from mockapi.world.world import World


def world_of(request: Request) -> World:
    world: World = request.scope["mockapi.world"]
    return world


def world_root_of(request: Request) -> str:
    """Return `/w/` and the name of the request's world; empty for the first world."""
    root: str = request.scope.get("mockapi.root", "")
    return root


def bearer_of(request: Request) -> Bearer:
    """Return whom the request speaks for; the guard has made sure of it."""
    bearer: Bearer = request.scope["mockapi.bearer"]
    return bearer


def decisions_of(request: Request) -> Decisions:
    """Return where the journal learns what was decided; a journal switched off learns nothing."""
    decisions: Decisions | None = request.scope.get("mockapi.decisions")
    return Decisions() if decisions is None else decisions


def path_below_base(request: Request) -> str:
    """Return the requested path below the base of its product."""
    path: str = request.scope["path"]
    root: str = request.scope.get("root_path", "")
    return path.removeprefix(root)


def resource_path(request: Request) -> str:
    """Return the path below the base as a URI reference, as problems tell it."""
    return quote(path_below_base(request), safe="/:@!$&'()*+,;=~", errors="replace")
