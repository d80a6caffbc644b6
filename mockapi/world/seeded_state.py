"""The initial state of a world, seeded from its scenario, and its comparison with a data file."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from mockapi.domain.clock import Clock, SystemClock
from mockapi.domain.json_values import is_scenario_text
from mockapi.faults.kinds import Fault
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import REQUEST_LIMITS, ScenarioError
from mockapi.scenario.loading import document_in, document_of, parse, read
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.scenario_checks import check_world
from mockapi.scenario.seeding.world import build_rows
from mockapi.scenario.timeline import EventSpec
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.store.tables import WorldMetadata
from mockapi.world.initial_state import WorldMismatchError, start_of


def check_data_file(settings: Settings, metadata: Mapping[str, str]) -> None:
    """Raise `WorldMismatchError` if *settings* request another world than that of *metadata*.

    Raise `ScenarioError` if the requested scenario cannot be read.
    """
    if "scenario" in settings.model_fields_set:
        _check_scenario(settings, metadata)
    requested = {
        "seed": None if settings.seed is None else str(settings.seed),
        "edition": settings.edition,
        "clock": None if settings.clock is None else str(settings.clock),
    }
    for name, value in requested.items():
        if value is not None and value != metadata[name]:
            complaint = f"contains a world with {name} {metadata[name]!r}, not {value!r}"
            raise _mismatch(settings, complaint, name)


def _check_scenario(settings: Settings, metadata: Mapping[str, str]) -> None:
    # Compare the text, not the name: a path and a name can identify the same scenario, and a file
    # may have changed.
    stored = metadata["scenario"]
    if is_scenario_text(settings.scenario):
        if settings.scenario != metadata["text"]:
            complaint = f"contains a world with scenario {stored!r}, not with the given one"
            raise _mismatch(settings, complaint, "scenario")
        return
    try:
        path = find_scenario(settings.scenario)
    except ScenarioError:
        if stored in (settings.scenario, Path(settings.scenario).stem):
            return
        raise
    _, text = read(path)
    if text == metadata["text"]:
        return
    complaint = f"contains a world with scenario {stored!r}, not {path.stem!r}"
    if path.stem == stored:
        complaint = f"contains a world with scenario {stored!r} but with another text than {path}"
    raise _mismatch(settings, complaint, "scenario")


def _mismatch(settings: Settings, complaint: str, name: str) -> WorldMismatchError:
    return WorldMismatchError(
        f"{settings.data} {complaint}. Delete the file, use another file, "
        f"or remove the setting {name} to continue with the world in the file."
    )


@dataclass(frozen=True)
class SeededState:
    """The initial state of a scenario. *metadata* are its name, text, seed, edition and times."""

    metadata: tuple[tuple[str, str], ...]
    scenario: Scenario = field(compare=False)

    def contents(self) -> bytes:
        """Return the database as bytes. Equal metadata give equal bytes."""
        return _contents(self)

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.scenario.faults

    @property
    def timeline(self) -> tuple[EventSpec, ...]:
        return self.scenario.timeline

    @property
    def access_token(self) -> str | None:
        """Return the first access token that the scenario gives for its first customer."""
        given = self.scenario.all_customers[0].access_tokens if self.scenario.all_customers else ()
        return given[0].token if given else None

    @property
    def personal_token(self) -> str | None:
        """Return the first personal access token that the scenario gives for its first customer."""
        people = self.scenario.all_customers
        given = people[0].personal_access_tokens if people else ()
        return given[0].token if given else None


def seed_initial_state(
    settings: Settings, clock: Clock | None, path: Path | None, text: str | None = None
) -> SeededState:
    """Return the initial state of a world of the scenario in *path*, or else of *text*.

    Raise `ScenarioError` if the scenario is invalid.
    """
    name = settings.scenario if path is None else path.stem
    if path is None:
        scenario, source = parse(text or "", name, REQUEST_LIMITS), text or ""
    else:
        scenario, source = read(path)
    seed = scenario.seed if settings.seed is None else settings.seed
    fact = str(settings.clock or scenario.clock)
    began_at = (start_of(fact) if clock is None else clock.now()) or SystemClock().now()
    check_world(
        scenario,
        seed,
        began_at,
        lambda: document_in(source, name) if path is None else document_of(path)[0],
    )
    metadata = {
        "scenario": name,
        "text": source,
        "seed": str(seed),
        "edition": settings.edition or scenario.edition,
        "clock": fact,
        "began_at": began_at.isoformat(),
    }
    return SeededState(tuple(metadata.items()), scenario)


def resume_state(metadata: Mapping[str, str]) -> SeededState:
    """Return the initial state of a world in a file, from its *metadata*."""
    return SeededState(tuple(metadata.items()), parse(metadata["text"], metadata["scenario"]))


# Hundreds of worlds are created from few scenarios. Each entry takes 250 kB.
@lru_cache(maxsize=8)
def _contents(state: SeededState) -> bytes:
    metadata = dict(state.metadata)
    began_at = datetime.fromisoformat(metadata["began_at"])
    rows = dict(build_rows(state.scenario, int(metadata["seed"]), began_at))
    metadata_rows = [WorldMetadata(name=name, value=value) for name, value in metadata.items()]
    rows[WorldMetadata] = [*rows.get(WorldMetadata, ()), *metadata_rows]
    with closing(Store()) as store:
        store.fill(rows)
        return store.snapshot()
