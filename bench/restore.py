"""Measures how long a world with 100,000 readings takes to be put back to a snapshot."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from mockapi.settings import Settings
from mockapi.store.tables import Reading
from mockapi.world.world import World

READINGS = 100_000
ROUNDS = 15
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    print(f"{READINGS} readings, {ROUNDS} rounds; the plain way copies the same bytes by SQLite\n")
    print(f"{'':32}{'mockapi':>10}{'plain':>10}{'ratio':>8}   target")
    with TemporaryDirectory() as folder:
        for name, data in (("memory", None), ("a file", Path(folder, "world.sqlite"))):
            world = World.open(Settings(data=data))
            put_readings(world)
            content = world.snapshots.save("full").content
            saving, restoring, plain = [], [], []
            for _ in range(ROUNDS):
                saving.append(milliseconds(world.snapshots.save, "full"))
                restoring.append(milliseconds(world.snapshots.restore, "full"))
                plain.append(milliseconds(copy, content))
            row(f"save in {name}, ms", median(saving), median(plain), "")
            row(f"restore in {name}, ms", median(restoring), median(plain), "<= 50 ms")
            row(f"restore in {name}, ms (best)", min(restoring), min(plain), "")
            world.close()
        print(f"\nsnapshot: {len(content) / 1e6:.1f} MB")


def put_readings(world: World) -> None:
    (_, (measurement, *_)), *_ = world.store.meters(first_site(world))
    rows = [
        {
            "key": measurement.key,
            "at": FIRST + number * timedelta(minutes=15),
            "updated_at": FIRST,
            "value": number / 7,
        }
        for number in range(READINGS)
    ]
    world.store.fill({Reading: rows})


def first_site(world: World) -> str:
    return world.store.sites(world.store.customers()[0].id)[0].id


def copy(content: bytes) -> None:
    with closing(sqlite3.connect(":memory:")) as ours, closing(sqlite3.connect(":memory:")) as into:
        ours.deserialize(content)
        ours.backup(into)


def milliseconds(act: Callable[..., object], *of: object) -> float:
    began = time.perf_counter()
    act(*of)
    return (time.perf_counter() - began) * 1e3


def row(name: str, measured: float, plain: float, target: str) -> None:
    print(f"{name:32}{measured:10.1f}{plain:10.1f}{measured / plain:8.2f}   {target}", flush=True)


if __name__ == "__main__":
    main()
