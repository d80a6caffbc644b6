"""Benchmark of readings: generation, responses, and small requests during large downloads.

Each figure has a reference of the same run; compare the ratios. Slow results do not fail.
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

from download import Download, download
from load_generator import quantile

from bench import (
    AUTHORIZED,
    ENVIRONMENT,
    HERE,
    SITES,
    mockapi_command,
    resident,
    row,
    send,
    serving,
)

TOKEN = AUTHORIZED["Authorization"].removeprefix("Bearer ")
YEAR = 2025
SEEDS = 3
WARM = 7
SECONDS = 4
HOUR = "?updatedAt[gte]=2026-06-01T08:00:00Z"
SAMPLED = 2
"""Number of series of twenty that go through SQLModel; all would take gigabytes and minutes."""


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    measure_kinds()
    print(f"\n{'':32}{'mockapi':>10}{'reference':>10}{'ratio':>8}   target")
    measure_windows()
    measure_small_requests()


def measure_kinds() -> None:
    """Print the readings per second and thread that each measurement's model generates."""
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
    print(f"{'a year generated in one thread':56}{'points/s':>12}")
    for number, (usage, measurement) in enumerate(MODELS):
        rates = []
        for seed in range(SEEDS):
            # Each model and round has its own location, so that no weather is cached.
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
        download(port, paths[0] + HOUR, TOKEN)
        loaded = resident(pid)
        first, first_cpu = timed(pid, port, paths[:1])
        warm, warm_cpu = timed(pid, port, [paths[0]] * WARM)
        highest = peak(pid)
        cold, cold_cpu = timed(pid, port, paths[1:])
        after = peak(pid) - idle
        response, sample = Path(folder) / "response.json", Path(folder) / "sample.json"
        response.write_bytes(send(port, "GET", paths[0])[1])
        series = json.loads(response.read_bytes())
        sample.write_bytes(json.dumps(series[:SAMPLED]).encode())
        points, sampled = count(series), count(series[:SAMPLED])
        command = [sys.executable, str(HERE / "reference_app.py")]
        with serving(lambda port: [*command, str(port), str(response), str(sample)]) as (
            reference_pid,
            reference_port,
        ):
            stored, stored_cpu = timed(reference_pid, reference_port, ["/bytes"] * WARM)
            table, table_cpu = timed(reference_pid, reference_port, ["/rows"] * 2)
    print(f"{len(series)} meters, {points:,} points, {warm[0].size / 1e6:.0f} MB; points/s:")
    rows = rate(sampled, table)
    row("first year, versus SQLModel", rate(points, first), rows, ">= 20 x")
    row("cold (median), versus SQLModel", rate(points, cold), rows, ">= 20 x, 500,000/s")
    row("cold (best), versus SQLModel", rate(points, cold, min), rows, "")
    row("warm (median), versus SQLModel", rate(points, warm), rows, ">= 20 x, 5,000,000/s")
    row("warm (best), versus SQLModel", rate(points, warm, min), rows, "")
    row("warm (median), versus memory", rate(points, warm), rate(points, stored), "")
    row("warm (best), versus memory", rate(points, warm, min), rate(points, stored, min), "")
    print("points per CPU second of the server (varies less on a busy machine):")
    rows = sampled * len(table) / table_cpu
    row("first year, versus SQLModel", points / first_cpu, rows, "")
    row("cold (mean), versus SQLModel", points * len(cold) / cold_cpu, rows, "")
    row("warm (mean), versus SQLModel", points * len(warm) / warm_cpu, rows, "")
    memory = points * len(stored) / stored_cpu
    row("warm (mean), versus memory", points * len(warm) / warm_cpu, memory, "")
    print("memory, in addition to the idle process:")
    row("peak above idle, one site, MB", highest - idle, idle, "< 60 MB")
    row("of it, after an hour of readings", highest - loaded, loaded, "< 40 MB")
    row(f"peak above idle, {len(paths)} sites, MB", after, idle, "< 60 MB")


def timed(pid: int, port: int, paths: Sequence[str]) -> tuple[Sequence[Download], float]:
    """Download *paths* in sequence; return the downloads and the CPU seconds of the server."""
    before = cpu_seconds(pid)
    downloads = [download(port, path, TOKEN) for path in paths]
    return downloads, cpu_seconds(pid) - before


def measure_small_requests() -> None:
    """Compare small requests with and without a concurrent download of large windows."""
    print("small requests, with and without a concurrent download of large windows:")
    for name, query in (("GET sites", None), ("GET one hour", HOUR)):
        with serving(twenty_meters) as (_, port):
            paths = sites(port)
            small = SITES if query is None else paths[0] + query
            measure_requests(port, small, 0.5, None)
            idle = measure_requests(port, small, SECONDS, None)
            for kind, rounds, large in (("cold", 1, paths[1:]), ("warm", 500, paths[-1:])):
                command = [sys.executable, str(HERE / "download.py"), str(port), TOKEN, str(rounds)]
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
    """Return the seconds of each request, sent in sequence while *reader* runs."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends and (reader is None or reader.poll() is None):
        began = time.perf_counter()
        connection.request("GET", path, headers=AUTHORIZED)
        connection.getresponse().read()
        times.append(time.perf_counter() - began)
        # Without a pause the client would compete with the server for the CPU.
        time.sleep(0.001)
    connection.close()
    return times


def twenty_meters(port: int) -> Sequence[str]:
    return [*mockapi_command(port), "--scenario", str(HERE / "twenty-meters.yaml")]


def sites(port: int) -> Sequence[str]:
    """Return the path of the timeseries of each site."""
    _, listed = send(port, "GET", SITES)
    return [f"{SITES}/{site['id']}/timeseries" for site in json.loads(listed)]


def rate(
    points: int, downloads: Sequence[Download], pick: Callable[[Sequence[float]], float] = median
) -> float:
    return points / pick([each.seconds for each in downloads])


def count(series: Sequence[dict[str, list[object]]]) -> int:
    return sum(len(each["values"]) for each in series)


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """Return the peak resident memory of the process in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main()
