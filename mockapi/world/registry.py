"""Keeps the worlds of one server: the first one, and any number of named ones beside it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any

from mockapi.domain.clock import steady
from mockapi.world.world import World


class UnknownWorld(LookupError):
    """There is no world of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no world {name!r}, or not any more; POST /__admin/worlds makes one."
        )


class WorldExists(Exception):
    """There is a world of that name already."""


class TooManyWorlds(Exception):
    """The server holds as many worlds as it may."""


@dataclass
class _Guest:
    world: World
    used_at: float


class Worlds:
    """The worlds by name; each has its own store, clock and tokens, and none knows another."""

    def __init__(self, first: World, now: Callable[[], float] = steady) -> None:
        """Begin with *first*, which stays; *now* returns the seconds that idle times count in."""
        self.first = first
        self._settings = first.settings
        self._now = now
        self._guests: dict[str, _Guest] = {}
        self._making: set[str] = set()
        self._reserving = Lock()
        self._numbers = count(1)

    def get(self, name: str) -> World:
        """Return the world called *name*, which is in use from now on; raises `UnknownWorld`."""
        self._part_with_idle()
        guest = self._guests.get(name)
        if guest is None:
            raise UnknownWorld(name)
        guest.used_at = self._now()
        return guest.world

    def create(self, name: str | None, wishes: Mapping[str, Any], text: str | None = None) -> World:
        """Return a new world called *name*, or by a name of the server's choice.

        It is set up like the first one but for the settings in *wishes*, in memory; *text* is a
        scenario as YAML. Raises `WorldExists`, `TooManyWorlds`, `ScenarioError`.
        """
        self._part_with_idle()
        settings = self._settings.model_copy(update={**wishes, "data": None})
        with self._reserved(name) as reserved:
            world = World.open(settings, name=reserved, text=text)
            self._guests[reserved] = _Guest(world, self._now())
        return world

    @contextmanager
    def _reserved(self, name: str | None) -> Iterator[str]:
        """Keep *name*, or one of the server's choice, for a world that a thread is making."""
        with self._reserving:
            taken = self._guests.keys() | self._making
            if name in taken:
                raise WorldExists(f"There is a world {name!r} already; delete it first.")
            if len(taken) >= self._settings.max_worlds:
                raise TooManyWorlds(
                    f"There are {len(taken)} worlds, and MOCKAPI_MAX_WORLDS allows no more; "
                    "delete some with DELETE /__admin/worlds/{name}."
                )
            if name is None:
                numbered = (f"world-{number}" for number in self._numbers)
                name = next(each for each in numbered if each not in taken)
            self._making.add(name)
        try:
            yield name
        finally:
            self._making.discard(name)

    def delete(self, name: str) -> None:
        """Close the world called *name*; raises `UnknownWorld`."""
        self.get(name)
        self._guests.pop(name).world.close()

    def __contains__(self, name: str) -> bool:
        return name in self._guests

    def __iter__(self) -> Iterator[World]:
        """Yield the named worlds, the oldest first."""
        self._part_with_idle()
        return iter([guest.world for guest in tuple(self._guests.values())])

    def close(self) -> None:
        """Close all worlds, the first one too."""
        for guest in self._guests.values():
            guest.world.close()
        self._guests.clear()
        self.first.close()

    def _part_with_idle(self) -> None:
        # Worked out when somebody asks: no task ticks in the background.
        deadline = self._now() - self._settings.world_idle.total_seconds()
        # A copy, because worlds are made in other threads, which part with idle ones, too.
        idle = [name for name, guest in tuple(self._guests.items()) if guest.used_at < deadline]
        for name in idle:
            guest = self._guests.pop(name, None)
            if guest is not None:
                guest.world.close()
