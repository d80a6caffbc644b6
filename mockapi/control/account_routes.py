"""Routes that add, change and remove customers and clients."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request

from mockapi.control.route import AdminRoute, error_responses
from mockapi.control.scenario_parts import Part, example, parsed, state_errors
from mockapi.control.schemas.world_bodies import ClientView, CustomerView
from mockapi.http.context import world_of
from mockapi.scenario.schema import ClientSpec
from mockapi.scenario.updates import ClientUpdate, CustomerUpdate, NewCustomer
from mockapi.store.tables import Customer
from mockapi.world import account_edits
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


def _view_of(world: World, customer: Customer) -> CustomerView:
    return CustomerView.of(customer, world.store.sites(customer.id))


@router.post(
    "/customers",
    summary="Add a customer",
    description="The body has the keys of a customer in a scenario, also `sites` and tokens, but "
    "no `portfolio`. E-mail address and name are drawn unless they are given.",
    operation_id="addCustomer",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(404, 409, 415),
)
async def add_customer(
    request: Request,
    body: Annotated[Part, example({"email": "new@example.com", "name": "New Customer"})],
) -> CustomerView:
    world = world_of(request)
    spec = parsed(NewCustomer, account_edits.with_drawn_email(world, body))
    with state_errors():
        return _view_of(world, account_edits.add_customer(world, spec))


@router.patch(
    "/customers/{customer}",
    summary="Change a customer, given by id or e-mail address",
    description="The body has `email`, `name`, `password`, `sandbox` or `sees`, as in a scenario.",
    operation_id="updateCustomer",
    responses=error_responses(404, 409, 415),
)
async def update_customer(
    request: Request, customer: str, body: Annotated[Part, example({"name": "Other Name"})]
) -> CustomerView:
    world, update = world_of(request), parsed(CustomerUpdate, body)
    with state_errors():
        return _view_of(world, account_edits.update_customer(world, customer, update))


@router.delete(
    "/customers/{customer}",
    summary="Remove a customer with all sites, consents, tokens and scoring requests",
    operation_id="removeCustomer",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def remove_customer(request: Request, customer: str) -> None:
    with state_errors():
        account_edits.remove_customer(world_of(request), customer)


@router.post(
    "/clients",
    summary="Add an OAuth client",
    description="The body has the keys of a client in a scenario. Id, name and redirect URI are "
    "drawn unless they are given. A client without `client_secret` is public.",
    operation_id="addClient",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(409, 415),
)
async def add_client(
    request: Request,
    body: Annotated[
        Part,
        example({"name": "New Partner", "redirect_uris": ["https://partner.example.com/callback"]}),
    ],
) -> ClientView:
    world = world_of(request)
    spec = parsed(ClientSpec, account_edits.with_drawn_credentials(world, body))
    with state_errors():
        return ClientView.of(account_edits.add_client(world, spec))


@router.patch(
    "/clients/{client_id}",
    summary="Change a client",
    description="The body has `client_secret` (null makes the client public), `name`, "
    "`redirect_uris` or `scopes`.",
    operation_id="updateClient",
    responses=error_responses(404, 415),
)
async def update_client(
    request: Request, client_id: str, body: Annotated[Part, example({"name": "Other Partner"})]
) -> ClientView:
    world, update = world_of(request), parsed(ClientUpdate, body)
    with state_errors():
        return ClientView.of(account_edits.update_client(world, client_id, update))


@router.delete(
    "/clients/{client_id}",
    summary="Remove a client with its consents and tokens",
    operation_id="removeClient",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def remove_client(request: Request, client_id: str) -> None:
    with state_errors():
        account_edits.remove_client(world_of(request), client_id)
