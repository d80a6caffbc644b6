"""Events of a scenario's timeline in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mockapi.control.schemas.clock_bodies import EventView
from mockapi.oauth.pages.page import format_instant

_MOST_NAMED = 3

Names = Mapping[str, str]
"""Name of each site by its id."""


class EventWords(NamedTuple):
    """Short title of an event, and its details; empty without details."""

    title: str
    details: str


def join_words(words: Sequence[str]) -> str:
    """Return *words* as a list in a sentence; further ones are counted."""
    if len(words) > _MOST_NAMED:
        return f"{', '.join(words[:_MOST_NAMED])} and {len(words) - _MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def event_words(event: EventView, names: Names) -> EventWords:
    """Return *event* in words, with the end of events that have one."""
    title, details = _WORDS[event.event](event.settings, names)
    until = f"until {format_instant(event.until)}" if event.until is not None else ""
    return EventWords(title, ", ".join(filter(None, (details, until))))


def _site(settings: Mapping[str, Any], names: Names) -> str:
    return names.get(settings["site"], settings["site"])


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _outage(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    return f"Gateway outage at {_site(settings, names)}", "its readings arrive afterwards"


def _replacement(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    return f"Meter replaced at {_site(settings, names)}", settings["usage"]


def _occupancy(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    people = f"{_percent(settings['factor'])} of the usual number of people"
    return f"Occupancy change at {_site(settings, names)}", people


def _retrofit(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    saved = f"{_percent(settings['savings'])} less {join_words(settings['of'])}"
    return f"Retrofit at {_site(settings, names)}", saved


def _heat_wave(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    sites = [names.get(each, each) for each in settings.get("sites", ())]
    place = settings.get("city") or settings.get("country") or join_words(sites)
    return f"Heat wave in {place}", f"{settings['degrees']:g} K warmer"


def _revocation(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    customer = settings.get("customer", "the first customer")
    return f"Consent of {customer} revoked", f"to {settings.get('client_id', 'all clients')}"


def _expiry(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    customer = settings.get("customer", "the first customer")
    token = f"“{settings['name']}”" if "name" in settings else "all"
    return f"Personal access tokens of {customer} expire", token


def _appearance(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    return f"Site {_site(settings, names)} appears", ""


def _withdrawal(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    return f"Site {_site(settings, names)} withdrawn", ""


def _rejection(settings: Mapping[str, Any], names: Names) -> tuple[str, str]:
    detail = settings.get("detail")
    title = f"Scoring requests of {_site(settings, names)} rejected"
    return title, f"“{detail}”" if detail else ""


_WORDS: Mapping[str, Callable[[Mapping[str, Any], Names], tuple[str, str]]] = {
    "gateway_outage": _outage,
    "meter_replacement": _replacement,
    "occupancy_change": _occupancy,
    "retrofit": _retrofit,
    "heat_wave": _heat_wave,
    "consent_revoked": _revocation,
    "personal_token_expires": _expiry,
    "site_appears": _appearance,
    "site_withdrawn": _withdrawal,
    "scoring_request_rejected": _rejection,
}
