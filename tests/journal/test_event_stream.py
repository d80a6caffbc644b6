"""The event stream of the journal, over a socket."""

import asyncio
import json
import re
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from journal_steps import SITES, TOKEN

from mockapi.control import journal_routes
from mockapi.http.shutdown import ShutdownSignal
from mockapi.journal.matching import Matcher
from mockapi.server import serve_in_thread

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def app(new_app):
    return new_app()


def read(address, path):
    """Request *path* and read the response."""
    parts = urlsplit(address)
    with closing(HTTPConnection(parts.hostname, parts.port, timeout=20)) as connection:
        connection.request("GET", path, headers=BEARER)
        connection.getresponse().read()


@contextmanager
def listening(address, query="", **headers):
    parts = urlsplit(address)
    with closing(HTTPConnection(parts.hostname, parts.port, timeout=20)) as connection:
        connection.request("GET", f"/__admin/journal/tail{query}", headers=headers)
        with connection.getresponse() as stream:
            assert stream.readline() == b": journal of world default\n"
            assert stream.readline() == b"\n"
            yield stream


def event(stream):
    """Return the number and the target of the next event."""
    lines = [stream.readline().decode().rstrip("\n") for _ in range(4)]
    number, kind, data, end = lines
    result = json.loads(data.removeprefix("data: "))
    assert (kind, end) == ("event: request", "")
    assert re.fullmatch(f"id: [0-9a-f]{{8}}-{result['number']}", number)
    return result["number"], result["path"]


def test_entries_are_streamed(server):
    with listening(server.url) as stream:
        assert stream.getheader("content-type").startswith("text/event-stream")
        read(server.url, SITES)
        assert event(stream) == (1, SITES)
        read(server.url, "/nothing")
        assert event(stream) == (2, "/nothing")


def test_stream_contains_only_matching_entries(server):
    with listening(server.url, "?path=*/meters&status=404") as stream:
        for path in (SITES, f"{SITES}/x/meters"):
            read(server.url, path)
        assert event(stream) == (2, f"{SITES}/x/meters")


def test_stream_continues_after_the_last_event_id(server):
    for path in ("/1", "/2", "/3"):
        read(server.url, path)
    with listening(server.url, **{"Last-Event-ID": "1"}) as stream:
        assert [event(stream), event(stream)] == [(2, "/2"), (3, "/3")]
    with listening(server.url, "?since=2") as stream:
        assert event(stream) == (3, "/3")


def test_number_from_before_a_reset_restarts_the_stream(server):
    read(server.url, "/new")
    with listening(server.url, **{"Last-Event-ID": "99"}) as stream:
        assert event(stream) == (1, "/new")
        server.reset()
        read(server.url, "/newer")
        assert event(stream) == (1, "/newer")


def test_id_of_another_epoch_restarts_the_stream(server):
    for path in ("/1", "/2"):
        read(server.url, path)
    with listening(server.url, **{"Last-Event-ID": "00000000-1"}) as stream:
        assert [event(stream), event(stream)] == [(1, "/1"), (2, "/2")]


def test_stream_has_the_time_at_start_and_after_each_move(server):
    def events(stream):
        place, kind, data, _ = (stream.readline().decode().strip() for _ in range(4))
        assert kind == "event: clock"
        return place, json.loads(data.removeprefix("data: "))

    nine = {"now": "2026-06-01T09:00:00Z", "mode": "frozen", "rate": 0}
    with listening(server.url, "?clock=true&path=-") as stream:
        place, time = events(stream)
        assert time == nine
        server.clock.advance("P1D")
        assert events(stream) == (place, {**nine, "now": "2026-06-02T09:00:00Z"})
        server.reset()
        after, time = events(stream)
        assert (time, after == place) == (nine, False)


def test_stream_ends_when_the_server_stops(app):
    with ExitStack() as left:
        with serve_in_thread(app) as url:
            stream = left.enter_context(listening(url))
        # An aborted stream would raise IncompleteRead.
        assert stream.read() == b""
    assert app.state.world.journal.listeners == 0


def test_stream_ends_when_the_world_is_deleted(new_app):
    app = new_app(scenario="empty")
    with serve_in_thread(app) as url, listening(url) as stream:
        app.state.world.close()
        assert stream.read() == b""


def test_entry_is_added_before_the_last_byte_is_sent(server):
    site = server.world()["customers"][0]["sites"][0]
    for number in range(1, 21):
        path = f"{SITES}/{site}/timeseries" if number % 2 else SITES
        query = "?updatedAt[gte]=2026-05-31T00:00:00Z" if number % 2 else ""
        read(server.url, path + query)
        assert [each["path"] for each in server.journal(since=number - 1)] == [path]


def test_listener_is_removed_when_the_client_disconnects(app):
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "scheme": "http",
        "path": "/__admin/journal/tail",
        "query_string": b"",
        "headers": [],
    }
    listeners = []

    async def disconnect_after_start():
        begun = asyncio.Event()

        async def receive():
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message.get("body"):
                listeners.append(app.state.world.journal.listeners)
                begun.set()

        await app(scope, receive, send)

    asyncio.run(disconnect_after_start())
    assert (listeners, app.state.world.journal.listeners) == ([1], 0)


def test_idle_stream_sends_comments(app, monkeypatch):
    monkeypatch.setattr(journal_routes, "HEARTBEAT_SECONDS", 0.001)

    async def first_two():
        stream = journal_routes.events(app.state.world.journal, Matcher(), 0, ShutdownSignal())
        result = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return result

    app.state.world.journal.restart()
    assert asyncio.run(first_two()) == [b": journal of world default\n\n", b": nothing new\n\n"]


def test_stream_contains_no_secret(server):
    with listening(server.url) as stream:
        read(server.url, f"{SITES}?access_token={TOKEN}")
        lines = b"".join(stream.readline() for _ in range(4)).decode()
    assert TOKEN not in lines and "mock…Ada1" in lines
