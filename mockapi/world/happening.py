"""Does to the store what the events of a timeline do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mockapi.scenario.events import EventBase
from mockapi.scenario.timeline import (
    AnyEvent,
    ConsentRevoked,
    PersonalTokenExpires,
    ScoringRequestRejected,
    SiteAppears,
    SiteWithdrawn,
    Turn,
    turns,
)
from mockapi.store.store import Store
from mockapi.store.tables.people import Customer


def turns_of(events: Sequence[AnyEvent], began_at: datetime) -> Sequence[Turn]:
    """Return the turns of those *events* that do something to a store, in the order of time."""
    return turns([each for each in events if type(each) in _ACTS], began_at)


def happen(store: Store, turn: Turn) -> None:
    """Let *turn* happen, as of its own time."""
    _ACTS[type(turn.event)](store, turn, turn.event)


def _customer(store: Store, email: str | None) -> Customer:
    return store.customers()[0] if email is None else store.customer_named(email)


def _revoke(store: Store, turn: Turn, event: ConsentRevoked) -> None:
    customer = _customer(store, event.customer)
    for consent in store.consents(customer.id):
        of_client = consent.client_id is not None and event.client_id in (None, consent.client_id)
        if of_client and consent.revoked_at is None:
            store.revoke_consent(consent.id, customer.id, turn.at)


def _expire(store: Store, turn: Turn, event: PersonalTokenExpires) -> None:
    customer = _customer(store, event.customer)
    store.expire_personal_tokens(customer.id, event.name, turn.at)


def _appear(store: Store, turn: Turn, event: SiteAppears) -> None:
    store.show_site(store.site_called(event.site))


def _withdraw(store: Store, turn: Turn, event: SiteWithdrawn) -> None:
    if turn.is_end:
        store.show_site(store.site_called(event.site))
    else:
        store.hide_site(store.site_called(event.site))


def _reject(store: Store, turn: Turn, event: ScoringRequestRejected) -> None:
    store.reject_scoring_requests(store.site_called(event.site), event.detail, turn.at)


_ACTS: Mapping[type[EventBase], Callable[[Store, Turn, Any], None]] = {
    ConsentRevoked: _revoke,
    PersonalTokenExpires: _expire,
    SiteAppears: _appear,
    SiteWithdrawn: _withdraw,
    ScoringRequestRejected: _reject,
}
