"""Moves a world's time, forward only, and keeps in the store how it goes."""

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

COURSE = "course"
"""The fact that says how time goes; without it the clock was never moved."""


class CannotTurnBack(ValueError):
    """A clock was asked to show what is past, or what no clock shows."""

    def __init__(self, wanted: datetime, now: datetime) -> None:
        super().__init__(
            f"The clock moves forward only: it is {_spelled(now)}, and {_spelled(wanted)} is past. "
            "Reset the world or restore a snapshot to go back."
        )


class BeyondTheEnd(ValueError):
    """A clock was asked to go further than clocks go."""

    def __init__(self, now: datetime) -> None:
        super().__init__(
            f"It is {_spelled(now)}, and a clock ends with the year {LAST_YEAR}; "
            "advance it by less."
        )


class WorldClock:
    """The time of one world.

    *given* stands in for the system's clock: what the world follows, and by what a running
    clock runs. Without it, and with *start*, the world begins frozen there.
    """

    def __init__(self, store: Store, start: datetime | None, given: Clock | None = None) -> None:
        self._store = store
        self._system = given or SystemClock()
        self._start = None if given is not None else start
        self._listeners: list[Listener] = []
        self.reload()

    def reload(self, *, paused: bool = False) -> None:
        """Go on as the store has it, wherever the clock was before.

        While no process ran, time passed for a running clock, unless it was *paused*.
        """
        kept = self._store.fact(COURSE)
        system = self._system.now()
        if kept is not None:
            self._course = _read(kept)
            if paused and self._course.mode == "running":
                self._course = replace(self._course, since=system)
                self._store.put_fact(COURSE, _written(self._course))
        elif self._start is not None:
            self._course = clock.frozen(self._start, system)
        else:
            self._course = clock.following(system)
        self._reached = self._course.now(system)
        self._tell()

    @property
    def course(self) -> ClockState:
        """Return how time goes."""
        return self._course

    def now(self) -> datetime:
        """Return the world's time, which never goes back, whatever the system's clock does."""
        now = self._course.now(self._system.now())
        if now < self._reached:
            return self._reached
        self._reached = now
        return now

    def freeze(self, at: datetime) -> None:
        """Stand still *at* an instant; one that is past raises `CannotTurnBack`."""
        now = self.now()
        if at < now:
            raise CannotTurnBack(at, now)
        self._take(clock.frozen(at, self._system.now()))

    def advance(self, by: Duration) -> None:
        """Move on *by* a duration; raises `BeyondTheEnd` where clocks end.

        A frozen clock stays frozen, a running one keeps its rate; one that followed the
        system runs on ahead of it.
        """
        now = self.now()
        try:
            at = by.after(now)
        except OverflowError as error:
            raise BeyondTheEnd(now) from error
        if at > LAST_INSTANT:
            raise BeyondTheEnd(now)
        mode: Mode = "frozen" if self._course.mode == "frozen" else "running"
        self._take(replace(self._course, mode=mode, at=at, since=self._system.now()))

    def run(self, rate: float) -> None:
        """Go on from now with *rate* seconds in a second; with none, stand still."""
        now, system = self.now(), self._system.now()
        self._take(clock.running(now, system, rate) if rate else clock.frozen(now, system))

    def follow_system(self) -> None:
        """Show what the system's clock shows; raises `CannotTurnBack` where that is past."""
        system, now = self._system.now(), self.now()
        if system < now:
            raise CannotTurnBack(system, now)
        self._take(clock.following(system))

    def anchor(self) -> None:
        """Write into the store how far the clock came, for whoever takes a copy of it."""
        self._take(replace(self._course, at=self.now(), since=self._system.now()))

    def _take(self, course: ClockState) -> None:
        self._store.put_fact(COURSE, _written(course))
        self._course = course
        self.now()
        self._tell()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* after each move, in the thread that moved; return the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def time_in(facts: Mapping[str, str]) -> datetime:
    """Return how far the clock of a world came, as its *facts* tell."""
    if COURSE in facts:
        return _read(facts[COURSE]).at
    return _aware(facts["began_at"])


def _written(course: ClockState) -> str:
    return json.dumps(asdict(course), default=datetime.isoformat)


def _read(text: str) -> ClockState:
    kept = json.loads(text)
    instants_ = {name: _aware(kept[name]) for name in ("at", "since")}
    if kept["mode"] not in get_args(Mode):
        raise ValueError(f"{kept['mode']!r} is not a mode of the clock")
    return ClockState(kept["mode"], rate=float(kept["rate"]), **instants_)


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return at


def _spelled(at: datetime) -> str:
    return timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
