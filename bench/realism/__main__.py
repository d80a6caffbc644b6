"""Judges years of generated readings by the statistics of measured buildings.

Each series passes or fails by itself, a fleet of sites by its medians, and the yearly gas and water
of fleets by published means. The ranges are in ranges.toml. `--selftest` checks that the judge
rejects simple noise.
"""

import argparse
import math
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from pathlib import Path

import numpy as np
from exports import KINDS, Exported, Region, exported, regions, scenario
from intensities import print_comparisons
from judge import STATES, Judgement, Series, fleet, judgement, read, statistics

from mockapi.domain.buildings import Place, building_types

FLEET = 16
CORES = 2
FLOOR = 0.95
SHOWN = 30


@dataclass(frozen=True)
class Verdict:
    """The judgement of one series of a site."""

    kind: str
    building: str
    where: str
    seed: int
    judgement: Judgement

    @property
    def passed(self) -> bool:
        return self.judgement.words == "PASS"


@dataclass(frozen=True)
class Task:
    """Work of one process: a site of one building type in one place with a seed of its own."""

    region: Region
    place: Place
    seed: int
    building: str
    kinds: tuple[str, ...]
    year: int


def main() -> int:
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    asked = arguments()
    if asked.selftest:
        return int(not rejects_noise())
    types = tuple(asked.types or building_types())
    runs = asked.only or ["single", "fleet", "intensity"]
    passed = True
    if "single" in runs:
        passed &= judge_singly(asked, types)
    if "fleet" in runs:
        passed &= judge_fleets(asked, types)
    if "intensity" in runs:
        passed &= print_comparisons()
    return int(not passed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=20, help="sites per type and climate")
    parser.add_argument("--types", nargs="+", choices=building_types(), help="building types")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--minutes", type=float, help="stop judging single series after this time")
    parser.add_argument("--only", nargs="+", choices=["single", "fleet", "intensity"])
    parser.add_argument(
        "--selftest", action="store_true", help="judge simple noise, which must not pass"
    )
    return parser.parse_args()


def judge_singly(asked: argparse.Namespace, types: tuple[str, ...]) -> bool:
    every = product(range(asked.sites), regions(), types)
    # Sites of one seed have the same draws in every place.
    tasks = [
        Task(
            region,
            region.places[turn % len(region.places)],
            seed,
            building,
            tuple(asked.kinds),
            asked.year,
        )
        for seed, (turn, region, building) in enumerate(every)
    ]
    # Shuffled, so that a run that stops early has seen some of everything.
    tasks.sort(
        key=lambda each: blake2b(repr((each.seed, each.region, each.building)).encode()).digest()
    )
    print(
        f"{len(types)} types x {len(regions())} climates in their hemispheres x "
        f"{asked.sites} sites x {len(asked.kinds)} kinds, the year {asked.year}",
        flush=True,
    )
    verdicts: list[Verdict] = []
    ends = time.monotonic() + asked.minutes * 60 if asked.minutes else math.inf
    with ProcessPoolExecutor(CORES) as pool:
        try:
            for number, found in enumerate(pool.map(judged, tasks), 1):
                verdicts += found
                print(f"\r{number}/{len(tasks)} sites", end="", file=sys.stderr, flush=True)
                if time.monotonic() >= ends:
                    break
        except KeyboardInterrupt:
            pass
        pool.shutdown(wait=False, cancel_futures=True)
    print(f"\n{len(verdicts)} series judged", file=sys.stderr)
    print_shares(verdicts, lambda each: each.kind, "kind")
    print_shares(
        [each for each in verdicts if not in_full(each, verdicts)],
        lambda each: f"{each.kind} {each.building}",
        "failures by type",
    )
    print_failures([each for each in verdicts if not each.passed])
    return bool(verdicts) and all(share >= FLOOR for share in pass_shares(verdicts).values())


def judged(task: Task) -> list[Verdict]:
    """Judge every series of a task."""
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    # Panels lower what the grid supplies; the measured buildings have none.
    groups = [
        tuple(kind for kind in task.kinds if (kind == "solar") is alone) for alone in (False, True)
    ]
    return [each for kinds in groups if kinds for each in judged_kinds(task, kinds)]


def judged_kinds(task: Task, kinds: Sequence[str]) -> Iterator[Verdict]:
    text = scenario([(task.building, task.place.city)], kinds)
    active = None
    with tempfile.TemporaryDirectory() as folder:
        for file in exported(text, task.seed, kinds, task.year, Path(folder)):
            series = read(file.path)
            file.path.unlink()
            if file.kind == "electricity":
                active = series
            found = measured(file, series, active)
            where = f"{task.region} {task.place.city}"
            verdict = judgement(found, file.kind, file.building)
            yield Verdict(file.kind, file.building, where, task.seed, verdict)


