"""Lets independent judges look at years of generated readings, and prints what they say.

A series passes or not by itself; a fleet of sites by its medians; and a classifier tries to tell
generated electricity from that of real buildings. The judges are not part of the project.
"""

import argparse
import importlib.util
import math
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from pathlib import Path
from types import ModuleType

from invented import KINDS, Region, exported, regions, scenario

from mockapi.domain.buildings import building_types

TOOLS = Path(__file__).parents[2] / "shared" / "tools"
SINGLE, CLASSIFIER = "realism_score.py", "indistinguishable.py"
CLASSIFIED = ("office", "school", "university", "multifamily")
FLEET, CLASSIFIED_SITES = 16, 40
CORES = 2
FLOOR = 0.95
SHOWN = 30


@dataclass(frozen=True)
class Verdict:
    """What the judge said of one series; *missed* are the statistics out of range."""

    kind: str
    building: str
    region: str
    seed: int
    words: str
    missed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.words.startswith("PASS")


@dataclass(frozen=True)
class Share:
    """What one process does at once: a site of one building type in one place with one seed."""

    tools: Path
    region: Region
    seed: int
    building: str
    kinds: tuple[str, ...]
    year: int


def main() -> int:
    asked = arguments()
    if not (asked.tools / SINGLE).is_file():
        print(
            f"The judge is not at hand: {asked.tools / SINGLE} does not exist. --tools says where."
        )
        return 3
    types = tuple(asked.types or building_types())
    runs = asked.only or ["single", "fleet", "classifier"]
    failed = False
    if "single" in runs:
        failed |= not judge_singly(asked, types)
    if "fleet" in runs:
        failed |= not judge_fleets(asked, types)
    if "classifier" in runs:
        failed |= not classify(asked, [each for each in CLASSIFIED if each in types])
    return int(failed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="worlds for each place")
    parser.add_argument("--types", nargs="+", choices=building_types(), help="building types")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--minutes", type=float, help="judge no longer, and tell what was seen")
    parser.add_argument("--sites", type=int, default=CLASSIFIED_SITES, help="sites to classify")
    parser.add_argument("--only", nargs="+", choices=["single", "fleet", "classifier"])
    parser.add_argument("--tools", type=Path, default=TOOLS, help="folder of the judges")
    asked = parser.parse_args()
    if missing := [name for name in (SINGLE, CLASSIFIER) if not (asked.tools / name).is_file()]:
        sys.exit(f"make realism needs {', '.join(missing)}. Name their folder with --tools.")
    return asked


def judge_singly(asked: argparse.Namespace, types: tuple[str, ...]) -> bool:
    every = product(range(asked.seeds), regions(), types)
    shares = [
        Share(asked.tools, region, seed, building, tuple(asked.kinds), asked.year)
        for seed, region, building in every
    ]
    # In no order, so that a run that stops early has seen some of everything.
    shares.sort(
        key=lambda each: blake2b(repr((each.seed, each.region, each.building)).encode()).digest()
    )
    print(
        f"{len(types)} types x {len(regions())} climates in their hemispheres x "
        f"{asked.seeds} seeds x {len(asked.kinds)} kinds, the year {asked.year}",
        flush=True,
    )
    verdicts: list[Verdict] = []
    ends = time.monotonic() + asked.minutes * 60 if asked.minutes else math.inf
    with ProcessPoolExecutor(CORES) as pool:
        try:
            for number, found in enumerate(pool.map(judged, shares), 1):
                verdicts += found
                print(f"\r{number}/{len(shares)} sites", end="", file=sys.stderr, flush=True)
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
        "where it fails, by type",
    )
    print_failures([each for each in verdicts if not each.passed])
    return bool(verdicts) and all(share >= FLOOR for share in pass_shares(verdicts).values())


def judged(share: Share) -> list[Verdict]:
    """Judge every series of a share; each file goes when it was judged."""
    warnings.filterwarnings("ignore")
    # Panels take from the grid; the real meters that the judge learnt from stand in sites without.
    apart = [
        tuple(kind for kind in share.kinds if (kind == "solar") is alone) for alone in (False, True)
    ]
    return [each for kinds in apart if kinds for each in judged_kinds(share, kinds)]


