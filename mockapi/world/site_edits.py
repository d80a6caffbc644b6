"""Sites and meters that are added to a running world, changed and removed."""

from collections.abc import Collection, Iterator, Sequence

from mockapi.scenario.meters import MeterSpec
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.meter_models import yearly_columns
from mockapi.scenario.seeding.meters import meter_id_at, meter_rows
from mockapi.scenario.seeding.portfolios import Portfolios
from mockapi.scenario.seeding.row_builder import ExistingRows, RowBuilder
from mockapi.scenario.seeding.scenario_checks import early_registrations
from mockapi.scenario.seeding.site_rows import history_of, leed_ids
from mockapi.scenario.seeding.site_updates import changed_columns
from mockapi.scenario.site_model import SiteSpec
from mockapi.scenario.updates import MeterUpdate, NewSite, SiteUpdate
from mockapi.store.rows import Row
from mockapi.store.sites import MeterWithChannels
from mockapi.store.tables import Customer, Defect, Measurement, Meter, Project, Site
from mockapi.world.sites import scoring_config_of, site_with
from mockapi.world.world import World


def builder_of(world: World, sites: Sequence[SiteSpec] = ()) -> RowBuilder:
    """Return a builder of rows for *world*, to which *sites* will be added."""
    store = world.store

    def has_measurement(value: str) -> bool:
        return store.has_measurement(value) or value in generated_ids(world)

    existing = ExistingRows(
        store.row_counts(),
        has_source_system=store.has_source_system,
        has_leed_id=store.has_leed_id,
        has_measurement=has_measurement,
    )
    return RowBuilder(world.scenario, world.seed, world.now(), sites, existing)


def generated_ids(world: World) -> Collection[str]:
    """Return the ids and keys of the equipment of portfolios, which is not stored."""

    def read() -> frozenset[str]:
        portfolios = Portfolios(world.scenario, world.seed, world.store.regenerated_ids())
        return frozenset(portfolios.generated_ids(world.store.portfolio_sites()))

    return world.store.cached("portfolio", "ids", read)


def check_registrations(world: World, spec: SiteSpec, *place: str | int) -> None:
    """Raise `ValueError` if a registration of the site *spec* at *place* is too early."""
    for path, message in early_registrations(spec, world.now()):
        raise ValueError(f"{'.'.join(map(str, (*place, *path)))}: {message}")


def add_site(world: World, spec: NewSite) -> Site:
    """Add a site to *world* and return it.

    A world without customers gets one, and a client, as a scenario with sites does. Raise
    `LookupError` for an unknown customer, `DuplicateRowError`, and `ValueError` for a registration
    that is too early.
    """
    check_registrations(world, spec)
    builder = builder_of(world, [spec])
    customers = world.store.customers()
    if spec.customer is not None:
        customer = world.store.customer_named(spec.customer)
    elif customers:
        customer = customers[0]
    else:
        customer = _add_first_customer(builder, world)
    site = builder.add_site(spec, customer)
    world.store.add_rows(builder.rows, generated_ids(world))
    return site


def _add_first_customer(builder: RowBuilder, world: World) -> Customer:
    # A scenario with one site and nothing else has the default customer and client.
    defaults = Scenario(sites=(SiteSpec(type="site"),))
    if not world.store.clients():
        for client in defaults.all_clients:
            builder.add_client(client)
    return builder.add_customer(defaults.all_customers[0])


def update_site(world: World, site_id: str, update: SiteUpdate) -> Site:
    """Change a site of *world* and return it. Raise `LookupError` if it does not exist."""
    site = _with_stored_equipment(world, site_with(world, site_id))
    builder = builder_of(world)
    columns = changed_columns(update, site, scoring_config_of(site), world.seed)
    if update.registered and site.registered_at is None:
        history = update.history or history_of(site, world.scenario)
        columns["registered_at"] = world.now() - history
        project = Project(
            number=builder.count(Project) + 1,
            site_id=site.id,
            leed_id=builder.leed_ids.take(leed_ids(site.position)),
            leed_name=columns.get("name") or site.name or site.type,
            registered_at=columns["registered_at"],
        )
        builder.add([project])
    world.store.change_row(Site, ("id", site.id), columns, builder.rows)
    return site_with(world, site_id)