def measured(file: Exported, series: Series, active: Series | None) -> Mapping[str, float]:
    return statistics(
        series,
        file.kind,
        area=file.area if file.kind == "electricity" else None,
        south=(file.latitude or 0) < 0,
        active=active if file.kind == "reactive" else None,
    )


def pass_shares(verdicts: Sequence[Verdict]) -> dict[str, float]:
    by_kind = defaultdict(list)
    for each in verdicts:
        by_kind[each.kind].append(each.passed)
    return {kind: sum(passed) / len(passed) for kind, passed in by_kind.items()}


def in_full(one: Verdict, verdicts: Sequence[Verdict]) -> bool:
    key = (one.kind, one.building)
    return all(each.passed for each in verdicts if (each.kind, each.building) == key)


def print_shares(verdicts: Sequence[Verdict], key: Callable[[Verdict], str], heading: str) -> None:
    if not verdicts:
        return
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        groups[key(each)].append(each)
    print(f"\n{heading:28}{'series':>8}{'PASS':>8}{'share':>9}   out of range most often")
    for name, found in groups.items():
        passed = sum(each.passed for each in found)
        missed = Counter(
            name for each in found if not each.passed for name in each.judgement.missed
        )
        often = ", ".join(f"{stat} {count}" for stat, count in missed.most_common(4))
        share = passed / len(found)
        print(f"{name:28}{len(found):8}{passed:8}{share:9.1%}   {often}".rstrip())


def print_failures(failures: Sequence[Verdict]) -> None:
    if failures:
        print(f"\n{len(failures)} did not pass; the first {min(SHOWN, len(failures))}:")
    for each in failures[:SHOWN]:
        where = f"{each.kind} {each.building}, {each.where}, seed {each.seed}"
        print(f"  {where}: {each.judgement.words}: {', '.join(each.judgement.missed)}")


def fleet_statistics(building: str, year: int) -> Iterator[Mapping[str, float]]:
    """Yield the statistics of electricity of sites in all climates, each with its own seed."""
    for number in range(FLEET):
        region = regions()[number % len(regions())]
        place = region.places[number % len(region.places)]
        text = scenario([(building, place.city)], ["electricity"])
        with tempfile.TemporaryDirectory() as folder:
            for file in exported(text, 1_000 + number, ["electricity"], year, Path(folder)):
                yield measured(file, read(file.path), None)


def judge_fleets(asked: argparse.Namespace, types: Sequence[str]) -> bool:
    print(f"\nmedians of fleets of {FLEET} sites")
    every = True
    for building in types:
        passed, checks = fleet(list(fleet_statistics(building, asked.year)), building)
        inside = sum(each.passed for each in checks)
        outside = ", ".join(
            f"{each.name} {each.value:.3g} [{each.between[0]:.3g}..{each.between[1]:.3g}]"
            for each in checks
            if not each.passed
        )
        words = "PASS" if passed else "FAIL"
        print(f"{building:14}{words} {inside}/{len(checks)}  {outside}".rstrip(), flush=True)
        every &= passed
    return every


def rejects_noise() -> bool:
    """Return whether no simple noise passes, and print what does."""
    accepted = []
    for kind, (name, values) in product(("electricity", "heat", "co2"), simple_noise().items()):
        step = 900 if kind in STATES else 3_600
        series = Series(step, 1_672_531_200 // step, values)
        words = judgement(statistics(series, kind, area=5_000), kind, "office").words
        if words == "PASS":
            accepted.append(f"{kind}: {name}")
    print("\n".join(accepted) or "No simple noise passes.")
    return not accepted


def simple_noise() -> Mapping[str, np.ndarray]:
    """Return a year of hours of each kind of noise."""
    draw = np.random.default_rng(1)
    hours = np.arange(8_760)
    white = draw.standard_normal(len(hours))
    sine = 100 + 40 * np.sin(2 * np.pi * hours / 24 - 2)
    open_hours = (hours % 24 >= 7) & (hours % 24 < 19) & ((hours // 24 + 6) % 7 < 5)
    schedule = np.where(open_hours, 100.0, 40.0)
    schedule *= 1 + 0.15 * np.cos(2 * np.pi * (hours / 24 - 200) / 365)
    return {
        "constant": np.full(len(hours), 100.0),
        "white noise": 100 + 20 * white,
        "sine": sine,
        "sine with noise": sine + 8 * white,
        "random walk": 500 + np.cumsum(white),
        "schedule": schedule,
        "schedule with noise": schedule * (1 + 0.05 * white),
    }


if __name__ == "__main__":
    sys.exit(main())
