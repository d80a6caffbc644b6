"""Repositories of customers, clients and browser sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from mockapi.domain.oauth import hash_of
from mockapi.store.database_access import Repository
from mockapi.store.tables import BrowserSession, Client, Customer


class SessionRepository(Repository):
    """Browser sessions. Only the hash of a session cookie is stored."""

    def add_session(self, session: BrowserSession, now: datetime) -> None:
        """Store *session* and delete the sessions that expired by *now*."""
        with self._write_session() as database:
            database.exec(delete(BrowserSession).where(col(BrowserSession.expires_at) <= now))
            database.add(session)

    def session(self, secret: str, now: datetime) -> BrowserSession | None:
        """Return the live session with the cookie *secret*; None if there is none."""
        with self._read_session() as database:
            session = database.get(BrowserSession, hash_of(secret))
        return session if session is not None and now < session.expires_at else None

    def end_session(self, secret: str) -> None:
        with self._write_session() as database:
            database.exec(
                delete(BrowserSession).where(col(BrowserSession.session_hash) == hash_of(secret))
            )


class CustomerRepository(Repository):
    """Customers and clients, in the order of the scenario. Read-only after the world is filled."""

    def customers(self) -> Sequence[Customer]:
        def read() -> Sequence[Customer]:
            with self._read_session() as session:
                return session.exec(select(Customer).order_by(col(Customer.position))).all()

        return self.cached("people", "customers", read)

    def customer(self, customer_id: str) -> Customer:
        """Return the customer with that id. Raise `LookupError` if there is none."""
        for customer in self.customers():
            if customer.id == customer_id:
                return customer
        raise LookupError(f"No customer has the id {customer_id!r}.")

    def customer_named(self, name: str) -> Customer:
        """Return the customer with that id or e-mail address.

        Raise `LookupError` if there is none.
        """
        wanted = name.strip().casefold()
        for customer in self.customers():
            if wanted in (customer.id, customer.email.casefold()):
                return customer
        raise LookupError(f"No customer has the id or e-mail address {name!r}.")

    def sandbox_customer(self) -> Customer:
        """Return the customer to whom sandbox-authorize binds tokens.

        Raise `LookupError` if the world has no customers.
        """
        customers = self.customers()
        for customer in customers:
            if customer.sandbox:
                return customer
        if not customers:
            raise LookupError("This world has no customers.")
        return customers[0]

    def clients(self) -> Sequence[Client]:
        def read() -> Sequence[Client]:
            with self._read_session() as session:
                return session.exec(select(Client).order_by(col(Client.position))).all()

        return self.cached("people", "clients", read)

    def client(self, client_id: str) -> Client:
        """Return the client with that id. Raise `LookupError` if there is none."""
        for client in self.clients():
            if client.client_id == client_id:
                return client
        raise LookupError(f"No client has the id {client_id!r}.")