def remove_site(world: World, site_id: str) -> None:
    """Remove a site with all that belongs to it. Raise `LookupError` if it does not exist."""
    site = site_with(world, site_id)
    world.store.remove_site(site.id, list(keys_of(world, [site.id])))


def keys_of(world: World, site_ids: Sequence[str]) -> Iterator[str]:
    """Yield the keys of the readings of sites."""
    for site_id in site_ids:
        for _, measurements in world.store.meters(site_id):
            yield from (each.key for each in measurements)


def _with_stored_equipment(world: World, site: Site) -> Site:
    """Store the equipment of a *site* of a portfolio, so that it can change; return the site.

    The responses of the APIs stay the same.
    """
    portfolio = world.scenario.portfolio_at(site.portfolio)
    if portfolio is None:
        return site
    equipment = world.store.equipment(site)
    scoring = scoring_config_of(site).model_copy(
        update={"scoring_verdict": portfolio.scoring_verdict}
    )
    columns = {"portfolio": None, "scoring": scoring.model_dump_json(exclude_none=True)}
    rows: dict[type[Row], list[Row]] = {
        Meter: [meter for meter, _ in equipment.meters],
        Measurement: [each for _, measurements in equipment.meters for each in measurements],
        Defect: list(equipment.defects),
    }
    world.store.change_row(Site, ("id", site.id), columns, rows)
    return site_with(world, site.id)


def add_meter(world: World, site_id: str, spec: MeterSpec) -> MeterWithChannels:
    """Add a meter, with its submeters, to a site and return it.

    Raise `LookupError` for an unknown site, and `DuplicateRowError`.
    """
    site = _with_stored_equipment(world, site_with(world, site_id))
    existing = [meter for meter, _ in world.store.meters(site.id)]
    ids = {each.id for each in existing}
    number = sum(each.parent_id is None for each in existing)
    while meter_id_at(world.seed, site.id, number) in ids:
        number += 1
    position = 1 + max((each.position for each in existing), default=-1)
    builder = builder_of(world, [SiteSpec.model_construct(meters=(spec,), projects=())])
    made = list(
        meter_rows(
            [spec], site, world.seed, builder.measurement_id, first=number, position=position
        )
    )
    for each in made:
        builder.add([each.meter, *each.measurements, *each.readings, *each.defects])
    world.store.add_rows(builder.rows, generated_ids(world))
    return _meter_of(world, site.id, made[0].meter.id)


def update_meter(world: World, meter_id: str, update: MeterUpdate) -> MeterWithChannels:
    """Change a meter and return it. Raise `LookupError` if it does not exist.

    Raise `ValueError` for a value of a submeter that its main meter determines.
    """
    meter = _stored_meter(world, meter_id)
    columns = update.changes()
    for name in ("resolution", "yearly"):
        if name in columns and meter.parent_id is not None:
            raise ValueError(
                f"{name}: a submeter has that of its main meter. Change meter {meter.parent_id!r}."
            )
    if "yearly" in columns:
        columns |= yearly_columns(columns["yearly"])
    world.store.change_row(Meter, ("id", meter.id), columns, {})
    return _meter_of(world, meter.site_id, meter.id)


def remove_meter(world: World, meter_id: str) -> None:
    """Remove a meter with its submeters and readings. Raise `LookupError` if it is unknown."""
    meter = _stored_meter(world, meter_id)
    keys = [
        channel.key
        for each, channels in world.store.meters(meter.site_id)
        if meter.id in (each.id, each.parent_id)
        for channel in channels
    ]
    world.store.remove_meter(meter.id, keys)


def _meter_of(world: World, site_id: str, meter_id: str) -> MeterWithChannels:
    return next(each for each in world.store.meters(site_id) if each[0].id == meter_id)


def _stored_meter(world: World, meter_id: str) -> Meter:
    """Return the meter with that id, which is then stored. Raise `LookupError`."""
    if meter_id in generated_ids(world):
        for site in world.store.portfolio_sites():
            if any(meter.id == meter_id for meter, _ in world.store.meters(site.id)):
                _with_stored_equipment(world, site_with(world, site.id))
    return world.store.meter(meter_id)
