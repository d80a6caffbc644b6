"""Repository of sites, their meters and projects."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, or_
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col, delete, select, update

from mockapi.domain.errors import SiteNotFound
from mockapi.store.database_access import EQUIPMENT, Repository
from mockapi.store.rows import is_ahead
from mockapi.store.tables import (
    Defect,
    HiddenSite,
    Measurement,
    Meter,
    Project,
    Reading,
    ScoringRequest,
    SharedSite,
    Site,
)

MeterWithChannels = tuple[Meter, Sequence[Measurement]]


@dataclass(frozen=True)
class Equipment:
    """The meters of a site with their measurements, and its defects."""

    meters: Sequence[MeterWithChannels]
    defects: Sequence[Defect]


class EquipmentGenerator(Protocol):
    """Generator of the equipment of the sites of portfolios, which is not stored."""

    def equipment(self, site: Site) -> Equipment:
        """Return the meters and defects of *site*."""

    def has_defects(self, site: Site) -> bool:
        """Return True if *site* may have defects, without generating its equipment."""


class SiteRepository(Repository):
    """Sites and their equipment."""

    _generator: Callable[[], EquipmentGenerator] | None = None

    def set_equipment_generator(self, generator: Callable[[], EquipmentGenerator]) -> None:
        """Use the result of *generator* for the equipment of sites of a portfolio."""
        self._generator = generator

    def sites(self, customer_id: str) -> Sequence[Site]:
        """Return the sites that a customer owns or shares, in the scenario's order."""

        def read() -> Sequence[Site]:
            shared = select(SharedSite.site_id).where(SharedSite.customer_id == customer_id)
            hidden = select(HiddenSite.site_id)
            visible = or_(col(Site.customer_id) == customer_id, col(Site.id).in_(shared))
            with self._read_session() as session:
                return session.exec(
                    select(Site)
                    .where(visible, col(Site.id).not_in(hidden))
                    .order_by(col(Site.position))
                ).all()

        return self.cached("site", ("sites", customer_id), read)

    def site_count(self) -> int:
        """Return the number of all sites."""

        def read() -> int:
            with self._read_session() as session:
                return session.exec(select(func.count()).select_from(Site)).one()

        return self.cached("site", "count", read)

    def site(self, site_id: str, customer_id: str) -> Site:
        """Return a site that the customer can see. Raise `SiteNotFound` for any other id."""
        by_id = self.cached(
            "site",
            ("by id", customer_id),
            lambda: {site.id: site for site in self.sites(customer_id)},
        )
        if site_id not in by_id:
            raise SiteNotFound
        return by_id[site_id]

    def find_site_id(self, name: str) -> str:
        """Return the id of the site whose id or name is *name*, of several the first one.

        Sites that were added later may have the name of an earlier one. Raise `SiteNotFound` if
        there is none.
        """
        query = (
            select(Site.id)
            .where(or_(col(Site.id) == name, col(Site.name) == name))
            .order_by(col(Site.id) != name, col(Site.position))
        )
        with self._read_session() as session:
            found = session.exec(query).first()
        if found is None:
            raise SiteNotFound
        return found

    def hide_site(self, site_id: str) -> None:
        """Hide a site from all customers."""
        with self._write_session("site") as session:
            session.merge(HiddenSite(site_id=site_id))

    def show_site(self, site_id: str) -> None:
        """Show a hidden site to its owner and the customers it is shared with."""
        with self._write_session("site") as session:
            session.exec(delete(HiddenSite).where(col(HiddenSite.site_id) == site_id))

    def meters(self, site_id: str) -> Sequence[tuple[Meter, Sequence[Measurement]]]:
        """Return the site's meters with their measurements, in the scenario's order."""
        return self._equipment(site_id).meters

    def defects(self, site_id: str) -> Sequence[Defect]:
        """Return the site's defects, in the scenario's order."""
        return self._equipment(site_id).defects

    def has_defects(self, site: Site) -> bool:
        """Return True if *site* may have defects, without reading its equipment.

        Generating that of thousands of sites takes seconds.
        """
        if site.portfolio is not None and self._generator is not None:
            return self._generator().has_defects(site)

        def read() -> frozenset[str]:
            with self._read_session() as session:
                return frozenset(session.exec(select(Defect.site_id)).all())

        return site.id in self.cached(EQUIPMENT, "sites with defects", read)

    def equipment(self, site: Site) -> Equipment:
        """Return the equipment of *site*."""
        return self._equipment(site.id, site)

    def _equipment(self, site_id: str, known: Site | None = None) -> Equipment:
        def read() -> Equipment:
            with self._read_session() as session:
                # A known site saves reading it, which takes longer than generating its equipment.
                site = known or session.get(Site, site_id)
                if site is not None and site.portfolio is not None and self._generator is not None:
                    return self._generator().equipment(site)
                meters = session.exec(
                    select(Meter).where(Meter.site_id == site_id).order_by(col(Meter.position))
                ).all()
                measurements = session.exec(
                    select(Measurement)
                    .join(Meter)
                    .where(Meter.site_id == site_id)
                    .order_by(col(Measurement.position))
                ).all()
                defects = session.exec(
                    select(Defect).where(Defect.site_id == site_id).order_by(col(Defect.number))
                ).all()
            by_meter = defaultdict(list)
            for each in measurements:
                by_meter[each.meter_id].append(each)
            return Equipment([(meter, by_meter[meter.id]) for meter in meters], defects)

        return self.cached(EQUIPMENT, site_id, read)

    def keys(self) -> Mapping[str, Site]:
        """Return the site of each key, of all sites, including hidden ones."""

        def read() -> Mapping[str, Site]:
            with self._read_session() as session:
                sites = session.exec(select(Site).order_by(col(Site.position))).all()
            return {
                measurement.key: site
                for site in sites
                for _, measurements in self.equipment(site).meters
                for measurement in measurements
            }

        return self.cached("site", "keys", read)

    def given_readings(
        self, key: str, since: datetime | None, until: datetime | None
    ) -> Sequence[Reading]:
        """Return the readings given in the scenario, by `updated_at` in [*since*, *until*)."""
        query = select(Reading).where(Reading.key == key).order_by(col(Reading.at))
        if since is not None:
            query = query.where(col(Reading.updated_at) >= since)
        if until is not None:
            query = query.where(col(Reading.updated_at) < until)
        with self._read_session() as session:
            return session.exec(query).all()

    def projects(self, site_id: str) -> Sequence[Project]:
        """Return the site's projects in the order of registration."""
        with self._read_session() as session:
            return session.exec(
                select(Project).where(Project.site_id == site_id).order_by(col(Project.number))
            ).all()

    def register(self, site: Site, leed_id: int, leed_name: str, now: datetime) -> None:
        """Register *site* as a LEED project. A known *leed_id* gets the new name.

        The first registration starts the site's data. Each registration configures the pending
        scoring requests.
        """
        # assumption: a repeated registration renames its project, another id adds one; none
        # clashes.
        row = {"site_id": site.id, "leed_id": leed_id, "leed_name": leed_name}
        with self._write_session("site", "scoring_request") as session:
            session.exec(
                insert(Project)
                .values(**row, registered_at=now)
                .on_conflict_do_update(
                    index_elements=["site_id", "leed_id"], set_={"leed_name": leed_name}
                )
            )
            session.exec(
                update(Site)
                .where(col(Site.id) == site.id, col(Site.registered_at).is_(None))
                .values(registered_at=now)
            )
            session.exec(
                update(ScoringRequest)
                .where(
                    col(ScoringRequest.site_id) == site.id,
                    is_ahead(ScoringRequest.configured_at, now),
                    is_ahead(ScoringRequest.rejected_at, now),
                )
                .values(configured_at=now, rejected_at=None, verdict_detail=None)
            )
