"""Shapes what happens in a world by itself, at an instant or so long after its beginning.

One class for each kind of event. Those here act on what a world keeps, once their time has come;
those of `mockapi.scenario.events` are for the series to read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field

from mockapi.scenario.events import EventBase, Lasting, OfASite, ReadingEvent
from mockapi.scenario.late import Late
from mockapi.scenario.words import Email, Text


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
