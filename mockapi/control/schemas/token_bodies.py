"""Bodies and queries of tokens and consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field

from mockapi.control.schemas.world_bodies import (
    AdminBody,
    AdminQuery,
    AdminRequest,
    format_optional,
)
from mockapi.domain import timestamps
from mockapi.domain.oauth import Scope, TokenKind, TokenState, id_of, join_scopes, parse_scopes
from mockapi.settings import Instant
from mockapi.store.tables import Consent, ConsentEvent, Token


def _scopes(value: object) -> object:
    if not isinstance(value, str):
        return value
    scopes = parse_scopes(value)
    if not scopes:
        raise ValueError(
            f"must have at least one scope. Use {', '.join(Scope)}, separated by spaces, "
            "or leave it out for all scopes."
        )
    return scopes


Scopes = Annotated[
    frozenset[Scope],
    BeforeValidator(_scopes, json_schema_input_type=str),
    Field(min_length=1, description="Scopes separated by spaces. All scopes if unset."),
]


class CreateTokenRequest(AdminRequest):
    """Settings of a new access token. Defaults: the first customer and client of the scenario."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"customer": "ada@example.com", "scope": "read:site", "expires_in": 60}]
        }
    )

    customer: str | None = Field(default=None, description="Id or e-mail address.")
    client_id: str | None = None
    scope: Scopes | None = None
    expires_in: int | None = Field(
        default=None,
        ge=0,
        le=315_360_000,
        description="Lifetime in seconds. 0 returns an expired token.",
    )


class TokenResponse(AdminBody):
    """Response of the token endpoint. Members are in alphabetical order."""

    # Order of members: docs/contract/oauth.md#token-response

    access_token: str
    expires_in: str
    refresh_token: str | None = None
    scope: str
    token_type: Literal["Bearer"] = "Bearer"


class CreatePersonalTokenRequest(AdminRequest):
    """Settings of a new personal access token."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "ci", "scope": "read:site"}]}
    )

    customer: str | None = Field(default=None, description="Id or e-mail address.")
    name: str = Field(default="control API", min_length=1, max_length=200)
    scope: Scopes | None = None
    expires_at: Instant | None = Field(default=None, description="Default: in 90 days.")


class PersonalTokenView(AdminBody):
    """New personal access token. Only this response contains the secret."""

    token: str
    name: str
    scope: str
    expires_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, token: str, name: str, scope: str, expires_at: datetime) -> Self:
        return cls(
            token=token, name=name, scope=scope, expires_at=timestamps.format_seconds(expires_at)
        )


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
            revoked_at=format_optional(consent.revoked_at),
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
            revoked_at=format_optional(token.revoked_at),
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
