"""Benchmark of the time to the first response of `mockapi serve`, and of `mockapi --help`.

The first response is the list of sites with a token, because it needs authentication and data.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import ENVIRONMENT, PATIENCE, SITES, mockapi_command, send, serving

STARTS = 9
LIBRARIES = "import fastapi, sqlmodel, uvicorn"
HELP = "import sys; sys.argv = ['mockapi', '--help']; from mockapi.__main__ import main; main()"
SERVED = {
    "sites": ((), SITES),
    "health": ((), "/healthz"),
    "a thousand sites": (("--scenario", "portfolio"), "/healthz"),
}
Times = tuple[float, float]
"""Wall-clock seconds and CPU seconds."""


def main() -> None:
    times: dict[str, list[Times]] = {name: [] for name in ("python", "libraries", "help", *SERVED)}
    for number in range(STARTS + 1):
        round_ = {
            "python": seconds_of("pass"),
            "libraries": seconds_of(LIBRARIES),
            "help": seconds_of(HELP),
            **{name: seconds_to_first_response(*options) for name, options in SERVED.items()},
        }
        # The first round writes bytecode.
        for name, each in round_.items() if number else ():
            times[name].append(each)
    print(f"{STARTS} starts; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print(f"{'':32}{'mockapi':>10}{'reference':>10}{'ratio':>8}   target")
    for name, target in (
        ("sites", "<= 1.0 x libraries"),
        ("health", "<= 1.0 x libraries"),
    ):
        rows(name, times[name], times["libraries"], target)
    rows("a thousand sites", times["a thousand sites"], times["health"], "<= 1.2 x demo")
    rows("--help", times["help"], times["python"], "<= 250 ms more")


def rows(name: str, times: list[Times], reference: list[Times], target: str) -> None:
    """Print medians and minima of wall-clock and CPU time."""
    for how, pick in (("median", median), ("best", min)):
        for what, index in (("ms", 0), ("CPU ms", 1)):
            ours = pick(each[index] for each in times) * 1e3
            theirs = pick(each[index] for each in reference) * 1e3
            label = f"{name}, {what} ({how})"
            # The CPU seconds of a short process may be less than the resolution of the clock.
            ratio = ours / theirs if theirs else float("inf")
            print(f"{label:32}{ours:10.0f}{theirs:10.0f}{ratio:8.2f}   {target}")


def seconds_of(program: str) -> Times:
    """Return the times of Python for *program*."""
    began, before = time.perf_counter(), cpu_of_children()
    subprocess.run(
        [sys.executable, "-c", program],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=PATIENCE,
    )
    return time.perf_counter() - began, cpu_of_children() - before


def cpu_of_children() -> float:
    """Return the CPU seconds of ended child processes."""
    used = os.times()
    return used.children_user + used.children_system


def seconds_to_first_response(options: tuple[str, ...], path: str) -> Times:
    """Return the times of `mockapi serve` until its response for *path*."""
    began = time.perf_counter()
    with serving(lambda port: [*mockapi_command(port), *options]) as (pid, port):
        status, _ = send(port, "GET", path)
        took = time.perf_counter() - began
        user, system = (
            Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
        )
    if status != 200:
        raise RuntimeError(f"The first response has status {status}.")
    return took, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
