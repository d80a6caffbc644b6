"""Registry of the worlds of one server: the default world and named ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from threading import Condition
from typing import Any

from mockapi.domain.clock import steady
from mockapi.world.free_memory import return_free_memory
from mockapi.world.world import World


class UnknownWorldError(LookupError):
    """Unknown name of a world."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"World {name!r} does not exist or has expired. "
            "Create it with PUT /__admin/worlds/{name}."
        )


class WorldExistsError(Exception):
    """The name of the world is already used."""


class TooManyWorldsError(Exception):
    """The server has the maximum number of worlds."""


@dataclass
class _NamedWorld:
    world: World
    requested: tuple[Mapping[str, Any], str | None]
    """The overrides and the scenario text with which the world was created."""
    used_at: float


@dataclass(frozen=True)
class WatchedScenario:
    """A scenario file whose changes are loaded, with the time and mistakes of the last change."""

    file: str
    changed_at: datetime | None = None
    mistakes: Sequence[str] = ()


class Worlds:
    """The worlds of a server by name. Each has its own store, clock and tokens."""

    def __init__(self, first: World, now: Callable[[], float] = steady) -> None:
        """Begin with the default world. *now* returns seconds, which measure idle times."""
        self.first = first
        self._settings = first.settings
        self._now = now
        self._named: dict[str, _NamedWorld] = {}
        self._reserved_names: set[str] = set()
        self._lock = Condition()
        self.watched: WatchedScenario | None = None
        """The scenario file of the default world, with `--watch`."""
        self._numbers = count(1)

    def get(self, name: str) -> World:
        """Return the world called *name* and mark it as used.

        Raise `UnknownWorldError` if there is none.
        """
        self._close_idle()
        named = self._named.get(name)
        if named is None:
            raise UnknownWorldError(name)
        named.used_at = self._now()
        return named.world

    def create(
        self, name: str | None, overrides: Mapping[str, Any], text: str | None = None
    ) -> World:
        """Return a new world called *name*, or with a generated name.

        It is in memory and has the settings of the default world, except those of *overrides*.
        *text* is a scenario as YAML.

        Raise `WorldExistsError`, `TooManyWorldsError` or `ScenarioError`.
        """
        self._close_idle()
        settings = self._settings.model_copy(update={**overrides, "data": None})
        with self._reserved(name) as reserved:
            world = World.open(settings, name=reserved, text=text)
            self._named[reserved] = _NamedWorld(world, (overrides, text), self._now())
        return world

    def put(
        self, name: str, overrides: Mapping[str, Any], text: str | None = None
    ) -> tuple[World, bool]:
        """Return the world called *name*, and True if this call created it.

        Raise `WorldExistsError` if it was created with other *overrides* or another *text*;
        otherwise the errors of `create`.
        """
        while True:
            with self._lock:
                self._lock.wait_for(lambda: name not in self._reserved_names)
            self._close_idle()
            named = self._named.get(name)
            if named is not None:
                break
            # If another thread creates the world first, its settings are compared.
            with suppress(WorldExistsError):
                return self.create(name, overrides, text), True
        if named.requested != (overrides, text):
            raise WorldExistsError(
                f"World {name!r} already exists with other settings. Delete it first."
            )
        named.used_at = self._now()
        return named.world, False

    @contextmanager
    def _reserved(self, name: str | None) -> Iterator[str]:
        """Reserve *name*, or a generated name, for a world that this thread creates."""
        with self._lock:
            taken = self._named.keys() | self._reserved_names
            if name in taken:
                raise WorldExistsError(f"World {name!r} already exists. Delete it first.")
            if len(taken) >= self._settings.max_worlds:
                raise TooManyWorldsError(
                    f"{len(taken)} worlds are the maximum of MOCKAPI_MAX_WORLDS. "
                    "Delete some with DELETE /__admin/worlds/{name}."
                )
            if name is None:
                numbered = (f"world-{number}" for number in self._numbers)
                name = next(each for each in numbered if each not in taken)
            self._reserved_names.add(name)
        try:
            yield name
        finally:
            with self._lock:
                self._reserved_names.discard(name)
                self._lock.notify_all()

    def current(self, world: World) -> World:
        """Return the world that has replaced *world*, or *world* itself."""
        named = self._named.get(world.name)
        return named.world if named is not None else world if world.name else self.first

    def replace(self, world: World) -> None:
        """Serve further requests from *world*, from `reopen`, and restart the journal.

        Running requests finish with the previous world. For the server's thread. Raise
        `UnknownWorldError` if the previous world was deleted.
        """
        if not world.name:
            previous, self.first = self.first, world
        elif world.name in self._named:
            named = self._named[world.name]
            previous, named.world = named.world, world
        else:
            world.leases.end()
            raise UnknownWorldError(world.name)
        previous.leases.retire()
        world.journal.restart()

    def delete(self, name: str) -> None:
        """Close and remove the world called *name*. Raise `UnknownWorldError` if there is none."""
        self.get(name)
        self._named.pop(name).world.close()
        return_free_memory()

    def __contains__(self, name: str) -> bool:
        return name in self._named

    def __iter__(self) -> Iterator[World]:
        """Yield the named worlds, the oldest first."""
        self._close_idle()
        return iter([named.world for named in self._named.copy().values()])

    def close(self) -> None:
        """Close all worlds, including the default one."""
        for named in self._named.copy().values():
            named.world.close()
        self._named.clear()
        self.first.close()

    def _close_idle(self) -> None:
        # Checked on each access, because there are no background tasks.
        deadline = self._now() - self._settings.world_idle.total_seconds()
        # A copy, because other threads also create and close worlds. Not `tuple(...items())`, which
        # can start a garbage collection, and so another thread, while it iterates.
        named_worlds = self._named.copy()
        idle = [name for name, named in named_worlds.items() if named.used_at < deadline]
        for name in idle:
            named = self._named.pop(name, None)
            if named is not None:
                named.world.close()
        if idle:
            return_free_memory()
