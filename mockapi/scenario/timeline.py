"""Shapes what happens in a world by itself, at an instant or so long after its beginning.

One class for each kind of event. Those here act on what a world keeps, once their time has come;
those of `mockapi.scenario.timeline` are for the series to read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from mockapi.scenario.field_types import City, Country, Email, Spec, Text, Usage, some
from mockapi.settings import ClockInstant

_CENTURY = timedelta(days=36_525)
_LASTING = Annotated[timedelta, Field(gt=timedelta(0), le=_CENTURY)]

Saved = Literal["electricity", "fuel", "water"]


class EventBase(Spec):
    """What all events say: when."""

    at: ClockInstant | None = Field(default=None, description="When it happens.")
    after: Annotated[timedelta, Field(ge=timedelta(0), le=_CENTURY)] | None = Field(
        default=None, description="How long after the world's beginning it happens."
    )

    @model_validator(mode="after")
    def _happen_once(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("state exactly one of `at` and `after`")
        return self

    def begins(self, began_at: datetime) -> datetime:
        """Return when it happens in a world that *began_at* an instant."""
        if self.at is not None:
            return self.at
        return began_at + (self.after or timedelta(0))

    def ends(self, began_at: datetime) -> datetime | None:
        """Return when it is over; None for what stays so."""
        return None


class Lasting(EventBase):
    """An event that is over after a while."""

    lasting: _LASTING | None = Field(
        default=None, alias="for", description="How long it lasts; for ever if unset."
    )

    def ends(self, began_at: datetime) -> datetime | None:
        return None if self.lasting is None else self.begins(began_at) + self.lasting


class Passing(EventBase):
    """An event that must be over some time."""

    lasting: _LASTING = Field(alias="for", description="How long it lasts.")

    def ends(self, began_at: datetime) -> datetime:
        return self.begins(began_at) + self.lasting


class OfASite(Spec):
    """An event that is a site's."""

    site: Text = Field(description="The site's id, or its name.")

    def is_of(self, site_id: str, name: str | None) -> bool:
        """Tell whether it is of the site of that id and *name*."""
        return self.site in (site_id, name)


class GatewayOutage(OfASite, Passing):
    """A site's gateway delivers nothing for a while, and all of it afterwards."""

    event: Literal["gateway_outage"]


class MeterReplaced(OfASite, EventBase):
    """A meter of a site is replaced by another one, with a gap, a gain and a resolution."""

    event: Literal["meter_replacement"]
    usage: Usage = Field(description="Which of the site's meters it is.")
    gap: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=366))] | None = Field(
        default=None, description="Without readings at first; up to two days if unset."
    )
    gain: float | None = Field(default=None, gt=0, le=10, description="0.98 to 1.02 if unset.")
    resolution: float | None = Field(
        default=None, gt=0, le=1e6, description="The old one's if unset."
    )


class OccupancyChange(OfASite, Lasting):
    """More or fewer people come to a site: what they use, throw away and breathe follows."""

    event: Literal["occupancy_change"]
    factor: float = Field(ge=0, le=10, description="How many times as many; 0 is nobody.")


class Retrofit(OfASite, Lasting):
    """A site takes less than before, for the same use."""

    event: Literal["retrofit"]
    savings: float = Field(gt=0, lt=1, description="The share that is saved.")
    of: Annotated[tuple[Saved, ...], AfterValidator(some)] = Field(
        default=("electricity", "fuel"), description="What is saved."
    )


class HeatWave(Passing):
    """The air of a place is warmer than it would have been."""

    event: Literal["heat_wave"]
    degrees: float = Field(gt=0, le=20, description="How much warmer, in kelvin.")
    city: City | None = None
    country: Country | None = None
    sites: Annotated[tuple[Text, ...], AfterValidator(some)] | None = Field(
        default=None, description="The sites' ids, or their names."
    )

    @model_validator(mode="after")
    def _be_somewhere(self) -> Self:
        if [self.city, self.country, self.sites].count(None) != 2:  # noqa: PLR2004 - of three
            raise ValueError("state exactly one of `city`, `country` and `sites`")
        return self

    def is_over(
        self, site_id: str, name: str | None, city: str | None, country: str | None
    ) -> bool:
        """Tell whether it is over the site of that id and *name* in that place."""
        if self.sites is not None:
            return site_id in self.sites or name in self.sites
        return self.country == country if self.city is None else self.city == city


ReadingEvent = GatewayOutage | MeterReplaced | OccupancyChange | Retrofit | HeatWave


def named_sites(event: EventBase) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield each site that *event* names, after its place in the event."""
    if isinstance(event, HeatWave):
        for index, name in enumerate(event.sites or ()):
            yield ("sites", index), name
    elif isinstance(event, OfASite):
        yield ("site",), event.site


class ConsentRevoked(EventBase):
    """A customer revokes what clients were granted."""

    event: Literal["consent_revoked"]
    customer: Email | None = Field(default=None, description="The first customer if unset.")
    client_id: str | None = Field(default=None, description="All clients if unset.")


class PersonalTokenExpires(EventBase):
    """Personal access tokens of a customer expire before their date."""

    event: Literal["personal_token_expires"]
    customer: Email | None = Field(default=None, description="The first customer if unset.")
    name: Text | None = Field(default=None, description="All of the customer's if unset.")


class SiteAppears(OfASite, EventBase):
    """A site that nobody could see until then is there."""

    event: Literal["site_appears"]


class SiteWithdrawn(OfASite, Lasting):
    """A site is not there any more, or not for a while."""

    event: Literal["site_withdrawn"]


class ScoringRequestRejected(OfASite, EventBase):
    """What a customer asked for a site, and is pending then, is rejected."""

    event: Literal["scoring_request_rejected"]
    detail: Text | None = Field(default=None, description="What the customer is told.")


KeptEvent = (
    ConsentRevoked | PersonalTokenExpires | SiteAppears | SiteWithdrawn | ScoringRequestRejected
)
AnyEvent = KeptEvent | ReadingEvent
EventSpec = Annotated[AnyEvent, Field(discriminator="event")]

EVENTS = frozenset(
    get_args(each.model_fields["event"].annotation)[0] for each in get_args(AnyEvent)
)


@dataclass(frozen=True)
class Turn:
    """An instant at which an event begins, or is over."""

    at: datetime
    event: AnyEvent
    is_end: bool


def turns(events: Sequence[AnyEvent], began_at: datetime) -> Sequence[Turn]:
    """Return what happens in a world that *began_at* an instant, in the order of time."""

    def all_turns() -> Iterator[Turn]:
        for event in events:
            yield Turn(event.begins(began_at), event, is_end=False)
            end = event.ends(began_at)
            if end is not None:
                yield Turn(end, event, is_end=True)

    return sorted(all_turns(), key=lambda turn: turn.at)


def absent_at_first(
    events: Sequence[AnyEvent], began_at: datetime, called: Mapping[str, str]
) -> set[str]:
    """Return the ids of sites that the first thing to happen to is to appear.

    *called* gives the id of each site by its id and by its name.
    """
    first: dict[str, AnyEvent] = {}
    for turn in turns(events, began_at):
        if isinstance(turn.event, SiteAppears | SiteWithdrawn):
            first.setdefault(called[turn.event.site], turn.event)
    return {site for site, event in first.items() if isinstance(event, SiteAppears)}
