"""Routes of named worlds."""

from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.world_bodies import (
    CreateWorldRequest,
    NamedWorldView,
    NewWorldName,
)
from mockapi.domain.json_values import is_scenario_text
from mockapi.domain.urls import INLINE_SCENARIO
from mockapi.http.context import world_root_of, worlds_of
from mockapi.scenario.errors import ScenarioError
from mockapi.world.registry import TooManyWorldsError, WorldExistsError
from mockapi.world.world import World


async def require_default_world(request: Request) -> None:
    """Raise `AdminError` with 404 if the call came through a named world."""
    if world_root_of(request):
        raise AdminError(
            HTTPStatus.NOT_FOUND,
            "Worlds can only be managed through /__admin/worlds of the default world.",
        )


router = APIRouter(
    prefix="/worlds", dependencies=[Depends(require_default_world)], route_class=AdminRoute
)
Name = Annotated[str, Path(description="Name of the world.")]


def named_world_view(world: World) -> NamedWorldView:
    """Return the body of *world*."""
    return NamedWorldView.of(
        world.name, world.scenario_name, world.seed, world.edition.name, world.now()
    )


@router.get(
    "", summary="List the named worlds", operation_id="listWorlds", responses=error_responses(404)
)
async def list_worlds(request: Request) -> list[NamedWorldView]:
    return [named_world_view(world) for world in worlds_of(request)]


# Not async: a large scenario takes seconds, in a thread.
@router.post(
    "",
    summary="Create a named world",
    operation_id="createWorld",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(404, 409, 415, 429),
)
def create_world(request: Request, body: CreateWorldRequest | None = None) -> NamedWorldView:
    body = body or CreateWorldRequest()
    with _creation_errors(body):
        return named_world_view(worlds_of(request).create(body.name, *_requested(body)))


# Not async, as above.
@router.put(
    "/{name}",
    summary="Create a named world, unless it exists with the same settings",
    operation_id="putWorld",
    responses={
        **error_responses(404, 409, 412, 415, 429),
        HTTPStatus.CREATED: {"model": NamedWorldView, "description": "The world is created"},
    },
)
def put_world(
    request: Request,
    response: Response,
    name: Annotated[NewWorldName, Path(description="Name of the world.")],
    body: CreateWorldRequest | None = None,
    if_none_match: Annotated[
        Literal["*"] | None,
        Header(alias="If-None-Match", description="`*` requires that the world does not exist."),
    ] = None,
) -> NamedWorldView:
    body = body or CreateWorldRequest()
    if body.name not in (None, name):
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            f"name is {body.name!r} in the body, but {name!r} in the path. Leave it out.",
        )
    worlds, requested = worlds_of(request), _requested(body)
    if if_none_match is None:
        with _creation_errors(body):
            world, is_new = worlds.put(name, *requested)
    else:
        with _creation_errors(body, HTTPStatus.PRECONDITION_FAILED):
            world, is_new = worlds.create(name, *requested), True
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return named_world_view(world)


def _requested(body: CreateWorldRequest) -> tuple[dict[str, Any], str | None]:
    """Return the settings and the scenario text that *body* requests."""
    settings = body.model_dump(
        exclude_none=True, exclude={"name", "scenario_text", "scenario_name"}
    )
    text = body.scenario_text
    if text is not None and body.scenario is not None:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            "scenario cannot be combined with scenario_text. Remove one.",
        )
    if is_scenario_text(body.scenario):
        text = body.scenario
    if text is not None:
        settings["scenario"] = body.scenario_name or INLINE_SCENARIO
    elif body.scenario_name is not None:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            "scenario_name needs the scenario itself, as scenario_text or as an object in "
            "scenario. Add it.",
        )
    return settings, text


@contextmanager
def _creation_errors(
    body: CreateWorldRequest, if_exists: HTTPStatus = HTTPStatus.CONFLICT
) -> Generator[None]:
    """Raise `AdminError` for an error of the creation of the world of *body* in the block.

    Its status is *if_exists* if the name is in use.
    """
    try:
        yield
    except WorldExistsError as error:
        raise AdminError(if_exists, str(error)) from error
    except TooManyWorldsError as error:
        raise AdminError(HTTPStatus.TOO_MANY_REQUESTS, str(error)) from error
    except ScenarioError as error:
        is_object = body.scenario_text is None and is_scenario_text(body.scenario)
        name = body.scenario_name or INLINE_SCENARIO
        message = error.without_lines_of(name) if is_object else str(error)
        raise AdminError(HTTPStatus.BAD_REQUEST, message) from error


@router.get(
    "/{name}",
    summary="Return a named world",
    operation_id="getNamedWorld",
    responses=error_responses(404),
)
async def get_world(request: Request, name: Name) -> NamedWorldView:
    return named_world_view(_world(request, name))


@router.delete(
    "/{name}",
    summary="Delete a named world",
    operation_id="deleteWorld",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def delete_world(request: Request, name: Name) -> None:
    _world(request, name)
    worlds_of(request).delete(name)


def _world(request: Request, name: str) -> World:
    with not_found_errors():
        return worlds_of(request).get(name)
