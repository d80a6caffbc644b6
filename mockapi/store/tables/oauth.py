"""Tables of consents, tokens, authorization codes and browser sessions."""

from datetime import datetime

from sqlmodel import Field

from mockapi.domain.oauth import TokenKind
from mockapi.store.tables.base import InstantColumn, Row, SpaceSeparatedColumn


class Consent(Row, table=True):
    """The consent of a customer to a client, or of one personal access token."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    sandbox: bool = False
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class Token(Row, table=True):
    """An access, refresh or personal access token. Only its hash is stored.

    Tokens of one *family* were issued from the same code. Replay of the code revokes all of them.
    """

    token_hash: str = Field(primary_key=True)
    kind: TokenKind
    family: str = Field(index=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    sandbox: bool = False
    issued_at: datetime = Field(sa_type=InstantColumn)
    expires_at: datetime = Field(sa_type=InstantColumn)
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class ConsentEvent(Row, table=True):
    """One event in the history of a consent."""

    __tablename__ = "consent_event"
    number: int | None = Field(default=None, primary_key=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    at: datetime = Field(sa_type=InstantColumn)
    granted: bool


class AuthorizationCode(Row, table=True):
    """An authorization code. Only its hash is stored."""

    __tablename__ = "authorization_code"
    code_hash: str = Field(primary_key=True)
    consent_id: str = Field(foreign_key="consent.id")
    client_id: str = Field(foreign_key="client.client_id")
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    code_challenge: str | None = None
    sandbox: bool = False
    expires_at: datetime = Field(sa_type=InstantColumn)
    used_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class BrowserSession(Row, table=True):
    """A browser session: the signed-in customer and the CSRF token of its forms."""

    __tablename__ = "browser_session"
    session_hash: str = Field(primary_key=True)
    csrf_token: str
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    expires_at: datetime = Field(sa_type=InstantColumn)
