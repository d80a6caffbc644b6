"""Schema of a scenario, the description of a world."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mockapi.domain.edition import EditionName
from mockapi.domain.oauth import Scope
from mockapi.domain.timestamps import Interval
from mockapi.domain.validation import MemberError
from mockapi.faults.kinds import Fault
from mockapi.scenario.field_types import (
    ClientCredential,
    Email,
    History,
    PathSegment,
    RedirectUri,
    Secret,
    Spec,
    Text,
    require_non_empty,
)
from mockapi.scenario.meters import Arrival, ArrivalSpec
from mockapi.scenario.site_model import (
    AverageMeaning,
    MonthlyDate,
    PortfolioSpec,
    ScoredBy,
    ScoringDecisionSpec,
    SiteSpec,
)
from mockapi.scenario.timeline import ConsentRevoked, EventSpec, PersonalTokenExpires
from mockapi.settings import ClockInstant, Instant

Scopes = Annotated[tuple[Scope, ...], AfterValidator(require_non_empty)]

_ALL_SCOPES = tuple(Scope)


class ClientSpec(Spec):
    """An application that asks customers for consent; a public client if it has no secret."""

    client_id: ClientCredential
    client_secret: ClientCredential | None = None
    name: Text
    redirect_uris: Annotated[tuple[RedirectUri, ...], AfterValidator(require_non_empty)]
    scopes: Scopes = _ALL_SCOPES


class AccessTokenSpec(Spec):
    """An access token that exists from the start, for use in tests."""

    token: Secret
    client_id: str | None = Field(default=None, description="Default: the first client.")
    scopes: Scopes = _ALL_SCOPES
    expires_at: Instant | None = Field(default=None, description="Default: in ten years.")


class PersonalAccessTokenSpec(Spec):
    """A personal access token that exists from the start."""

    token: Secret
    name: Text = "scenario"
    scopes: Scopes = _ALL_SCOPES
    expires_at: Instant | None = Field(default=None, description="Default: in ten years.")


class CustomerSpec(Spec):
    """A customer with sites. Any password is accepted if none is given."""

    email: Email
    name: Text | None = None
    id: PathSegment | None = None
    password: Text | None = None
    sandbox: bool = Field(default=False, description="Used by sandbox-authorize.")
    personal_access_tokens: tuple[PersonalAccessTokenSpec, ...] = ()
    access_tokens: tuple[AccessTokenSpec, ...] = ()
    sites: tuple[SiteSpec, ...] = ()
    portfolio: PortfolioSpec | None = None
    sees: tuple[PathSegment, ...] = Field(
        default=(), description="Ids of sites of other customers that this one can see."
    )

    @model_validator(mode="after")
    def _check_portfolio_owner(self) -> Self:
        if self.portfolio is not None and self.portfolio.customer not in (None, self.email):
            raise MemberError(
                "the portfolio is that of this customer. Remove `portfolio.customer`.",
                "portfolio",
                "customer",
            )
        return self


class Scenario(Spec):
    """The description of a world."""

    version: Literal[1] = 1
    description: str = ""
    seed: int = Field(default=1, ge=0, lt=2**63)
    edition: EditionName = "latest"
    clock: Literal["system"] | ClockInstant = Field(
        default="system", description="The time at which the clock is frozen, or `system`."
    )
    auto_consent: bool = False
    interval: Interval = Interval.HOUR
    history: History = timedelta(days=90)
    arrival: Arrival = ArrivalSpec()
    scoring: ScoredBy = Field(
        default="built-in",
        description="Scoring provider of registered sites; default for sites.",
    )
    monthly_date: MonthlyDate = Field(
        default="last",
        description="Date of a monthly score: a day of the month, or the day of computation.",
    )
    average_meaning: AverageMeaning = Field(
        default="global", description="The scores of which `average` is the mean."
    )
    clients: tuple[ClientSpec, ...] = ()
    customers: tuple[CustomerSpec, ...] = ()
    sites: tuple[SiteSpec, ...] = Field(
        default=(), description="Sites of the first customer, who is generated if none is given."
    )
    portfolio: PortfolioSpec | None = None
    scoring_verdict: ScoringDecisionSpec | None = Field(
        default=None,
        description="The decision on scoring requests; default: pending until a registration.",
    )

    timeline: tuple[EventSpec, ...] = ()
    faults: tuple[Fault, ...] = Field(default=(), description="Faults active from the start.")

    @cached_property
    def all_customers(self) -> tuple[CustomerSpec, ...]:
        """The customers with all their sites and portfolios; a generated one if none is given."""
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
    def all_clients(self) -> tuple[ClientSpec, ...]:
        """The clients; a generated one if the scenario has sites and no client is given."""
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

    def portfolio_at(self, customer: int | None) -> PortfolioSpec | None:
        """Return the portfolio of the customer at the position *customer*; None if there is none.

        Sites of a portfolio have that position, other sites None.
        """
        return None if customer is None else self.all_customers[customer].portfolio

    def count(self) -> tuple[int, int]:
        """Return the numbers of customers and sites."""
        sites = sum(
            len(each.sites) + (each.portfolio.size() if each.portfolio is not None else 0)
            for each in self.all_customers
        )
        return len(self.all_customers), sites

    @model_validator(mode="after")
    def _check_clients(self) -> Self:
        if not self.all_clients and any(each.access_tokens for each in self.customers):
            raise ValueError("an access token needs a client. Add one under `clients`.")
        return self

    @model_validator(mode="after")
    def _check_event_customers(self) -> Self:
        emails = {each.email.casefold() for each in self.all_customers}
        # `consistency` checks the references to given customers, with their places.
        for event in self.timeline if not self.customers else ():
            if isinstance(event, ConsentRevoked | PersonalTokenExpires) and (
                not emails or (event.customer and event.customer.casefold() not in emails)
            ):
                raise ValueError(f"{event.event} needs a customer. Add one under `customers`.")
        return self

    @model_validator(mode="after")
    def _check_portfolio_owner(self) -> Self:
        if self.portfolio is None or not self.customers:
            return self
        owner = self.portfolio.customer or self.customers[0].email
        found = next((each for each in self.customers if each.email == owner), None)
        if found is None:
            raise MemberError(
                f"the owner of the portfolio, {owner!r}, is not the `email` of a customer. "
                "Correct `portfolio.customer`.",
                "portfolio",
                "customer",
            )
        if found.portfolio is not None:
            raise MemberError(f"{owner!r} has two portfolios. Remove one.", "portfolio")
        return self
