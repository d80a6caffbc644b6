"""Makes a scenario into the store that a world begins with, and remembers it."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from mockapi.generate.world import build
from mockapi.scenario.schema import Scenario
from mockapi.store.store import Store
from mockapi.store.tables.row import WorldFact


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
