"""Shapes customers, and the applications that ask for their consent."""

from sqlmodel import Field

from mockapi.store.columns import WordsColumn
from mockapi.store.tables.row import Row


class Customer(Row, table=True):
    """Whose sites they are; the person who signs in and consents."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    email: str = Field(unique=True)
    name: str
    password: str | None = None
    sandbox: bool = False


class Client(Row, table=True):
    """An application registered with the gateway, as RFC 6749 uses the word."""

    client_id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    client_secret: str | None = None
    name: str
    redirect_uris: tuple[str, ...] = Field(sa_type=WordsColumn)
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
