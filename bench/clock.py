"""Benchmark of scores, readings of a day, and restoring a snapshot."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from mockapi.api.reading_encoder import encode_timeseries
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.service import SiteScores, listed
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.world.push_readings import push
from mockapi.world.sites import is_scored
from mockapi.world.world import World

SITES = 8
YEARS = timedelta(days=730)
POLLED = 1_000
SCORED = 200
"""Sites with scores; each needs a year of readings first, which takes about 0.1 s."""
READINGS_PER_PUSH = 25_000
PUSHES = 4
ROUNDS = 5
ONE = "  - {building: office, city: Lyon, area: 9000, registered: true}\n"
CAMPUS = f"""
clock: 2024-06-01T09:00:00Z
history: P1D
sites:
{ONE * SITES}"""


def main() -> None:
    # An argument limits the number of sites, for a short run.
    polled = int(sys.argv[1]) if len(sys.argv) > 1 else POLLED
    print(f"{'':52}{'s':>8}{'CPU s':>8}   target")
    two_years()
    poll(polled)
    with TemporaryDirectory() as folder:
        for name, data in (("memory", None), ("a file", Path(folder, "world.sqlite"))):
            restore(name, data)


def two_years() -> None:
    world = World.open(Settings(), text=CAMPUS)
    world.clock.freeze(world.now() + YEARS)
    site = sites(world)[0]
    row("two years on, the first score list of 8 sites", lambda: scores(world, site), "<= 1 s")
    row("the lists of the other 7", lambda: [scores(world, each) for each in sites(world)[1:]])
    row("the first list again", lambda: scores(world, site))
    world.clock.freeze(world.now() + timedelta(days=1))
    row("the lists of all 8, a day later", lambda: [scores(world, each) for each in sites(world)])
    world.close()


def poll(count: int) -> None:
    world = World.open(Settings(scenario="portfolio"))
    every = sites(world)[:count]
    row(f"a day of {len(every)} sites, cold", lambda: a_day(world, every), "<= 2 s")
    row("the same again", lambda: a_day(world, every))
    world.clock.freeze(world.now() + timedelta(days=1))
    row(f"the next day of {len(every)} sites", lambda: a_day(world, every), "<= 3 s")
    scored = [each for each in every if is_scored(world, each)][:SCORED]
    row(f"first scores of {len(scored)} sites", lambda: daily_scores(world, scored))
    world.clock.freeze(world.now() + timedelta(days=1))
    target = f"<= {2 * len(scored) / POLLED:.1f} s"
    row(
        f"the next day's scores of {len(scored)} sites", lambda: daily_scores(world, scored), target
    )
    world.close()


def restore(name: str, data: Path | None) -> None:
    world = World.open(Settings(data=data))
    site = sites(world)[0]
    (_, (measurement, *_)), *_ = world.store.meters(site.id)
    first = world.now() - timedelta(minutes=15) * READINGS_PER_PUSH * PUSHES
    for number in range(PUSHES):
        positions = range(number * READINGS_PER_PUSH, (number + 1) * READINGS_PER_PUSH)
        values = {first + timedelta(minutes=15) * each: each / 7 for each in positions}
        row(
            f"{READINGS_PER_PUSH} readings pushed, {name}",
            partial(push, world, measurement.key, values),
        )
    row("a day of the site, first", lambda: a_day(world, [site]))
    row("a day of the site, again", lambda: a_day(world, [site]))
    row("all readings of the site", lambda: response_bytes(world, [site], None))
    world.snapshots.save("full")
    rounds = [timed(partial(world.snapshots.restore, "full")) for _ in range(ROUNDS)]
    took, used = (median(each) for each in zip(*rounds, strict=True))
    print_row(f"restored in {name}, median", took, used, "<= 0.05 s")
    world.close()


def sites(world: World) -> Sequence[Site]:
    return [site for customer in world.store.customers() for site in world.store.sites(customer.id)]


def scores(world: World, site: Site) -> int:
    return sum(1 for _ in listed(world, site, (), tuple(ScoreCategory)))


def daily_scores(world: World, of: Sequence[Site]) -> None:
    for site in of:
        SiteScores(world, site).daily_scores_of(tuple(ScoreCategory))


def a_day(world: World, of: Sequence[Site]) -> int:
    return response_bytes(world, of, timedelta(days=1))


def response_bytes(world: World, of: Sequence[Site], window: timedelta | None) -> int:
    """Return the bytes of responses with the readings that arrived in the last *window*."""
    now = world.now()
    since = None if window is None else now - window
    return sum(
        len(text)
        for site in of
        for text in encode_timeseries(world.reader.timeseries(site, since, now))
    )


def timed(operation: Callable[[], object]) -> tuple[float, float]:
    """Return the wall-clock and CPU seconds of *operation*."""
    began, used = time.perf_counter(), time.process_time()
    operation()
    return time.perf_counter() - began, time.process_time() - used


def row(name: str, operation: Callable[[], object], target: str = "") -> None:
    print_row(name, *timed(operation), target)


def print_row(name: str, took: float, used: float, target: str) -> None:
    print(f"{name:52}{took:8.3f}{used:8.3f}   {target}", flush=True)


if __name__ == "__main__":
    main()