def judged_kinds(share: Share, kinds: Sequence[str]) -> Iterator[Verdict]:
    judge = judge_of(share.tools)
    place = share.region.places[share.seed % len(share.region.places)]
    text = scenario([(share.building, place.city)], kinds)
    active = None
    with tempfile.TemporaryDirectory() as folder:
        for file in exported(text, share.seed, kinds, share.year, Path(folder)):
            times, values, _ = judge.read_csv(file.path)
            if file.kind == "electricity":
                active = (times, values)
            _, _, _, rows, words, _ = judge.evaluate(
                times,
                values,
                file.kind,
                judged_type(judge, file.building),
                area=file.area,
                lat=file.latitude,
                kwh=active if file.kind == "reactive" else None,
            )
            file.path.unlink()
            missed = tuple(row[0] for row in rows if not row[4])
            where = f"{share.region} {place.city}"
            yield Verdict(file.kind, file.building, where, share.seed, words, missed)


def judge_of(tools: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("realism_score", tools / SINGLE)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{tools / SINGLE} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged_type(judge: ModuleType, building: str) -> str:
    """Return the judge's word for a building type; it knows no data centre and no laboratory."""
    name = building.replace("_", " ")
    name = judge.ALIAS.get(name, name)
    return name if name in judge.TYPES else "other"


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
        missed = Counter(stat for each in found if not each.passed for stat in each.missed)
        often = ", ".join(f"{stat} {count}" for stat, count in missed.most_common(4))
        share = passed / len(found)
        print(f"{name:28}{len(found):8}{passed:8}{share:9.1%}   {often}".rstrip())


def print_failures(failures: Sequence[Verdict]) -> None:
    if failures:
        print(f"\n{len(failures)} did not pass; the first {min(SHOWN, len(failures))}:")
    for each in failures[:SHOWN]:
        where = f"{each.kind} {each.building}, {each.region}, seed {each.seed}"
        print(f"  {where}: {each.words}: {', '.join(each.missed)}")


def fleet_files(building: str, count: int, year: int, folder: Path) -> Iterator[Path]:
    """Export electricity of *count* sites in turn of all climates, each with a seed of its own."""
    for number in range(count):
        region = regions()[number % len(regions())]
        place = region.places[number % len(region.places)]
        text = scenario([(building, place.city)], ["electricity"])
        for file in exported(text, 1_000 + number, ["electricity"], year, folder):
            yield file.path


def judge_fleets(asked: argparse.Namespace, types: Sequence[str]) -> bool:
    print(f"\nfleets of {FLEET} sites")
    passed = True
    for building in types:
        with tempfile.TemporaryDirectory() as folder:
            files = list(fleet_files(building, FLEET, asked.year, Path(folder)))
            told = subprocess.run(
                [sys.executable, asked.tools / SINGLE, "--type", building.replace("_", " "),
                 "--fleet", *files],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        out = re.findall(r"OUT +(\w+) +median +(\S+) +\[(\S+) \.\. (\S+)\]", told.stdout)
        if not told.stdout:
            print(told.stderr, file=sys.stderr)
        words = (told.stdout.splitlines() or ["no answer"])[-1].split(":")[-1].strip()
        print(f"{building:14}{words}  " + ", ".join(f"{n} {m} [{a}..{b}]" for n, m, a, b in out))
        passed &= told.returncode == 0
    return passed


def classify(asked: argparse.Namespace, types: Sequence[str]) -> bool:
    if not (asked.tools / CLASSIFIER).is_file() or importlib.util.find_spec("sklearn") is None:
        print(f"\n{CLASSIFIER} is not run: it or scikit-learn is not at hand.")
        return True
    passed = True
    for building in types:
        print(f"\n{building}: {asked.sites} sites against real ones", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            files = list(fleet_files(building, asked.sites, asked.year, Path(folder)))
            ended = subprocess.run(
                [sys.executable, asked.tools / CLASSIFIER, "--type", building, *files], check=False
            )
        passed &= ended.returncode == 0
    return passed


if __name__ == "__main__":
    sys.exit(main())
