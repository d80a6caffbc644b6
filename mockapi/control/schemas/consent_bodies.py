"""Shapes what the control API tells of consents and of the tokens that stand on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import ConfigDict, Field

from mockapi.control.schemas.world_bodies import AdminBody, AdminQuery
from mockapi.domain import timestamps
from mockapi.domain.oauth import TokenKind, TokenState, id_of, join_scopes
from mockapi.store.tables.oauth import Consent, ConsentEvent, Token


class ConsentEventView(AdminBody):
    """One line of a consent's history."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    event: Literal["granted", "revoked"]


class ConsentView(AdminBody):
    """What a customer agreed to: for a client, or for the holder of one personal token."""

    id: str
    customer: str = Field(description="Whose it is: an e-mail address.")
    client_id: str | None = Field(description="None for a personal access token.")
    name: str
    scope: str
    sandbox: bool = Field(description="Whether it came by sandbox-authorize.")
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"})
    history: tuple[ConsentEventView, ...] = Field(description="Newest first.")

    @classmethod
    def of(cls, consent: Consent, email: str, history: Sequence[ConsentEvent]) -> Self:
        return cls(
            id=consent.id,
            customer=email,
            client_id=consent.client_id,
            name=consent.name,
            scope=join_scopes(consent.scopes),
            sandbox=consent.sandbox,
            revoked_at=_told(consent.revoked_at),
            history=tuple(
                ConsentEventView(
                    at=timestamps.format_seconds(each.at),
                    event="granted" if each.granted else "revoked",
                )
                for each in history
            ),
        )


class TokenView(AdminBody):
    """A token as far as it may be told: never the secret, of which nothing but a hash is kept."""

    id: str = Field(description="The first 16 hexadecimal digits of the token's SHA-256.")
    kind: TokenKind
    customer: str = Field(description="For whom it speaks: an e-mail address.")
    client_id: str | None
    name: str | None
    scope: str
    sandbox: bool
    state: TokenState
    issued_at: str = Field(json_schema_extra={"format": "date-time"})
    expires_at: str = Field(json_schema_extra={"format": "date-time"})
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"})
    consent: str = Field(description="Id of the consent that it stands on.")

    @classmethod
    def of(cls, token: Token, email: str, state: TokenState) -> Self:
        return cls(
            id=id_of(token.token_hash),
            kind=token.kind,
            customer=email,
            client_id=token.client_id,
            name=token.name,
            scope=join_scopes(token.scopes),
            sandbox=token.sandbox,
            state=state,
            issued_at=timestamps.format_seconds(token.issued_at),
            expires_at=timestamps.format_seconds(token.expires_at),
            revoked_at=_told(token.revoked_at),
            consent=token.consent_id,
        )


class ConsentQuery(AdminQuery):
    """Whose consents or tokens are wanted; everybody's if unset."""

    # FastAPI lays a parameter's alias over a model that is not built yet, and Pydantic warns.
    model_config = ConfigDict(defer_build=False)

    customer: str | None = Field(default=None, description="Id or e-mail address.")


class TokenQuery(ConsentQuery):
    """Which tokens are wanted, the newest first."""

    kind: TokenKind | None = None
    state: TokenState | None = None
    limit: int = Field(default=1_000, ge=1, le=10_000)


def _told(at: datetime | None) -> str | None:
    return None if at is None else timestamps.format_seconds(at)
