"""Keeps customers and clients; a scenario brings them and nothing changes them after."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from mockapi.domain.oauth import hash_of
from mockapi.store.repository import Shelf
from mockapi.store.tables.oauth import BrowserSession
from mockapi.store.tables.sites import Client, Customer


class SessionShelf(Shelf):
    """Browser sessions; only the hash of a session's cookie is kept."""

    def add_session(self, session: "BrowserSession", now: datetime) -> None:
        """Keep *session* and drop those that ended by *now*."""
        with self._writing() as database:
            database.exec(delete(BrowserSession).where(col(BrowserSession.expires_at) <= now))
            database.add(session)

    def session(self, secret: str, now: datetime) -> "BrowserSession | None":
        """Return the live session behind the cookie *secret*, or None."""
        with self._reading() as database:
            session = database.get(BrowserSession, hash_of(secret))
        return session if session is not None and now < session.expires_at else None

    def end_session(self, secret: str) -> None:
        with self._writing() as database:
            database.exec(
                delete(BrowserSession).where(col(BrowserSession.session_hash) == hash_of(secret))
            )


class PeopleShelf(Shelf):
    """Customers and clients, in the order of the scenario."""

    def customers(self) -> Sequence[Customer]:
        def read() -> Sequence[Customer]:
            with self._reading() as session:
                return session.exec(select(Customer).order_by(col(Customer.position))).all()

        return self.remember("people", "customers", read)

    def customer(self, customer_id: str) -> Customer:
        """Return the customer with that id; a stranger raises `LookupError`."""
        for customer in self.customers():
            if customer.id == customer_id:
                return customer
        raise LookupError(f"No customer has the id {customer_id!r}.")

    def customer_named(self, name: str) -> Customer:
        """Return the customer with that id or e-mail address, or raise `LookupError`."""
        wanted = name.strip().casefold()
        for customer in self.customers():
            if wanted in (customer.id, customer.email.casefold()):
                return customer
        raise LookupError(f"No customer has the id or e-mail address {name!r}.")

    def sandbox_customer(self) -> Customer:
        """Return the customer that sandbox-authorize binds tokens to."""
        customers = self.customers()
        for customer in customers:
            if customer.sandbox:
                return customer
        if not customers:
            raise LookupError("This world has no customers.")
        return customers[0]

    def clients(self) -> Sequence[Client]:
        def read() -> Sequence[Client]:
            with self._reading() as session:
                return session.exec(select(Client).order_by(col(Client.position))).all()

        return self.remember("people", "clients", read)

    def client(self, client_id: str) -> Client:
        """Return the client with that id, or raise `LookupError`."""
        for client in self.clients():
            if client.client_id == client_id:
                return client
        raise LookupError(f"No client has the id {client_id!r}.")
