"""Entries as they come, over a socket."""

import asyncio
import json
import re
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from journal_steps import SITES, TOKEN

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.control import journal_routes
from mockapi.http.shutdown import ShutdownSignal
from mockapi.journal.matching import Matcher
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def app():
    app = create_app(Settings())
    with closing(app.state.world):
        yield app


@pytest.fixture
def address(app):
    app.state.world.reset()
    with serve_in_thread(app) as url:
        yield url


def read(address, path):
    """Ask for *path* and read the answer, whatever it is."""
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
    told = json.loads(data.removeprefix("data: "))
    assert (kind, end) == ("event: request", "")
    assert re.fullmatch(f"id: [0-9a-f]{{8}}-{told['number']}", number)
    return told["number"], told["path"]


def test_entries_are_told_as_they_come(address):
    with listening(address) as stream:
        assert stream.getheader("content-type").startswith("text/event-stream")
        read(address, SITES)
        assert event(stream) == (1, SITES)
        read(address, "/nothing")
        assert event(stream) == (2, "/nothing")


def test_only_what_is_meant_is_told(address):
    with listening(address, "?path=*/meters&status=404") as stream:
        for path in (SITES, f"{SITES}/x/meters"):
            read(address, path)
        assert event(stream) == (2, f"{SITES}/x/meters")


def test_a_listener_who_comes_back_goes_on_where_it_was(address):
    for path in ("/1", "/2", "/3"):
        read(address, path)
    with listening(address, **{"Last-Event-ID": "1"}) as stream:
        assert [event(stream), event(stream)] == [(2, "/2"), (3, "/3")]
    with listening(address, "?since=2") as stream:
        assert event(stream) == (3, "/3")


def test_a_number_of_before_a_reset_leads_to_the_beginning(address):
    read(address, "/new")
    with listening(address, **{"Last-Event-ID": "99"}) as stream:
        assert event(stream) == (1, "/new")
        MockApi(address).reset()
        read(address, "/newer")
        assert event(stream) == (1, "/newer")


def test_an_id_of_another_numbering_leads_to_the_beginning(address):
    for path in ("/1", "/2"):
        read(address, path)
    with listening(address, **{"Last-Event-ID": "00000000-1"}) as stream:
        assert [event(stream), event(stream)] == [(1, "/1"), (2, "/2")]


def test_the_time_is_told_at_once_and_after_each_move(address):
    def told(stream):
        place, kind, data, _ = (stream.readline().decode().strip() for _ in range(4))
        assert kind == "event: clock"
        return place, json.loads(data.removeprefix("data: "))

    server = MockApi(address)
    nine = {"now": "2026-06-01T09:00:00Z", "mode": "frozen", "rate": 0}
    with listening(address, "?clock=true&path=-") as stream:
        place, time = told(stream)
        assert time == nine
        server.clock.advance("P1D")
        assert told(stream) == (place, {**nine, "now": "2026-06-02T09:00:00Z"})
        server.reset()
        after, time = told(stream)
        assert (time, after == place) == (nine, False)


def test_the_stream_ends_when_the_server_stops(app):
    with ExitStack() as left:
        with serve_in_thread(app) as url:
            stream = left.enter_context(listening(url))
        # A stream that was cut off would end in IncompleteRead.
        assert stream.read() == b""
    assert app.state.world.journal.listeners == 0


def test_the_stream_ends_when_the_world_ends():
    app = create_app(Settings(scenario="empty"))
    with serve_in_thread(app) as url, listening(url) as stream:
        app.state.world.close()
        assert stream.read() == b""


def test_an_answer_is_in_the_journal_before_its_last_byte_leaves(address):
    server = MockApi(address)
    site = server.world()["customers"][0]["sites"][0]
    for number in range(1, 21):
        path = f"{SITES}/{site}/timeseries" if number % 2 else SITES
        query = "?updatedAt[gte]=2026-05-31T00:00:00Z" if number % 2 else ""
        read(address, path + query)
        assert [each["path"] for each in server.journal(since=number - 1)] == [path]


def test_nobody_listens_any_more_once_the_client_has_left(app):
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

    async def leave_after_the_beginning():
        begun = asyncio.Event()

        async def receive():
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message.get("body"):
                listeners.append(app.state.world.journal.listeners)
                begun.set()

        await app(scope, receive, send)

    asyncio.run(leave_after_the_beginning())
    assert (listeners, app.state.world.journal.listeners) == ([1], 0)


def test_a_quiet_stream_gives_a_sign_of_life(app, monkeypatch):
    monkeypatch.setattr(journal_routes, "HEARTBEAT_SECONDS", 0.001)

    async def first_two():
        stream = journal_routes.events(app.state.world.journal, Matcher(), 0, ShutdownSignal())
        told = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return told

    app.state.world.journal.restart()
    assert asyncio.run(first_two()) == [b": journal of world default\n\n", b": nothing new\n\n"]


def test_no_secret_is_told_in_the_stream(address):
    with listening(address) as stream:
        read(address, f"{SITES}?access_token={TOKEN}")
        lines = b"".join(stream.readline() for _ in range(4)).decode()
    assert TOKEN not in lines and "mock…Ada1" in lines
