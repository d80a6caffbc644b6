"""Measures readings: how fast they are computed, answered and read beside others' small requests.

Never fails for slowness. Every figure stands beside a plain one of the same run: trust the ratios.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from large import Read, read

from bench import AUTHORIZED, ENVIRONMENT, HERE, SITES, ask, mockapi_command, resident, row, serving

TOKEN = AUTHORIZED["Authorization"].removeprefix("Bearer ")
YEAR = 2025
SEEDS = 3
WARM = 7
SECONDS = 4
SAMPLED = 2
"""How many of the twenty series are read through SQLModel: all would take gigabytes and minutes."""


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    measure_kinds()
    print(f"\n{'':32}{'mockapi':>10}{'plain':>10}{'ratio':>8}   target")
    measure_windows()
    measure_neighbours()


def measure_kinds() -> None:
    """Tell how many readings of each kind one thread computes, and how many it encodes."""
    from mockapi.domain.interval import Interval
    from mockapi.series.arrival import number_at
    from mockapi.series.channel import Channel
    from mockapi.series.place import SiteFacts
    from mockapi.series.readings import block_values
    from mockapi.series.registry import MODELS

    interval = Interval.QUARTER_HOUR
    first = number_at(interval, (YEAR - 1970) * 31_556_952) * 900 // 5_529_600
    facts = SiteFacts(
        *(0, "bench", "office", 12_000, 45.76, 4.84, 173.0, "Europe/Paris", "FR", 600, 80, 60)
    )
    facts = replace(facts, solar_kwp=300.0)
    print(f"{'a year computed in one thread':56}{'points/s':>12}")
    for number, (usage, measurement) in enumerate(MODELS):
        rates = []
        for seed in range(SEEDS):
            # Every kind and round has a place of its own, so that none finds another's weather.
            place = replace(facts, seed=100 * number + seed, latitude=45.76 + number / 100 + seed)
            channel = Channel(place, "meter", usage, measurement)
            began = time.process_time()
            points = sum(
                len(block_values(channel, interval, block)) for block in range(first, first + 6)
            )
            rates.append(points / (time.process_time() - began))
        print(f"{usage[:32] + ', ' + measurement:56}{median(rates):12,.0f}", flush=True)


def measure_windows() -> None:
    with (
        TemporaryDirectory() as folder,
        serving(partial(twenty_meters, mockapi_command)) as (pid, port),
    ):
        _, listed = ask(port, "GET", SITES)
        paths = [f"{SITES}/{site['id']}/timeseries" for site in json.loads(listed)]
        idle = resident(pid)
        first = read(port, paths[0], TOKEN)
        warm = [read(port, paths[0], TOKEN) for _ in range(WARM)]
        above = peak(pid) - idle
        cold = [read(port, path, TOKEN) for path in paths[1:]]
        after = peak(pid) - idle
        answer, sample = Path(folder) / "answer.json", Path(folder) / "sample.json"
        answer.write_bytes(ask(port, "GET", paths[0])[1])
        series = json.loads(answer.read_bytes())
        sample.write_bytes(json.dumps(series[:SAMPLED]).encode())
        points, sampled = count(series), count(series[:SAMPLED])
        command = [sys.executable, str(HERE / "plain.py")]
        with serving(lambda port: [*command, str(port), str(answer), str(sample)]) as (_, plain):
            stored = [read(plain, "/bytes") for _ in range(WARM)]
            kept = [read(plain, "/rows") for _ in range(2)]
    print(f"{len(series)} meters, {points:,} points, {warm[0].size / 1e6:.0f} MB; points/s:")
    rows = rate(sampled, kept)
    row("first of all, beside SQLModel", rate(points, [first]), rows, ">= 20 x")
    row("cold (median), beside SQLModel", rate(points, cold), rows, ">= 20 x, 500,000/s")
    row("warm (median), beside SQLModel", rate(points, warm), rows, ">= 20 x, 5,000,000/s")
    row("warm (best), beside SQLModel", rate(points, warm, min), rows, "")
    row("warm (median), beside memory", rate(points, warm), rate(points, stored), "")
    row("peak above idle, one site, MB", above, idle, "< 60 MB")
    row(f"peak above idle, {len(paths)} sites, MB", after, idle, "< 60 MB")


def measure_neighbours() -> None:
    """Compare small requests beside a reader of large windows with the same by themselves."""
    with serving(partial(twenty_meters, mockapi_command)) as (_, port):
        _, listed = ask(port, "GET", SITES)
        paths = [f"{SITES}/{site['id']}/timeseries" for site in json.loads(listed)]
        small = f"{paths[0]}?updatedAt[gte]=2026-06-01T08:00:00Z"
        for name, path in (("GET sites", SITES), ("GET one hour", small)):
            beside(port, path, 0.5, None)
            idle = beside(port, path, SECONDS, None)
            for kind, rounds, read_paths in (("cold", 1, paths[1:]), ("warm", 500, paths[:1])):
                command = [sys.executable, str(HERE / "large.py"), str(port), TOKEN, str(rounds)]
                with subprocess.Popen([*command, *read_paths], env=ENVIRONMENT) as reader:
                    busy = beside(port, path, SECONDS, reader)
                    reader.terminate()
                for share, at in (("p99", 0.99), ("p50", 0.5)):
                    row(
                        f"{name} beside {kind}, {share} us",
                        quantile(busy, at) * 1e6,
                        quantile(idle, at) * 1e6,
                        "< 10 x" if share == "p99" else "",
                    )
            if name == "GET sites":
                # What was read is warm now: another year of the same sites is not.
                paths = [f"{path}?updatedAt[lt]=2026-06-01T08:00:00Z" for path in paths]


def beside(
    port: int, path: str, seconds: float, reader: "subprocess.Popen[bytes] | None"
) -> Sequence[float]:
    """Return how long each answer took, asked one after the other while *reader* reads."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends and (reader is None or reader.poll() is None):
        began = time.perf_counter()
        connection.request("GET", path, headers=AUTHORIZED)
        connection.getresponse().read()
        took.append(time.perf_counter() - began)
        # A client that asks without pause measures itself; this one leaves room to others.
        time.sleep(0.001)
    connection.close()
    return took


def twenty_meters(command: Callable[[int], Sequence[str]], port: int) -> Sequence[str]:
    return [*command(port), "--scenario", str(HERE / "twenty-meters.yaml")]


def rate(
    points: int, answers: Sequence[Read], pick: Callable[[Sequence[float]], float] = median
) -> float:
    return points / pick([each.seconds for each in answers])


def quantile(took: Sequence[float], share: float) -> float:
    return sorted(took)[int(share * len(took))]


def count(series: Sequence[dict[str, list[object]]]) -> int:
    return sum(len(each["values"]) for each in series)


def peak(pid: int) -> float:
    """Return the most that the process ever held in memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main()
