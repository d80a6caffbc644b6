"""Parts of scenarios that are added to a running world, and changes of its parts."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.domain.timestamps import Interval
from mockapi.domain.validation import MemberError
from mockapi.scenario.field_types import (
    ClientCredential,
    Email,
    PathSegment,
    RedirectUri,
    Spec,
    Text,
    require_non_empty,
    unique_by,
)
from mockapi.scenario.meters import MeterSpec, Resolution, YearlySpec
from mockapi.scenario.schema import CustomerSpec, Scopes
from mockapi.scenario.site_model import ScoreDate, ScoreSpec, SiteSpec, SiteValues
from mockapi.settings import ClockInstant


class NewSite(SiteSpec):
    """A site of a scenario, and its owner."""

    customer: Text | None = Field(
        default=None, description="Id or e-mail address of the owner; default: the first customer."
    )


class NewMeter(MeterSpec):
    """A meter of a scenario, and its site."""

    site: Text = Field(description="Id of the site.")


class NewCustomer(CustomerSpec):
    """A customer of a scenario, whose e-mail address is drawn unless it is given."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: schema["properties"].pop("portfolio")
    )

    @model_validator(mode="after")
    def _check_no_portfolio(self) -> Self:
        if self.portfolio is not None:
            raise MemberError("cannot be added later. Use `sites`, or a scenario.", "portfolio")
        return self


class NewScores(Spec):
    """Scores of a site."""

    site: Text = Field(description="Id of the site.")
    scores: Annotated[
        tuple[ScoreSpec, ...],
        unique_by("date", "type", "category"),
        AfterValidator(require_non_empty),
    ]


class ChangedScore(Spec):
    """A stored score with another value."""

    site: Text = Field(description="Id of the site.")
    date: ScoreDate
    type: ScoreType
    category: ScoreCategory
    score: float = Field(ge=0, le=100)


class NewScoringRequest(Spec):
    """A scoring request of a scenario, its site and its customer."""

    site: Text = Field(description="Id of the site.")
    customer: Text | None = Field(
        default=None, description="Id or e-mail address; default: the owner of the site."
    )
    id: PathSegment | None = None
    created_at: ClockInstant | None = Field(default=None, description="Default: now.")
    status: Literal["PENDING", "CONFIGURED", "REJECTED"] = "PENDING"
    detail: Text | None = None


class Update(Spec):
    """Base of changes. Only the given keys change; null removes a value."""

    FIXED: ClassVar[Mapping[str, str]] = {}
    """Keys that cannot change, and what to do instead."""
    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _check_keys(cls, value: Any) -> Any:
        if isinstance(value, dict):
            if not value:
                raise ValueError("a change is missing. Give at least one key.")
            for name, remedy in cls.FIXED.items():
                if name in value:
                    raise MemberError(f"cannot change here. {remedy}", name)
        return value

    @model_validator(mode="after")
    def _check_null(self) -> Self:
        for name in sorted(self.model_fields_set - self.NULLABLE):
            if getattr(self, name) is None:
                raise MemberError("cannot be null. Leave it out, or give a value.", name)
        return self

    def changes(self) -> dict[str, Any]:
        """Return the given values by key."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self}

    def __contains__(self, name: str) -> bool:
        return name in self.model_fields_set


_NEW_ID = "Remove it, and add another."


class SiteUpdate(Update, SiteValues):
    """Changes of a site."""

    FIXED = {
        "id": _NEW_ID,
        "customer": _NEW_ID,
        "meters": "Use POST /__admin/meters, and PATCH or DELETE /__admin/meters/{id}.",
        "projects": "Use `registered: true`, or register the site with the Partner API.",
        "scores": "Use POST, PATCH and DELETE /__admin/scores.",
        "scoring_requests": "Use POST /__admin/scoring-requests.",
        "defects": "Add a site or a meter that has them.",
    }
    NULLABLE = frozenset(SiteValues.model_fields) - {"type"}

    registered: bool | None = Field(
        default=None, description="True registers the site one history length before now."
    )

    @model_validator(mode="after")
    def _check_registered(self) -> Self:
        if self.registered is False:
            raise MemberError(
                "a registration cannot be removed. Remove the site, and add another.", "registered"
            )
        return self

    @model_validator(mode="after")
    def _check_city(self) -> Self:
        if self.city is not None and not self.is_located():
            raise self.unknown_city()
        return self


class MeterUpdate(Update):
    """Changes of a meter."""

    FIXED = dict.fromkeys(
        ("id", "site", "usage", "commodity", "measurements", "submeters", "defects"), _NEW_ID
    )
    NULLABLE = frozenset({"interval", "resolution", "yearly"})

    name: Text | None = None
    gateway_id: PathSegment | None = None
    interval: Interval | None = Field(default=None, description="Null: that of the site.")
    resolution: Resolution | None = Field(default=None, description="Null: drawn.")
    yearly: YearlySpec | None = Field(default=None, description="Null: drawn.")


class CustomerUpdate(Update):
    """Changes of a customer."""

    FIXED = {
        "id": _NEW_ID,
        "sites": "Use POST and DELETE /__admin/sites.",
        "portfolio": "Use POST and DELETE /__admin/sites.",
        "access_tokens": "Use POST /__admin/tokens.",
        "personal_access_tokens": "Use POST /__admin/pats.",
    }
    NULLABLE = frozenset({"password"})

    email: Email | None = None
    name: Text | None = None
    password: Text | None = Field(default=None, description="Null: any password is accepted.")
    sandbox: bool | None = None
    sees: tuple[PathSegment, ...] | None = None


class ClientUpdate(Update):
    """Changes of a client."""

    FIXED = {"client_id": _NEW_ID}
    NULLABLE = frozenset({"client_secret"})

    client_secret: ClientCredential | None = Field(default=None, description="Null: public.")
    name: Text | None = None
    redirect_uris: Annotated[tuple[RedirectUri, ...], AfterValidator(require_non_empty)] | None = (
        None
    )
    scopes: Scopes | None = None
