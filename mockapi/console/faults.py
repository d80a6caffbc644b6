"""Faults page: recent requests, active faults, presets and a form for all kinds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import Request, Response

from mockapi.console.page import (
    Snippet,
    latest_entries,
    plural,
    render_console_page,
    requires_admin,
    shown_tokens,
    snippets,
)
from mockapi.control.schemas.fault_bodies import FaultPresetView, FaultSettings, FaultView
from mockapi.faults.fault_base import Stage
from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import url_of, world_of

RECENT = 20
"""Number of requests in the strip."""

_STAGE_TITLES = {
    Stage.GATE: "Error responses and limits",
    Stage.DELAY: "Delays",
    Stage.CONNECTION: "Lost connections",
    Stage.BYTES: "Damaged bodies",
    Stage.DELIVERY: "Repeated and lost responses",
    Stage.DATA: "Changed content",
}
_API_NAMES = {"partner": "Partner API", "user": "User API", "oauth": "OAuth"}
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


class KindGroup(NamedTuple):
    """Fault kinds with a similar effect."""

    title: str
    kinds: Sequence[str]


@dataclass(frozen=True)
class ActiveRow:
    """Active fault with its settings and its requests in words."""

    view: FaultView
    settings: str
    requests: str


@dataclass(frozen=True)
class PresetCard:
    """Preset with its faults in words, and code that activates it."""

    view: FaultPresetView
    is_active: bool
    effects: Sequence[str]
    snippets: Sequence[Snippet]


def kind_groups() -> Sequence[KindGroup]:
    """Return all fault kinds, grouped by stage."""
    return [
        KindGroup(title, sorted(name for name, kind in KINDS.items() if kind.stage is stage))
        for stage, title in _STAGE_TITLES.items()
    ]


def describe_settings(fault: FaultSettings) -> str:
    """Return the settings of *fault* that differ from the defaults, in words."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value if name == 'seed' else _text(value)}"
        for name, value in fault.items()
        if name not in ("kind", "match", "when")
    )


def describe_requests(fault: FaultSettings) -> str:
    """Return which requests *fault* is applied to, in words."""
    return ", ".join(_request_words(fault)) or "all requests"


def _request_words(fault: FaultSettings) -> Iterator[str]:
    match, when = (_settings(fault.get(name)) for name in ("match", "when"))
    for name, value in match.items():
        if name == "api":
            yield _API_NAMES[str(value)]
        elif name == "operation":
            yield str(value)
        else:
            yield f"{name} {_text(value)}"
    for name, value in when.items():
        if name == "probability":
            yield f"{100 * value:g} % of requests"
        elif name == "every":
            yield f"every {_ordinal(value)} request"
        elif name == "times":
            yield f"at most {value:,} {plural('time', value)}"
        elif name == "after":
            yield f"after {value:,} {plural('request', value)}"
        elif name == "seed":
            yield f"seed {value}"
        else:
            yield f"{name} {_text(value)}"


def _settings(part: object) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}


def _ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{number:,}{'th' if tens % 10 == 1 else _ORDINALS.get(ones, 'th')}"


def _text(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = f"{value:,}".removesuffix(".0") if is_number else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - characters of a cell


def _preset_snippets(url: str, name: str) -> Sequence[Snippet]:
    target = f"{url}/__admin/faults/presets/{name}"
    return (
        Snippet("curl", f"curl -X POST {target}"),
        Snippet(
            "Python", f'def test_preset(mockapi):\n    with mockapi.preset("{name}"):\n        ...'
        ),
        Snippet("TypeScript", f'await fetch("{target}", {{ method: "POST" }});'),
    )


def _preset_card(url: str, preset: FaultPresetView, sources: set[str]) -> PresetCard:
    effects = [
        f"{each['kind']}: {', '.join(filter(None, words))}"
        for each in preset.faults
        for words in [(describe_settings(each), describe_requests(each))]
    ]
    return PresetCard(preset, preset.name in sources, effects, _preset_snippets(url, preset.name))


def _example(request: Request, url: str) -> str:
    """Return a command that lists the sites, for the strip without requests."""
    return snippets(url, *shown_tokens(request))[0].code.partition("\n\n")[0]


@requires_admin
async def show_faults(request: Request) -> Response:
    world, url = world_of(request), url_of(request)
    views = [FaultView.of(each) for each in world.faults]
    presets = [FaultPresetView.of(name, each) for name, each in fault_presets().items()]
    sources = {each.source for each in views}
    recent = latest_entries(world, RECENT)
    return render_console_page(
        request,
        "console/faults.html",
        "faults",
        recent=recent,
        affected=sum(bool(each.faults) for each in recent),
        limit=RECENT,
        example="" if recent else _example(request, url),
        active=[
            ActiveRow(each, describe_settings(each.fault), describe_requests(each.fault))
            for each in views
        ],
        presets=[_preset_card(url, each, sources) for each in presets],
        kinds=kind_groups(),
        code_tabs=[Snippet(name, "") for name in ("curl", "Python", "TypeScript")],
        url=url,
    )
