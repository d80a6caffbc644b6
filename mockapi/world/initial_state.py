"""The state that a world starts with, and its comparison with a data file."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from mockapi.domain.clock import Clock, SystemClock
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import REQUEST_LIMITS, ScenarioError
from mockapi.scenario.loading import document_in, document_of, parse, read
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.checks import check_timeline_references
from mockapi.scenario.seeding.world import build_rows
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.store.tables.base import WorldFact


class WorldMismatch(Exception):
    """The file holds another world than the one asked for."""


def agree(settings: Settings, facts: Mapping[str, str]) -> None:
    """Raise `WorldMismatch` where *settings* ask for another world than *facts* tell of.

    Raises `ScenarioError` where they ask for a scenario that cannot be read.
    """
    if "scenario" in settings.model_fields_set:
        _agree_on_scenario(settings, facts)
    asked = {
        "seed": None if settings.seed is None else str(settings.seed),
        "edition": settings.edition,
        "clock": None if settings.clock is None else str(settings.clock),
    }
    for name, value in asked.items():
        if value is not None and value != facts[name]:
            complaint = f"holds a world with {name} {facts[name]!r}, not {value!r}"
            raise _mismatch(settings, complaint, name)


def _agree_on_scenario(settings: Settings, facts: Mapping[str, str]) -> None:
    # What it says decides and not what it is called: a path and a name may mean one scenario,
    # and a file may have changed since.
    kept = facts["scenario"]
    try:
        path = find_scenario(settings.scenario)
    except ScenarioError:
        if kept in (settings.scenario, Path(settings.scenario).stem):
            return
        raise
    _, text = read(path)
    if text == facts["text"]:
        return
    complaint = f"holds a world with scenario {kept!r}, not {path.stem!r}"
    if path.stem == kept:
        complaint = f"holds a world with scenario {kept!r} in another text than {path} has now"
    raise _mismatch(settings, complaint, "scenario")


def _mismatch(settings: Settings, complaint: str, name: str) -> WorldMismatch:
    return WorldMismatch(
        f"{settings.data} {complaint}; delete the file, name another file, "
        f"or leave {name} out to go on with the world that it holds."
    )


@dataclass(frozen=True)
class InitialState:
    """What a world starts with; *facts* name its scenario, seed, edition, clock and start."""

    facts: tuple[tuple[str, str], ...]
    scenario: Scenario = field(compare=False)

    def contents(self) -> bytes:
        """Return the store as bytes; the same facts make the same bytes."""
        return _contents(self)

    @property
    def access_token(self) -> str | None:
        """The first access token that the scenario states for its first customer."""
        stated = self.scenario.all_customers[0].access_tokens if self.scenario.all_customers else ()
        return stated[0].token if stated else None

    @property
    def personal_token(self) -> str | None:
        """The first personal access token that the scenario states for its first customer."""
        people = self.scenario.all_customers
        stated = people[0].personal_access_tokens if people else ()
        return stated[0].token if stated else None


def load_initial_state(
    settings: Settings, clock: Clock | None, text: str | None = None
) -> InitialState:
    """Return what a world of *settings*, or of the scenario *text*, starts with.

    Raise `ScenarioError` for a scenario with mistakes.
    """
    path = None if text is not None else find_scenario(settings.scenario)
    called = settings.scenario if path is None else path.stem
    if path is None:
        scenario, source = parse(text or "", called, REQUEST_LIMITS), text or ""
    else:
        scenario, source = read(path)
    seed = scenario.seed if settings.seed is None else settings.seed
    check_timeline_references(
        scenario,
        seed,
        lambda: document_in(source, called) if path is None else document_of(path)[0],
    )
    fact = str(settings.clock or scenario.clock)
    began_at = start_of(fact) if clock is None else clock.now()
    facts = {
        "scenario": called,
        "text": source,
        "seed": str(seed),
        "edition": settings.edition or scenario.edition,
        "clock": fact,
        "began_at": (began_at or SystemClock().now()).isoformat(),
    }
    return of_scenario(scenario, facts)


def of_scenario(scenario: Scenario, facts: Mapping[str, str]) -> InitialState:
    """Return what a world of *scenario*, with those *facts*, starts with."""
    return InitialState(tuple(facts.items()), scenario)


def start_of(fact: str) -> datetime | None:
    """Return the instant at which a world's clock stands still at first; None if it runs."""
    return None if fact == "system" else datetime.fromisoformat(fact)


# Worlds come and go by the hundred, but of a few scenarios; each takes a quarter of a megabyte.
@lru_cache(maxsize=8)
def _contents(state: InitialState) -> bytes:
    facts = dict(state.facts)
    began_at = datetime.fromisoformat(facts["began_at"])
    rows = dict(build_rows(state.scenario, int(facts["seed"]), began_at))
    metadata = [WorldFact(name=name, value=value) for name, value in facts.items()]
    rows[WorldFact] = [*rows.get(WorldFact, ()), *metadata]
    with closing(Store()) as store:
        store.fill(rows)
        return store.snapshot()
