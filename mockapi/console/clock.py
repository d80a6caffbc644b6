"""Clock page: current time, moves and their effects, and the timeline."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from fastapi import Request, Response

from mockapi.console.event_words import event_words, join_words
from mockapi.console.page import (
    ConsoleNotFoundError,
    plural,
    render_console_page,
    requires_admin,
    threaded,
)
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.settings import check_clock_range
from mockapi.world.changes import Changes, changes
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_MAX_TOKENS = 100
_MAX_MARKS = 200
_NOW = "now"


@dataclass(frozen=True)
class TimelineEntry:
    """Past, present or future event with its details, or the current time."""

    at: str
    state: Literal["upcoming", "active", "past", "now"]
    title: str
    details: str

    @property
    def is_now(self) -> bool:
        """Whether the entry marks the current time."""
        return self.state == _NOW


class Effect(NamedTuple):
    """Change in words, with its number; "event" for an event of the timeline."""

    number: str
    words: str


def timeline_entries(world: World) -> Sequence[TimelineEntry]:
    """Return events, expiries and decisions by time, with an entry for the current time."""
    now = world.now()
    current = TimelineEntry(timestamps.format_seconds(now), "now", "", "")
    entries = [*_events(world), *_tokens(world, now), *_requests(world, now)]
    return sorted([*entries, current], key=lambda each: (each.at[:19], each.is_now))


def next_entry(world: World) -> TimelineEntry | None:
    """Return the next event, expiry or decision; None if there is none."""
    upcoming = (each for each in timeline_entries(world) if each.state == "upcoming")
    return next(upcoming, None)


def _site_names(world: World) -> dict[str, str]:
    return {each.id: each.name or each.id for each in all_sites(world)}


def _events(world: World) -> Iterator[TimelineEntry]:
    names = _site_names(world)
    for each in world.timeline.events():
        view = EventView.of(each)
        yield TimelineEntry(view.at, view.state, *event_words(view, names))


def _tokens(world: World, now: datetime) -> Iterator[TimelineEntry]:
    """Yield the expiry of live tokens, grouped by kind and instant."""
    owners = {each.id: each.email for each in world.store.customers()}
    expiring: dict[tuple[str, str], list[str]] = {}
    for each in world.store.all_tokens(_MAX_TOKENS):
        if world.tokens.state_of(each) == "live":
            group = (timestamps.format_seconds(each.expires_at), each.kind.value)
            expiring.setdefault(group, []).append(owners[each.customer_id])
    for (at, kind), customers in expiring.items():
        count = len(customers)
        title = (
            f"{kind.capitalize()} token expires" if count == 1 else f"{count} {kind} tokens expire"
        )
        yield TimelineEntry(at, "upcoming", title, f"of {join_words(sorted(customers))}")


def _requests(world: World, now: datetime) -> Iterator[TimelineEntry]:
    names = _site_names(world)
    for each in world.store.unsettled_scoring_requests(now):
        at = each.configured_at or each.rejected_at
        if at is not None:
            decision = "configured" if each.configured_at else "rejected"
            name = names.get(each.site_id, each.site_id)
            title = f"Scoring request of {name} {decision}"
            yield TimelineEntry(timestamps.format_seconds(at), "upcoming", title, "")


def effects_in(world: World, since: datetime, until: datetime) -> Sequence[Effect]:
    """Return the changes in (*since*, *until*] in words; *until* may be in the future."""
    found = changes(world, since, until)
    verbs = _PLANNED if until > world.now() else _PAST
    return [*_counts(found, verbs), *_named_events(world, since, until)]


class Verbs(NamedTuple):
    """Verbs for readings, tokens and the two decisions about scoring requests."""

    arrive: str
    expire: str
    configure: str
    reject: str


_PAST = Verbs("arrived", "expired", "configured", "rejected")
_PLANNED = Verbs("will arrive", "will expire", "will be configured", "will be rejected")


def _counts(found: Changes, verbs: Verbs) -> Iterator[Effect]:
    total = found.readings.total()
    by_commodity = [f"{count:,} {name.lower()}" for name, count in found.readings.most_common()]
    detail = f": {', '.join(by_commodity)}" if total else ""
    of_sites = "" if found.every_site else f" of the first {found.sites} sites"
    yield Effect(f"{total:,}", f"{plural('reading', total)} {verbs.arrive}{of_sites}{detail}")
    counted = (
        (found.tokens_expired, "token", verbs.expire),
        (found.requests["configured"], "scoring request", verbs.configure),
        (found.requests["rejected"], "scoring request", verbs.reject),
    )
    for count, noun, verb in counted:
        if count:
            yield Effect(f"{count:,}", f"{plural(noun, count)} {verb}")


def _named_events(world: World, since: datetime, until: datetime) -> Iterator[Effect]:
    names = _site_names(world)
    for each in world.timeline.events():
        if since < each.at <= until:
            title, details = event_words(EventView.of(each), names)
            yield Effect("event", f"{title}{f' ({details})' if details else ''}")


class ClockPreset(NamedTuple):
    """Preset for a move of the clock: an ISO 8601 duration and its name."""

    duration: str
    name: str


STEPS = (
    ClockPreset("PT1H", "1 hour"),
    ClockPreset("P1D", "1 day"),
    ClockPreset("P7D", "1 week"),
    ClockPreset("P1M", "1 month"),
)


@requires_admin
async def show_clock(request: Request) -> Response:
    world = world_of(request)
    entries = timeline_entries(world)
    return render_console_page(
        request,
        "console/clock.html",
        "clock",
        steps=STEPS,
        entries=entries,
        next=next_entry(world),
        marks=json.dumps([(each.at, each.title) for each in entries[:_MAX_MARKS] if each.title]),
        has_events=bool(world.timeline.events()),
    )


@requires_admin
@threaded
def show_effects(request: Request) -> Response:
    """Return the page of the changes between two instants, past or future."""
    world = world_of(request)
    try:
        since, until = (
            check_clock_range(timestamps.parse(request.query_params.get(name, "")))
            for name in ("since", "until")
        )
    except ValueError as error:
        detail = (
            f"{error} Give two instants: ?since=2026-06-01T00:00:00Z&until=2026-07-01T00:00:00Z."
        )
        raise ConsoleNotFoundError(detail, "clock") from error
    return render_console_page(
        request,
        "console/clock_effects.html",
        "clock",
        since=timestamps.format_seconds(since),
        until=timestamps.format_seconds(until),
        is_future=until > world.now(),
        lasted=_duration_words(until - since),
        effects=effects_in(world, since, max(since, until)),
    )


def _duration_words(duration: timedelta) -> str:
    """Return *duration* in days, hours and minutes, the two largest units."""
    hours, seconds = divmod(duration.seconds, 3_600)
    parts = [(duration.days, "day"), (hours, "hour"), (seconds // 60, "minute")]
    words = [f"{count:,} {plural(unit, count)}" for count, unit in parts if count]
    return " ".join(words[:2]) or "less than a minute"
