"""Benchmark of readings: computing, responding, and reading next to small requests.

It never fails for slowness. Figures have references of the same run: compare the ratios.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
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
HOUR = "?updatedAt[gte]=2026-06-01T08:00:00Z"
SAMPLED = 2
"""How many of the twenty series are read through SQLModel: all would take gigabytes and minutes."""


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    measure_kinds()
    print(f"\n{'':32}{'mockapi':>10}{'plain':>10}{'ratio':>8}   target")
    measure_windows()
    measure_neighbours()


def measure_kinds() -> None:
    """Print how many readings of each kind one thread computes, and how many it encodes."""
    from mockapi.domain.timestamps import Interval
    from mockapi.timeseries.intervals import number_at
    from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
    from mockapi.timeseries.models.registry import MODELS
    from mockapi.timeseries.models.submeters import values_from

    interval = Interval.QUARTER_HOUR
    first = number_at(interval, (YEAR - 1970) * 31_556_952) * 900 // 5_529_600
    profile = SiteProfile(
        *(0, "bench", "office", 12_000, 45.76, 4.84, 173.0, "Europe/Paris", "FR", 600, 80, 60)
    )
    profile = replace(profile, solar_kwp=300.0)
    print(f"{'a year computed in one thread':56}{'points/s':>12}")
    for number, (usage, measurement) in enumerate(MODELS):
        rates = []
        for seed in range(SEEDS):
            # Every kind and round has a place of its own, so that none finds another's weather.
            place = replace(profile, seed=100 * number + seed, latitude=45.76 + number / 100 + seed)
            channel = MeterModel(place, "meter", usage, measurement)
            began = time.process_time()
            points = sum(
                len(values_from(channel, interval, block * 6_144, 6_144))
                for block in range(first, first + 6)
            )
            rates.append(points / (time.process_time() - began))
        print(f"{usage[:32] + ', ' + measurement:56}{median(rates):12,.0f}", flush=True)


def measure_windows() -> None:
    with TemporaryDirectory() as folder, serving(twenty_meters) as (pid, port):
        paths = sites(port)
        idle = resident(pid)
        first, first_busy = timed(pid, port, paths[:1])
        warm, warm_busy = timed(pid, port, [paths[0]] * WARM)
        above = peak(pid) - idle
        cold, cold_busy = timed(pid, port, paths[1:])
        after = peak(pid) - idle
        answer, sample = Path(folder) / "answer.json", Path(folder) / "sample.json"
        answer.write_bytes(ask(port, "GET", paths[0])[1])
        series = json.loads(answer.read_bytes())
        sample.write_bytes(json.dumps(series[:SAMPLED]).encode())
        points, sampled = count(series), count(series[:SAMPLED])
        command = [sys.executable, str(HERE / "plain.py")]
        with serving(lambda port: [*command, str(port), str(answer), str(sample)]) as (
            other,
            plain,
        ):
            stored, stored_busy = timed(other, plain, ["/bytes"] * WARM)
            kept, kept_busy = timed(other, plain, ["/rows"] * 2)
    print(f"{len(series)} meters, {points:,} points, {warm[0].size / 1e6:.0f} MB; points/s:")
    rows = rate(sampled, kept)
    row("first of all, versus SQLModel", rate(points, first), rows, ">= 20 x")
    row("cold (median), versus SQLModel", rate(points, cold), rows, ">= 20 x, 500,000/s")
    row("cold (best), versus SQLModel", rate(points, cold, min), rows, "")
    row("warm (median), versus SQLModel", rate(points, warm), rows, ">= 20 x, 5,000,000/s")
    row("warm (best), versus SQLModel", rate(points, warm, min), rows, "")
    row("warm (median), versus memory", rate(points, warm), rate(points, stored), "")
    row("warm (best), versus memory", rate(points, warm, min), rate(points, stored, min), "")
    print("points per second of the server's processor (steadier on a busy machine):")
    rows = sampled * len(kept) / kept_busy
    row("first of all, versus SQLModel", points / first_busy, rows, "")
    row("cold (mean), versus SQLModel", points * len(cold) / cold_busy, rows, "")
    row("warm (mean), versus SQLModel", points * len(warm) / warm_busy, rows, "")
    memory = points * len(stored) / stored_busy
    row("warm (mean), versus memory", points * len(warm) / warm_busy, memory, "")
    print("memory, in addition to the idle process:")
    row("peak above idle, one site, MB", above, idle, "< 60 MB")
    row(f"peak above idle, {len(paths)} sites, MB", after, idle, "< 60 MB")


def timed(pid: int, port: int, paths: Sequence[str]) -> tuple[Sequence[Read], float]:
    """Read *paths* one after the other; also return the seconds that the server was busy."""
    began = processor(pid)
    answers = [read(port, path, TOKEN) for path in paths]
    return answers, processor(pid) - began


def measure_neighbours() -> None:
    """Compare small requests with and without a concurrent reader of large windows."""
    print("small requests, with and without a concurrent reader of large windows:")
    for name, query in (("GET sites", None), ("GET one hour", HOUR)):
        with serving(twenty_meters) as (_, port):
            paths = sites(port)
            small = SITES if query is None else paths[0] + query
            measure_requests(port, small, 0.5, None)
            idle = measure_requests(port, small, SECONDS, None)
            for kind, rounds, large in (("cold", 1, paths[1:]), ("warm", 500, paths[-1:])):
                command = [sys.executable, str(HERE / "large.py"), str(port), TOKEN, str(rounds)]
                with subprocess.Popen([*command, *large], env=ENVIRONMENT) as reader:
                    busy = measure_requests(port, small, SECONDS, reader)
                    reader.terminate()
                for share, at, target in (("p50", 0.5, ""), ("p99", 0.99, "< 10 x")):
                    row(
                        f"{name} with {kind}, {share} us",
                        quantile(busy, at) * 1e6,
                        quantile(idle, at) * 1e6,
                        target,
                    )


def measure_requests(
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


def twenty_meters(port: int) -> Sequence[str]:
    return [*mockapi_command(port), "--scenario", str(HERE / "twenty-meters.yaml")]


def sites(port: int) -> Sequence[str]:
    """Return the path of the timeseries of each site."""
    _, listed = ask(port, "GET", SITES)
    return [f"{SITES}/{site['id']}/timeseries" for site in json.loads(listed)]


def rate(
    points: int, answers: Sequence[Read], pick: Callable[[Sequence[float]], float] = median
) -> float:
    return points / pick([each.seconds for each in answers])


def quantile(took: Sequence[float], share: float) -> float:
    return sorted(took)[int(share * len(took))]


def count(series: Sequence[dict[str, list[object]]]) -> int:
    return sum(len(each["values"]) for each in series)


def processor(pid: int) -> float:
    """Return the seconds that the process spent on a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """Return the most that the process ever held in memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main()
