"""The clock of a world: it only moves forward, and its state is stored."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import get_args

from mockapi.domain import clock, timestamps
from mockapi.domain.clock import LAST_INSTANT, LAST_YEAR, Clock, ClockState, Mode, SystemClock
from mockapi.domain.timestamps import Duration
from mockapi.store.store import Store

Listener = Callable[[], None]

CLOCK_STATE = "course"
"""Name of the metadata with the state of the clock. Missing until the clock is first moved."""


class ClockMovedBackError(ValueError):
    """The requested time is in the past."""

    def __init__(self, wanted: datetime, now: datetime) -> None:
        super().__init__(
            f"{_format(wanted)} is in the past: the clock is at {_format(now)} and "
            "moves forward only. Reset the world or restore a snapshot to go back."
        )


class ClockRangeError(ValueError):
    """The requested time is after the last instant of clocks."""

    def __init__(self, now: datetime) -> None:
        super().__init__(
            f"The clock is at {_format(now)} and cannot go beyond the year {LAST_YEAR}. "
            "Advance it by less."
        )


class WorldClock:
    """The time of one world.

    *given* replaces the system clock. Without it, a world with *start* begins frozen at that
    instant.
    """

    def __init__(self, store: Store, start: datetime | None, given: Clock | None = None) -> None:
        self._store = store
        self._system = given or SystemClock()
        self._start = None if given is not None else start
        self._listeners: list[Listener] = []
        self.reload()

    def reload(self, *, paused: bool = False) -> None:
        """Read the state of the clock from the store, even if the clock has to go back.

        A running clock also advanced while no process ran, unless it was *paused*.
        """
        stored = self._store.metadata_value(CLOCK_STATE)
        system = self._system.now()
        if stored is not None:
            self._state = _from_json(stored)
            if paused and self._state.mode == "running":
                self._state = replace(self._state, since=system)
                self._store.set_metadata(CLOCK_STATE, _to_json(self._state))
        elif self._start is not None:
            self._state = clock.frozen(self._start, system)
        else:
            self._state = clock.following(system)
        self._reached = self._state.now(system)
        self._notify()

    @property
    def state(self) -> ClockState:
        """Return the state of the clock."""
        return self._state

    def now(self) -> datetime:
        """Return the world's time. It never goes back, even if the system clock does."""
        now = self._state.now(self._system.now())
        if now < self._reached:
            return self._reached
        self._reached = now
        return now

    def freeze(self, at: datetime) -> None:
        """Freeze the clock *at* an instant. Raise `ClockMovedBackError` if it is in the past."""
        now = self.now()
        if at < now:
            raise ClockMovedBackError(at, now)
        self._set_state(clock.frozen(at, self._system.now()))

    def advance(self, by: Duration) -> None:
        """Advance the clock *by* a duration. Raise `ClockRangeError` after the last instant.

        A frozen clock stays frozen and a running one keeps its rate. A clock that followed the
        system runs ahead of it from then on.
        """
        now = self.now()
        try:
            at = by.after(now)
        except OverflowError as error:
            raise ClockRangeError(now) from error
        if at > LAST_INSTANT:
            raise ClockRangeError(now)
        mode: Mode = "frozen" if self._state.mode == "frozen" else "running"
        self._set_state(replace(self._state, mode=mode, at=at, since=self._system.now()))

    def run(self, rate: float) -> None:
        """Run from now on at *rate* seconds per second; freeze the clock at rate 0."""
        now, system = self.now(), self._system.now()
        self._set_state(clock.running(now, system, rate) if rate else clock.frozen(now, system))

    def follow_system(self) -> None:
        """Follow the system clock. Raise `ClockMovedBackError` if that is in the past."""
        system, now = self._system.now(), self.now()
        if system < now:
            raise ClockMovedBackError(system, now)
        self._set_state(clock.following(system))

    def persist_now(self) -> None:
        """Store the current time of the clock, for a copy of the store."""
        self._set_state(replace(self._state, at=self.now(), since=self._system.now()))

    def _set_state(self, state: ClockState) -> None:
        self._store.set_metadata(CLOCK_STATE, _to_json(state))
        self._state = state
        self.now()
        self._notify()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* after each move, in the same thread.

        Return a function that unsubscribes.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def time_in(metadata: Mapping[str, str]) -> datetime:
    """Return the time of a world from its *metadata*."""
    if CLOCK_STATE in metadata:
        return _from_json(metadata[CLOCK_STATE]).at
    return _parse_aware(metadata["began_at"])


def _to_json(state: ClockState) -> str:
    return json.dumps(asdict(state), default=datetime.isoformat)


def _from_json(text: str) -> ClockState:
    stored = json.loads(text)
    instants = {name: _parse_aware(stored[name]) for name in ("at", "since")}
    if stored["mode"] not in get_args(Mode):
        raise ValueError(f"{stored['mode']!r} is not a valid clock mode")
    return ClockState(stored["mode"], rate=float(stored["rate"]), **instants)


def _parse_aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return at


def _format(at: datetime) -> str:
    return timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
