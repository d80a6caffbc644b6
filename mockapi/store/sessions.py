"""Keeps browser sessions of the sign-in, consent and token pages."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, delete

from mockapi.domain.oauth.tokens import hash_of
from mockapi.store.shelf import Shelf

if TYPE_CHECKING:
    from mockapi.store.tables.authorizing import BrowserSession


class SessionShelf(Shelf):
    """Browser sessions; only the hash of a session's cookie is kept."""

    def add_session(self, session: "BrowserSession", now: datetime) -> None:
        """Keep *session* and drop those that ended by *now*."""
        from mockapi.store.tables.authorizing import BrowserSession

        with self._writing() as database:
            database.exec(delete(BrowserSession).where(col(BrowserSession.expires_at) <= now))
            database.add(session)

    def session(self, secret: str, now: datetime) -> "BrowserSession | None":
        """Return the live session behind the cookie *secret*, or None."""
        from mockapi.store.tables.authorizing import BrowserSession

        with self._reading() as database:
            session = database.get(BrowserSession, hash_of(secret))
        return session if session is not None and now < session.expires_at else None

    def end_session(self, secret: str) -> None:
        from mockapi.store.tables.authorizing import BrowserSession

        with self._writing() as database:
            database.exec(
                delete(BrowserSession).where(col(BrowserSession.session_hash) == hash_of(secret))
            )
