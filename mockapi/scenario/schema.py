"""Shapes a scenario: a file that says little, from which a whole world is made."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mockapi.domain.edition import EditionName
from mockapi.domain.oauth import Scope
from mockapi.domain.timestamps import Interval
from mockapi.faults.kinds import Fault
from mockapi.scenario.field_types import (
    ClientWord,
    Email,
    History,
    RedirectUri,
    Secret,
    Spec,
    Text,
    Word,
    some,
)
from mockapi.scenario.meters import Arrival, ArrivalSpec
from mockapi.scenario.sites import (
    AverageMeaning,
    MonthlyDate,
    PortfolioSpec,
    ScoredBy,
    SiteSpec,
    VerdictSpec,
)
from mockapi.scenario.timeline import ConsentRevoked, EventSpec, PersonalTokenExpires
from mockapi.settings import ClockInstant, Instant

Scopes = Annotated[tuple[Scope, ...], AfterValidator(some)]

_EVERY_SCOPE = tuple(Scope)


class ClientSpec(Spec):
    """An application that asks customers for consent; without a secret it is a public one."""

    client_id: ClientWord
    client_secret: ClientWord | None = None
    name: Text
    redirect_uris: Annotated[tuple[RedirectUri, ...], AfterValidator(some)]
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
    portfolio: PortfolioSpec | None = None
    sees: tuple[Word, ...] = Field(
        default=(), description="Ids of sites of other customers that this one may see too."
    )

    @model_validator(mode="after")
    def _own_the_portfolio(self) -> Self:
        if self.portfolio is not None and self.portfolio.customer not in (None, self.email):
            raise ValueError("a customer's portfolio is its own; leave `portfolio.customer` out")
        return self


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
    interval: Interval = Interval.HOUR
    history: History = timedelta(days=90)
    arrival: Arrival = ArrivalSpec()
    scoring: ScoredBy = Field(
        default="built-in", description="Who scores registered sites, unless a site says."
    )
    monthly_date: MonthlyDate = Field(
        default="last",
        description="The date of a monthly score: a day of the month, or when it was made.",
    )
    average_meaning: AverageMeaning = Field(
        default="global", description="Of what `average` is the mean."
    )
    clients: tuple[ClientSpec, ...] = ()
    customers: tuple[CustomerSpec, ...] = ()
    sites: tuple[SiteSpec, ...] = Field(
        default=(), description="Sites of the first customer, who is invented if none is stated."
    )
    portfolio: PortfolioSpec | None = None
    scoring_verdict: VerdictSpec | None = Field(
        default=None,
        description="What becomes of scoring requests; they wait for a registration if unset.",
    )

    timeline: tuple[EventSpec, ...] = ()
    faults: tuple[Fault, ...] = Field(default=(), description="Faults that are on from the start.")

    @cached_property
    def everyone(self) -> tuple[CustomerSpec, ...]:
        """Return the customers, with the sites and the portfolio that the scenario gives them."""
        customers = self.customers
        if not customers and (self.sites or self.portfolio is not None):
            email = self.portfolio.customer if self.portfolio is not None else None
            customers = (CustomerSpec(email=email or "owner@example.com", sandbox=True),)
        if not customers:
            return ()
        first, *others = customers
        first = first.model_copy(update={"sites": (*first.sites, *self.sites)})
        if self.portfolio is None:
            return (first, *others)
        owner = self.portfolio.customer or first.email
        return tuple(
            each.model_copy(update={"portfolio": self.portfolio}) if each.email == owner else each
            for each in (first, *others)
        )

    @cached_property
    def applications(self) -> tuple[ClientSpec, ...]:
        """Return the clients; where a scenario has sites and states none, one that can ask."""
        if self.clients or not (self.sites or self.portfolio is not None):
            return self.clients
        return (
            ClientSpec(
                client_id="mockScoringPartnerClient00000001",
                client_secret="mockSecret000001",
                name="Green Score Partner",
                redirect_uris=("http://127.0.0.1:8765/callback",),
            ),
        )

    def verdict_at(self, position: int) -> VerdictSpec | None:
        """Return the verdict on the site at *position*, sites being counted as worlds do."""
        for customer in self.everyone:
            parts = [(1, site.scoring_verdict) for site in customer.sites]
            if customer.portfolio is not None:
                parts.append((customer.portfolio.size(), customer.portfolio.scoring_verdict))
            for size, verdict in parts:
                if position < size:
                    return verdict or self.scoring_verdict
                position -= size
        raise LookupError("The scenario has fewer sites.")

    def count(self) -> tuple[int, int]:
        """Return how many customers and how many sites there are."""
        sites = sum(
            len(each.sites) + (each.portfolio.size() if each.portfolio is not None else 0)
            for each in self.everyone
        )
        return len(self.everyone), sites

    @model_validator(mode="after")
    def _ask_with_a_client(self) -> Self:
        if not self.applications and any(each.access_tokens for each in self.customers):
            raise ValueError("an access token needs a client; state one under `clients`")
        return self

    @model_validator(mode="after")
    def _happen_to_somebody(self) -> Self:
        emails = {each.email.casefold() for each in self.everyone}
        # Of customers that are stated, `agreement` tells at its place that one is not.
        for event in self.timeline if not self.customers else ():
            if isinstance(event, ConsentRevoked | PersonalTokenExpires) and (
                not emails or (event.customer and event.customer.casefold() not in emails)
            ):
                raise ValueError(f"{event.event} needs a customer; state one under `customers`")
        return self

    @model_validator(mode="after")
    def _own_the_portfolio(self) -> Self:
        if self.portfolio is None or not self.customers:
            return self
        owner = self.portfolio.customer or self.customers[0].email
        found = next((each for each in self.customers if each.email == owner), None)
        if found is None:
            raise ValueError(f"the portfolio is of {owner!r}, who is no customer")
        if found.portfolio is not None:
            raise ValueError(f"{owner} has a portfolio already; state one of the two")
        return self
