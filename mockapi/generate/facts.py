"""Says of a kept site and of its meters what their series depend on."""

from collections.abc import Collection, Sequence

from mockapi.domain.catalog import catalog
from mockapi.series.channel import Channel, Submeter
from mockapi.series.place import Change, SiteFacts
from mockapi.store.tables.meters import Meter
from mockapi.store.tables.sites import Site

_BUILDING = "office"
_AREA = 1_000
_STOREYS = 3
_ROOF_A_KILOWATT = 12.0


def site_facts(
    site: Site, usages: Collection[str], seed: int, changes: tuple[Change, ...] = ()
) -> SiteFacts:
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
        solar_kwp=_peak(site) if catalog().reads_panels(usages) else 0.0,
        changes=changes,
    )


def _peak(site: Site) -> float:
    """Return the peak power of a site's panels in kW.

    inferred: solar panels cover half of a roof, of a third of the gross area unless stated, at
    6 m2 a kW.
    """
    roof = site.roof_area or (site.gross_area or _AREA) / _STOREYS
    return round(roof / _ROOF_A_KILOWATT, 1)


def channel_of(
    facts: SiteFacts, meter: Meter, meters: Sequence[Meter], measurement: str
) -> Channel | Submeter:
    """Return what *measurement* of *meter* reads; *meters* are all of the site.

    The resolution of a meter is that of its first measurement, and so of the submeters that divide
    it; what is measured beside that has its own.
    The submeters of a meter divide its readings by their shares; what the shares leave is a part
    that no submeter measures.
    """
    commodity = catalog().by_usage().get(meter.usage)
    beside = commodity is not None and commodity.is_beside(measurement)
    resolution = None if beside else meter.resolution
    if meter.parent_id is None:
        return Channel(facts, meter.id, meter.usage, measurement, resolution)
    parts = [each for each in meters if each.parent_id == meter.parent_id]
    shares = [(each.id, each.share or 0.0) for each in parts]
    rest = 1.0 - sum(share for _, share in shares)
    if rest > 0:
        shares.append(("", rest))
    main = Channel(facts, meter.parent_id, meter.usage, measurement, resolution)
    number = [each.id for each in parts].index(meter.id)
    return Submeter(main, tuple(shares), number)
