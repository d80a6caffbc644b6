"""Routes of faults, fault kinds and presets."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.exceptions import RequestValidationError

from mockapi.control.route import (
    AdminError,
    AdminRoute,
    error_responses,
    not_found_errors,
)
from mockapi.control.schemas.fault_bodies import FaultKindView, FaultPresetView, FaultView
from mockapi.domain.text_matching import suggestion
from mockapi.domain.validation import quoted
from mockapi.faults.kinds import KINDS, AnyFault
from mockapi.faults.parsing import InvalidFaultError, fault_preset, fault_presets, parse_fault
from mockapi.faults.plan import ActiveFault, TooManyFaultsError
from mockapi.http.context import world_of

router = APIRouter(prefix="/faults", route_class=AdminRoute)


@router.post(
    "",
    summary="Add a fault",
    operation_id="createFault",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(409, 415),
)
async def create_fault(request: Request, settings: Annotated[dict[str, Any], Body()]) -> FaultView:
    # Parsed here, because a FastAPI body with all fault kinds adds 5 % to start-up.
    try:
        fault = parse_fault(settings)
    except InvalidFaultError as mistake:
        raise RequestValidationError(
            [
                {"loc": ("body", name), "msg": reason, "type": "fault", "ctx": {"code": code}}
                for name, reason, code in mistake.errors
            ]
        ) from mistake
    return FaultView.of(_add(request, fault, "control"))


@router.get(
    "", summary="List the active faults", operation_id="listFaults", responses=error_responses()
)
async def list_faults(request: Request) -> list[FaultView]:
    return [FaultView.of(each) for each in world_of(request).faults]


@router.delete(
    "",
    summary="Remove all faults, also those of the scenario",
    operation_id="deleteFaults",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(),
)
async def delete_faults(request: Request) -> None:
    world_of(request).faults.clear()


@router.get(
    "/kinds",
    summary="List the fault kinds with their settings",
    operation_id="listFaultKinds",
    responses=error_responses(),
)
async def list_kinds() -> list[FaultKindView]:
    return [FaultKindView.of(kind, fault) for kind, fault in KINDS.items()]


@router.get(
    "/kinds/{kind}",
    summary="Return one fault kind with its settings",
    operation_id="getFaultKind",
    responses=error_responses(404),
)
async def get_kind(kind: str) -> FaultKindView:
    try:
        return FaultKindView.of(kind, KINDS[kind])
    except KeyError as error:
        raise AdminError(
            HTTPStatus.NOT_FOUND, f"{quoted(kind)} is not a fault kind. {suggestion(kind, KINDS)}"
        ) from error


@router.get(
    "/presets",
    summary="List the fault presets",
    operation_id="listFaultPresets",
    responses=error_responses(),
)
async def list_presets() -> list[FaultPresetView]:
    return [FaultPresetView.of(name, each) for name, each in fault_presets().items()]


@router.post(
    "/presets/{name}",
    summary="Add the faults of a preset",
    operation_id="createFaultsOfPreset",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(404, 409),
)
async def create_faults_of_preset(request: Request, name: str) -> list[FaultView]:
    with not_found_errors():
        preset = fault_preset(name)
    return [FaultView.of(_add(request, each, name)) for each in preset.faults]


@router.get(
    "/{fault_id}",
    summary="Return one fault with its counts",
    operation_id="getFault",
    responses=error_responses(404),
)
async def get_fault(request: Request, fault_id: str) -> FaultView:
    return FaultView.of(_active_fault(request, fault_id))


@router.delete(
    "/{fault_id}",
    summary="Remove a fault and return its last counts",
    operation_id="deleteFault",
    responses=error_responses(404),
)
async def delete_fault(request: Request, fault_id: str) -> FaultView:
    return FaultView.of(world_of(request).faults.remove(_active_fault(request, fault_id).id))


def _add(request: Request, fault: AnyFault, source: str) -> ActiveFault:
    try:
        return world_of(request).faults.add(fault, source)
    except TooManyFaultsError as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error


def _active_fault(request: Request, fault_id: str) -> ActiveFault:
    with not_found_errors():
        return world_of(request).faults.get(fault_id)
