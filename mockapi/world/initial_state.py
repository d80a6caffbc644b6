"""Says what a world begins with: its rows, and what it must know of its scenario at once."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mockapi.domain.clock import Clock, SystemClock
from mockapi.scenario.discovery import find
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.world import build
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.store.tables.base import WorldFact
from mockapi.world.kept import Kept, StatedTokens, keep, recall

if TYPE_CHECKING:
    from mockapi.scenario.schema import Scenario


@dataclass(frozen=True)
class _Beginning:
    """What decides a first state: the facts, which hold the scenario's text."""

    facts: tuple[tuple[str, str], ...]
    scenario: Scenario = field(compare=False)


def first_state(scenario: Scenario, facts: Mapping[str, str]) -> bytes:
    """Return the store, as bytes, of a world of *scenario* that just began.

    *facts* name its seed and when it began; the same facts make the same bytes.
    """
    return _build(_Beginning(tuple(facts.items()), scenario))


# Worlds come and go by the hundred, but of a few scenarios; each takes a quarter of a megabyte.
@lru_cache(maxsize=8)
def _build(beginning: _Beginning) -> bytes:
    facts = dict(beginning.facts)
    rows = dict(
        build(beginning.scenario, int(facts["seed"]), datetime.fromisoformat(facts["began_at"]))
    )
    told = [WorldFact(name=name, value=value) for name, value in facts.items()]
    rows[WorldFact] = [*rows.get(WorldFact, ()), *told]
    with closing(Store()) as store:
        store.fill(rows)
        return store.snapshot()


@dataclass(frozen=True)
class Beginning:
    """What a world begins with: its store as bytes, and its scenario.

    The scenario is None where nothing happens in it by itself: its text, which is a fact of the
    world, is read when somebody asks for more than its tokens.
    """

    state: Callable[[], bytes]
    tokens: StatedTokens
    scenario: "Scenario | None"


def beginning(settings: Settings, clock: Clock | None, text: str | None = None) -> Beginning:
    """Return what a world of *settings*, or of the scenario *text*, begins with.

    Raises `ScenarioError` for a scenario with mistakes.
    """
    path = None if text is not None else find(settings.scenario)
    is_changed = (clock, settings.seed, settings.edition, settings.clock) != (None,) * 4
    if path is None or is_changed:
        return _made(settings, clock, path, text)
    kept = recall(path)
    if kept is not None:
        return Beginning(lambda: kept.state, kept.tokens, None)
    made = _made(settings, clock, path, text)
    if made.scenario is not None and _is_still(made.scenario):
        keep(path, Kept(made.state(), made.tokens))
    return made


def of_scenario(scenario: "Scenario", facts: Mapping[str, str]) -> Beginning:
    """Return what a world of *scenario*, with those *facts*, begins with."""
    # Late: most starts recall a state, and do without what reads scenarios and draws worlds.

    tokens = StatedTokens()
    if scenario.everyone:
        first = scenario.everyone[0]
        tokens = StatedTokens(
            next((each.token for each in first.access_tokens), None),
            next((each.token for each in first.personal_access_tokens), None),
        )
    return Beginning(lambda: first_state(scenario, facts), tokens, scenario)


def start_of(fact: str) -> datetime | None:
    """Return the instant that a world's clock begins to stand still at, if it does."""
    return None if fact == "system" else datetime.fromisoformat(fact)


def _is_still(scenario: "Scenario") -> bool:
    """Tell whether worlds of *scenario* begin alike whenever they do, and nothing happens there."""
    return scenario.clock != "system" and not scenario.faults and not scenario.timeline


def _made(
    settings: Settings, clock: Clock | None, path: Path | None, text: str | None
) -> Beginning:
    from mockapi.scenario.errors import OF_A_REQUEST
    from mockapi.scenario.loading import document_in, document_of, parse, read
    from mockapi.scenario.seeding.timeline_references import refuse_strangers

    called = settings.scenario if path is None else path.stem
    if path is None:
        scenario, told = parse(text or "", called, OF_A_REQUEST), text or ""
    else:
        scenario, told = read(path)
    seed = scenario.seed if settings.seed is None else settings.seed
    refuse_strangers(
        scenario,
        seed,
        lambda: document_in(told, called) if path is None else document_of(path)[0],
    )
    fact = str(settings.clock or scenario.clock)
    began_at = start_of(fact) if clock is None else clock.now()
    facts = {
        "scenario": called,
        "text": told,
        "seed": str(seed),
        "edition": settings.edition or scenario.edition,
        "clock": fact,
        "began_at": (began_at or SystemClock().now()).isoformat(),
    }
    return of_scenario(scenario, facts)
