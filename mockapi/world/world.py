"""A world: the running state of a scenario, and the leases of requests that use it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Self

from mockapi.domain.clock import Clock
from mockapi.domain.edition import EDITIONS, Edition
from mockapi.domain.json_values import is_scenario_text
from mockapi.domain.urls import DEFAULT_WORLD
from mockapi.faults.plan import FaultPlan
from mockapi.journal.journal import Journal
from mockapi.settings import Settings
from mockapi.store.database_file import InvalidDatabaseFileError, translate_open_errors
from mockapi.store.sites import EquipmentGenerator
from mockapi.store.store import Store
from mockapi.world.initial_state import InitialState, load_initial_state, start_of
from mockapi.world.snapshots import Snapshots
from mockapi.world.timeline import Timeline
from mockapi.world.token_service import TokenService
from mockapi.world.world_clock import WorldClock

if TYPE_CHECKING:
    from mockapi.scenario.schema import Scenario
    from mockapi.timeseries.reader import TimeseriesReader

_INITIAL_NAMES = ("scenario", "text", "seed", "edition", "clock", "began_at")


@dataclass(frozen=True)
class DemoCredentials:
    """Tokens for both APIs, to be shown to new users."""

    access_token: str
    personal_token: str


class WorldClosedError(Exception):
    """The world was closed before the lease was taken."""


class Leases:
    """The leases of one world, whose store is released when the last of them ends.

    Requests use a world from the server's thread and from worker threads, and a test's thread
    may close it.
    """

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._lock = Lock()
        self._ended = False
        self._held: dict[object, Callable[[], None]] = {}

    def acquire(self, on_end: Callable[[], None]) -> object:
        """Return a lease that keeps the world's store open until it is passed to `release`.

        *on_end* is called if the world is closed. Raise `WorldClosedError` if it is already.
        """
        lease = object()
        with self._lock:
            if self._ended:
                raise WorldClosedError
            self._held[lease] = on_end
        return lease

    def release(self, lease: object) -> None:
        with self._lock:
            del self._held[lease]
            is_last = self._ended and not self._held
        if is_last:
            self._release()

    def end(self) -> None:
        """Refuse further leases and release the store once none is held. Idempotent."""
        for on_end in self.retire():
            on_end()

    def retire(self) -> Sequence[Callable[[], None]]:
        """Do as `end`, but let running requests finish; return what would end them."""
        with self._lock:
            if self._ended:
                return ()
            self._ended = True
            held = tuple(self._held.values())
        if not held:
            self._release()
        return held


class World:
    """The running state: rows, clock, edition and issued secrets."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        initial: InitialState,
        clock: Clock | None,
        name: str = "",
    ) -> None:
        metadata = self._metadata = _initial_metadata(store.cached_metadata())
        self._initial = initial
        self.system_clock = clock
        self.is_from_text = is_scenario_text(settings.scenario)
        self.settings = settings
        self.name = name
        self.store = store
        self.scenario_name = metadata["scenario"]
        self.seed = int(metadata["seed"])
        self.edition: Edition = EDITIONS[metadata["edition"]]  # type: ignore[index]
        self.clock = WorldClock(store, start_of(metadata["clock"]), clock)
        self.tokens = TokenService(store, self.clock, self.seed, settings, name)
        self.faults = FaultPlan(self.seed, initial.faults)
        self.seen_at: datetime | None = None
        self._demo: DemoCredentials | None = None
        _set_equipment_generator(store, initial, self.seed)
        began_at = datetime.fromisoformat(metadata["began_at"])
        self.timeline = Timeline(store, self.clock, self.tokens, initial.timeline, began_at)
        self.snapshots = Snapshots(store, self.clock)
        self.journal = Journal(settings.journal_size, name or DEFAULT_WORLD)
        self.leases = Leases(store.close)
        store.translate_failures()

    @classmethod
    def open(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        *,
        name: str = "",
        text: str | None = None,
    ) -> Self:
        """Return the world in the file `settings.data`, or a new one of `settings.scenario`.

        *clock* replaces the system clock, which the world then follows at first. *text* is a
        scenario as YAML, for a world in memory. *name* is empty for the default world of a server.
        Raise `ScenarioError` if the scenario is invalid, `InvalidDatabaseFileError` if the file is
        not a valid database, `FileInUseError` if another process uses it, and `WorldMismatchError`
        if it contains another world than the requested one.
        """
        if settings.data is None:
            initial = load_initial_state(settings, clock, text)
            world = cls(settings, Store(contents=initial.contents()), initial, clock, name)
            world.is_from_text = world.is_from_text or text is not None
            return world
        with translate_open_errors(settings.data), ExitStack() as opened:
            store = opened.enter_context(closing(Store(settings.data)))
            make = cls._resume if store.metadata() else cls._begin
            world = make(settings, store, clock)
            opened.pop_all()
        return world

    @classmethod
    def _resume(cls, settings: Settings, store: Store, clock: Clock | None) -> Self:
        # Imported lazily: see `load_initial_state`.
        from mockapi.world.seeded_state import check_data_file, resume_state

        metadata = store.metadata()
        try:
            check_data_file(settings, metadata)
            return cls(settings, store, resume_state(_initial_metadata(metadata)), clock)
        except (KeyError, ValueError) as error:
            raise InvalidDatabaseFileError(f"{settings.data} is damaged: {error!r}") from error

    @classmethod
    def _begin(cls, settings: Settings, store: Store, clock: Clock | None) -> Self:
        initial = load_initial_state(settings, clock)
        store.restore(initial.contents())
        return cls(settings, store, initial, clock)

    @property
    def scenario(self) -> "Scenario":
        return self._initial.scenario

    @property
    def auto_consent(self) -> bool:
        return self.settings.auto_consent or self.scenario.auto_consent

    def now(self) -> datetime:
        return self.clock.now()

    def reset(self) -> None:
        """Restore the initial state of the scenario, and clear the journal and the faults."""
        self.store.restore(self._initial.contents())
        self.clock.reload()
        self.journal.restart()
        self.faults.reset()

    def close(self) -> None:
        """Refuse further requests. The store closes after the last running request."""
        self.journal.close()
        self.leases.end()

    def as_of(self, at: datetime) -> Self:
        """Return this world with the readings that had arrived by *at*.

        Everything else is shared.
        """
        seen = copy(self)
        seen.seen_at = at
        return seen

    @contextmanager
    def temporary_copy(self) -> Generator[Self]:
        """Yield a copy of this world whose changes are discarded."""
        with closing(Store(contents=self.store.snapshot())) as store:
            _set_equipment_generator(store, self._initial, self.seed)
            twin = copy(self)
            twin.store = store
            twin.tokens = TokenService(store, self.clock, self.seed, self.settings, self.name)
            yield twin

    def demo_credentials(self) -> DemoCredentials | None:
        """Return tokens of the first customer: those given in the scenario, or new ones.

        None if the world has no customers or no clients.
        """
        if not self.store.customers() or not self.store.clients():
            return None
        customer, client = self.store.customers()[0], self.store.clients()[0]
        access_token, personal_token = self.given_tokens()
        self._demo = DemoCredentials(
            access_token=access_token or self.tokens.issue_tokens(customer, client).access_token,
            personal_token=personal_token
            or self.tokens.issue_personal_token(customer, "ready").token,
        )
        return self._demo

    def given_tokens(self) -> tuple[str | None, str | None]:
        """Return the access token and the personal token that the scenario gives first.

        If it gives none: those of `demo_credentials`, if it was called. None for a token of a
        customer or client that was removed.
        """
        given = self._initial.access_token, self._initial.personal_token
        if self._demo is not None:
            given = given[0] or self._demo.access_token, given[1] or self._demo.personal_token
        kept = [each if each and self.store.token(each) else None for each in given]
        return kept[0], kept[1]

    @property
    def reader(self) -> "TimeseriesReader":
        """Return a reader of this world's readings, as of now."""
        # Imported lazily: numpy adds 90 ms to start-up.
        from mockapi.timeseries.reader import TimeseriesReader

        now = self.now() if self.seen_at is None else min(self.seen_at, self.now())
        return TimeseriesReader(self.store, self.scenario, self.seed, now)


def _set_equipment_generator(store: Store, initial: InitialState, seed: int) -> None:
    """Let *store* generate the equipment of portfolio sites on first use."""
    redrawn = store.regenerated_ids()

    def generator() -> EquipmentGenerator:
        # Imported lazily: see `load_initial_state`.
        from mockapi.scenario.seeding.portfolios import Portfolios

        return Portfolios(initial.scenario, seed, redrawn)

    store.set_equipment_generator(generator)


def _initial_metadata(metadata: Mapping[str, str]) -> Mapping[str, str]:
    """Return the initial entries of a world's *metadata*. Raise `KeyError` if one is missing."""
    return {name: metadata[name] for name in _INITIAL_NAMES}
