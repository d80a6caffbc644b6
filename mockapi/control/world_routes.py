"""Routes of health, world and reset."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from mockapi.control.health import Health, health_of
from mockapi.control.route import AdminRoute, error_responses
from mockapi.control.schemas.world_bodies import ClientView, CustomerView, WorldView
from mockapi.domain import timestamps
from mockapi.http.context import world_of

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
    summary="Reset the world to its initial state",
    operation_id="resetWorld",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(),
)
async def reset(request: Request) -> None:
    world_of(request).reset()
