"""Shapes what may happen to the sites themselves, and so shows in their readings."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mockapi.scenario.words import City, Country, Spec, Text, Usage, some
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
