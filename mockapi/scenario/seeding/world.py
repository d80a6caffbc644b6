"""Rows of the world of a scenario, by table."""

import json
from collections.abc import Mapping
from datetime import datetime

from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.portfolios import Portfolios, leed_project
from mockapi.scenario.seeding.row_builder import RowBuilder
from mockapi.scenario.timeline import initially_hidden_sites
from mockapi.store.row_writer import Rows
from mockapi.store.store import REGENERATED_IDS
from mockapi.store.tables import Customer, HiddenSite, Project, Site, WorldMetadata


def build_rows(scenario: Scenario, seed: int, now: datetime) -> Rows:
    """Return the rows of the world of *scenario* with *seed*, starting at *now*."""
    sites = [site for each in scenario.all_customers for site in each.sites]
    builder = RowBuilder(scenario, seed, now, sites)
    portfolios = Portfolios(scenario, seed)
    for client in scenario.all_clients:
        builder.add_client(client)
    for position, spec in enumerate(scenario.all_customers):
        customer = builder.add_customer(spec)
        for site in spec.sites:
            builder.add_site(site, customer)
        if spec.portfolio is not None:
            _add_portfolio(builder, portfolios, position, customer, now)
        builder.add_customer_parts(spec, customer, scenario.all_clients)
    _add_redrawn_ids(builder, portfolios)
    hidden = initially_hidden_sites(scenario.timeline, now, _ids_by_name(builder, scenario))
    builder.add(HiddenSite(site_id=site_id) for site_id in sorted(hidden))
    return builder.rows


def _add_portfolio(
    builder: RowBuilder, portfolios: Portfolios, portfolio: int, customer: Customer, now: datetime
) -> None:
    first = builder.count(Site)
    for site in portfolios.sites(portfolio, customer.id, first, now, builder.source_systems):
        builder.rows[Site].append(site)
        if site["registered_at"] is not None:
            number = builder.count(Project) + 1
            project = leed_project(site, builder.leed_ids)
            builder.rows[Project].append({"number": number, **project})


def _add_redrawn_ids(builder: RowBuilder, portfolios: Portfolios) -> None:
    """Store the ids of measurements of portfolios whose first candidate is in use."""
    sites = [each for each in builder.rows[Site] if isinstance(each, Mapping)]
    redrawn = portfolios.regenerated_ids(sites, builder.measurement_ids)
    if redrawn:
        builder.add([WorldMetadata(name=REGENERATED_IDS, value=json.dumps(redrawn))])


def _ids_by_name(builder: RowBuilder, scenario: Scenario) -> Mapping[str, str]:
    """Return the id of each site by its id and by its name."""
    if not scenario.timeline:
        return {}
    rows = (each if isinstance(each, Mapping) else vars(each) for each in builder.rows[Site])
    return {name: row["id"] for row in rows for name in (row["name"], row["id"])}
