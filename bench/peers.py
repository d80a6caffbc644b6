"""Benchmark of mockapi and other mock servers: requests/s, CPU time, time to the first response.

`make bench-peers` installs the servers in build/peers and prints the table of
docs/explanation/speed.md. Each server runs as one process on loopback. First all are started and
stopped in turn. Then all run, and one at a time gets requests. A server that is not installed is
skipped with one line.
"""

import argparse
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from statistics import median
from subprocess import SubprocessError
from tempfile import TemporaryDirectory
from types import FrameType

from load_generator import CLIENT, CONNECTIONS, LoadRequest, send_load
from peer_servers import (
    BODY,
    SITES,
    PeerError,
    Server,
    mockapi,
    send,
    servers,
    write_configurations,
)

from bench import ENVIRONMENT

# A just-in-time compiler needs thousands of requests: the first ones of WireMock take ten times
# as long as later ones.
WARM_UP_REQUESTS = 20_000
MOST_SECONDS_TO_WARM_UP = 40
MOST_SECONDS_TO_START = 60
MOST_SECONDS_TO_STOP = 5
HEADER = """\
| server | requests/s | CPU per request, us | first 200, s |
|---|--:|--:|--:|
"""


@dataclass
class Measurements:
    """Rounds of one server: requests/s, CPU microseconds per request, seconds to the first 200."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return the row of the table with the medians."""
        rate, cpu, start = (median(each) for each in (self.rates, self.cpu, self.starts))
        return f"| {name} | {rate:,.0f} | {cpu:,.0f} | {start:.2f} |"


@dataclass(frozen=True)
class Running:
    """A running server; *start* is the time in seconds from its start to the first 200."""

    pid: int
    port: int
    start: float


@contextmanager
def started(server: Server, folder: Path) -> Generator[Running]:
    """Run *server* and yield it after the first 200.

    It is stopped with all its processes. Raise `PeerError` if it does not respond in time.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / f"{port}.log"
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            server.command(str(port), folder),
            cwd=folder,
            env={**ENVIRONMENT, "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )
    try:
        while not responds(port, server.ready):
            if process.poll() is not None or time.perf_counter() - began > MOST_SECONDS_TO_START:
                last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
                raise PeerError(" ".join(["It does not start.", *last]))
            time.sleep(0.005)
        yield Running(process.pid, port, time.perf_counter() - began)
    finally:
        stop(process)


def responds(port: int, request: LoadRequest) -> bool:
    try:
        send(port, request)
    except (OSError, HTTPException, PeerError):
        return False
    return True


def stop(process: subprocess.Popen[bytes]) -> None:
    """End all processes of the session of *process*."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=MOST_SECONDS_TO_STOP)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def parse_stat(text: str) -> tuple[int, int]:
    """Return the parent's id and the CPU ticks of a process and its ended children.

    *text* is the content of /proc/PID/stat; the name in parentheses may contain any character.
    """
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), sum(map(int, fields[11:15]))


def tree_ticks(root: int, stats: Mapping[int, tuple[int, int]]) -> int:
    """Return the CPU ticks of *root* and its descendants; *stats* as from `parse_stat`, by id."""
    children = [pid for pid, (parent, _) in stats.items() if parent == root]
    own = stats[root][1] if root in stats else 0
    return own + sum(tree_ticks(child, stats) for child in children)


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that a process and its descendants have used."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(path.parent.name)] = parse_stat(path.read_text("utf-8", "replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return tree_ticks(pid, stats) / os.sysconf("SC_CLK_TCK")


def warm_up(server: Server, running: Running, folder: Path) -> LoadRequest:
    """Return the request to measure, after enough requests to compile the server's code.

    Raise `PeerError` or `RuntimeError` for wrong responses.
    """
    if server.prepare:
        server.prepare(running.port, folder)
    body = json.loads(send(running.port, server.load))
    if server.load.url == SITES and body != json.loads((folder / BODY).read_bytes()):
        raise PeerError("Its body differs from that of mockapi.")
    request = replace(server.load, url=f"http://127.0.0.1:{running.port}{server.load.url}")
    requests, ends = 0.0, time.perf_counter() + MOST_SECONDS_TO_WARM_UP
    while requests < WARM_UP_REQUESTS and time.perf_counter() < ends:
        requests += 2 * send_load(request, 2).rate
    return request


