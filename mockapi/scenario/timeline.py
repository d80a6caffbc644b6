"""Timeline of scenarios: one class per kind of event, and their schedule.

Events happen at a given time, or after a given duration from the start of the world. Those of
`StateEvent` change the store; those of `ReadingEvent` change readings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from mockapi.scenario.field_types import City, Country, Email, Spec, Text, Usage, require_non_empty
from mockapi.settings import ClockInstant

_CENTURY = timedelta(days=36_525)
_POSITIVE_DURATION = Annotated[timedelta, Field(gt=timedelta(0), le=_CENTURY)]

Saved = Literal["electricity", "fuel", "water"]


class EventBase(Spec):
    """Base model for events, with their time."""

    at: ClockInstant | None = Field(default=None, description="Time of the event.")
    after: Annotated[timedelta, Field(ge=timedelta(0), le=_CENTURY)] | None = Field(
        default=None, description="Duration from the start of the world to the event."
    )

    @model_validator(mode="after")
    def _check_time(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("an event needs either `at` or `after`. Add or remove one.")
        return self

    def begins(self, began_at: datetime) -> datetime:
        """Return the start of the event in a world that *began_at* then."""
        if self.at is not None:
            return self.at
        return began_at + (self.after or timedelta(0))

    def ends(self, began_at: datetime) -> datetime | None:
        """Return the end of the event; None if it has none."""
        return None


class OptionalDurationEvent(EventBase):
    """Base model for events with an optional duration."""

    duration: _POSITIVE_DURATION | None = Field(
        default=None, alias="for", description="Duration; default: without end."
    )

    def ends(self, began_at: datetime) -> datetime | None:
        return None if self.duration is None else self.begins(began_at) + self.duration


class DurationEvent(EventBase):
    """Base model for events with a duration."""

    duration: _POSITIVE_DURATION = Field(alias="for", description="Duration.")

    def ends(self, began_at: datetime) -> datetime:
        return self.begins(began_at) + self.duration


class SiteEventMixin(Spec):
    """Mixin for events of one site."""

    site: Text = Field(description="Id or name of the site.")

    def applies_to(self, site_id: str, name: str | None) -> bool:
        """Return True if the event is of the site with that id or *name*."""
        return self.site in (site_id, name)


class GatewayOutage(SiteEventMixin, DurationEvent):
    """An outage of the gateway of a site, which delivers all readings afterwards."""

    event: Literal["gateway_outage"]


class MeterReplaced(SiteEventMixin, EventBase):
    """The replacement of a meter by one with another gain and resolution, after a gap."""

    event: Literal["meter_replacement"]
    usage: Usage = Field(description="Usage of the meter.")
    gap: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=366))] | None = Field(
        default=None, description="Time without readings at the start; default: up to two days."
    )
    gain: float | None = Field(default=None, gt=0, le=10, description="Default: 0.98 to 1.02.")
    resolution: float | None = Field(default=None, gt=0, le=1e6, description="Default: as before.")


class OccupancyChange(SiteEventMixin, OptionalDurationEvent):
    """A change of the number of people at a site, which changes consumption, waste and CO2."""

    event: Literal["occupancy_change"]
    factor: float = Field(ge=0, le=10, description="Factor for the number of people.")


class Retrofit(SiteEventMixin, OptionalDurationEvent):
    """A retrofit of a site, which reduces its consumption."""

    event: Literal["retrofit"]
    savings: float = Field(gt=0, lt=1, description="Share of the consumption that is saved.")
    of: Annotated[tuple[Saved, ...], AfterValidator(require_non_empty)] = Field(
        default=("electricity", "fuel"), description="What is saved."
    )


class HeatWave(DurationEvent):
    """A rise of the outdoor temperature at some sites."""

    event: Literal["heat_wave"]
    degrees: float = Field(gt=0, le=20, description="Rise of the temperature in kelvin.")
    city: City | None = None
    country: Country | None = None
    sites: Annotated[tuple[Text, ...], AfterValidator(require_non_empty)] | None = Field(
        default=None, description="Ids or names of the sites."
    )

    @model_validator(mode="after")
    def _check_sites(self) -> Self:
        if [self.city, self.country, self.sites].count(None) != 2:  # noqa: PLR2004 - of three
            raise ValueError(
                "a heat wave needs one of `city`, `country`, `sites`. Add or remove some."
            )
        return self

    def covers_site(
        self, site_id: str, name: str | None, city: str | None, country: str | None
    ) -> bool:
        """Return True if the event affects the site with that id or *name* in that place."""
        if self.sites is not None:
            return site_id in self.sites or name in self.sites
        return self.country == country if self.city is None else self.city == city


ReadingEvent = GatewayOutage | MeterReplaced | OccupancyChange | Retrofit | HeatWave


def named_sites(event: EventBase) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield path and value of each reference of *event* to a site."""
    if isinstance(event, HeatWave):
        for index, name in enumerate(event.sites or ()):
            yield ("sites", index), name
    elif isinstance(event, SiteEventMixin):
        yield ("site",), event.site


