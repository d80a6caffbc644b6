"""Snapshots of a world, in memory or as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mockapi.store.database_file import InvalidDatabaseFileError
from mockapi.store.store import REGENERATED_IDS, Store, without_wal
from mockapi.world.timeline import TURNS
from mockapi.world.world_clock import WorldClock, time_in

MOST = 20
"""Maximum number of snapshots of a world. Each is a copy of all its rows, in memory."""

_IDENTITY = ("scenario", "text", "seed", "edition")


class TooManySnapshotsError(Exception):
    def __init__(self) -> None:
        super().__init__(f"The maximum of {MOST} snapshots is reached. Delete one first.")


class OtherWorldError(Exception):
    """A file contains a world of another scenario, seed or edition."""


class UnknownSnapshotError(LookupError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        existing = f"Snapshots: {', '.join(known)}." if known else "Save one first."
        super().__init__(f"Snapshot {name!r} does not exist. {existing}")


@dataclass(frozen=True)
class Snapshot:
    """The state of a world *at* an instant of its clock; *content* is a SQLite file."""

    name: str
    at: datetime
    content: bytes


class Snapshots:
    """The snapshots of one world. A reset does not remove them; the end of the process does."""

    def __init__(self, store: Store, clock: WorldClock) -> None:
        self._store = store
        self._clock = clock
        self._snapshots: dict[str, Snapshot] = {}

    def list(self) -> Sequence[Snapshot]:
        """Return the snapshots, oldest first."""
        return tuple(self._snapshots.values())

    def named(self, name: str) -> Snapshot:
        """Return the snapshot called *name*. Raise `UnknownSnapshotError` if there is none."""
        if name not in self._snapshots:
            raise UnknownSnapshotError(name, tuple(self._snapshots))
        return self._snapshots[name]

    def save(self, name: str) -> Snapshot:
        """Save the current state as *name*, replacing an earlier snapshot of that name.

        Raise `TooManySnapshotsError` if the maximum is reached.
        """
        self._make_room(name)
        self._clock.persist_now()
        return self._keep(Snapshot(name, self._clock.now(), self._store.snapshot()))

    def import_file(self, name: str, content: bytes) -> Snapshot:
        """Save the state in a file as *name*, replacing an earlier snapshot of that name.

        Raise `InvalidDatabaseFileError` if the file is not a valid database of a world,
        `OtherWorldError` if its scenario, seed or edition differs, and `TooManySnapshotsError`.
        """
        self._make_room(name)
        content = without_wal(content)
        theirs, ours = self._store.metadata_in(content), self._store.metadata()
        for field in _IDENTITY:
            if field not in theirs:
                raise InvalidDatabaseFileError(f"The file is damaged: its {field} is missing.")
            if theirs[field] != ours[field]:
                if field == "scenario":
                    difference = ""
                else:
                    of_it = "a different text" if field == "text" else f"{field} {theirs[field]!r}"
                    difference = f" with {of_it}"
                raise OtherWorldError(
                    f"The file contains a world of scenario {theirs['scenario']!r}{difference}; "
                    f"this one is of {ours['scenario']!r}, seed {ours['seed']}, edition "
                    f"{ours['edition']}. Serve the file separately with MOCKAPI_DATA."
                )
        if theirs.get(REGENERATED_IDS) != ours.get(REGENERATED_IDS):
            raise InvalidDatabaseFileError("The file is damaged: its ids do not match its seed.")
        return self._keep(Snapshot(name, _time_in(theirs), content))

    def restore(self, name: str) -> Snapshot:
        """Restore the world, including its clock, from the snapshot called *name*.

        A running clock continues from there; a clock that followed the system follows it again.
        """
        snapshot = self.named(name)
        self._store.restore(snapshot.content)
        self._clock.reload(paused=True)
        return snapshot

    def discard(self, name: str) -> None:
        """Remove the snapshot called *name*. Raise `UnknownSnapshotError` if there is none."""
        del self._snapshots[self.named(name).name]

    def _make_room(self, name: str) -> None:
        if name not in self._snapshots and len(self._snapshots) >= MOST:
            raise TooManySnapshotsError

    def _keep(self, snapshot: Snapshot) -> Snapshot:
        self._snapshots.pop(snapshot.name, None)
        self._snapshots[snapshot.name] = snapshot
        return snapshot


def _time_in(metadata: Mapping[str, str]) -> datetime:
    try:
        int(metadata.get(TURNS, 0))
        return time_in(metadata)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidDatabaseFileError("The file is damaged: its clock cannot be read.") from error
