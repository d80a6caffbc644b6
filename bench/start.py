"""Measures how soon `mockapi serve` answers, and how soon the command says what it can do.

The first answer that counts is a list of sites with a token: it takes all that any call takes.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import ENVIRONMENT, PATIENCE, SITES, ask, mockapi_command, serving

STARTS = 9
LIBRARIES = "import fastapi, sqlmodel, uvicorn"
HELP = "import sys; sys.argv = ['mockapi', '--help']; from mockapi.__main__ import main; main()"
SERVED = {
    "sites": ((), SITES),
    "health": ((), "/healthz"),
    "a thousand sites": (("--scenario", "portfolio"), "/healthz"),
}
Taken = tuple[float, float]
"""Seconds by the clock, and on the processor."""


def main() -> None:
    took: dict[str, list[Taken]] = {name: [] for name in ("python", "libraries", "help", *SERVED)}
    for number in range(STARTS + 1):
        round_ = {
            "python": seconds_of("pass"),
            "libraries": seconds_of(LIBRARIES),
            "help": seconds_of(HELP),
            **{name: seconds_to_first_answer(*asked) for name, asked in SERVED.items()},
        }
        # The first round makes bytecode.
        for name, each in round_.items() if number else ():
            took[name].append(each)
    print(f"{STARTS} starts; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print(f"{'':32}{'mockapi':>10}{'plain':>10}{'ratio':>8}   target")
    for name, target in (
        ("sites", "<= 1.0 x libraries"),
        ("health", "<= 1.0 x libraries"),
    ):
        rows(name, took[name], took["libraries"], target)
    rows("a thousand sites", took["a thousand sites"], took["health"], "<= 1.2 x demo")
    rows("--help", took["help"], took["python"], "<= 250 ms more")


def rows(name: str, taken: list[Taken], plain: list[Taken], target: str) -> None:
    """Print the medians and the bests; a busy machine stretches both kinds of seconds."""
    for how, pick in (("median", median), ("best", min)):
        for what, index in (("ms", 0), ("CPU ms", 1)):
            ours = pick(each[index] for each in taken) * 1e3
            theirs = pick(each[index] for each in plain) * 1e3
            label = f"{name}, {what} ({how})"
            # The CPU seconds of a short process may be less than the resolution of the clock.
            ratio = ours / theirs if theirs else float("inf")
            print(f"{label:32}{ours:10.0f}{theirs:10.0f}{ratio:8.2f}   {target}")


def seconds_of(program: str) -> Taken:
    """Return what Python takes to run *program*."""
    began, before = time.perf_counter(), processor()
    subprocess.run(
        [sys.executable, "-c", program],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=PATIENCE,
    )
    return time.perf_counter() - began, processor() - before


def processor() -> float:
    """Return the seconds that ended children took on the processor."""
    times = os.times()
    return times.children_user + times.children_system


def seconds_to_first_answer(options: tuple[str, ...], path: str) -> Taken:
    """Return what `mockapi serve` takes until it answers *path*."""
    began = time.perf_counter()
    with serving(lambda port: [*mockapi_command(port), *options]) as (pid, port):
        status, _ = ask(port, "GET", path)
        took = time.perf_counter() - began
        user, system = (
            Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
        )
    if status != 200:
        raise RuntimeError(f"The first answer was {status}.")
    return took, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
