"""The initial state of a world: seeded from a scenario, or read from the package's data.

Validating and seeding a scenario takes a quarter of the start-up time. For the demo, the package
contains the result.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mockapi.domain.clock import Clock
from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.domain.json_values import is_scenario_text
from mockapi.domain.urls import INLINE_SCENARIO
from mockapi.resources import DATA
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import FILE_LIMITS
from mockapi.settings import Settings
from mockapi.store.row_dump import RowDump, database_of

if TYPE_CHECKING:
    from mockapi.faults.kinds import Fault
    from mockapi.scenario.schema import Scenario
    from mockapi.scenario.timeline import AnyEvent

PREBUILT_SCENARIO = "demo"
PREBUILT_FILE = DATA / "demo-state.json"
"""The state of the demo. `python -m documents` writes it, and a test compares it with seeding."""


class WorldMismatchError(Exception):
    """The file contains another world than the requested one."""


class InitialState(Protocol):
    """The initial state of a world."""

    @property
    def scenario(self) -> "Scenario": ...

    @property
    def faults(self) -> "tuple[Fault, ...]": ...

    @property
    def timeline(self) -> "tuple[AnyEvent, ...]": ...

    @property
    def access_token(self) -> str | None:
        """The first access token that the scenario gives for its first customer."""

    @property
    def personal_token(self) -> str | None:
        """The first personal access token that the scenario gives for its first customer."""

    def contents(self) -> bytes:
        """Return the database as bytes. Equal metadata give equal bytes."""


@dataclass(frozen=True)
class PrebuiltState:
    """The initial state in the package's data, of a scenario without faults and events."""

    metadata: Mapping[str, str]
    access_token: str | None
    personal_token: str | None
    database: RowDump

    faults = ()
    timeline = ()

    @cached_property
    def scenario(self) -> "Scenario":
        # Imported lazily: the models of scenarios add 80 ms to start-up.
        from mockapi.scenario.loading import parse

        return parse(self.metadata["text"], self.metadata["scenario"])

    @cached_property
    def _contents(self) -> bytes:
        return database_of(self.database)

    def contents(self) -> bytes:
        return self._contents


@cache
def prebuilt_state() -> PrebuiltState:
    """Return the state in `PREBUILT_FILE`."""
    return PrebuiltState(**json.loads(PREBUILT_FILE.read_text("utf-8")))


def load_initial_state(
    settings: Settings, clock: Clock | None, text: str | None = None
) -> InitialState:
    """Return the initial state of a world with *settings*, or with the scenario *text*.

    Raise `ScenarioError` if the scenario is invalid.
    """
    if text is None and is_scenario_text(settings.scenario):
        text = settings.scenario
        settings = settings.model_copy(update={"scenario": INLINE_SCENARIO})
    path = None if text is not None else find_scenario(settings.scenario)
    if path is not None and clock is None and _is_prebuilt(settings, path):
        return prebuilt_state()
    # Imported lazily: validating and seeding a scenario adds 150 ms to start-up.
    from mockapi.world.seeded_state import seed_initial_state

    return seed_initial_state(settings, clock, path, text)


def _is_prebuilt(settings: Settings, path: Path) -> bool:
    """Return True if the world of *settings* and the scenario in *path* is the prebuilt one."""
    if path.stem != PREBUILT_SCENARIO or not PREBUILT_FILE.exists():
        return False
    metadata = prebuilt_state().metadata
    requested = {"seed": settings.seed, "edition": settings.edition, "clock": settings.clock}
    if any(each is not None and str(each) != metadata[name] for name, each in requested.items()):
        return False
    try:
        return read_utf8(path, FILE_LIMITS.characters) == metadata["text"]
    except UnreadableFileError:
        return False


def start_of(fact: str) -> datetime | None:
    """Return the instant at which a world's clock is frozen at first; None if it runs."""
    return None if fact == "system" else datetime.fromisoformat(fact)
