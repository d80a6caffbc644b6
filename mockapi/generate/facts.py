"""Says of a kept site what its series depend on."""

from collections.abc import Collection

from mockapi.domain.catalog import catalog
from mockapi.series.place import SiteFacts
from mockapi.store.tables import Site

_BUILDING = "office"
_AREA = 1_000
_PANELS = 0.02
"""inferred: kilowatts peak of solar panels for each m2 of gross area, where a meter reads them."""


def site_facts(site: Site, usages: Collection[str], seed: int) -> SiteFacts:
    """Return what the meters of *site* know of it; what it leaves unsaid is a small office's."""
    return SiteFacts(
        seed=seed,
        site_id=site.id,
        building=site.building or _BUILDING,
        area=site.gross_area or _AREA,
        latitude=site.latitude or 0.0,
        longitude=site.longitude or 0.0,
        elevation=site.elevation or 0.0,
        timezone=site.timezone or "UTC",
        country=site.country_iso_code or "",
        occupants=site.building_occupants or 0,
        visitors_per_day=site.number_of_visitors_per_day or 0,
        weekly_hours=site.weekly_operating_hours or 0,
        solar_kwp=_PANELS * (site.gross_area or _AREA) if catalog().reads_panels(usages) else 0.0,
    )
