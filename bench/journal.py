"""Measures what the journal and faults cost a request, and how soon worlds are made.

Four servers take turns, so that a busy machine is busy for all of them alike. What is compared is
the time that each spends on the processor for a request.
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
VARIANTS = ("whole", "no journal", "neither", "respond")
RESPONSE = {"kind": "respond", "json": [{"id": f"site-{each}"} for each in range(50)]}


def main() -> None:
    print(f"{ROUNDS} turns of {REQUESTS} requests each; GET /sites of the demo\n")
    print(f"{'':40}{'with':>10}{'without':>10}{'ratio':>8}   target")
    measure_requests()
    measure_worlds()


def measure_requests() -> None:
    """Compare the whole server with one that keeps no journal, and one without faults, too."""
    took: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with ExitStack() as running:
        servers = {name: running.enter_context(variant(name)) for name in VARIANTS}
        lines = {name: HTTPConnection("127.0.0.1", port) for name, (_, port) in servers.items()}
        for _ in range(ROUNDS):
            for name, (pid, _) in servers.items():
                took[name].append(processor_a_request(pid, lines[name]))
    for what, with_it, without in (
        ("journal, us of CPU a request", "whole", "no journal"),
        ("empty fault plan, us of CPU a request", "no journal", "neither"),
        ("both, us of CPU a request", "whole", "neither"),
        ("fault `respond`, us of CPU a request", "respond", "whole"),
    ):
        pairs = zip(took[with_it][WARM:], took[without][WARM:], strict=True)
        ratios = [one / other for one, other in pairs]
        row(what, median(took[with_it]), median(took[without]), median(ratios), "<= 1.15")


@contextmanager
def variant(name: str) -> Generator[tuple[int, int]]:
    """Run this file as a server of that variant; yield its process id and port."""

    def command(port: int) -> Sequence[str]:
        return [sys.executable, str(Path(__file__)), str(port), name]

    with serving(command) as server:
        yield server


def processor_a_request(pid: int, connection: HTTPConnection) -> float:
    """Return the microseconds of processor that the server spends on a request."""
    before = spent(pid)
    for _ in range(REQUESTS):
        connection.request("GET", SITES, headers=AUTHORIZED)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"The answer was {answer.status}.")
    return (spent(pid) - before) / REQUESTS * 1e6


def spent(pid: int) -> float:
    """Return the seconds of processor that the process has had."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def serve_variant(port: int, name: str) -> None:
    app = create_app(Settings(journal_size=1000 if name in ("whole", "respond") else 0))
    if name == "respond":
        app.state.world.faults.add(parse_fault(RESPONSE))
    if name == "neither":
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
        # A busy machine stretches the time by the clock, and the time on the processor less.
        for what, index in (("ms", 0), ("CPU ms", 1)):
            label = f"{name} of a demo world, {what} (median)"
            print(f"{label:40}{median(each[index] for each in took):10.1f}{'':18}   {target}")


def make(settings: Settings, name: str) -> None:
    World.open(settings, name=name).close()


def milliseconds(act: Callable[[], object]) -> tuple[float, float]:
    """Return how long *act* takes by the clock, and on the processor."""
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
