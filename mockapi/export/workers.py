"""Worker processes of an export, each with its own copy of the world."""

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from mockapi.settings import Settings
from mockapi.world.world import World

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2
"""Results per worker that are computed before they are taken."""


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    world: World, task: Callable[[World, Item], Result], items: Sequence[Item], jobs: int
) -> Generator[Result]:
    """Yield the results of *task* for *items*, in their order, computed in *jobs* processes.

    With one job, or one item, compute them here. Otherwise *task*, items and results are pickled,
    and *world* must not be in a data file, which one process can open. Raise `BrokenProcessPool` if
    a worker is killed.
    """
    if min(jobs, len(items)) <= 1:
        for item in items:
            yield task(world, item)
        return
    settings = _settings_of_copies(world)
    pending: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(
        min(jobs, len(items)), mp_context=get_context("spawn"), initializer=_begin_worker
    ) as pool:
        try:
            for item in items:
                pending.append(pool.submit(_run_in_worker, settings, task, item))
                if len(pending) > _AHEAD * jobs:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for each in pending:
                each.cancel()


def _settings_of_copies(world: World) -> Settings:
    """Return the settings with which other processes open the same world."""
    facts = world.store.cached_metadata()
    if facts["clock"] != "system":
        return world.settings
    began_at = datetime.fromisoformat(facts["began_at"])
    return world.settings.model_copy(update={"clock": began_at})


def _begin_worker() -> None:
    # The parent handles Ctrl+C, which the terminal sends to all processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """End this process when its parent is killed. It would wait for tasks forever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _run_in_worker(settings: Settings, task: Callable[[World, Item], Result], item: Item) -> Result:
    return task(_world_of(settings), item)


@cache
def _world_of(settings: Settings) -> World:
    return World.open(settings)
