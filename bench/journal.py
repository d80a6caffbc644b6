"""Benchmark of journal and faults per request, and of creating and resetting worlds.

Four servers take turns, so that load on the machine affects all of them.
"""

import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench import AUTHORIZED, SITES, serving
from mockapi.app import create_app
from mockapi.faults.parsing import parse_fault
from mockapi.http.shutdown import Shutdown
from mockapi.middleware.faults import FaultMiddleware
from mockapi.server import bind, serve
from mockapi.settings import Settings
from mockapi.world.world import World

ROUNDS = 60
REQUESTS = 50
WARM = 3
WORLDS = 15
VARIANTS = ("complete", "no journal", "no journal or faults", "respond")
RESPONSE = {"kind": "respond", "json": [{"id": f"site-{each}"} for each in range(50)]}


def main() -> None:
    print(f"{ROUNDS} rounds of {REQUESTS} requests each; GET /sites of the demo\n")
    print(f"{'':40}{'with':>10}{'without':>10}{'ratio':>8}   target")
    measure_requests()
    measure_worlds()


def measure_requests() -> None:
    """Compare the complete server with variants without journal or faults, and with a fault."""
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with ExitStack() as running:
        servers = {name: running.enter_context(variant(name)) for name in VARIANTS}
        connections = {
            name: HTTPConnection("127.0.0.1", port) for name, (_, port) in servers.items()
        }
        for _ in range(ROUNDS):
            for name, (pid, _) in servers.items():
                times[name].append(cpu_per_request(pid, connections[name]))
    for label, with_it, without in (
        ("journal, CPU us per request", "complete", "no journal"),
        ("empty fault plan, CPU us per request", "no journal", "no journal or faults"),
        ("both, CPU us per request", "complete", "no journal or faults"),
        ("fault `respond`, CPU us per request", "respond", "complete"),
    ):
        pairs = zip(times[with_it][WARM:], times[without][WARM:], strict=True)
        ratios = [one / other for one, other in pairs]
        row(label, median(times[with_it]), median(times[without]), median(ratios), "<= 1.15")


@contextmanager
def variant(name: str) -> Generator[tuple[int, int]]:
    """Run the server of a variant; yield its process id and port."""

    def command(port: int) -> Sequence[str]:
        return [sys.executable, str(Path(__file__)), str(port), name]

    with serving(command) as server:
        yield server


def cpu_per_request(pid: int, connection: HTTPConnection) -> float:
    """Return the CPU microseconds of the server per request."""
    before = cpu_seconds(pid)
    for _ in range(REQUESTS):
        connection.request("GET", SITES, headers=AUTHORIZED)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"The response has status {response.status}.")
    return (cpu_seconds(pid) - before) / REQUESTS * 1e6


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that the process has used."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def serve_variant(port: int, name: str) -> None:
    app = create_app(Settings(journal_size=1000 if name in ("complete", "respond") else 0))
    if name == "respond":
        app.state.world.faults.add(parse_fault(RESPONSE))
    if name == "no journal or faults":
        faults: object = FaultMiddleware
        app.user_middleware = [each for each in app.user_middleware if each.cls is not faults]
    serve(app, bind("127.0.0.1", port), Shutdown())


def measure_worlds() -> None:
    """Print how long the creation and the reset of a demo world take."""
    settings = Settings()
    made, reset = [], []
    world = World.open(settings)
    for number in range(WORLDS):
        made.append(milliseconds(partial(make, settings, f"w{number}")))
        reset.append(milliseconds(world.reset))
    world.close()
    for name, took, target in (("creation", made, "< 20 ms"), ("reset", reset, "< 5 ms")):
        # On a busy machine, CPU time varies less than wall-clock time.
        for what, index in (("ms", 0), ("CPU ms", 1)):
            label = f"{name} of a demo world, {what} (median)"
            print(f"{label:40}{median(each[index] for each in took):10.1f}{'':18}   {target}")


def make(settings: Settings, name: str) -> None:
    World.open(settings, name=name).close()


def milliseconds(act: Callable[[], object]) -> tuple[float, float]:
    """Return the wall-clock and CPU milliseconds of *act*."""
    began, spent_before = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1e3, (time.process_time() - spent_before) * 1e3


def row(name: str, measured: float, plain: float, ratio: float, target: str) -> None:
    print(f"{name:40}{measured:10.0f}{plain:10.0f}{ratio:8.2f}   {target}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve_variant(int(sys.argv[1]), sys.argv[2])
    else:
        main()
