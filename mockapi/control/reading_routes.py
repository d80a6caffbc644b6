"""Routes of pushed readings and of data defects."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from mockapi.control.route import (
    AdminError,
    AdminRoute,
    error_responses,
    not_found_errors,
    require_window,
)
from mockapi.control.schemas.reading_bodies import (
    DefectsView,
    IncidentView,
    PushedReadingsView,
    PushedReadingView,
    PushReadingsRequest,
    PushResultView,
    WithdrawalResultView,
    whole_second,
)
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.scenario.defects import DEFECT_KINDS
from mockapi.store.tables import Site
from mockapi.world.push_readings import (
    TooManyReadingsError,
    UnknownKeyError,
    UnknownReadingError,
    push,
    site_of,
    withdraw,
    withdraw_all,
)
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


def _known(kind: str) -> str:
    if kind not in DEFECT_KINDS:
        raise ValueError(f"must be one of {', '.join(sorted(DEFECT_KINDS))}, not {kind!r}")
    return kind


Kind = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(DEFECT_KINDS)})
]


# Not async: a thousand sites take seconds, in a thread.
@router.get(
    "/defects",
    summary="List the incidents of all data defects",
    operation_id="listDefects",
    responses=error_responses(404),
)
def list_defects(
    request: Request,
    *,
    site: Annotated[str | None, Query(description="Id of a site. All sites if unset.")] = None,
    kind: Kind | None = None,
    since: Annotated[
        WorldInstant | None, Query(description="Default: the start of the history.")
    ] = None,
    until: Annotated[WorldInstant | None, Query(description="Default: now.")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> DefectsView:
    require_window(since, until)
    world = world_of(request)
    reader = world.reader
    # A generator, so that sites beyond the limit are not computed.
    found = (
        incident
        for each in _sites(world, site)
        for incident in reader.incidents(each, kind, since, until)
    )
    listed = [IncidentView.of(each) for each in islice(found, limit + 1)]
    return DefectsView(defects=tuple(listed[:limit]), has_more=len(listed) > limit)


def _sites(world: World, site_id: str | None) -> Sequence[Site]:
    """Return all sites in the order of the scenario, or the one with *site_id*."""
    if site_id is None:
        return all_sites(world)
    with not_found_errors():
        return [site_with(world, site_id)]


Key = Annotated[str, Query(description="Key of the timeseries of a measurement.")]
Since = Annotated[WorldInstant | None, Query(description="Dates from then on (inclusive).")]
Until = Annotated[WorldInstant | None, Query(description="Dates before then (exclusive).")]


def _date(text: object) -> datetime:
    return whole_second(timestamps.parse(str(text)))


Date = Annotated[
    datetime, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date-time"})
]


@contextmanager
def _client_errors() -> Generator[None]:
    try:
        yield
    except (UnknownKeyError, UnknownReadingError) as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
    except TooManyReadingsError as error:
        raise AdminError(HTTPStatus.BAD_REQUEST, str(error)) from error


# Not async: the first look-up of a key is slow with many sites, and runs in a thread.
@router.put(
    "/readings",
    summary="Create or correct readings",
    operation_id="pushReadings",
    responses=error_responses(404, 413, 415),
)
def push_readings(request: Request, body: PushReadingsRequest) -> PushResultView:
    world = world_of(request)
    with _client_errors():
        at = push(world, body.key, {each.date: each.value for each in body.readings})
    return PushResultView(
        key=body.key, count=len(body.readings), updated_at=timestamps.format_seconds(at)
    )


@router.delete(
    "/readings",
    summary="Withdraw readings by date or by time range",
    operation_id="withdrawReadings",
    responses=error_responses(404),
)
def withdraw_readings(
    request: Request,
    key: Key,
    date: Annotated[
        list[Date], Query(max_length=1_000, description="Date of one reading. May be repeated.")
    ] = [],  # noqa: B006 - FastAPI copies it
    since: Since = None,
    until: Until = None,
) -> WithdrawalResultView:
    if date and (since is not None or until is not None):
        raise AdminError(
            HTTPStatus.BAD_REQUEST, "date cannot be combined with since or until. Remove one."
        )
    require_window(since, until)
    world = world_of(request)
    with _client_errors():
        count = withdraw(world, key, date) if date else withdraw_all(world, key, since, until)
    return WithdrawalResultView(key=key, count=count)


@router.get(
    "/readings",
    summary="List pushed and withdrawn readings by key, date and time",
    operation_id="listPushedReadings",
    responses=error_responses(404),
)
def list_pushed_readings(
    request: Request,
    key: Annotated[str | None, Query(description="Key of a timeseries. All keys if unset.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 1_000,
) -> PushedReadingsView:
    require_window(since, until)
    world = world_of(request)
    if key is not None:
        with _client_errors():
            site_of(world, key)
    found = world.store.pushed(key, since, until, limit + 1)
    return PushedReadingsView(
        readings=tuple(PushedReadingView.of(each) for each in found[:limit]),
        has_more=len(found) > limit,
    )