class ConsentRevoked(EventBase):
    """The revocation of a customer's consents."""

    event: Literal["consent_revoked"]
    customer: Email | None = Field(default=None, description="Default: the first customer.")
    client_id: str | None = Field(default=None, description="Default: all clients.")


class PersonalTokenExpires(EventBase):
    """The early expiry of personal access tokens of a customer."""

    event: Literal["personal_token_expires"]
    customer: Email | None = Field(default=None, description="Default: the first customer.")
    name: Text | None = Field(default=None, description="Name of the token; default: all.")


class SiteAppears(SiteEventMixin, EventBase):
    """A site that is hidden until then."""

    event: Literal["site_appears"]


class SiteWithdrawn(SiteEventMixin, OptionalDurationEvent):
    """A site that is hidden from then on, or for a duration."""

    event: Literal["site_withdrawn"]


class ScoringRequestRejected(SiteEventMixin, EventBase):
    """The rejection of the pending scoring requests of a site."""

    event: Literal["scoring_request_rejected"]
    detail: Text | None = Field(default=None, description="Message to the customer.")


StateEvent = (
    ConsentRevoked | PersonalTokenExpires | SiteAppears | SiteWithdrawn | ScoringRequestRejected
)
AnyEvent = StateEvent | ReadingEvent
EventSpec = Annotated[AnyEvent, Field(discriminator="event")]

EVENT_KINDS = frozenset(
    get_args(each.model_fields["event"].annotation)[0] for each in get_args(AnyEvent)
)


@dataclass(frozen=True)
class ScheduledChange:
    """The start or the end of an event."""

    at: datetime
    event: AnyEvent
    is_end: bool


def schedule(events: Sequence[AnyEvent], began_at: datetime) -> Sequence[ScheduledChange]:
    """Return starts and ends of *events* in the order of time, for a world that *began_at* then."""

    def changes() -> Iterator[ScheduledChange]:
        for event in events:
            yield ScheduledChange(event.begins(began_at), event, is_end=False)
            end = event.ends(began_at)
            if end is not None:
                yield ScheduledChange(end, event, is_end=True)

    return sorted(changes(), key=lambda change: change.at)


def initially_hidden_sites(
    events: Sequence[AnyEvent], began_at: datetime, ids_by_name: Mapping[str, str]
) -> set[str]:
    """Return the ids of the sites whose first event is their appearance.

    *ids_by_name* has the id of each site by its id and by its name.
    """
    first: dict[str, AnyEvent] = {}
    for change in schedule(events, began_at):
        if isinstance(change.event, SiteAppears | SiteWithdrawn):
            first.setdefault(ids_by_name[change.event.site], change.event)
    return {site for site, event in first.items() if isinstance(event, SiteAppears)}
