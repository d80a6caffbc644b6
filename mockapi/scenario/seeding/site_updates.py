"""Columns of a site that a change of its values sets, with the values that depend on them."""

from typing import Any

from mockapi.domain.buildings import building_types, places
from mockapi.scenario.seeding.fake_names import fake_address
from mockapi.scenario.seeding.site_rows import GIVEN_COLUMNS, building_columns, place_columns
from mockapi.scenario.site_model import SiteScoring
from mockapi.scenario.updates import SiteUpdate
from mockapi.store.tables import Site

_SCORING = tuple(SiteScoring.model_fields)


def changed_columns(
    update: SiteUpdate, site: Site, scoring: SiteScoring, seed: int
) -> dict[str, Any]:
    """Return the columns of *site* that *update* sets; *scoring* are its scoring settings.

    A new building type brings its use (type, occupants, visitors, operating hours), a new city of
    the gazetteer its place and an address, unless they are given.
    """
    changes = update.changes()
    columns: dict[str, Any] = {}
    area = update.area or site.gross_area
    if update.building is not None:
        building = building_types()[update.building]
        columns |= building_columns(building, area or building.area[0])
    if "building" in update:
        columns["building"] = update.building
    if update.city in places():
        place = places()[update.city or ""]
        address = fake_address(seed, place, "site", site.position, place.city)
        columns |= {
            **place_columns(place),
            "address": address.street,
            "zip_code": address.zip_code,
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
    columns |= {name: changes[name] for name in (*GIVEN_COLUMNS, "city") if name in changes}
    if "area" in changes:
        columns["gross_area"] = update.area
    if "arrival" in changes:
        columns["arrival"] = None if update.arrival is None else update.arrival.model_dump_json()
    if "history" in changes:
        history = update.history
        columns["history_seconds"] = None if history is None else history.total_seconds()
    if any(name in changes for name in _SCORING):
        given = {name: changes[name] for name in _SCORING if name in changes}
        merged = scoring.model_copy(update=given)
        columns["scoring"] = merged.model_dump_json(exclude_none=True)
    return columns
