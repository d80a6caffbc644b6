"""Benchmark of adding and updating a site, in process and over HTTP."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from mockapi import MockApi, run
from mockapi.scenario.updates import NewSite
from mockapi.settings import Settings
from mockapi.world.site_edits import add_site
from mockapi.world.world import World

ROUNDS = 200
SITE: dict[str, Any] = {"building": "office", "city": "Lyon", "registered": True}


def main() -> None:
    print(f"median and best of {ROUNDS} rounds, ms; target of add_site: < 5 ms\n")
    world = World.open(Settings(scenario="demo"))
    row("add_site in process", lambda: add_site(world, NewSite.model_validate(SITE)))
    world.close()
    with run(scenario="demo") as api:
        row("health over HTTP", api.health)
        row("add_site over HTTP", lambda: api.add_site(**SITE))
        row("update_site over HTTP", update(api))
    with run(scenario={"portfolio": {"count": 1000}}) as api:
        row("add_site next to 1,000 sites", lambda: api.add_site(**SITE))


def update(api: MockApi) -> Callable[[], object]:
    site = api.sites()[0]["id"]
    return lambda: api.update_site(site, area=500)


def row(name: str, operation: Callable[[], object]) -> None:
    operation()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        operation()
        times.append((time.perf_counter() - began) * 1e3)
    print(f"{name:32}{median(times):8.2f}{min(times):8.2f}")


if __name__ == "__main__":
    main()
