"""Brings a scenario to life, keeps it, and puts it back to its first state."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from mockapi.domain.clock import Clock, SystemClock
from mockapi.domain.edition import EDITIONS, Edition
from mockapi.domain.errors import ApiError, TokenExpired, TokenRevoked, TokenUnknown
from mockapi.domain.oauth.scopes import ALL_SCOPES, Scope
from mockapi.domain.oauth.tokens import PAT_DEFAULT_LIFETIME, Bearer, TokenKind
from mockapi.faults.plan import FaultPlan
from mockapi.generate.portfolios import Portfolios
from mockapi.generate.strangers import refuse_strangers
from mockapi.journal.journal import Journal
from mockapi.scenario.load import document_in, document_of, find, parse, read
from mockapi.scenario.schema import Scenario
from mockapi.series.arrival import Batch, Reading, Run
from mockapi.settings import Settings
from mockapi.store.file import OtherFile, opening
from mockapi.store.store import Store
from mockapi.store.tables import Site, Token
from mockapi.world.agreement import agree
from mockapi.world.clock import WorldClock
from mockapi.world.first_state import first_facts, first_state
from mockapi.world.issuing import Issuer
from mockapi.world.readings import Outlet, Window, delivered, outlets
from mockapi.world.snapshots import Snapshots
from mockapi.world.timeline import Timeline


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
        scenario: Scenario,
        clock: Clock | None,
        name: str = "",
    ) -> None:
        facts = self._facts = first_facts(store.known_facts())
        self.settings = settings
        self.name = name
        self.store = store
        self.scenario = scenario
        self.scenario_name = facts["scenario"]
        self.seed = int(facts["seed"])
        self.edition: Edition = EDITIONS[facts["edition"]]  # type: ignore[index]
        self.clock = WorldClock(store, _start(facts["clock"]), clock)
        self.auto_consent = settings.auto_consent or scenario.auto_consent
        self.issuer = Issuer(store, self.clock, self.seed, settings, name)
        self.faults = FaultPlan(self.seed, scenario.faults)
        self.seen_at: datetime | None = None
        store.draw_equipment_with(Portfolios(scenario, self.seed).equipment)
        began_at = datetime.fromisoformat(facts["began_at"])
        self.timeline = Timeline(store, self.clock, scenario.timeline, began_at)
        self.snapshots = Snapshots(store, self.clock)
        self.journal = Journal(settings.journal_size, name or "default")

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
            scenario, facts = _asked_for(settings, clock, text)
            store = Store(contents=first_state(scenario, facts))
            return cls(settings, store, scenario, clock, name)
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
            return cls(settings, store, scenario, clock)
        except (KeyError, ValueError) as error:
            raise OtherFile(f"{settings.data} is damaged: {error!r}") from error

    @classmethod
    def _begin(cls, settings: Settings, store: Store, clock: Clock | None) -> Self:
        scenario, facts = _asked_for(settings, clock)
        store.restore(first_state(scenario, facts))
        return cls(settings, store, scenario, clock)

    def now(self) -> datetime:
        return self.clock.now()

    def reset(self) -> None:
        """Put the store back to what the scenario made of it, and forget everything since."""
        self.store.restore(first_state(self.scenario, self._facts))
        self.clock.reload()
        self.journal.restart()
        self.faults.reset()

    def close(self) -> None:
        self.journal.close()
        self.store.close()

    def bearer(self, secret: str) -> Bearer:
        """Return whom the token *secret* speaks for, or raise the 401 that is due."""
        token = self.store.token(secret)
        if token is None or token.kind is TokenKind.REFRESH:
            return self._anybody()
        if token.revoked_at is not None:
            raise TokenRevoked
        if token.expires_at <= self.now():
            raise TokenExpired
        return self.store.remember("token", ("bearer", secret), lambda: _bearer(token))

    def refusal(self, secret: str) -> ApiError | None:
        """Return why the bearer token *secret* is refused; None when it is not."""
        try:
            self.bearer(secret)
        except ApiError as error:
            return error
        return None

    def withdraw(self, secret: str) -> bool:
        """Revoke the consent behind the token *secret*; False when there is none to revoke."""
        token = self.store.token(secret)
        if token is None:
            return False
        try:
            self.store.revoke_consent(token.consent_id, token.customer_id, self.now())
        except LookupError:
            return False
        return True

    def as_of(self, at: datetime) -> Self:
        """Return this world with the readings that had arrived by *at*; all else is shared."""
        seen = copy(self)
        seen.seen_at = at
        return seen

    @contextmanager
    def scratch(self) -> Generator[Self]:
        """Yield a copy of this world whose writes are lost."""
        with closing(Store(contents=self.store.snapshot())) as store:
            store.draw_equipment_with(Portfolios(self.scenario, self.seed).equipment)
            twin = copy(self)
            twin.store = store
            twin.issuer = Issuer(store, self.clock, self.seed, self.settings, self.name)
            yield twin

    def ready_credentials(self) -> ReadyCredentials | None:
        """Return tokens of the first customer: those that the scenario states, or new ones.

        None when nobody is there whom a token could speak for.
        """
        if not self.store.customers() or not self.store.clients():
            return None
        customer, client = self.store.customers()[0], self.store.clients()[0]
        spec = self.scenario.everyone[0]
        access = next((each.token for each in spec.access_tokens), None)
        personal = next((each.token for each in spec.personal_access_tokens), None)
        scopes = frozenset(Scope(scope) for scope in client.scopes)
        return ReadyCredentials(
            access_token=access or self.issuer.token_for(customer, client, scopes).access_token,
            personal_token=personal
            or self.issuer.personal_token(
                customer, "ready", ALL_SCOPES, self.now() + PAT_DEFAULT_LIFETIME
            ).token,
        )

    def timeseries(
        self, site: Site, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[str, Iterable[Run | Batch | Reading]]]:
        """Yield each key of *site* with what arrived by now, and in [since, until)."""
        now = self.now() if self.seen_at is None else min(self.seen_at, self.now())
        window = Window(now, since, until)
        for outlet in self.outlets(site):
            readings = delivered(self.store, outlet, window)
            if readings is not None:
                yield outlet.measurement.key, readings

    def outlets(self, site: Site) -> Iterator[Outlet]:
        """Yield every measurement of *site* with its stream; none before it is registered."""
        return outlets(self.store, self.scenario, self.seed, site)

    def _anybody(self) -> Bearer:
        customers = self.store.customers()
        if not self.settings.accept_any_token or not customers:
            raise TokenUnknown
        return Bearer(
            customer_id=customers[0].id,
            client_id=None,
            scopes=ALL_SCOPES,
            kind=TokenKind.ACCESS,
            sandbox=True,
            expires_at=datetime.max.replace(tzinfo=self.now().tzinfo),
        )


def _bearer(token: Token) -> Bearer:
    return Bearer(
        customer_id=token.customer_id,
        client_id=token.client_id,
        scopes=frozenset(Scope(scope) for scope in token.scopes),
        kind=token.kind,
        sandbox=token.sandbox,
        expires_at=token.expires_at,
    )


def _start(fact: str) -> datetime | None:
    """Return the instant that a world's clock begins to stand still at, if it does."""
    return None if fact == "system" else datetime.fromisoformat(fact)


def _asked_for(
    settings: Settings, clock: Clock | None, text: str | None = None
) -> tuple[Scenario, dict[str, str]]:
    """Return the scenario of *settings*, or of *text*, and what a world of it knows of itself."""
    called, path = settings.scenario, None
    if text is not None:
        scenario = parse(text, called)
    else:
        path = find(called)
        called = path.stem
        scenario, text = read(path)
    seed = scenario.seed if settings.seed is None else settings.seed
    refuse_strangers(
        scenario,
        seed,
        lambda: document_in(text, called) if path is None else document_of(path)[0],
    )
    fact = str(settings.clock or scenario.clock)
    began_at = _start(fact) if clock is None else clock.now()
    return scenario, {
        "scenario": called,
        "text": text,
        "seed": str(seed),
        "edition": settings.edition or scenario.edition,
        "clock": fact,
        "began_at": (began_at or SystemClock().now()).isoformat(),
    }
