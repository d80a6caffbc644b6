"""Streams entries as server-sent events, until the client leaves or the server stops."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from mockapi.http.stopping import Stopping
from mockapi.journal.journal import Journal
from mockapi.wire.clock import ClockView
from mockapi.wire.journal import EntrySummary
from mockapi.world.clock import WorldClock

if TYPE_CHECKING:
    from mockapi.journal.matching import Matcher

HEARTBEAT_SECONDS = 15.0
"""Proxies end a stream that says nothing for half a minute."""


async def events(
    journal: Journal,
    matcher: "Matcher",
    since: int,
    stopping: Stopping,
    clock: WorldClock | None = None,
) -> AsyncGenerator[bytes]:
    """Yield the entries after number *since* that *matcher* means, and a sign of life between.

    Begins with a comment: who has read it misses nothing from then on. With a *clock* it tells
    the time as well, at once and after each move; ids say in which volume the numbers are.
    """
    loop = asyncio.get_running_loop()
    wake = asyncio.Event()

    def rouse() -> None:
        loop.call_soon_threadsafe(wake.set)

    leave = [journal.subscribe(rouse), stopping.subscribe(rouse)]
    if clock is not None:
        leave.append(clock.subscribe(rouse))
    volume, course = journal.volume, None
    try:
        yield f": journal of world {journal.world}\n\n".encode()
        while not journal.closed and not stopping.begun:
            wake.clear()
            if journal.volume != volume:
                # The time is told again: its id tells the new volume.
                volume, since, course = journal.volume, 0, None
            # A number from before a restart, or of another server, is no place to go on from.
            since = since if since <= journal.newest else 0
            if clock is not None and clock.course is not course:
                course = clock.course
                data = ClockView.of(clock.now(), course).model_dump_json()
                yield f"id: {volume}-{since}\nevent: clock\ndata: {data}\n\n".encode()
            for entry in await run_in_threadpool(journal.entries, since):
                since = entry.number
                if matcher.matches(entry):
                    data = EntrySummary.of(entry).model_dump_json()
                    yield f"id: {volume}-{since}\nevent: request\ndata: {data}\n\n".encode()
            try:
                await asyncio.wait_for(wake.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": nothing new\n\n"
    finally:
        for each in leave:
            each()
