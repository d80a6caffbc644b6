"""Makes worlds beside the first one, lists them and deletes them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.named_world_bodies import CreateWorldRequest, NamedWorldView
from mockapi.domain.urls import INLINE_SCENARIO
from mockapi.http.context import world_root_of, worlds_of
from mockapi.scenario.errors import ScenarioError
from mockapi.world.registry import TooManyWorldsError, WorldExistsError
from mockapi.world.world import World


async def from_outside(request: Request) -> None:
    """Refuse a call that came through a named world, which knows of no other."""
    if world_root_of(request):
        raise AdminError(
            HTTPStatus.NOT_FOUND,
            "A world knows of no other; worlds are made and deleted at /__admin/worlds.",
        )


router = APIRouter(prefix="/worlds", dependencies=[Depends(from_outside)], route_class=AdminRoute)
Name = Annotated[str, Path(description="What the world is called.")]


def _body(world: World) -> NamedWorldView:
    return NamedWorldView.of(
        world.name, world.scenario_name, world.seed, world.edition.name, world.now()
    )


@router.get(
    "", summary="The named worlds", operation_id="listWorlds", responses=error_responses(404)
)
async def list_worlds(request: Request) -> list[NamedWorldView]:
    return [_body(world) for world in worlds_of(request)]


# Not async: a large scenario takes seconds, in a thread, and other requests go on.
@router.post(
    "",
    summary="Make a world beside the others",
    operation_id="createWorld",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(404, 409, 415, 429),
)
def create_world(request: Request, wish: CreateWorldRequest | None = None) -> NamedWorldView:
    wish = wish or CreateWorldRequest()
    wishes = wish.model_dump(exclude_none=True, exclude={"name", "scenario_text", "scenario_name"})
    if wish.scenario_text is not None:
        if wish.scenario is not None:
            raise AdminError(HTTPStatus.BAD_REQUEST, "State scenario or scenario_text, not both.")
        wishes["scenario"] = wish.scenario_name or INLINE_SCENARIO
    elif wish.scenario_name is not None:
        raise AdminError(
            HTTPStatus.BAD_REQUEST, "scenario_name is that of a scenario_text; state one."
        )
    try:
        world = worlds_of(request).create(wish.name, wishes, wish.scenario_text)
    except WorldExistsError as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error
    except TooManyWorldsError as error:
        raise AdminError(HTTPStatus.TOO_MANY_REQUESTS, str(error)) from error
    except ScenarioError as error:
        raise AdminError(HTTPStatus.BAD_REQUEST, str(error)) from error
    return _body(world)


@router.get(
    "/{name}", summary="A named world", operation_id="getNamedWorld", responses=error_responses(404)
)
async def get_world(request: Request, name: Name) -> NamedWorldView:
    return _body(_known(request, name))


@router.delete(
    "/{name}",
    summary="Delete a world with everything in it",
    operation_id="deleteWorld",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def delete_world(request: Request, name: Name) -> None:
    _known(request, name)
    worlds_of(request).delete(name)


def _known(request: Request, name: str) -> World:
    with not_found_errors():
        return worlds_of(request).get(name)
