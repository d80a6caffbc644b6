"""Lets a scenario's events happen: when somebody asks, and as of their own time.

Nothing ticks. Before a request is answered, what came due since the last one is put into the
store in its order, stamped with the instant it happened at; the store keeps how far that went.
What happens to sites themselves is for the series to read (`mockapi.world.stories`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from mockapi.store.store import Store
from mockapi.world.clock import WorldClock

if TYPE_CHECKING:
    from mockapi.scenario.timeline import AnyEvent, Turn

TURNS = "turns"
"""How many turns of the timeline were put into the store."""


@dataclass(frozen=True)
class Told:
    """An event of the timeline, and whether it has come by now."""

    event: "AnyEvent"
    at: datetime
    until: datetime | None
    state: Literal["coming", "present", "past"]


class Timeline:
    """The events of one world, in the order of time."""

    def __init__(
        self, store: Store, clock: WorldClock, events: "tuple[AnyEvent, ...]", began_at: datetime
    ) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._began_at = began_at
        self._turns: Sequence[Turn] = ()
        if events:
            # Late: in most worlds nothing happens by itself, and they start without the kinds.
            from mockapi.world.happening import turns_of

            self._turns = turns_of(events, began_at)

    def catch_up(self) -> None:
        """Put into the store what happened until now and is not in it yet."""
        if not self._turns:
            return
        done = int(self._store.fact(TURNS) or 0)
        if done == len(self._turns) or self._turns[done].at > self._clock.now():
            return
        from mockapi.world.happening import happen

        now = self._clock.now()
        for turn in self._turns[done:]:
            if turn.at > now:
                break
            happen(self._store, turn)
            done += 1
        self._store.put_fact(TURNS, str(done))

    def events(self) -> list[Told]:
        """Return all events by the instant they happen at, past ones and coming ones."""
        now = self._clock.now()
        told = []
        for event in sorted(self._events, key=lambda event: event.begins(self._began_at)):
            at, until = event.begins(self._began_at), event.ends(self._began_at)
            state: Literal["coming", "present", "past"] = "past"
            if at > now:
                state = "coming"
            elif until is not None and until > now:
                state = "present"
            told.append(Told(event, at, until, state))
        return told
