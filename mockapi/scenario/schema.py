"""Shapes a scenario: a file that says little, from which a whole world is made."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import catalog
from mockapi.domain.edition import EditionName
from mockapi.domain.oauth.scopes import Scope
from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.settings import ClockInstant, Instant

Word = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, StringConstraints(pattern=r"^mock[A-Za-z0-9]{24}$")]
"""A token as real ones look, 28 alphanumerics, and visibly fake."""
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]
RedirectUri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://?[^\s#]+$")]


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not min_length: pydantic would count the items that are right and complain of those too few.
    if not values:
        raise ValueError("must hold at least one item")
    return values


Scopes = Annotated[tuple[Scope, ...], AfterValidator(_some)]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]

_EVERY_SCOPE = tuple(Scope)


class Spec(BaseModel):
    """A part of a scenario: closed to unknown keys, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClientSpec(Spec):
    """An application that asks customers for consent; without a secret it is a public one."""

    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{4,64}$")]
    client_secret: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{4,64}$")] | None = None
    name: Text
    redirect_uris: Annotated[tuple[RedirectUri, ...], AfterValidator(_some)]
    scopes: Scopes = _EVERY_SCOPE


class AccessTokenSpec(Spec):
    """An access token that is there from the start, so that a test can hard-code it."""

    token: Secret
    client_id: str | None = Field(default=None, description="The scenario's first client if unset.")
    scopes: Scopes = _EVERY_SCOPE
    expires_at: Instant | None = Field(default=None, description="In ten years if unset.")


class PersonalAccessTokenSpec(Spec):
    """A personal access token that is there from the start."""

    token: Secret
    name: Text = "scenario"
    scopes: Scopes = _EVERY_SCOPE
    expires_at: Instant | None = Field(default=None, description="In ten years if unset.")


class ReadingSpec(Spec):
    """One stated reading."""

    date: Instant
    updated_at: Instant
    value: float


class MeasurementSpec(Spec):
    """A channel of a meter; with *readings* it has these and no generated ones."""

    name: Text
    id: Word | None = None
    key: Word | None = None
    unit: Text | None = None
    readings: tuple[ReadingSpec, ...] | None = None


class MeterSpec(Spec):
    """A meter, for one usage of the catalog unless *commodity* is stated too."""

    usage: Text
    commodity: Text | None = None
    id: Word | None = None
    name: Text | None = None
    gateway_id: Word | None = None
    measurements: tuple[MeasurementSpec, ...] | None = None

    @model_validator(mode="after")
    def _know_the_usage(self) -> Self:
        usages = catalog().by_usage()
        if self.commodity is None and self.usage not in usages:
            raise ValueError(
                f"usage {self.usage!r} is not in the catalog ({', '.join(usages)}); "
                "state `commodity` and `measurements` to meter something else"
            )
        return self


class ProjectSpec(Spec):
    """A LEED project that the site is registered as from the start."""

    leed_id: Int64
    leed_name: Text
    registered_at: Instant | None = Field(
        default=None, description="One history length before the start if unset."
    )


class ScoreSpec(Spec):
    """A score that is there from the start."""

    date: date
    score: float = Field(ge=0, le=100)
    type: ScoreType
    category: ScoreCategory
    updated_at: Instant | None = Field(default=None, description="The start if unset.")


class ScoringRequestSpec(Spec):
    """A scoring request that is there from the start."""

    id: Word | None = None
    created_at: Instant
    status: Literal["PENDING", "CONFIGURED", "REJECTED"] = "PENDING"
    detail: Text | None = None


