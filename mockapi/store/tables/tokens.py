"""Shapes consents, and the tokens that come of them."""

from datetime import datetime

from sqlmodel import Field

from mockapi.domain.oauth.tokens import TokenKind
from mockapi.store.columns import InstantColumn, WordsColumn
from mockapi.store.tables.row import Row


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
