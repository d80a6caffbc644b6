"""Rows of the world of a scenario, by table."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mockapi.domain import ids, timestamps
from mockapi.domain.oauth import TokenKind, hash_of
from mockapi.domain.scores import ScoringDecision, ScoringRequestStatus, outcome_of
from mockapi.scenario.schema import (
    AccessTokenSpec,
    CustomerSpec,
    PersonalAccessTokenSpec,
    Scenario,
)
from mockapi.scenario.seeding.fake_names import fake_person_name
from mockapi.scenario.seeding.meters import meter_rows, site_defects
from mockapi.scenario.seeding.portfolios import Portfolios, leed_project
from mockapi.scenario.seeding.site_rows import UniqueIds, leed_ids, measurement_ids, site_row
from mockapi.scenario.site_model import ProjectSpec, SiteSpec
from mockapi.scenario.timeline import initially_hidden_sites
from mockapi.store.rows import Row
from mockapi.store.store import REGENERATED_IDS, Rows
from mockapi.store.tables import (
    Client,
    Consent,
    ConsentEvent,
    Customer,
    HiddenSite,
    Meter,
    PerformanceScore,
    Project,
    ScoringRequest,
    SharedSite,
    Site,
    Token,
    WorldMetadata,
)

_TOKEN_LIFETIME = timedelta(days=3653)


class _Builder:
    """Builder of the rows of one world; positions count over the whole scenario."""

    def __init__(self, scenario: Scenario, seed: int, now: datetime) -> None:
        self._scenario = scenario
        self._seed = seed
        self._now = now
        self.rows: dict[type[Row], list[Row | Mapping[str, Any]]] = defaultdict(list)
        sites = [site for each in scenario.all_customers for site in each.sites]
        self._source_systems = UniqueIds(each.source_system_id for each in sites)
        self._leed_ids = UniqueIds(each.leed_id for site in sites for each in site.projects)
        self._measurement_ids = UniqueIds(
            each.id
            for site in sites
            if isinstance(site.meters, tuple)
            for meter in site.meters
            for each in meter.measurements or ()
        )

    def _add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows[type(row)].append(row)

    def build(self) -> None:
        for position, client in enumerate(self._scenario.all_clients):
            self._add([Client(position=position, **client.model_dump())])
        for position, spec in enumerate(self._scenario.all_customers):
            customer = Customer(
                id=spec.id or ids.uuid4(self._seed, "customer", position),
                position=position,
                email=spec.email,
                name=spec.name or fake_person_name(self._seed, "customer", position),
                password=spec.password,
                sandbox=spec.sandbox,
            )
            self._add([customer])
            for site in spec.sites:
                self._add_site(site, customer)
            if spec.portfolio is not None:
                self._add_portfolio(position, customer)
            self._add(SharedSite(customer_id=customer.id, site_id=each) for each in spec.sees)
            self._add_tokens(spec, customer)
        self._add_redrawn_ids()
        hidden = initially_hidden_sites(self._scenario.timeline, self._now, self._ids_by_name())
        self._add(HiddenSite(site_id=site_id) for site_id in sorted(hidden))

    def _ids_by_name(self) -> Mapping[str, str]:
        """Return the id of each site by its id and by its name."""
        if not self._scenario.timeline:
            return {}
        rows = (each if isinstance(each, Mapping) else vars(each) for each in self.rows[Site])
        return {name: row["id"] for row in rows for name in (row["name"], row["id"])}

    def _add_portfolio(self, portfolio: int, customer: Customer) -> None:
        first = len(self.rows[Site])
        for site in Portfolios(self._scenario, self._seed).sites(
            portfolio, customer.id, first, self._now, self._source_systems
        ):
            self.rows[Site].append(site)
            if site["registered_at"] is not None:
                number = len(self.rows[Project]) + 1
                self.rows[Project].append({"number": number, **leed_project(site, self._leed_ids)})

    def _add_site(self, spec: SiteSpec, customer: Customer) -> None:
        position = len(self.rows[Site])
        site = site_row(spec, self._seed, customer.id, position, self._source_systems)
        since = self._now - (self._scenario.history if spec.history is None else spec.history)
        projects = spec.projects
        if spec.registered:
            projects = (
                ProjectSpec(
                    leed_id=self._leed_ids.take(leed_ids(position)),
                    leed_name=site.name or site.type,
                ),
            )
        for project in projects:
            registered_at = project.registered_at or since
            site.registered_at = min(site.registered_at or registered_at, registered_at)
            self._add(
                [
                    Project(
                        number=len(self.rows[Project]) + 1,
                        site_id=site.id,
                        leed_id=project.leed_id,
                        leed_name=project.leed_name,
                        registered_at=registered_at,
                    )
                ]
            )
        self._add([site])
        meters: list[Meter] = []
        for each in meter_rows(spec.metered(), site, self._seed, self._measurement_id):
            meters.append(each.meter)
            self._add([each.meter, *each.measurements, *each.readings, *each.defects])
        self._add(site_defects(spec.defects, site, meters))
        self._add_scores(spec, site)
        self._add_scoring_requests(spec, site, customer)

    def _measurement_id(self, meter_id: str, index: int) -> str:
        return str(self._measurement_ids.take(measurement_ids(self._seed, meter_id, index)))

    def _add_redrawn_ids(self) -> None:
        """Store the ids of measurements of portfolios whose first candidate is in use."""
        sites = [each for each in self.rows[Site] if isinstance(each, Mapping)]
        portfolios = Portfolios(self._scenario, self._seed)
        redrawn = portfolios.regenerated_ids(sites, self._measurement_ids)
        if redrawn:
            self._add([WorldMetadata(name=REGENERATED_IDS, value=json.dumps(redrawn))])

    def _add_scores(self, spec: SiteSpec, site: Site) -> None:
        for index, score in enumerate(spec.scores):
            stamp = timestamps.to_nanoseconds(score.updated_at or self._now) + index
            self._add(
                [
                    PerformanceScore(
                        number=len(self.rows[PerformanceScore]) + 1,
                        site_id=site.id,
                        date=score.date.isoformat(),
                        score=score.score,
                        type=score.type,
                        category=score.category,
                        updated_at_ns=stamp,
                    )
                ]
            )

    def _add_scoring_requests(self, spec: SiteSpec, site: Site, customer: Customer) -> None:
        decision = spec.scoring_verdict or self._scenario.scoring_verdict
        for request in spec.scoring_requests:
            number = len(self.rows[ScoringRequest]) + 1
            status = ScoringRequestStatus(request.status)
            is_open = status is ScoringRequestStatus.PENDING
            verdict = None if is_open else ScoringDecision(status, timedelta(0), request.detail)
            if is_open and decision is not None:
                verdict = decision.decision()
            result = outcome_of(verdict, request.created_at)
            self._add(
                [
                    ScoringRequest(
                        number=number,
                        id=request.id or ids.uuid4(self._seed, "scoring request", number),
                        site_id=site.id,
                        customer_id=customer.id,
                        created_at=request.created_at,
                        detail=request.detail if is_open else None,
                        configured_at=result.configured_at,
                        rejected_at=result.rejected_at,
                        verdict_detail=result.detail,
                    )
                ]
            )

    def _add_tokens(self, spec: CustomerSpec, customer: Customer) -> None:
        for token in spec.access_tokens:
            client = next(
                each
                for each in self._scenario.all_clients
                if token.client_id in (None, each.client_id)
            )
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
        self._add(
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
        position = len(self.rows[Consent])
        consent = Consent(
            id=ids.uuid4(self._seed, "consent", position),
            position=position,
            customer_id=customer.id,
            client_id=client_id,
            name=name,
            scopes=scopes,
        )
        self._add([consent, ConsentEvent(consent_id=consent.id, at=self._now, granted=True)])
        return consent


def build_rows(scenario: Scenario, seed: int, now: datetime) -> Rows:
    """Return the rows of the world of *scenario* with *seed*, starting at *now*."""
    builder = _Builder(scenario, seed, now)
    builder.build()
    return builder.rows
