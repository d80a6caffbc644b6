"""The end of a server by a signal: in time, with exit code 0, and with every write kept."""

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

import pytest

from mockapi import MockApi, serve_in_thread
from mockapi.http.shutdown import SHUTDOWN_SECONDS

SITES = b"GET /ecostruxure/scoring/v1/sites HTTP/1.1\r\nHost: x\r\n\r\n"
SERVE = [sys.executable, "-m", "mockapi", "serve", "--port", "0"]
BUSY = """
import time
from threading import Event
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from mockapi.server import bind, serve, url_of
from mockapi.http.shutdown import Shutdown

def compute():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pass

def wait():
    Event().wait(30)

def stream():
    yield b"begun"
    compute()

async def app(scope, receive, send):
    print("asked", flush=True)
    if scope["path"] == "/stream":
        await StreamingResponse(stream())(scope, receive, send)
    elif scope["path"] == "/threads":
        await run_in_threadpool(compute)
    elif scope["path"] == "/pool":
        await run_in_threadpool(wait)
    else:
        compute()

shutdown = Shutdown()
shutdown.listen()
listener = bind("127.0.0.1", 0)
print("address", url_of(listener), flush=True)
serve(app, listener, shutdown)
"""


@contextmanager
def serving(command: Sequence[str]) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run *command*, and yield the process and the address that it prints."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            address = next(line for line in process.stdout if "address" in line)
            yield process, address.split()[-1]
        finally:
            process.kill()


def connect(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20)


def wait_until_refused(url: str) -> None:
    """Return once the server accepts no connections: two equal signals at once would be one."""
    with suppress(ConnectionError):
        for _ in range(100_000):
            connect(url).close()


def stop(process: subprocess.Popen[str], number: int) -> tuple[int, bool, str]:
    """Send a signal; return the exit code, whether it came in time, and the standard error."""
    began = monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    # A second more than promised, for a machine that is busy with other tests.
    return process.returncode, monotonic() - began < SHUTDOWN_SECONDS + 1, err


@pytest.mark.parametrize(
    ("path", "count"), [("/loop", 1), ("/threads", 4), ("/pool", 50), ("/stream", 2)]
)
def test_busy_server_ends_in_time(path, count):
    with serving([sys.executable, "-c", BUSY]) as (process, url):
        asked = [connect(url) for _ in range(count)]
        for each in asked:
            each.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            process.stdout.readline()
        code, in_time, _ = stop(process, signal.SIGTERM)
        for each in asked:
            each.close()
    assert (code, in_time) == (0, True)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost", id="half a head"),
        pytest.param(b"GET /__admin/journal/tail HTTP/1.1\r\nHost: x\r\n\r\n", id="tail"),
    ],
)
def test_open_connection_does_not_delay_the_end(sent):
    with serving(SERVE) as (process, url), connect(url) as client:
        client.sendall(sent)
        assert MockApi(url).worlds() == []
        began = monotonic()
        assert stop(process, signal.SIGTERM) == (0, True, "")
    assert monotonic() - began < 3


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_second_signal_ends_at_once(second, tmp_path: Path):
    data = tmp_path / "world.sqlite"
    with serving([*SERVE, "--data", str(data)]) as (process, url):
        server = MockApi(url)
        server.fault("latency", seconds=60).add()
        token = server.token()
        with connect(url) as client:
            client.sendall(SITES)
            assert server.worlds() == []
            began = monotonic()
            process.send_signal(signal.SIGTERM)
            wait_until_refused(url)
            code, _, err = stop(process, second)
    assert (code, err) == (0, "Ended with unfinished requests. Acknowledged writes are saved.\n")
    assert monotonic() - began < 3
    # Complete without a write-ahead log.
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(data.read_bytes())
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with serving([*SERVE, "--data", str(copy)]) as (_, url):
        assert status(url, SITES, token) == 200


def status(url: str, request: bytes, token: str) -> int:
    path = request.split()[1].decode()
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=20)) as client:
        client.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        return client.getresponse().status


def test_signal_during_the_start_ends_with_0():
    with subprocess.Popen(
        SERVE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"MOCKAPI_NOPE": "1"}
    ) as process:
        # Written before the world is made.
        assert "MOCKAPI_NOPE" in process.stderr.readline()
        assert stop(process, signal.SIGTERM) == (0, True, "")


def test_end_of_the_standard_input_stops_the_server():
    command = [*SERVE, "--stop-at-eof", "--log-format", "json"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "mockapi serves" in process.stdout.readline()
        # Closes the standard input.
        _, err = process.communicate("ignored\n", timeout=60)
    assert process.returncode == 0
    assert "the standard input ended" in err


def test_server_without_standard_input_ends_at_the_start():
    done = subprocess.run(
        [*SERVE, "--stop-at-eof"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "stop_at_eof" in done.stderr) == (0, True)


def test_server_in_a_thread_ends_in_time(caplog):
    release, asked = Event(), Event()

    async def app(scope, receive, send):
        asked.set()
        release.wait(60)

    try:
        with serve_in_thread(app) as url, connect(url) as client:
            client.sendall(SITES)
            assert asked.wait(20)
            began = monotonic()
        took = monotonic() - began
    finally:
        release.set()
    assert SHUTDOWN_SECONDS <= took < SHUTDOWN_SECONDS + 1
    (message,) = caplog.messages
    assert message.startswith("The server did not stop within 5 seconds.")
