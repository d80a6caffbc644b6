"""Names what is read: one measurement of one meter of a site."""

from dataclasses import dataclass

from mockapi.series.place import SiteFacts


@dataclass(frozen=True)
class Channel:
    """A measurement of a meter; *usage* and *measurement* in the catalog's spelling."""

    facts: SiteFacts
    meter_id: str
    usage: str
    measurement: str


@dataclass(frozen=True)
class Submeter:
    """One of the *parts*, by name and share, that a *main* meter's readings are divided among."""

    main: Channel
    parts: tuple[tuple[str, float], ...]
    number: int
