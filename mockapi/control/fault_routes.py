"""Switches faults on and off, and tells what they struck."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.exceptions import RequestValidationError

from mockapi.control.route import AdminError, AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.fault_bodies import FaultKindView, FaultPresetView, FaultView
from mockapi.domain.suggestions import nearest
from mockapi.faults.kinds import KINDS, AnyFault
from mockapi.faults.parsing import InvalidFaultError, fault_preset, fault_presets, parse_fault
from mockapi.faults.plan import ActiveFault, TooManyFaultsError
from mockapi.http.context import world_of

_LONGEST = 100

router = APIRouter(prefix="/faults", route_class=AdminRoute)


@router.post(
    "",
    summary="Switch a fault on",
    operation_id="createFault",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(409, 415),
)
async def create_fault(request: Request, stated: Annotated[dict[str, Any], Body()]) -> FaultView:
    # Not by FastAPI, to which the models of all kinds would be a twentieth of every start.
    try:
        fault = parse_fault(stated)
    except InvalidFaultError as mistake:
        raise RequestValidationError(
            [
                {"loc": ("body", name), "msg": reason, "type": "fault"}
                for name, reason in mistake.errors
            ]
        ) from mistake
    return FaultView.of(_switched_on(request, fault, "control"))


@router.get(
    "", summary="The faults that are on", operation_id="listFaults", responses=error_responses()
)
async def list_faults(request: Request) -> list[FaultView]:
    return [FaultView.of(each) for each in world_of(request).faults]


@router.delete(
    "",
    summary="Lift every fault, the scenario's too",
    operation_id="deleteFaults",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(),
)
async def delete_faults(request: Request) -> None:
    world_of(request).faults.clear()


@router.get(
    "/kinds",
    summary="The kinds of faults and their settings",
    operation_id="listFaultKinds",
    responses=error_responses(),
)
async def list_kinds() -> list[FaultKindView]:
    return [FaultKindView.of(kind, fault) for kind, fault in KINDS.items()]


@router.get(
    "/kinds/{kind}",
    summary="One kind of fault and its settings",
    operation_id="getFaultKind",
    responses=error_responses(404),
)
async def get_kind(kind: str) -> FaultKindView:
    try:
        return FaultKindView.of(kind, KINDS[kind])
    except KeyError as error:
        close = nearest(kind, KINDS)
        advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(KINDS)}."
        raise AdminError(HTTPStatus.NOT_FOUND, f"No fault is of kind {kind!r}; {advice}") from error


@router.get(
    "/presets",
    summary="The situations that have names",
    operation_id="listFaultPresets",
    responses=error_responses(),
)
async def list_presets() -> list[FaultPresetView]:
    return [FaultPresetView.of(name, each) for name, each in fault_presets().items()]


@router.post(
    "/presets/{name}",
    summary="Switch the faults of a situation on",
    operation_id="createFaultsOfPreset",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(404, 409),
)
async def create_faults_of_preset(request: Request, name: str) -> list[FaultView]:
    with not_found_errors():
        preset = fault_preset(name)
    return [FaultView.of(_switched_on(request, each, name)) for each in preset.faults]


@router.get(
    "/{fault_id}",
    summary="One fault and its counts",
    operation_id="getFault",
    responses=error_responses(404),
)
async def get_fault(request: Request, fault_id: str) -> FaultView:
    return FaultView.of(_known(request, fault_id))


@router.delete(
    "/{fault_id}",
    summary="Lift a fault; answers its last counts",
    operation_id="deleteFault",
    responses=error_responses(404),
)
async def delete_fault(request: Request, fault_id: str) -> FaultView:
    return FaultView.of(world_of(request).faults.remove(_known(request, fault_id).id))


def _switched_on(request: Request, fault: AnyFault, source: str) -> ActiveFault:
    try:
        return world_of(request).faults.add(fault, source)
    except TooManyFaultsError as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error


def _known(request: Request, fault_id: str) -> ActiveFault:
    with not_found_errors():
        return world_of(request).faults.get(fault_id)
