"""Tells what was asked and answered: as a list, one by one, as a stream, as HAR."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from mockapi.control.matcher_resolution import resolve_matcher
from mockapi.control.route import AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.clock_bodies import ClockView
from mockapi.control.schemas.journal_bodies import (
    MOST,
    EntryQuery,
    EntrySummary,
    EntryView,
    JournalQuery,
    JournalView,
    TailQuery,
)
from mockapi.domain.patterns import EVENT_ID
from mockapi.http.context import world_of
from mockapi.http.shutdown import ShutdownSignal, shutdown_of
from mockapi.journal.har import encode_har
from mockapi.journal.journal import Journal
from mockapi.world.clock import WorldClock
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.entry import Entry
    from mockapi.journal.matching import Matcher


HEARTBEAT_SECONDS = 15.0
"""Proxies end a stream that says nothing for half a minute."""


async def events(
    journal: Journal,
    matcher: "Matcher",
    since: int,
    shutdown: ShutdownSignal,
    clock: WorldClock | None = None,
) -> AsyncGenerator[bytes]:
    """Yield the entries after number *since* that *matcher* means, and a sign of life between.

    Begins with a comment: who has read it misses nothing from then on. With a *clock* it tells
    the time as well, at once and after each move; ids say in which epoch the numbers are.
    """
    loop = asyncio.get_running_loop()
    wake = asyncio.Event()

    def rouse() -> None:
        loop.call_soon_threadsafe(wake.set)

    leave = [journal.subscribe(rouse), shutdown.subscribe(rouse)]
    if clock is not None:
        leave.append(clock.subscribe(rouse))
    epoch, course = journal.epoch, None
    try:
        yield f": journal of world {journal.world}\n\n".encode()
        while not journal.closed and not shutdown.is_set:
            wake.clear()
            if journal.epoch != epoch:
                # The time is told again: its id tells the new epoch.
                epoch, since, course = journal.epoch, 0, None
            # A number from before a restart, or of another server, is no place to go on from.
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
        for each in leave:
            each()


router = APIRouter(prefix="/journal", route_class=AdminRoute)

Number = Annotated[int, Path(ge=0, le=MOST)]


# Here and below not async where entries are read: they are shaped then, in a thread, and other
# requests go on.
@router.get(
    "", summary="Requests and answers", operation_id="getJournal", responses=error_responses(404)
)
def list_entries(request: Request, wanted: Annotated[JournalQuery, Query()]) -> JournalView:
    world = world_of(request)
    found = matching_entries(world, wanted)
    # Who goes on from a number wants what follows it; all others want the newest.
    going_on = "since" in wanted.model_fields_set
    shown = found[: wanted.limit] if going_on else found[-wanted.limit :]
    return JournalView(
        newest=world.journal.newest,
        size=world.journal.size,
        entries=tuple(EntrySummary.of(each) for each in shown),
    )


@router.delete(
    "",
    summary="Forget all entries",
    operation_id="clearJournal",
    status_code=HTTPStatus.NO_CONTENT,
    responses=error_responses(),
)
async def clear(request: Request) -> None:
    world_of(request).journal.clear()


@router.get(
    "/har",
    summary="The session as HAR 1.2",
    operation_id="getJournalAsHar",
    response_class=StreamingResponse,
    responses={**error_responses(404), 200: {"content": {"application/json": {}}}},
)
def har(request: Request, wanted: Annotated[EntryQuery, Query()]) -> StreamingResponse:
    found = matching_entries(world_of(request), wanted)
    return StreamingResponse(encode_har(found), media_type="application/json")


@router.get(
    "/tail",
    summary="Entries as they come, as server-sent events",
    operation_id="tailJournal",
    response_class=StreamingResponse,
    responses={**error_responses(404), 200: {"content": {"text/event-stream": {}}}},
)
async def tail(
    request: Request,
    wanted: Annotated[TailQuery, Query()],
    last_event_id: Annotated[
        str | None,
        Header(pattern=EVENT_ID, description="The id of the last event, or a number."),
    ] = None,
) -> StreamingResponse:
    world = world_of(request)
    since = world.journal.newest
    if last_event_id is not None:
        since = world.journal.after(last_event_id)
    elif "since" in wanted.model_fields_set:
        since = wanted.since
    matcher = resolve_matcher(world, wanted.matcher())
    return StreamingResponse(
        events(
            world.journal,
            matcher,
            since,
            shutdown_of(request.scope),
            world.clock if wanted.clock else None,
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


@router.get(
    "/{number}",
    summary="One request and its answer in full",
    operation_id="getJournalEntry",
    responses=error_responses(404),
)
def entry(request: Request, number: Number) -> EntryView:
    with not_found_errors():
        return EntryView.of(world_of(request).journal.entry(number))


def matching_entries(world: World, wanted: EntryQuery) -> "Sequence[Entry]":
    """Return the entries that *wanted* means, the oldest first; raises `AdminError`."""
    matcher = resolve_matcher(world, wanted.matcher())
    return [each for each in world.journal.entries(wanted.since) if matcher.matches(each)]
