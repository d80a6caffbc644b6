"""Tells the time; the only place that may ask the system for it."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

FIRST_YEAR = 1900
LAST_YEAR = 2200
"""Where clocks end: whatever a world counts from them, the store can still keep."""

LAST_INSTANT = datetime(LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)

HIGHEST_RATE = 1e9
"""How many seconds may pass in a second: thirty years."""


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...


class SystemClock:
    """Follows the machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


if sys.platform == "win32":
    steady = time.monotonic
else:

    def steady() -> float:
        """Return seconds that only ever pass: for durations, and for how long something is idle.

        freezegun replaces `time.monotonic` and `time.perf_counter`, but not this one.
        """
        return time.clock_gettime(time.CLOCK_MONOTONIC)


class ManualClock:
    """Stands still until it is moved, and moves forward only."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on *by* a duration; a negative one raises `ValueError`."""
        if by < timedelta(0):
            raise ValueError(f"A clock moves forward only; {by} is negative.")
        self._at += by


Mode = Literal["frozen", "running", "system"]


@dataclass(frozen=True)
class ClockState:
    """How a world's time goes: it was *at* an instant when the system's clock said *since*.

    From then on *rate* seconds pass in a second; none while it is frozen. In mode `system` it
    is whatever the system says, and *at*, *since* and *rate* mean nothing.
    """

    mode: Mode
    at: datetime
    since: datetime
    rate: float

    def now(self, system: datetime) -> datetime:
        """Return the world's time when it is *system* elsewhere; it stops as clocks end."""
        if self.mode == "system":
            return system
        if self.mode == "frozen":
            return self.at
        passed = max((system - self.since).total_seconds(), 0.0) * self.rate
        left = (LAST_INSTANT - self.at).total_seconds()
        return LAST_INSTANT if passed >= left else self.at + timedelta(seconds=passed)


def frozen(at: datetime, system: datetime) -> ClockState:
    """Return the course that stands still *at* an instant."""
    return ClockState("frozen", at, system, 0.0)


def running(at: datetime, system: datetime, rate: float) -> ClockState:
    """Return the course that goes on from *at* with *rate* seconds in a second."""
    return ClockState("running", at, system, rate)


def following(system: datetime) -> ClockState:
    """Return the course that is the system's."""
    return ClockState("system", system, system, 1.0)
