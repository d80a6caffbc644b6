"""Lets a scenario's events happen: when somebody asks, and as of their own time.

Nothing ticks. Before a request is answered, what came due since the last one is put into the
store in its order, stamped with the instant it happened at; the store keeps how far that went.
Events at sites affect their readings (`mockapi.scenario.seeding.event_effects`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from mockapi.scenario.timeline import (
    AnyEvent,
    ConsentRevoked,
    EventBase,
    PersonalTokenExpires,
    ScheduledChange,
    ScoringRequestRejected,
    SiteAppears,
    SiteWithdrawn,
    schedule,
)
from mockapi.store.store import Store
from mockapi.store.tables.sites import Customer
from mockapi.world.clock import WorldClock
from mockapi.world.token_service import TokenService


def turns_of(events: Sequence[AnyEvent], began_at: datetime) -> Sequence[ScheduledChange]:
    """Return the turns of those *events* that do something to a store, in the order of time."""
    return schedule([each for each in events if type(each) in _ACTS], began_at)


class _Targets(NamedTuple):
    """What events act on."""

    store: Store
    tokens: TokenService


def _happen(targets: _Targets, turn: ScheduledChange) -> None:
    """Let *turn* happen, as of its own time."""
    _ACTS[type(turn.event)](targets, turn, turn.event)


def _customer(store: Store, email: str | None) -> Customer:
    return store.customers()[0] if email is None else store.customer_named(email)


def _revoke(targets: _Targets, turn: ScheduledChange, event: ConsentRevoked) -> None:
    customer = _customer(targets.store, event.customer)
    targets.tokens.consents.revoke_of_clients(customer, event.client_id, turn.at)


def _expire(targets: _Targets, turn: ScheduledChange, event: PersonalTokenExpires) -> None:
    customer = _customer(targets.store, event.customer)
    targets.tokens.expire_personal_tokens(customer, event.name, turn.at)


def _appear(targets: _Targets, turn: ScheduledChange, event: SiteAppears) -> None:
    targets.store.show_site(targets.store.site_called(event.site))


def _withdraw(targets: _Targets, turn: ScheduledChange, event: SiteWithdrawn) -> None:
    if turn.is_end:
        targets.store.show_site(targets.store.site_called(event.site))
    else:
        targets.store.hide_site(targets.store.site_called(event.site))


def _reject(targets: _Targets, turn: ScheduledChange, event: ScoringRequestRejected) -> None:
    targets.store.reject_scoring_requests(
        targets.store.site_called(event.site), event.detail, turn.at
    )


_ACTS: Mapping[type[EventBase], Callable[[_Targets, ScheduledChange, Any], None]] = {
    ConsentRevoked: _revoke,
    PersonalTokenExpires: _expire,
    SiteAppears: _appear,
    SiteWithdrawn: _withdraw,
    ScoringRequestRejected: _reject,
}


TURNS = "turns"
"""How many turns of the timeline were put into the store."""


@dataclass(frozen=True)
class TimelineEvent:
    """An event of the timeline, and whether it has come by now."""

    event: "AnyEvent"
    at: datetime
    until: datetime | None
    state: Literal["upcoming", "active", "past"]


class Timeline:
    """The events of one world, in the order of time."""

    def __init__(
        self,
        store: Store,
        clock: WorldClock,
        tokens: TokenService,
        events: "tuple[AnyEvent, ...]",
        began_at: datetime,
    ) -> None:
        self._store = store
        self._clock = clock
        self._tokens = tokens
        self._events = events
        self._began_at = began_at
        self._turns: Sequence[ScheduledChange] = turns_of(events, began_at)

    def catch_up(self) -> None:
        """Put into the store what happened until now and is not in it yet."""
        if not self._turns:
            return
        done = int(self._store.fact(TURNS) or 0)
        if done == len(self._turns) or self._turns[done].at > self._clock.now():
            return

        now = self._clock.now()
        targets = _Targets(self._store, self._tokens)
        for turn in self._turns[done:]:
            if turn.at > now:
                break
            _happen(targets, turn)
            done += 1
        self._store.put_fact(TURNS, str(done))

    def events(self) -> list[TimelineEvent]:
        """Return all events by the instant they happen at, past ones and coming ones."""
        now = self._clock.now()
        told = []
        for event in sorted(self._events, key=lambda event: event.begins(self._began_at)):
            at, until = event.begins(self._began_at), event.ends(self._began_at)
            state: Literal["upcoming", "active", "past"] = "past"
            if at > now:
                state = "upcoming"
            elif until is not None and until > now:
                state = "active"
            told.append(TimelineEvent(event, at, until, state))
        return told
