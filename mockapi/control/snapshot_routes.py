"""Routes of snapshots."""

from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from mockapi.control.route import AdminError, AdminRoute, error_responses
from mockapi.control.schemas.world_bodies import SaveSnapshotRequest, SnapshotName, SnapshotView
from mockapi.http.context import world_of
from mockapi.store.database_file import InvalidDatabaseFileError
from mockapi.world.snapshots import (
    OtherWorldError,
    Snapshot,
    TooManySnapshotsError,
    UnknownSnapshotError,
)

SQLITE = "application/vnd.sqlite3"
MAX_FILE_BYTES = 512 * 1024 * 1024
"""Maximum size of an uploaded file in bytes. Larger worlds need `MOCKAPI_DATA`."""

router = APIRouter(prefix="/snapshots", route_class=AdminRoute)

_FILE = {SQLITE: {"schema": {"type": "string", "format": "binary"}}}


@contextmanager
def _client_errors() -> Generator[None]:
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
    "", summary="List the snapshots", operation_id="listSnapshots", responses=error_responses()
)
async def list_snapshots(request: Request) -> list[SnapshotView]:
    return [_view(each) for each in world_of(request).snapshots.list()]


@router.post(
    "",
    summary="Save the current state as a snapshot",
    operation_id="saveSnapshot",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(409, 415),
)
async def save_snapshot(request: Request, body: SaveSnapshotRequest) -> SnapshotView:
    with _client_errors():
        return _view(world_of(request).snapshots.save(body.name))


@router.post(
    "/{name}/restore",
    summary="Restore a snapshot, including the clock",
    operation_id="restoreSnapshot",
    responses=error_responses(404),
)
async def restore_snapshot(request: Request, name: str) -> SnapshotView:
    with _client_errors():
        return _view(world_of(request).snapshots.restore(name))


@router.delete(
    "/{name}",
    summary="Delete a snapshot",
    operation_id="deleteSnapshot",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(404),
)
async def delete_snapshot(request: Request, name: str) -> None:
    with _client_errors():
        world_of(request).snapshots.discard(name)


@router.get(
    "/{name}/file",
    summary="Download a snapshot as a SQLite file",
    operation_id="downloadSnapshot",
    response_class=Response,
    responses={
        **error_responses(404),
        HTTPStatus.OK: {"content": _FILE, "description": "The file."},
    },
)
async def download_snapshot(request: Request, name: str) -> Response:
    with _client_errors():
        snapshot = world_of(request).snapshots.named(name)
    headers = {"Content-Disposition": f'attachment; filename="{snapshot.name}.sqlite"'}
    return Response(snapshot.content, media_type=SQLITE, headers=headers)


@router.put(
    "/{name}/file",
    summary="Upload a snapshot as a SQLite file",
    operation_id="uploadSnapshot",
    status_code=HTTPStatus.CREATED,
    max_body_size=MAX_FILE_BYTES,
    responses=error_responses(409, 413),
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
)
async def upload_snapshot(request: Request, name: SnapshotName) -> SnapshotView:
    try:
        content = await request.body()
    except ClientDisconnect as error:
        raise AdminError(
            HTTPStatus.BAD_REQUEST, "The body is incomplete. Send the whole file."
        ) from error
    with _client_errors():
        return _view(world_of(request).snapshots.import_file(name, content))
