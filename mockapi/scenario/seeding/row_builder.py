"""Rows of customers, clients and sites with all that belongs to them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mockapi.domain import ids, timestamps
from mockapi.domain.oauth import TokenKind, hash_of
from mockapi.domain.scores import ScoringDecision, ScoringRequestStatus, outcome_of
from mockapi.scenario.schema import (
    AccessTokenSpec,
    ClientSpec,
    CustomerSpec,
    PersonalAccessTokenSpec,
    Scenario,
)
from mockapi.scenario.seeding.fake_names import fake_person_name
from mockapi.scenario.seeding.meters import meter_rows, site_defects
from mockapi.scenario.seeding.site_rows import UniqueIds, leed_ids, measurement_ids, site_row
from mockapi.scenario.site_model import ProjectSpec, ScoreSpec, ScoringRequestSpec, SiteSpec
from mockapi.store.rows import Row
from mockapi.store.tables import (
    Client,
    Consent,
    ConsentEvent,
    Customer,
    Meter,
    PerformanceScore,
    Project,
    ScoringRequest,
    SharedSite,
    Site,
    Token,
)

_TOKEN_LIFETIME = timedelta(days=3653)


@dataclass(frozen=True)
class ExistingRows:
    """The rows of a running world that a builder takes into account; none for a new world."""

    counts: Mapping[type[Row], int] = field(default_factory=dict)
    """Positions or numbers in use, by table."""
    has_source_system: Callable[[str], bool] | None = None
    has_leed_id: Callable[[str], bool] | None = None
    has_measurement: Callable[[str], bool] | None = None


class RowBuilder:
    """Builder of rows; positions count over the whole world."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        now: datetime,
        sites: Sequence[SiteSpec],
        existing: ExistingRows | None = None,
    ) -> None:
        """*sites* are those that will be added, whose given ids are not drawn for others."""
        existing = existing or ExistingRows()
        self._scenario = scenario
        self._seed = seed
        self._now = now
        self._counts = existing.counts
        self.rows: dict[type[Row], list[Row | Mapping[str, Any]]] = defaultdict(list)
        self.source_systems = UniqueIds(
            (each.source_system_id for each in sites), existing.has_source_system
        )
        self.leed_ids = UniqueIds(
            (each.leed_id for site in sites for each in site.projects), existing.has_leed_id
        )
        self.measurement_ids = UniqueIds(
            (
                each.id
                for site in sites
                if isinstance(site.meters, tuple)
                for meter in site.meters
                for each in meter.measurements or ()
            ),
            existing.has_measurement,
        )

    def add(self, rows: Iterable[Row]) -> None:
        """Add *rows* as they are."""
        for row in rows:
            self.rows[type(row)].append(row)

    def count(self, kind: type[Row]) -> int:
        """Return the number of rows of *kind*, which is the position of the next one."""
        return self._counts.get(kind, 0) + len(self.rows[kind])

    def add_client(self, spec: ClientSpec) -> Client:
        """Add and return a client."""
        client = Client(position=self.count(Client), **spec.model_dump())
        self.add([client])
        return client

    def add_customer(self, spec: CustomerSpec) -> Customer:
        """Add and return a customer, without the sites and tokens of *spec*."""
        position = self.count(Customer)
        customer = Customer(
            id=spec.id or ids.uuid4(self._seed, "customer", position),
            position=position,
            email=spec.email,
            name=spec.name or fake_person_name(self._seed, "customer", position),
            password=spec.password,
            sandbox=spec.sandbox,
        )
        self.add([customer])
        return customer

    def add_customer_parts(
        self, spec: CustomerSpec, customer: Customer, clients: Sequence[ClientSpec | Client]
    ) -> None:
        """Add shared sites and tokens of *spec*, for *customer* and one of *clients*."""
        self.add(SharedSite(customer_id=customer.id, site_id=each) for each in spec.sees)
        self._add_tokens(spec, customer, clients)

    def add_site(self, spec: SiteSpec, customer: Customer) -> Site:
        """Add and return a site of *customer* with its meters, projects and scores."""
        position = self.count(Site)
        site = site_row(spec, self._seed, customer.id, position, self.source_systems)
        since = self._now - (self._scenario.history if spec.history is None else spec.history)
        projects = spec.projects
        if spec.registered:
            projects = (
                ProjectSpec(
                    leed_id=self.leed_ids.take(leed_ids(position)),
                    leed_name=site.name or site.type,
                ),
            )
        for project in projects:
            registered_at = project.registered_at or since
            site.registered_at = min(site.registered_at or registered_at, registered_at)
            self.add(
                [
                    Project(
                        number=self.count(Project) + 1,
                        site_id=site.id,
                        leed_id=project.leed_id,
                        leed_name=project.leed_name,
                        registered_at=registered_at,
                    )
                ]
            )
        self.add([site])
        meters: list[Meter] = []
        for each in meter_rows(spec.metered(), site, self._seed, self.measurement_id):
            meters.append(each.meter)
            self.add([each.meter, *each.measurements, *each.readings, *each.defects])
        self.add(site_defects(spec.defects, site, meters))
        self.add_scores(spec.scores, site)
        decision = spec.scoring_verdict or self._scenario.scoring_verdict
        verdict = None if decision is None else decision.decision()
        for request in spec.scoring_requests:
            self.add_scoring_request(request, site, customer.id, verdict)
        return site

    def measurement_id(self, meter_id: str, index: int) -> str:
        """Return the id of the measurement at *index* of a meter."""
        return str(self.measurement_ids.take(measurement_ids(self._seed, meter_id, index)))

    def add_scores(self, scores: Iterable[ScoreSpec], site: Site) -> None:
        """Add *scores* of *site*."""
        for index, score in enumerate(scores):
            stamp = timestamps.to_nanoseconds(score.updated_at or self._now) + index
            self.add(
                [
                    PerformanceScore(
                        number=self.count(PerformanceScore) + 1,
                        site_id=site.id,
                        date=score.date.isoformat(),
                        score=score.score,
                        type=score.type,
                        category=score.category,
                        updated_at_ns=stamp,
                    )
                ]
            )

    def add_scoring_request(
        self,
        spec: ScoringRequestSpec,
        site: Site,
        customer_id: str,
        decision: ScoringDecision | None,
    ) -> ScoringRequest:
        """Add and return a request for *site*; *decision* settles it if it is pending."""
        number = self.count(ScoringRequest) + 1
        status = ScoringRequestStatus(spec.status)
        is_open = status is ScoringRequestStatus.PENDING
        settled = ScoringDecision(status, timedelta(0), spec.detail)
        result = outcome_of(decision if is_open else settled, spec.created_at)
        request = ScoringRequest(
            number=number,
            id=spec.id or ids.uuid4(self._seed, "scoring request", number),
            site_id=site.id,
            customer_id=customer_id,
            created_at=spec.created_at,
            detail=spec.detail if is_open else None,
            configured_at=result.configured_at,
            rejected_at=result.rejected_at,
            verdict_detail=result.detail,
        )
        self.add([request])
        return request

    def _add_tokens(
        self, spec: CustomerSpec, customer: Customer, clients: Sequence[ClientSpec | Client]
    ) -> None:
        for token in spec.access_tokens:
            client = next(each for each in clients if token.client_id in (None, each.client_id))
            self._add_token(token, customer, client.client_id, client.name)
        for personal in spec.personal_access_tokens:
            self._add_token(personal, customer, None, personal.name)

    def _add_token(
        self,
        spec: AccessTokenSpec | PersonalAccessTokenSpec,
        customer: Customer,
        client_id: str | None,
        name: str,
    ) -> None:
        consent = self._consent(customer, client_id, name, tuple(spec.scopes))
        token_hash = hash_of(spec.token)
        self.add(
            [
                Token(
                    token_hash=token_hash,
                    kind=TokenKind.ACCESS if client_id is not None else TokenKind.PERSONAL,
                    family=token_hash,
                    consent_id=consent.id,
                    customer_id=customer.id,
                    client_id=client_id,
                    name=name,
                    scopes=tuple(spec.scopes),
                    issued_at=self._now,
                    expires_at=spec.expires_at or self._now + _TOKEN_LIFETIME,
                )
            ]
        )

    def _consent(
        self, customer: Customer, client_id: str | None, name: str, scopes: tuple[str, ...]
    ) -> Consent:
        for existing in self.rows[Consent]:
            if (
                isinstance(existing, Consent)
                and client_id is not None
                and (existing.customer_id, existing.client_id) == (customer.id, client_id)
            ):
                existing.scopes = tuple(dict.fromkeys((*existing.scopes, *scopes)))
                return existing
        position = self.count(Consent)
        consent = Consent(
            id=ids.uuid4(self._seed, "consent", position),
            position=position,
            customer_id=customer.id,
            client_id=client_id,
            name=name,
            scopes=scopes,
        )
        self.add([consent, ConsentEvent(consent_id=consent.id, at=self._now, granted=True)])
        return consent
