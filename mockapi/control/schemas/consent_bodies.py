"""Bodies and queries of consents and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import ConfigDict, Field

from mockapi.control.schemas.world_bodies import AdminBody, AdminQuery
from mockapi.domain import timestamps
from mockapi.domain.oauth import TokenKind, TokenState, id_of, join_scopes
from mockapi.store.tables import Consent, ConsentEvent, Token


class ConsentEventView(AdminBody):
    """Entry in the history of a consent."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    event: Literal["granted", "revoked"]


class ConsentView(AdminBody):
    """Consent of a customer for a client or for a personal access token."""

    id: str
    customer: str = Field(description="E-mail address of the customer.")
    client_id: str | None = Field(description="Null for a personal access token.")
    name: str
    scope: str
    sandbox: bool = Field(description="True if it was given by sandbox-authorize.")
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
            revoked_at=_to_text(consent.revoked_at),
            history=tuple(
                ConsentEventView(
                    at=timestamps.format_seconds(each.at),
                    event="granted" if each.granted else "revoked",
                )
                for each in history
            ),
        )


class TokenView(AdminBody):
    """Token without its secret. Only a hash of the secret is stored."""

    id: str = Field(description="The first 16 hexadecimal digits of the token's SHA-256.")
    kind: TokenKind
    customer: str = Field(description="E-mail address of the customer.")
    client_id: str | None
    name: str | None
    scope: str
    sandbox: bool
    state: TokenState
    issued_at: str = Field(json_schema_extra={"format": "date-time"})
    expires_at: str = Field(json_schema_extra={"format": "date-time"})
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"})
    consent: str = Field(description="Id of the consent that it belongs to.")

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
            revoked_at=_to_text(token.revoked_at),
            consent=token.consent_id,
        )


class ConsentQuery(AdminQuery):
    """Filter of consents."""

    # To avoid a warning: FastAPI sets aliases on the model before a deferred build.
    model_config = ConfigDict(defer_build=False)

    customer: str | None = Field(
        default=None, description="Id or e-mail address. All customers if unset."
    )


class TokenQuery(ConsentQuery):
    """Filter of tokens."""

    kind: TokenKind | None = None
    state: TokenState | None = None
    limit: int = Field(default=1_000, ge=1, le=10_000)


def _to_text(at: datetime | None) -> str | None:
    return None if at is None else timestamps.format_seconds(at)
