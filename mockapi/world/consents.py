"""Consents: granting and revoking."""

from collections.abc import Collection
from datetime import datetime

from mockapi.domain import ids
from mockapi.domain.clock import Clock
from mockapi.domain.oauth import Scope, join_scopes
from mockapi.store.store import Store
from mockapi.store.tables import Client, Consent, Customer


class ConsentService:
    """Service that grants and revokes the consents of one world."""

    def __init__(self, store: Store, clock: Clock, seed: int) -> None:
        self._store = store
        self._clock = clock
        self._seed = seed

    def grant(
        self,
        customer: Customer,
        client: Client,
        scopes: Collection[Scope],
        *,
        sandbox: bool = False,
    ) -> Consent:
        """Store and return the consent of *customer* to *scopes* for *client*.

        A client has one consent: scopes are added to a live one and replace those of a revoked one.
        """
        granted = tuple(join_scopes(scopes).split())
        consent = self._store.find_consent(customer.id, client.client_id, sandbox=sandbox)
        if consent is None:
            consent = self._new(customer, client.client_id, client.name, granted)
            consent.sandbox = sandbox
        elif consent.revoked_at is None:
            consent.scopes = tuple(dict.fromkeys((*consent.scopes, *granted)))
        else:
            consent.scopes = granted
            consent.revoked_at = None
        return self._store.save_granted_consent(consent, self._clock.now())

    def grant_personal(self, customer: Customer, name: str, scopes: Collection[Scope]) -> Consent:
        """Store and return the consent of a personal access token called *name*.

        Each token has its own.
        """
        consent = self._new(customer, None, name, tuple(join_scopes(scopes).split()))
        return self._store.save_granted_consent(consent, self._clock.now())

    def require(self, customer: Customer, client: Client, scopes: Collection[Scope]) -> Consent:
        """Return a live consent of *customer* to *client* that covers *scopes*, or grant one."""
        for consent in self._store.consents(customer.id):
            if (
                consent.client_id == client.client_id
                and not consent.sandbox
                and consent.revoked_at is None
                and frozenset(consent.scopes) >= frozenset(scopes)
            ):
                return consent
        return self.grant(customer, client, scopes)

    def revoke(self, consent_id: str, customer_id: str, at: datetime | None = None) -> None:
        """Revoke a consent with all its tokens and codes.

        *at* defaults to now. Raise `LookupError` if the customer has no live consent with that id.
        """
        try:
            consent = self._store.consent(consent_id)
        except LookupError:
            consent = None
        if consent is None or consent.customer_id != customer_id or consent.revoked_at is not None:
            raise LookupError("The consent does not exist or is already revoked.")
        # assumption: what revoking does to live tokens is not documented; here they die at once.
        self._store.revoke_consent(consent, at or self._clock.now())

    def revoke_of_clients(self, customer: Customer, client_id: str | None, at: datetime) -> None:
        """Revoke the live consents of *customer* for one client, or for all clients if None."""
        for consent in self._store.consents(customer.id):
            is_meant = consent.client_id is not None and client_id in (None, consent.client_id)
            if is_meant and consent.revoked_at is None:
                self.revoke(consent.id, customer.id, at)

    def _new(
        self, customer: Customer, client_id: str | None, name: str, scopes: tuple[str, ...]
    ) -> Consent:
        position = self._store.count_consents()
        return Consent(
            id=ids.uuid4(self._seed, "consent", position),
            position=position,
            customer_id=customer.id,
            client_id=client_id,
            name=name,
            scopes=scopes,
        )
