"""Saves and restores states of a world, and hands them out and in as files."""

from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from mockapi.control.route import AdminError, AdminRoute, error_responses
from mockapi.control.schemas.snapshot_bodies import SaveSnapshotRequest, SnapshotName, SnapshotView
from mockapi.http.context import world_of
from mockapi.store.database_file import InvalidDatabaseFileError
from mockapi.world.snapshots import (
    OtherWorldError,
    Snapshot,
    TooManySnapshotsError,
    UnknownSnapshotError,
)

SQLITE = "application/vnd.sqlite3"
LARGEST_FILE = 512 * 1024 * 1024
"""What an uploaded file may weigh, in bytes; larger worlds are served with `MOCKAPI_DATA`."""

router = APIRouter(prefix="/snapshots", route_class=AdminRoute)

_FILE = {SQLITE: {"schema": {"type": "string", "format": "binary"}}}


@contextmanager
def _refusing() -> Generator[None]:
    try:
        yield
    except UnknownSnapshotError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
    except InvalidDatabaseFileError as error:
        raise AdminError(HTTPStatus.BAD_REQUEST, str(error)) from error
    except (OtherWorldError, TooManySnapshotsError) as error:
        raise AdminError(HTTPStatus.CONFLICT, str(error)) from error


def _view(snapshot: Snapshot) -> SnapshotView:
    return SnapshotView.of(snapshot.name, snapshot.at, len(snapshot.content))


@router.get(
    "", summary="Which states are kept", operation_id="listSnapshots", responses=error_responses()
)
async def list_snapshots(request: Request) -> list[SnapshotView]:
    return [_view(each) for each in world_of(request).snapshots.list()]


@router.post(
    "",
    summary="Keep the present state under a name",
    operation_id="saveSnapshot",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(409, 415),
)
async def save(request: Request, wish: SaveSnapshotRequest) -> SnapshotView:
    with _refusing():
        return _view(world_of(request).snapshots.save(wish.name))


@router.post(
    "/{name}/restore",
    summary="Put the world back to a state, its clock included",
    operation_id="restoreSnapshot",
    responses=error_responses(404),
)
async def restore(request: Request, name: str) -> SnapshotView:
    with _refusing():
        return _view(world_of(request).snapshots.restore(name))


@router.delete(
    "/{name}",
    summary="Forget a state",
    operation_id="deleteSnapshot",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def discard(request: Request, name: str) -> None:
    with _refusing():
        world_of(request).snapshots.discard(name)


@router.get(
    "/{name}/file",
    summary="Hand out a state as a SQLite file",
    operation_id="downloadSnapshot",
    response_class=Response,
    responses={
        **error_responses(404),
        HTTPStatus.OK: {"content": _FILE, "description": "The file."},
    },
)
async def download(request: Request, name: str) -> Response:
    with _refusing():
        snapshot = world_of(request).snapshots.named(name)
    headers = {"Content-Disposition": f'attachment; filename="{snapshot.name}.sqlite"'}
    return Response(snapshot.content, media_type=SQLITE, headers=headers)


@router.put(
    "/{name}/file",
    summary="Keep the state that a SQLite file holds",
    operation_id="uploadSnapshot",
    status_code=HTTPStatus.CREATED,
    max_body_size=LARGEST_FILE,
    responses=error_responses(409, 413),
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
)
async def upload(request: Request, name: SnapshotName) -> SnapshotView:
    try:
        content = await request.body()
    except ClientDisconnect as error:
        raise AdminError(HTTPStatus.BAD_REQUEST, "The body is incomplete.") from error
    with _refusing():
        return _view(world_of(request).snapshots.import_file(name, content))