def measure(request: LoadRequest, pid: int, seconds: int) -> tuple[float, float]:
    """Return the requests per second and the CPU time in microseconds per request."""
    before = cpu_seconds(pid)
    if not (rate := send_load(request, seconds).rate):
        raise PeerError(f"It does not respond within {seconds} s.")
    return rate, (cpu_seconds(pid) - before) / (rate * seconds) * 1e6


def table(measured: Mapping[str, Measurements]) -> str:
    """Return a Markdown table with the medians of the rounds of each server."""
    return HEADER + "\n".join(each.row(name) for name, each in measured.items())


def version_of(command: str) -> str:
    """Return the version that `COMMAND --version` prints, or "missing"."""
    if not shutil.which(command):
        return "missing"
    done = subprocess.run(
        [command, "--version"], capture_output=True, text=True, check=False, timeout=60
    )
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"


def conditions(machine: str, rounds: int, seconds: int, length: int) -> str:
    """Return the paragraph that describes the run, with the load average of five minutes."""
    parser = "httptools" if importlib.util.find_spec("httptools") else "h11"
    return (
        f"Measured on {datetime.now(UTC).date()} on {machine}, load average "
        f"{os.getloadavg()[1]:.1f}, with Python {platform.python_version()}, "
        f"Node.js {version_of('node')}\nand Java {version_of('java')}. The body has {length:,} "
        f"bytes. mockapi uses {parser}. The figures are medians of {rounds} interleaved rounds of "
        f"{seconds} s\non {CONNECTIONS} connections by {Path(CLIENT).name}, after a warm-up of "
        f"{WARM_UP_REQUESTS:,} requests or {MOST_SECONDS_TO_WARM_UP} s.\n"
    )


class Comparison:
    """Measurements of servers in *folder*. A server that fails is reported and left out."""

    def __init__(self, chosen: Sequence[Server], folder: Path) -> None:
        self._folder = folder
        self._servers = {server.name: server for server in chosen}
        self.measured = {name: Measurements() for name in self._servers}

    @contextmanager
    def _measuring(self, name: str) -> Generator[Measurements]:
        try:
            yield self.measured[name]
        except (OSError, HTTPException, PeerError, RuntimeError, SubprocessError) as error:
            print(f"Left out {name}: {error}", file=sys.stderr)
            del self._servers[name], self.measured[name]

    def start_in_turn(self) -> None:
        """Measure how long each server takes to the first 200."""
        for name, server in list(self._servers.items()):
            with self._measuring(name) as measured, started(server, self._folder) as running:
                measured.starts.append(running.start)
                print(f"{name}: {running.start:.2f} s", file=sys.stderr, flush=True)

    def load_in_turn(self, rounds: int, seconds: int) -> None:
        """Run all servers, and measure each in each round of some *seconds*."""
        with ExitStack() as stack:
            loads: dict[str, tuple[LoadRequest, int]] = {}
            for name, server in list(self._servers.items()):
                with self._measuring(name):
                    running = stack.enter_context(started(server, self._folder))
                    loads[name] = warm_up(server, running, self._folder), running.pid
            for _ in range(rounds):
                for name in list(self._servers):
                    with self._measuring(name) as measured:
                        rate, cpu = measure(*loads[name], seconds)
                        measured.rates.append(rate)
                        measured.cpu.append(cpu)
                        print(f"{name}: {rate:.0f}/s, {cpu:.0f} us", file=sys.stderr, flush=True)


def installed(only: str) -> list[Server]:
    """Return the servers with *only* in their names; report those that are not installed."""
    found = []
    for server in servers():
        if lacks := server.missing():
            print(f"Skipped {server.name.strip()}: {lacks} is missing.", file=sys.stderr)
        elif only.lower() in server.name.lower():
            found.append(server)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--machine", default=f"a machine with {os.cpu_count()} cores")
    parser.add_argument("--only", default="", help="servers with this text in their names")
    given = parser.parse_args()

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    # SystemExit stops the running servers.
    signal.signal(signal.SIGTERM, end)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with started(mockapi(), folder) as running:
            body = send(running.port, mockapi().load)
        write_configurations(folder, body)
        comparison = Comparison(installed(given.only), folder)
        for _ in range(given.rounds):
            comparison.start_in_turn()
        comparison.load_in_turn(given.rounds, given.seconds)
    print(conditions(given.machine, given.rounds, given.seconds, len(body)))
    print(table(comparison.measured))


if __name__ == "__main__":
    main()
