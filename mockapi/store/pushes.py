"""Repository of pushed and withdrawn readings, with all their revisions."""

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import nan

from sqlmodel import col, select

from mockapi.domain import timestamps
from mockapi.store.database_access import Repository
from mockapi.store.tables import PushedReading

_TOPIC = "push"
_PUSH = "INSERT OR REPLACE INTO pushed_reading (key, at, pushed_at, value) VALUES (?, ?, ?, ?)"
_PUSHED = "SELECT at, pushed_at, value FROM pushed_reading WHERE key = ? ORDER BY at, pushed_at"


class PushedReadingRepository(Repository):
    """Pushed readings by key."""

    def push(self, key: str, values: Iterable[tuple[datetime, float | None]], at: datetime) -> None:
        """Store the *values* of dates under *key*, valid from *at* on. None withdraws.

        All or nothing.
        """
        pushed_at = timestamps.to_nanoseconds(at)
        rows = [(key, timestamps.to_nanoseconds(on), pushed_at, value) for on, value in values]
        if not rows:
            return
        with self._write_session(_TOPIC) as session:
            # Through the driver: SQLAlchemy takes longer to bind rows than SQLite to write them.
            session.connection().exec_driver_sql(_PUSH, rows)

    def pushed_keys(self) -> frozenset[str]:
        """Return the keys that have pushed readings."""

        def read() -> frozenset[str]:
            with self._read_session() as session:
                return frozenset(session.exec(select(PushedReading.key).distinct()))

        return self.cached(_TOPIC, "keys", read)

    def pushed_arrays(self, key: str) -> "tuple[array[int], array[int], array[float]]":
        """Return every revision that was pushed under *key*, ordered by date, then by push time.

        Arrays of one length: dates and push times in nanoseconds since 1970, and values, which are
        NaN for withdrawn readings.
        """
        at, pushed_at, values = array("q"), array("q"), array("d")
        with self._read_session() as session:
            rows = session.connection().exec_driver_sql(_PUSHED, (key,))
            for date, pushed, value in rows:
                at.append(date)
                pushed_at.append(pushed)
                values.append(nan if value is None else value)
        return at, pushed_at, values

    def pushed(
        self, key: str | None, since: datetime | None, until: datetime | None, limit: int | None
    ) -> Sequence[PushedReading]:
        """Return the first *limit* pushes, ordered by key, date and push time.

        *key*, *since* and *until* select by key and by date in [*since*, *until*).
        """
        query = select(PushedReading).order_by(
            col(PushedReading.key), col(PushedReading.at), col(PushedReading.pushed_at)
        )
        if key is not None:
            query = query.where(PushedReading.key == key)
        if since is not None:
            query = query.where(col(PushedReading.at) >= since)
        if until is not None:
            query = query.where(col(PushedReading.at) < until)
        with self._read_session() as session:
            return session.exec(query.limit(limit)).all()
