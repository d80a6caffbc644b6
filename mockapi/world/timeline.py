"""Events of a scenario, applied to the world when it is next used.

There are no background tasks. Before each request, the actions that are due since the last one are
applied to the store in order, with their own times. The store counts the applied actions. Events at
sites change readings (`mockapi.scenario.seeding.reading_inputs`).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from mockapi.domain.errors import SiteNotFound
from mockapi.store.store import Store
from mockapi.store.tables import Customer
from mockapi.world.token_service import TokenService
from mockapi.world.world_clock import WorldClock

if TYPE_CHECKING:
    from mockapi.scenario.timeline import (
        AnyEvent,
        ConsentRevoked,
        PersonalTokenExpires,
        ScheduledChange,
        ScoringRequestRejected,
        SiteAppears,
        SiteWithdrawn,
    )


def turns_of(events: "Sequence[AnyEvent]", began_at: datetime) -> "Sequence[ScheduledChange]":
    """Return the scheduled changes of *events* that change the store, in the order of time."""
    changing = [each for each in events if each.event in _ACTIONS]
    if not changing:
        return ()
    # Imported lazily: see `load_initial_state`.
    from mockapi.scenario.timeline import schedule

    return schedule(changing, began_at)


def _customer(store: Store, email: str | None) -> Customer:
    return store.customers()[0] if email is None else store.customer_named(email)


def _revoke(
    store: Store, tokens: TokenService, turn: "ScheduledChange", event: "ConsentRevoked"
) -> None:
    customer = _customer(store, event.customer)
    tokens.consents.revoke_of_clients(customer, event.client_id, turn.at)


def _expire(
    store: Store, tokens: TokenService, turn: "ScheduledChange", event: "PersonalTokenExpires"
) -> None:
    customer = _customer(store, event.customer)
    tokens.expire_personal_tokens(customer, event.name, turn.at)


def _appear(
    store: Store, tokens: TokenService, turn: "ScheduledChange", event: "SiteAppears"
) -> None:
    store.show_site(store.find_site_id(event.site))


def _withdraw(
    store: Store, tokens: TokenService, turn: "ScheduledChange", event: "SiteWithdrawn"
) -> None:
    change = store.show_site if turn.is_end else store.hide_site
    change(store.find_site_id(event.site))


def _reject(
    store: Store, tokens: TokenService, turn: "ScheduledChange", event: "ScoringRequestRejected"
) -> None:
    store.reject_scoring_requests(store.find_site_id(event.site), event.detail, turn.at)


_ACTIONS: "Mapping[str, Callable[[Store, TokenService, ScheduledChange, Any], None]]" = {
    "consent_revoked": _revoke,
    "personal_token_expires": _expire,
    "site_appears": _appear,
    "site_withdrawn": _withdraw,
    "scoring_request_rejected": _reject,
}


TURNS = "turns"
"""Name of the metadata with the number of turns that were applied to the store."""


@dataclass(frozen=True)
class TimelineEvent:
    """An event of the timeline, and whether it is past, present or in the future."""

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
        self._turns = turns_of(events, began_at)

    def catch_up(self) -> None:
        """Apply the turns that are due and not yet applied."""
        if not self._turns:
            return
        done = int(self._store.metadata_value(TURNS) or 0)
        if done == len(self._turns) or self._turns[done].at > self._clock.now():
            return

        now = self._clock.now()
        for turn in self._turns[done:]:
            if turn.at > now:
                break
            # As of its own time. An event of a site or customer that was removed has no effect.
            with suppress(SiteNotFound, LookupError):
                _ACTIONS[turn.event.event](self._store, self._tokens, turn, turn.event)
            done += 1
        self._store.set_metadata(TURNS, str(done))

    def events(self) -> list[TimelineEvent]:
        """Return all events, past and future, in the order of time."""
        now = self._clock.now()
        events = []
        for event in sorted(self._events, key=lambda event: event.begins(self._began_at)):
            at, until = event.begins(self._began_at), event.ends(self._began_at)
            state: Literal["upcoming", "active", "past"] = "past"
            if at > now:
                state = "upcoming"
            elif until is not None and until > now:
                state = "active"
            events.append(TimelineEvent(event, at, until, state))
        return events
