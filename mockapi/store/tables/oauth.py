"""Shapes what is kept while a customer consents: sessions, codes, the history."""

from datetime import datetime

from sqlmodel import Field

from mockapi.domain.oauth import TokenKind
from mockapi.store.tables.base import InstantColumn, Row, WordsColumn


class Consent(Row, table=True):
    """What a customer agreed to: for a client, or for the holder of one personal token."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    sandbox: bool = False
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class Token(Row, table=True):
    """An access, refresh or personal access token; only its hash is kept.

    Tokens of one *family* came from the same code and fall together when it is replayed.
    """

    token_hash: str = Field(primary_key=True)
    kind: TokenKind
    family: str = Field(index=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    sandbox: bool = False
    issued_at: datetime = Field(sa_type=InstantColumn)
    expires_at: datetime = Field(sa_type=InstantColumn)
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class ConsentEvent(Row, table=True):
    """One line of a consent's history."""

    __tablename__ = "consent_event"
    number: int | None = Field(default=None, primary_key=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    at: datetime = Field(sa_type=InstantColumn)
    granted: bool


class AuthorizationCode(Row, table=True):
    """A code on its way from the redirect to the token endpoint; only its hash is kept."""

    __tablename__ = "authorization_code"
    code_hash: str = Field(primary_key=True)
    consent_id: str = Field(foreign_key="consent.id")
    client_id: str = Field(foreign_key="client.client_id")
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    code_challenge: str | None = None
    sandbox: bool = False
    expires_at: datetime = Field(sa_type=InstantColumn)
    used_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class BrowserSession(Row, table=True):
    """A browser on our pages: who signed in, and the secret its forms must return."""

    __tablename__ = "browser_session"
    session_hash: str = Field(primary_key=True)
    csrf_token: str
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    expires_at: datetime = Field(sa_type=InstantColumn)
