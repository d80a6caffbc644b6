"""Keeps sites, their meters and their projects."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col, select, update

from mockapi.domain.errors import SiteNotFound
from mockapi.store.shelf import Shelf
from mockapi.store.tables import (
    Measurement,
    Meter,
    Project,
    Reading,
    ScoringRequest,
    SharedSite,
    Site,
)


class SiteShelf(Shelf):
    """Sites and what stands in them."""

    def sites(self, customer_id: str) -> Sequence[Site]:
        """Return the sites that a customer owns or was let into, in the scenario's order."""

        def read() -> Sequence[Site]:
            shared = select(SharedSite.site_id).where(SharedSite.customer_id == customer_id)
            visible = or_(col(Site.customer_id) == customer_id, col(Site.id).in_(shared))
            with self._reading() as session:
                return session.exec(select(Site).where(visible).order_by(col(Site.position))).all()

        return self.remember("site", ("sites", customer_id), read)

    def site(self, site_id: str, customer_id: str) -> Site:
        """Return a site that the customer may see; any other id raises `SiteNotFound`."""
        by_id = self.remember(
            "site",
            ("by id", customer_id),
            lambda: {site.id: site for site in self.sites(customer_id)},
        )
        if site_id not in by_id:
            raise SiteNotFound
        return by_id[site_id]

    def meters(self, site_id: str) -> Sequence[tuple[Meter, Sequence[Measurement]]]:
        """Return the site's meters, each with its measurements, in the scenario's order."""

        def read() -> Sequence[tuple[Meter, Sequence[Measurement]]]:
            with self._reading() as session:
                meters = session.exec(
                    select(Meter).where(Meter.site_id == site_id).order_by(col(Meter.position))
                ).all()
                measurements = session.exec(
                    select(Measurement)
                    .join(Meter)
                    .where(Meter.site_id == site_id)
                    .order_by(col(Measurement.position))
                ).all()
            return [
                (meter, [each for each in measurements if each.meter_id == meter.id])
                for meter in meters
            ]

        return self.remember("site", ("meters", site_id), read)

    def stated_readings(
        self, key: str, since: datetime | None, until: datetime | None
    ) -> Sequence[Reading]:
        """Return the readings that the scenario states, by `updated_at` in [since, until)."""
        query = select(Reading).where(Reading.key == key).order_by(col(Reading.at))
        if since is not None:
            query = query.where(col(Reading.updated_at) >= since)
        if until is not None:
            query = query.where(col(Reading.updated_at) < until)
        with self._reading() as session:
            return session.exec(query).all()

    def projects(self, site_id: str) -> Sequence[Project]:
        """Return the site's projects in the order of their registration."""
        with self._reading() as session:
            return session.exec(
                select(Project).where(Project.site_id == site_id).order_by(col(Project.number))
            ).all()

    def register(self, site: Site, leed_id: int, leed_name: str, now: datetime) -> None:
        """Register *site* as a LEED project; a known *leed_id* takes the new name.

        The first registration starts the site's data; each configures its open requests.
        """
        # inferred: a repeated registration renames its project, another id adds one; none clashes.
        row = {"site_id": site.id, "leed_id": leed_id, "leed_name": leed_name}
        with self._writing("site", "scoring_request") as session:
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
                    col(ScoringRequest.configured_at).is_(None),
                    col(ScoringRequest.rejected_at).is_(None),
                )
                .values(configured_at=now)
            )
