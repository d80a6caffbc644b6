"""Shows a world's time, moves it, and tells what happened by itself and what is to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi import Request, Response

from mockapi.console.page import guarded, show
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.domain import timestamps
from mockapi.http.context import world_of
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_MOST_TOKENS = 100
_MOST_NAMED = 3
_NOW = "now"


@dataclass(frozen=True)
class Due:
    """Something that happened, happens or will; *about* says of whom or what."""

    at: str
    state: Literal["upcoming", "active", "past", "now"]
    what: str
    about: str

    @property
    def is_now(self) -> bool:
        """Whether it is the mark of the present itself."""
        return self.state == _NOW


def agenda(world: World) -> Sequence[Due]:
    """Return everything in the order of time, the present among it."""
    now = world.now()
    mark = Due(timestamps.format_seconds(now), "now", "", "")
    due = [*_events(world), *_tokens(world, now), *_requests(world, now)]
    return sorted([*due, mark], key=lambda each: (each.at[:19], each.is_now))


def _events(world: World) -> Iterator[Due]:
    for each in world.timeline.events():
        view = EventView.of(each.event, each.at, each.until, each.state)
        until = "" if view.until is None else f" until {_moment(view.until)}"
        about = _spelled(view.settings) + until
        yield Due(view.at, view.state, view.event.replace("_", " "), about.strip())


def _tokens(world: World, now: datetime) -> Iterator[Due]:
    """Yield when live tokens expire, those of one kind and instant together."""
    owners = {each.id: each.email for each in world.store.customers()}
    expiring: dict[tuple[str, str], list[str]] = {}
    for each in world.store.all_tokens(_MOST_TOKENS):
        if world.tokens.state_of(each) == "live":
            together = (timestamps.format_seconds(each.expires_at), each.kind.value)
            expiring.setdefault(together, []).append(owners[each.customer_id])
    for (at, kind), whose in expiring.items():
        what = f"{kind} token expires" if len(whose) == 1 else f"{len(whose)} {kind} tokens expire"
        others = f" and {len(whose) - _MOST_NAMED} more" if len(whose) > _MOST_NAMED else ""
        yield Due(at, "upcoming", what, f"of {', '.join(sorted(whose)[:_MOST_NAMED])}{others}")


def _requests(world: World, now: datetime) -> Iterator[Due]:
    names = {each.id: each.name or each.id for each in all_sites(world)}
    for each in world.store.scoring_requests_due(now):
        at = each.configured_at or each.rejected_at
        if at is not None:
            verdict = "configured" if each.configured_at else "rejected"
            name = names.get(each.site_id, each.site_id)
            yield Due(
                timestamps.format_seconds(at),
                "upcoming",
                f"scoring request {verdict}",
                f"of {name}",
            )


def _spelled(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _moment(instant: str) -> str:
    return instant[:19].replace("T", " ")


STEPS = (
    ("PT15M", "15 minutes"),
    ("PT1H", "1 hour"),
    ("P1D", "1 day"),
    ("P7D", "1 week"),
    ("P1M", "1 month"),
)


@guarded
async def show_clock(request: Request) -> Response:
    world = world_of(request)
    return show(
        request,
        "console/clock.html",
        "clock",
        steps=STEPS,
        coming=agenda(world),
        stated=bool(world.timeline.events()),
    )
