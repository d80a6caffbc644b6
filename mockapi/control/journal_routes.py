"""Routes of the journal: list, entry, stream and HAR; and the names in their filters."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from mockapi.api.operations import OAUTH_OPERATIONS
from mockapi.api.products import PRODUCTS
from mockapi.control.route import (
    AdminError,
    AdminRoute,
    error_responses,
    not_found_errors,
)
from mockapi.control.schemas.clock_bodies import ClockView
from mockapi.control.schemas.journal_bodies import (
    MAX_ENTRY_NUMBER,
    EntryQuery,
    EntrySummary,
    EntryView,
    JournalQuery,
    JournalView,
    TailQuery,
)
from mockapi.domain.text_matching import EVENT_ID, suggestion
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of, worlds_of
from mockapi.http.shutdown import ShutdownSignal, shutdown_of
from mockapi.journal.entry import Entry
from mockapi.journal.har import encode_har
from mockapi.journal.journal import Journal, Listener
from mockapi.journal.matching import Matcher
from mockapi.world.world import World
from mockapi.world.world_clock import WorldClock

HEARTBEAT_SECONDS = 15.0
"""Below 30 seconds, after which proxies close idle streams."""


async def events(
    journal: Journal,
    matcher: Matcher,
    since: int,
    shutdown: ShutdownSignal,
    clock_of: Callable[[], WorldClock] | None = None,
) -> AsyncGenerator[bytes]:
    """Yield matching entries after number *since* as server-sent events, with heartbeats.

    The stream starts with a comment; after it, no entry is missed. With *clock_of*, also yield
    clock events at the start and after each change. Event ids contain the epoch of the journal.
    """
    loop = asyncio.get_running_loop()
    wake = asyncio.Event()

    def wake_up() -> None:
        loop.call_soon_threadsafe(wake.set)

    unsubscribers = [journal.subscribe(wake_up), shutdown.subscribe(wake_up)]
    clock = _followed_clock(clock_of, None, unsubscribers, wake_up)
    epoch, course = journal.epoch, None
    try:
        yield f": journal of world {journal.world}\n\n".encode()
        while not journal.closed and not shutdown.is_set:
            wake.clear()
            if journal.epoch != epoch:
                # Send the clock again, because its event id contains the new epoch.
                epoch, since, course = journal.epoch, 0, None
                clock = _followed_clock(clock_of, clock, unsubscribers, wake_up)
            # A number from before a restart or from another server is not valid here.
            since = since if since <= journal.newest else 0
            if clock is not None and clock.state is not course:
                course = clock.state
                data = ClockView.of(clock.now(), course).model_dump_json()
                yield f"id: {epoch}-{since}\nevent: clock\ndata: {data}\n\n".encode()
            for entry in await run_in_threadpool(journal.entries, since):
                since = entry.number
                if matcher.matches(entry):
                    data = EntrySummary.of(entry).model_dump_json()
                    yield f"id: {epoch}-{since}\nevent: request\ndata: {data}\n\n".encode()
            try:
                await asyncio.wait_for(wake.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": nothing new\n\n"
    finally:
        for each in unsubscribers:
            each()


def _followed_clock(
    clock_of: Callable[[], WorldClock] | None,
    known: WorldClock | None,
    unsubscribers: list[Callable[[], None]],
    wake_up: Listener,
) -> WorldClock | None:
    """Return the clock to send; subscribe to it unless it is the *known* one."""
    if clock_of is None:
        return None
    # A world that is loaded again has another clock.
    clock = clock_of()
    if clock is not known:
        unsubscribers.append(clock.subscribe(wake_up))
    return clock


router = APIRouter(prefix="/journal", route_class=AdminRoute)

Number = Annotated[int, Path(ge=0, le=MAX_ENTRY_NUMBER)]


# Not async where entries are read: entries are built on read, in a thread.
@router.get("", summary="List requests", operation_id="getJournal", responses=error_responses(404))
def list_entries(request: Request, query: Annotated[JournalQuery, Query()]) -> JournalView:
    world = world_of(request)
    found = matching_entries(world, query)
    # With `since`, the next entries; otherwise the newest ones.
    has_since = "since" in query.model_fields_set
    shown = found[: query.limit] if has_since else found[-query.limit :]
    return JournalView(
        newest=world.journal.newest,
        size=world.journal.size,
        entries=tuple(EntrySummary.of(each) for each in shown),
    )


@router.delete(
    "",
    summary="Delete all entries",
    operation_id="clearJournal",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(),
)
async def clear_journal(request: Request) -> None:
    world_of(request).journal.clear()


@router.get(
    "/har",
    summary="Return the journal as HAR 1.2",
    operation_id="getJournalAsHar",
    response_class=StreamingResponse,
    responses={**error_responses(404), 200: {"content": {"application/json": {}}}},
)
def get_har(request: Request, query: Annotated[EntryQuery, Query()]) -> StreamingResponse:
    found = matching_entries(world_of(request), query)
    return StreamingResponse(encode_har(found), media_type="application/json")


@router.get(
    "/tail",
    summary="Stream new entries as server-sent events",
    operation_id="tailJournal",
    response_class=StreamingResponse,
    responses={**error_responses(404), 200: {"content": {"text/event-stream": {}}}},
)
async def tail_journal(
    request: Request,
    query: Annotated[TailQuery, Query()],
    last_event_id: Annotated[
        str | None,
        Header(pattern=EVENT_ID, description="Id of the last event, or an entry number."),
    ] = None,
) -> StreamingResponse:
    world, worlds = world_of(request), worlds_of(request)
    since = world.journal.newest
    if last_event_id is not None:
        since = world.journal.after(last_event_id)
    elif "since" in query.model_fields_set:
        since = query.since
    matcher = resolve_matcher(world, query.matcher())
    return StreamingResponse(
        events(
            world.journal,
            matcher,
            since,
            shutdown_of(request.scope),
            (lambda: worlds.current(world).clock) if query.clock else None,
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


@router.get(
    "/{number}",
    summary="Return one request and its response in full",
    operation_id="getJournalEntry",
    responses=error_responses(404),
)
def get_entry(request: Request, number: Number) -> EntryView:
    with not_found_errors():
        return EntryView.of(world_of(request).journal.entry(number))


def matching_entries(world: World, query: EntryQuery) -> Sequence[Entry]:
    """Return the entries that match *query*, oldest first. Raise `AdminError` for invalid names."""
    matcher = resolve_matcher(world, query.matcher())
    return [each for each in world.journal.entries(query.since) if matcher.matches(each)]


OPERATION_IDS = (
    *dict.fromkeys(operation.id for product in PRODUCTS for operation in product.operations),
    *OAUTH_OPERATIONS,
)

_FAULT_ID = re.compile("[a-z]+-[0-9]+")
"""`fault-1`, `scenario-1`, `header-1`; removed ones are still in the journal."""


def resolve_matcher(world: World, matcher: Matcher) -> Matcher:
    """Return *matcher* with the id of its customer. Raise `AdminError` for an unknown name.

    A mistyped name matches nothing, so a test that expects no requests would always pass.
    """
    if matcher.operation is not None:
        _require_known("operation", matcher.operation, OPERATION_IDS)
    if matcher.fault is not None and not _FAULT_ID.fullmatch(matcher.fault):
        _require_known("fault kind", matcher.fault, tuple(KINDS))
    if matcher.customer is None:
        return matcher
    with not_found_errors():
        return replace(matcher, customer=world.store.customer_named(matcher.customer).id)


def _require_known(what: str, name: str, names: Sequence[str]) -> None:
    if name in names:
        return
    raise AdminError(
        HTTPStatus.BAD_REQUEST, f"{name!r} is not a known {what}. {suggestion(name, names)}"
    )
