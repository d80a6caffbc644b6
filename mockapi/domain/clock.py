"""Clocks; the only module that reads the system time."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

FIRST_YEAR = 1900
LAST_YEAR = 2200
"""Range of clocks; the store can represent all instants that are derived from it."""

LAST_INSTANT = datetime(LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)

HIGHEST_RATE = 1e9
"""Maximum rate in seconds per second (thirty years)."""


class Clock(Protocol):
    """A source of the current time."""

    def now(self) -> datetime:
        """Return the current instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


if sys.platform == "win32":
    steady = time.monotonic
else:

    def steady() -> float:
        """Return monotonic seconds, for durations.

        freezegun replaces `time.monotonic` and `time.perf_counter`, but not this one.
        """
        return time.clock_gettime(time.CLOCK_MONOTONIC)


class ManualClock:
    """A clock that is moved explicitly, and only forward."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Advance *by* a duration. Raise `ValueError` if it is negative."""
        if by < timedelta(0):
            raise ValueError(f"A clock moves forward only; {by} is negative.")
        self._at += by


Mode = Literal["frozen", "running", "system"]


@dataclass(frozen=True)
class ClockState:
    """The state of a world's clock: it showed *at* when the system's clock showed *since*.

    From then on, *rate* seconds pass per second; none if it is frozen. In mode `system` it shows
    the system's time, and *at*, *since* and *rate* have no meaning.
    """

    mode: Mode
    at: datetime
    since: datetime
    rate: float

    def now(self, system: datetime) -> datetime:
        """Return the world's time at the *system* time, limited to the range of clocks."""
        if self.mode == "system":
            return system
        if self.mode == "frozen":
            return self.at
        passed = max((system - self.since).total_seconds(), 0.0) * self.rate
        left = (LAST_INSTANT - self.at).total_seconds()
        return LAST_INSTANT if passed >= left else self.at + timedelta(seconds=passed)


def frozen(at: datetime, system: datetime) -> ClockState:
    """Return the state of a clock that is frozen *at* an instant."""
    return ClockState("frozen", at, system, 0.0)


def running(at: datetime, system: datetime, rate: float) -> ClockState:
    """Return the state of a clock that runs from *at* with *rate* seconds per second."""
    return ClockState("running", at, system, rate)


def following(system: datetime) -> ClockState:
    """Return the state of a clock that follows the system's."""
    return ClockState("system", system, system, 1.0)
