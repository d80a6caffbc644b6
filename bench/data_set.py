"""Benchmark of data sets: time and memory of `mockapi export` to Parquet.

It exports a year of quarter-hours of 128 sites and extrapolates to 300 million readings, which is
about 1,000 sites with eight series each. Slow results do not fail.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import ENVIRONMENT

SITES = 128
GOAL = 300_000_000
WINDOW = ("--from", "2025", "--to", "2026", "--interval", "PT15M")
SCENARIO = """\
seed: 1
clock: 2026-06-01T09:00:00Z
portfolio: {{count: {count}, mix: {{office: 5, school: 3, retail: 4, hotel: 2, restaurant: 3}},
  countries: [FR, DE, GB, ES, US, CA, BR, AU], meters: utilities}}
"""


def main() -> None:
    jobs = os.cpu_count() or 1
    print(f"Python {sys.version.split()[0]}, {jobs} cores, {SITES} sites\n")
    print(f"{'':20}{'readings':>12}{'s':>8}{'CPU s':>8}{'MB/s':>8}{'B/reading':>11}{'300 M':>10}")
    for label, words in (
        ("a folder per site", ("--partition", "site")),
        ("a folder per month", ("--partition", "month")),
        ("one file", ()),
    ):
        measure(label, [*words, "--jobs", str(jobs)])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nlargest process: {peak:,.0f} MB; target for 300 M: 360 s on two cores, 500 MB")


def measure(label: str, words: list[str]) -> None:
    """Print the figures of an export. The extrapolation includes the start time, so it is high."""
    count, seconds, cpu, size = export(SITES, words)
    figures = f"{count:12,}{seconds:8.1f}{cpu:8.1f}{size / seconds / 1e6:8.1f}{size / count:11.2f}"
    print(f"{label:20}{figures}{seconds / count * GOAL:8.0f} s", flush=True)


def export(count: int, words: list[str]) -> tuple[int, float, float, int]:
    """Export *count* sites. Return readings, seconds, seconds of CPU, and bytes."""
    with TemporaryDirectory() as folder:
        scenario = Path(folder) / "sites.yaml"
        scenario.write_text(SCENARIO.format(count=count))
        out = Path(folder) / "readings.parquet"
        command = [sys.executable, "-m", "mockapi", "export", "--scenario", str(scenario), *WINDOW]
        began, began_cpu = time.perf_counter(), cpu_of_children()
        found = subprocess.run(
            [*command, "--out", str(out), *words],
            env=ENVIRONMENT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds, cpu = time.perf_counter() - began, cpu_of_children() - began_cpu
        files = out.rglob("*") if out.is_dir() else [out]
        size = sum(each.stat().st_size for each in files if each.is_file())
    return int(found.stderr.split()[0].replace(",", "")), seconds, cpu, size


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
