"""Names what is read: one measurement of one meter of a site."""

from dataclasses import dataclass

from mockapi.series.place import SiteFacts


@dataclass(frozen=True)
class Channel:
    """A measurement of a meter; *usage* and *measurement* in the catalog's spelling.

    *resolution* is the smallest difference that the meter shows, in the measurement's unit; the
    model's own if None.
    """

    facts: SiteFacts
    meter_id: str
    usage: str
    measurement: str
    resolution: float | None = None


@dataclass(frozen=True)
class Submeter:
    """One of the *parts*, by name and share, that a *main* meter's readings are divided among."""

    main: Channel
    parts: tuple[tuple[str, float], ...]
    number: int
