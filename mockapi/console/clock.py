"""Clock page: current time, forms to change it, and the timeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi import Request, Response

from mockapi.console.page import render_console_page, requires_admin
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import format_instant
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_MAX_TOKENS = 100
_MAX_NAMED = 3
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


def timeline_entries(world: World) -> Sequence[TimelineEntry]:
    """Return events, expiries and decisions by time, with an entry for the current time."""
    now = world.now()
    current = TimelineEntry(timestamps.format_seconds(now), "now", "", "")
    entries = [*_events(world), *_tokens(world, now), *_requests(world, now)]
    return sorted([*entries, current], key=lambda each: (each.at[:19], each.is_now))


def _events(world: World) -> Iterator[TimelineEntry]:
    for each in world.timeline.events():
        view = EventView.of(each)
        until = "" if view.until is None else f" until {format_instant(view.until)}"
        details = _format_settings(view.settings) + until
        yield TimelineEntry(view.at, view.state, view.event.replace("_", " "), details.strip())


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
        title = f"{kind} token expires" if count == 1 else f"{count} {kind} tokens expire"
        others = f" and {count - _MAX_NAMED} more" if count > _MAX_NAMED else ""
        named = ", ".join(sorted(customers)[:_MAX_NAMED])
        yield TimelineEntry(at, "upcoming", title, f"of {named}{others}")


def _requests(world: World, now: datetime) -> Iterator[TimelineEntry]:
    names = {each.id: each.name or each.id for each in all_sites(world)}
    for each in world.store.unsettled_scoring_requests(now):
        at = each.configured_at or each.rejected_at
        if at is not None:
            decision = "configured" if each.configured_at else "rejected"
            name = names.get(each.site_id, each.site_id)
            title = f"scoring request {decision}"
            yield TimelineEntry(timestamps.format_seconds(at), "upcoming", title, f"of {name}")


def _format_settings(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


STEPS = (
    ("PT15M", "15 minutes"),
    ("PT1H", "1 hour"),
    ("P1D", "1 day"),
    ("P7D", "1 week"),
    ("P1M", "1 month"),
)


@requires_admin
async def show_clock(request: Request) -> Response:
    world = world_of(request)
    return render_console_page(
        request,
        "console/clock.html",
        "clock",
        steps=STEPS,
        entries=timeline_entries(world),
        has_events=bool(world.timeline.events()),
    )
