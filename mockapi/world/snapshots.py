"""Keeps states of a world to go back to, in memory or as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mockapi.store.database_file import OtherFile
from mockapi.store.store import REDRAWN_IDS, Store, by_itself
from mockapi.world.clock import WorldClock, time_in
from mockapi.world.timeline import TURNS

MOST = 20
"""How many snapshots a world keeps; each is a copy of all its rows, in memory."""

_MADE_OF = ("scenario", "text", "seed", "edition")


class TooManySnapshots(Exception):
    def __init__(self) -> None:
        super().__init__(f"{MOST} snapshots are kept already; delete one of them first.")


class OtherWorld(Exception):
    """A file holds the world of another scenario, seed or edition."""


class SnapshotUnknown(LookupError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        kept = f"kept are {', '.join(known)}" if known else "none is kept"
        super().__init__(f"No snapshot is called {name!r}; {kept}.")


@dataclass(frozen=True)
class Snapshot:
    """The state of a world *at* an instant of its clock; *content* is a file of SQLite."""

    name: str
    at: datetime
    content: bytes


class Snapshots:
    """The snapshots of one world; they outlive a reset, but not the process."""

    def __init__(self, store: Store, clock: WorldClock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[str, Snapshot] = {}

    def list(self) -> Sequence[Snapshot]:
        """Return the snapshots, oldest first."""
        return tuple(self._kept.values())

    def named(self, name: str) -> Snapshot:
        """Return the snapshot of that name, or raise `SnapshotUnknown`."""
        if name not in self._kept:
            raise SnapshotUnknown(name, tuple(self._kept))
        return self._kept[name]

    def save(self, name: str) -> Snapshot:
        """Keep the present state, in the place of what had its name.

        Raises `TooManySnapshots` where there is room for none.
        """
        self._make_room(name)
        self._clock.anchor()
        return self._keep(Snapshot(name, self._clock.now(), self._store.snapshot()))

    def take_in(self, name: str, content: bytes) -> Snapshot:
        """Keep the state in a file, in the place of what had its name.

        Raises `OtherFile` for what is no sound store of a world, `OtherWorld` for the store
        of one that is made of something else, and `TooManySnapshots`.
        """
        self._make_room(name)
        content = by_itself(content)
        theirs, ours = self._store.facts_in(content), self._store.facts()
        for fact in _MADE_OF:
            if fact not in theirs:
                raise OtherFile(f"The file is damaged: it does not tell its {fact}.")
            if theirs[fact] != ours[fact]:
                if fact == "scenario":
                    told = ""
                else:
                    of_it = "another text of it" if fact == "text" else f"{fact} {theirs[fact]!r}"
                    told = f" with {of_it}"
                raise OtherWorld(
                    f"The file holds a world of scenario {theirs['scenario']!r}{told}; this "
                    f"one is of {ours['scenario']!r}, seed {ours['seed']}, edition "
                    f"{ours['edition']}. Serve the file by itself, with MOCKAPI_DATA."
                )
        if theirs.get(REDRAWN_IDS) != ours.get(REDRAWN_IDS):
            raise OtherFile("The file is damaged: its ids are not those of its seed.")
        return self._keep(Snapshot(name, _time_in(theirs), content))

    def restore(self, name: str) -> Snapshot:
        """Put the world back to the snapshot of that name, its clock included.

        A running clock goes on from there; one that followed the system's follows it.
        """
        snapshot = self.named(name)
        self._store.restore(snapshot.content)
        self._clock.reload(paused=True)
        return snapshot

    def discard(self, name: str) -> None:
        """Forget the snapshot of that name, or raise `SnapshotUnknown`."""
        del self._kept[self.named(name).name]

    def _make_room(self, name: str) -> None:
        if name not in self._kept and len(self._kept) >= MOST:
            raise TooManySnapshots

    def _keep(self, snapshot: Snapshot) -> Snapshot:
        self._kept.pop(snapshot.name, None)
        self._kept[snapshot.name] = snapshot
        return snapshot


def _time_in(facts: Mapping[str, str]) -> datetime:
    try:
        int(facts.get(TURNS, 0))
        return time_in(facts)
    except (KeyError, TypeError, ValueError) as error:
        raise OtherFile("The file is damaged: the time of its world cannot be read.") from error