class SiteSpec(Spec):
    """A site: with *building* and *city* all else is drawn, and any drawn value may be stated."""

    building: Text | None = None
    city: Text | None = None
    area: int | None = Field(default=None, ge=10, le=5_000_000, description="Gross area in m2.")
    id: Word | None = None
    name: Text | None = None
    type: Text | None = None
    source_system_id: Int64 | None = None
    building_occupants: int | None = Field(default=None, ge=0)
    days_per_week_with_visitors: int | None = Field(default=None, ge=0, le=7)
    number_of_visitors_per_day: int | None = Field(default=None, ge=0)
    visit_duration: float | None = Field(default=None, ge=0, description="In days.")
    weekly_operating_hours: int | None = Field(default=None, ge=0, le=168)
    address: Text | None = None
    country_iso_code: Text | None = None
    zip_code: Text | None = None
    state_province: Text | None = None
    timezone: Text | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    elevation: float | None = None
    meters: tuple[MeterSpec, ...] | None = Field(
        default=None, description="The building's usual meters if unset."
    )
    projects: tuple[ProjectSpec, ...] = ()
    scores: tuple[ScoreSpec, ...] = ()
    scoring_requests: tuple[ScoringRequestSpec, ...] = ()

    @model_validator(mode="after")
    def _say_enough(self) -> Self:
        if self.building is None and self.type is None:
            raise ValueError("state `building` and `city`, or at least `type`")
        if self.building is not None and self.city is None:
            raise ValueError("a `building` needs a `city` to stand in")
        if self.building is not None and self.building not in building_types():
            raise ValueError(
                f"building {self.building!r} is not known; known are {', '.join(building_types())}"
            )
        if self.building is not None and self.city not in places():
            raise ValueError(f"city {self.city!r} is not known; known are {', '.join(places())}")
        return self


class CustomerSpec(Spec):
    """A customer with sites, who signs in with any password unless one is stated."""

    email: Email
    name: Text | None = None
    id: Word | None = None
    password: Text | None = None
    sandbox: bool = Field(default=False, description="Bound to by sandbox-authorize.")
    personal_access_tokens: tuple[PersonalAccessTokenSpec, ...] = ()
    access_tokens: tuple[AccessTokenSpec, ...] = ()
    sites: tuple[SiteSpec, ...] = ()
    sees: tuple[Word, ...] = Field(
        default=(), description="Ids of sites of other customers that this one may see too."
    )


class Scenario(Spec):
    """What a world is made from."""

    version: Literal[1] = 1
    description: str = ""
    seed: int = Field(default=1, ge=0, lt=2**63)
    edition: EditionName = "latest"
    clock: Literal["system"] | ClockInstant = Field(
        default="system", description="An instant to stand still at, or `system`."
    )
    auto_consent: bool = False
    interval: timedelta = Field(default=timedelta(hours=1), ge=timedelta(minutes=1))
    history: timedelta = Field(default=timedelta(days=90), ge=timedelta(0))
    clients: tuple[ClientSpec, ...] = ()
    customers: tuple[CustomerSpec, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _once("client_id", [client.client_id for client in self.clients])
        _once("email", [customer.email.casefold() for customer in self.customers])
        sites = [site for customer in self.customers for site in customer.sites]
        stated = [site.id for site in sites if site.id is not None]
        _once("site id", stated)
        known = {client.client_id for client in self.clients}
        secrets: list[str] = []
        for customer in self.customers:
            secrets += [each.token for each in customer.personal_access_tokens]
            secrets += [each.token for each in customer.access_tokens]
            for token in customer.access_tokens:
                if token.client_id is not None and token.client_id not in known:
                    raise ValueError(f"access token of unknown client {token.client_id!r}")
                if token.client_id is None and not self.clients:
                    raise ValueError("an access token needs a client; state one under `clients`")
            for site_id in customer.sees:
                if site_id not in stated:
                    raise ValueError(f"{customer.email} sees {site_id!r}, which no site states")
        _once("token", secrets)
        return self


def _once(what: str, values: list[str]) -> None:
    twice = {value for value in values if values.count(value) > 1}
    if twice:
        raise ValueError(f"{what} stated twice: {', '.join(sorted(twice))}")
