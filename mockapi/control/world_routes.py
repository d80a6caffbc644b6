"""Routes of health, world and reset."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from mockapi.control.health import Health, health_of
from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.world_bodies import (
    ClientView,
    CustomerView,
    ResetRequest,
    WorldView,
)
from mockapi.domain import timestamps
from mockapi.http.context import world_of, worlds_of
from mockapi.scenario.errors import ScenarioError
from mockapi.world.reload import NotReloadableError, reopen

router = APIRouter(route_class=AdminRoute)
public = APIRouter()


@public.get("/health", summary="Check the health of the world", operation_id="getHealth")
async def health(request: Request) -> Health:
    return health_of(world_of(request))


@router.get(
    "/world",
    summary="Return the world with its customers and clients",
    operation_id="getWorld",
    responses=error_responses(),
)
def world(request: Request) -> WorldView:
    world = world_of(request)
    return WorldView(
        scenario=world.scenario_name,
        seed=world.seed,
        edition=world.edition.name,
        now=timestamps.format_seconds(world.now()),
        customers=tuple(
            CustomerView.of(customer, world.store.sites(customer.id))
            for customer in world.store.customers()
        ),
        clients=tuple(ClientView.of(client) for client in world.store.clients()),
    )


@router.post(
    "/reset",
    summary="Reset the world to its initial state, or load its scenario file again",
    operation_id="resetWorld",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404, 409, 415),
)
async def reset(request: Request, body: ResetRequest | None = None) -> None:
    world = world_of(request)
    if body is None or not body.reload:
        world.reset()
        return
    try:
        # In a thread: the world serves other requests until the new one is complete.
        reopened = await run_in_threadpool(reopen, world)
    except (NotReloadableError, ScenarioError) as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error
    with not_found_errors():
        worlds_of(request).replace(reopened)
