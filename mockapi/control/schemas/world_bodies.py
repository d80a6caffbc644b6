"""Base classes of bodies and queries, and the bodies of worlds and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mockapi.domain import timestamps
from mockapi.domain.edition import EditionName
from mockapi.domain.oauth import Scope, parse_scopes
from mockapi.domain.validation import StrictModel
from mockapi.settings import Instant
from mockapi.store.tables import Client, Customer, Site


class AdminBody(StrictModel):
    """Base of bodies: snake_case, frozen, unknown members are rejected."""


class AdminQuery(BaseModel):
    """Base of queries. Texts have at most 1,000 characters."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, str_max_length=1_000)


class AdminRequest(AdminBody):
    """Base of request bodies. Texts have at most 1,000 characters."""

    model_config = ConfigDict(str_max_length=1_000)


def _scopes(value: object) -> object:
    return parse_scopes(value) if isinstance(value, str) else value


Scopes = Annotated[
    frozenset[Scope],
    BeforeValidator(_scopes, json_schema_input_type=str),
    Field(min_length=1, description="Scopes separated by spaces. All scopes if unset."),
]


class CustomerView(AdminBody):
    id: str
    email: str
    name: str
    sites: tuple[str, ...]

    @classmethod
    def of(cls, customer: Customer, sites: Sequence[Site]) -> Self:
        return cls(
            id=customer.id,
            email=customer.email,
            name=customer.name,
            sites=tuple(site.id for site in sites),
        )


class ClientView(AdminBody):
    client_id: str
    client_secret: str | None
    name: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]

    @classmethod
    def of(cls, client: Client) -> Self:
        return cls(
            client_id=client.client_id,
            client_secret=client.client_secret,
            name=client.name,
            redirect_uris=client.redirect_uris,
            scopes=client.scopes,
        )


class WorldView(AdminBody):
    """World with its customers and clients."""

    scenario: str
    seed: int
    edition: EditionName
    now: str = Field(json_schema_extra={"format": "date-time"})
    customers: tuple[CustomerView, ...]
    clients: tuple[ClientView, ...]


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
