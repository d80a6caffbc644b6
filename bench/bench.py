"""Benchmark of memory and throughput, with helpers for the other benchmarks.

Each figure has a reference of the same run; compare the ratios. Slow results do not fail.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from load_generator import CLIENT, CONNECTIONS, LoadRequest, send_load

HERE = Path(__file__).parent
ROUNDS = 5
SECONDS = 3
MANY = 256
PATIENCE = 30
SITES = "/ecostruxure/scoring/v1/sites"
AUTHORIZED = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
SCORE = [{"date": "2026-05-31", "score": 72.5, "type": "daily", "category": "energy"}]
# As installed: bytecode is kept, and no setting changes the world.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("MOCKAPI_")
}


def main() -> None:
    print(
        f"{ROUNDS} rounds of {SECONDS} s on {CONNECTIONS} connections "
        f"by {Path(CLIENT).name}; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n"
    )
    print(f"{'':32}{'mockapi':>10}{'reference':>10}{'ratio':>8}   target")
    measure_service()


def measure_service() -> None:
    with serving(mockapi_command) as (pid, port), serving(bare_command) as (bare_pid, bare_port):
        _, body = send(port, "GET", SITES)
        sites = json.loads(body)
        scores = f"{SITES}/{sites[0]['id']}/performance-scores"
        for _ in range(10):
            send(port, "GET", SITES)
            send(port, "POST", scores, json.dumps(SCORE))
            send(bare_port, "GET", "/item")
        time.sleep(0.5)
        row("resident, MB", resident(pid), resident(bare_pid), "< 90 MB")
        url = f"http://127.0.0.1:{port}"
        requests = {
            f"GET sites ({len(sites)}), per second": LoadRequest(url + SITES, "GET", AUTHORIZED),
            "POST one score, per second": LoadRequest(
                url + scores,
                "POST",
                {**AUTHORIZED, "Content-Type": "application/json"},
                json.dumps(SCORE),
            ),
        }
        bare = LoadRequest(f"http://127.0.0.1:{bare_port}/item")
        reference: list[float] = []
        rates: dict[str, list[float]] = {name: [] for name in requests}
        for _ in range(ROUNDS):
            reference.append(send_load(bare, SECONDS).rate)
            for name, request in requests.items():
                rates[name].append(send_load(request, SECONDS).rate)
        for (name, measured), target in zip(rates.items(), (">= 0.6 x", ">= 0.3 x"), strict=True):
            ratio = median(rate / base for rate, base in zip(measured, reference, strict=True))
            row(name, median(measured), median(reference), target, ratio)
        listed = requests[f"GET sites ({len(sites)}), per second"]
        for connections, target in ((CONNECTIONS, "<= 4 ms"), (MANY, "<= 30 ms")):
            times = [
                (
                    send_load(listed, SECONDS, connections).p99,
                    send_load(bare, SECONDS, connections).p99,
                )
                for _ in range(ROUNDS)
            ]
            measured, base = (median(each) for each in zip(*times, strict=True))
            row(f"GET sites, {connections} connections, p99 ms", measured, base, target)
        row("resident after load, MB", resident(pid), resident(bare_pid), "")


def row(
    name: str, measured: float, reference: float, target: str, ratio: float | None = None
) -> None:
    ratio = measured / reference if ratio is None else ratio
    print(f"{name:32}{measured:10.0f}{reference:10.0f}{ratio:8.2f}   {target}", flush=True)


def mockapi_command(port: int) -> Sequence[str]:
    return [str(Path(sys.executable).parent / "mockapi"), "serve", "--port", str(port)]


def bare_command(port: int) -> Sequence[str]:
    return [sys.executable, str(HERE / "bare_app.py"), str(port)]


@contextmanager
def serving(command: Callable[[int], Sequence[str]]) -> Generator[tuple[int, int]]:
    """Run a server and yield its process id and port, when it accepts connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(command(port), stdout=subprocess.DEVNULL, env=ENVIRONMENT) as process:
        try:
            await_port(port, process)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.001)
        else:
            return
    raise RuntimeError(f"{process.args!r} accepts no connections.")


def send(port: int, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {**AUTHORIZED, "Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, text


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1000


if __name__ == "__main__":
    main()
