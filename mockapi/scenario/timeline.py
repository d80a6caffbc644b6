"""Shapes what happens in a world by itself, at an instant or so long after its beginning.

One class for each kind of event. The first kinds act on what a world keeps, once their time has
come; kinds that act on readings belong here too, and are for the series to read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from mockapi.scenario.late import Late
from mockapi.scenario.words import Email, Spec, Text, Word
from mockapi.settings import Instant

_CENTURY = timedelta(days=36_525)


class EventBase(Spec):
    """What all events say: when."""

    at: Instant | None = Field(default=None, description="When it happens.")
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

    lasting: Annotated[timedelta, Field(gt=timedelta(0), le=_CENTURY)] | None = Field(
        default=None, alias="for", description="How long it lasts; for ever if unset."
    )

    def ends(self, began_at: datetime) -> datetime | None:
        return None if self.lasting is None else self.begins(began_at) + self.lasting


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


class SiteAppears(EventBase):
    """A site that nobody could see until then is there."""

    event: Literal["site_appears"]
    site: Word


class SiteWithdrawn(Lasting):
    """A site is not there any more, or not for a while."""

    event: Literal["site_withdrawn"]
    site: Word


class ScoringRequestRejected(EventBase):
    """What a customer asked for a site, and is pending then, is rejected."""

    event: Literal["scoring_request_rejected"]
    site: Word
    detail: Text | None = Field(default=None, description="What the customer is told.")


AnyEvent = (
    ConsentRevoked | PersonalTokenExpires | SiteAppears | SiteWithdrawn | ScoringRequestRejected
)
if TYPE_CHECKING:
    EventSpec = AnyEvent
else:
    EventSpec = Annotated[object, Late(lambda: Annotated[AnyEvent, Field(discriminator="event")])]

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


def absent_at_first(events: Sequence[AnyEvent], began_at: datetime) -> set[str]:
    """Return the ids of sites that the first thing to happen to is to appear."""
    first: dict[str, AnyEvent] = {}
    for turn in turns(events, began_at):
        if isinstance(turn.event, SiteAppears | SiteWithdrawn):
            first.setdefault(turn.event.site, turn.event)
    return {site for site, event in first.items() if isinstance(event, SiteAppears)}
