"""Brings a scenario to life, keeps it, and puts it back to its first state."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from mockapi.domain.clock import Clock
from mockapi.domain.edition import EDITIONS, Edition
from mockapi.domain.urls import DEFAULT_WORLD
from mockapi.faults.plan import FaultPlan
from mockapi.journal.journal import Journal
from mockapi.scenario.loading import parse
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.portfolios import Portfolios
from mockapi.settings import Settings
from mockapi.store.database_file import OtherFile, opening
from mockapi.store.sites import Equipment
from mockapi.store.store import Store
from mockapi.store.tables.sites import Site
from mockapi.world.clock import WorldClock
from mockapi.world.initial_state import (
    InitialState,
    agree,
    load_initial_state,
    of_scenario,
    start_of,
)
from mockapi.world.leases import Leases
from mockapi.world.snapshots import Snapshots
from mockapi.world.timeline import Timeline
from mockapi.world.token_service import TokenService

if TYPE_CHECKING:
    from mockapi.timeseries.reader import TimeseriesReader

_AT_FIRST = ("scenario", "text", "seed", "edition", "clock", "began_at")


@dataclass(frozen=True)
class ReadyCredentials:
    """Tokens that open both APIs at once, to be shown to a newcomer."""

    access_token: str
    personal_token: str


class World:
    """The running state: rows, clock, edition and everything minted so far."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        initial: InitialState,
        clock: Clock | None,
        name: str = "",
    ) -> None:
        facts = self._facts = _first_facts(store.known_facts())
        self._initial = initial
        self.scenario = initial.scenario
        self.settings = settings
        self.name = name
        self.store = store
        self.scenario_name = facts["scenario"]
        self.seed = int(facts["seed"])
        self.edition: Edition = EDITIONS[facts["edition"]]  # type: ignore[index]
        self.clock = WorldClock(store, start_of(facts["clock"]), clock)
        self.tokens = TokenService(store, self.clock, self.seed, settings, name)
        self.faults = FaultPlan(self.seed, initial.scenario.faults)
        self.seen_at: datetime | None = None
        store.draw_equipment_with(_drawing(self.scenario, self.seed, store.redrawn_ids()))
        began_at = datetime.fromisoformat(facts["began_at"])
        events = initial.scenario.timeline
        self.timeline = Timeline(store, self.clock, self.tokens, events, began_at)
        self.snapshots = Snapshots(store, self.clock)
        self.journal = Journal(settings.journal_size, name or DEFAULT_WORLD)
        self.leases = Leases(store.close)
        store.explain_failures()

    @classmethod
    def open(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        *,
        name: str = "",
        text: str | None = None,
    ) -> Self:
        """Return the world kept in `settings.data`, or a new one from `settings.scenario`.

        *clock* stands in for the system's, and the world begins by following it; *text* is a
        scenario as YAML, for a world in memory; *name* is empty for a server's first world.
        Raises `ScenarioError` for a scenario with mistakes, `OtherFile` for a file that is no
        store or cannot be one, `FileInUse` for one that another process serves, and
        `WorldMismatch` for one that holds another world than the one asked for.
        """
        if settings.data is None:
            initial = load_initial_state(settings, clock, text)
            return cls(settings, Store(contents=initial.contents()), initial, clock, name)
        with opening(settings.data), ExitStack() as opened:
            store = opened.enter_context(closing(Store(settings.data)))
            make = cls._resume if store.facts() else cls._begin
            world = make(settings, store, clock)
            opened.pop_all()
        return world

    @classmethod
    def _resume(cls, settings: Settings, store: Store, clock: Clock | None) -> Self:
        facts = store.facts()
        try:
            agree(settings, facts)
            scenario = parse(facts["text"], facts["scenario"])
            return cls(settings, store, of_scenario(scenario, _first_facts(facts)), clock)
        except (KeyError, ValueError) as error:
            raise OtherFile(f"{settings.data} is damaged: {error!r}") from error

    @classmethod
    def _begin(cls, settings: Settings, store: Store, clock: Clock | None) -> Self:
        initial = load_initial_state(settings, clock)
        store.restore(initial.contents())
        return cls(settings, store, initial, clock)

    @property
    def auto_consent(self) -> bool:
        return self.settings.auto_consent or self.scenario.auto_consent

    def now(self) -> datetime:
        return self.clock.now()

    def reset(self) -> None:
        """Put the store back to what the scenario made of it, and forget everything since."""
        self.store.restore(self._initial.contents())
        self.clock.reload()
        self.journal.restart()
        self.faults.reset()

    def close(self) -> None:
        """Refuse further requests; the store closes when the last running one has ended."""
        self.journal.close()
        self.leases.end()

    def as_of(self, at: datetime) -> Self:
        """Return this world with the readings that had arrived by *at*; all else is shared."""
        seen = copy(self)
        seen.seen_at = at
        return seen

    @contextmanager
    def temporary_copy(self) -> Generator[Self]:
        """Yield a copy of this world whose writes are lost."""
        with closing(Store(contents=self.store.snapshot())) as store:
            store.draw_equipment_with(_drawing(self.scenario, self.seed, store.redrawn_ids()))
            twin = copy(self)
            twin.store = store
            twin.tokens = TokenService(store, self.clock, self.seed, self.settings, self.name)
            yield twin

    def ready_credentials(self) -> ReadyCredentials | None:
        """Return tokens of the first customer: those that the scenario states, or new ones.

        None when nobody is there whom a token could speak for.
        """
        if not self.store.customers() or not self.store.clients():
            return None
        customer, client = self.store.customers()[0], self.store.clients()[0]
        stated = self._initial
        return ReadyCredentials(
            access_token=stated.access_token
            or self.tokens.issue_tokens(customer, client).access_token,
            personal_token=stated.personal_token
            or self.tokens.issue_personal_token(customer, "ready").token,
        )

    @property
    def reader(self) -> "TimeseriesReader":
        """Return the reader of this world's readings, as of now."""
        # Imported lazily: numpy adds 90 ms to start-up.
        from mockapi.timeseries.reader import TimeseriesReader

        now = self.now() if self.seen_at is None else min(self.seen_at, self.now())
        return TimeseriesReader(self.store, self.scenario, self.seed, now)


def _drawing(
    scenario: Scenario, seed: int, redrawn: Mapping[str, str]
) -> Callable[[Site], Equipment]:
    """Return what draws the equipment of a portfolio's sites."""

    def draw(site: Site) -> Equipment:
        return Portfolios(scenario, seed, redrawn).equipment(site)

    return draw


def _first_facts(facts: Mapping[str, str]) -> Mapping[str, str]:
    """Return of a world's *facts* those that it began with; raise `KeyError` where one is missing.

    What it learned since is not among them.
    """
    return {name: facts[name] for name in _AT_FIRST}
