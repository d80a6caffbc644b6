"""Sites page: a table that can be searched, filtered and sorted, also by figures of readings."""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import Request, Response

from mockapi.console.figure_computation import compute_figures, sites_per_request
from mockapi.console.overview import Sparkline, format_energy, sparkline
from mockapi.console.page import render_console_page, requires_admin, threaded
from mockapi.console.site_figures import (
    ALL_GROUPS,
    SiteFigures,
    is_known,
    known_figures,
)
from mockapi.console.site_selection import FIGURE_SORT_KEYS, FILTERS, Selection, sort_value
from mockapi.control.schemas.site_bodies import SiteSummary
from mockapi.control.site_routes import site_summaries
from mockapi.http.context import world_of
from mockapi.store.tables import Site
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

_PAGE_SIZE = 50
_BAR_MEDIAN, _BAR_WIDTH = 30, 60
"""SVG units of the bar for energy per m2: its length at the median, and at most."""

_MOST_SHOWN = 10
"""Shares of the median above are those of wrong readings."""
_MOST_KWH = 10_000


class SiteRow(NamedTuple):
    """A site with its known figures. *is_pending* says that others can be computed."""

    site: SiteSummary
    figures: SiteFigures
    is_pending: bool

    @property
    def kind(self) -> str:
        """Return the type without its details."""
        return self.site.type.partition(":")[0]

    @property
    def electricity(self) -> tuple[str, str]:
        found = self.figures.electricity
        return format_energy(found.total if found else 0.0)

    @property
    def spark(self) -> Sparkline:
        found = self.figures.electricity
        return sparkline(found.days if found else ())

    @property
    def percent_of_median(self) -> str:
        share = self._share
        return f"{share:.0%}" if share < _MOST_SHOWN else f">{_MOST_SHOWN:.0%}"

    @property
    def energy_per_area(self) -> str:
        """Return the energy per m2 with its unit, short enough for the column."""
        energy = (self.figures.energy.intensity if self.figures.energy else None) or 0.0
        return f"{energy:,.0f} kWh" if energy < _MOST_KWH else " ".join(format_energy(energy))

    @property
    def bar(self) -> float:
        """Return the length of the bar for energy per m2 in SVG units."""
        return round(min(_BAR_WIDTH, _BAR_MEDIAN * self._share), 1)

    @property
    def _share(self) -> float:
        return (self.figures.energy.share_of_median if self.figures.energy else None) or 0.0


def _collated(text: str) -> str:
    """Return *text* as it is sorted: without case, and letters with accents as without."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


_SORT_KEYS: dict[str, Callable[[SiteRow], Any]] = {
    "name": lambda row: _collated(row.site.name or row.site.id),
    "place": lambda row: (row.site.country_iso_code or "", _collated(row.site.city or "")),
    "type": lambda row: row.site.type.casefold(),
    "area": lambda row: row.site.gross_area or 0,
    "customer": lambda row: row.site.customer,
    "registered": lambda row: row.site.registered_at or "~",
}


@dataclass(frozen=True)
class Column:
    """Header of a column, with the link to sort by it and the current order."""

    name: str
    title: str
    href: str
    sorted: str
    number: bool


@requires_admin
@threaded
def list_sites(request: Request) -> Response:
    world, selection = world_of(request), Selection.of(request)
    candidates = _candidates(world, selection)
    rows = [_row(world, each) for each in candidates]
    groups = selection.needed_groups
    known = sum(is_known(world, site_with(world, each.id), groups) for each in candidates)
    rows = [each for each in rows if selection.passes(each.figures)]
    _sort(rows, selection.order)
    pages = max(1, math.ceil(len(rows) / _PAGE_SIZE))
    page = min(pages, max(1, selection.page))
    first = (page - 1) * _PAGE_SIZE
    shown = rows[first : first + _PAGE_SIZE]
    return render_console_page(
        request,
        "console/sites.html",
        "sites",
        selection=selection,
        filters=FILTERS,
        total=len(all_sites(world)),
        found=len(rows),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        rows=shown,
        columns=_columns(selection),
        progress=(known, len(candidates)) if groups else None,
        previous=selection.link(page=page - 1) if page > 1 else None,
        following=selection.link(page=page + 1) if page < pages else None,
    )


@requires_admin
@threaded
def site_rows(request: Request) -> Response:
    """Compute the figures of the sites of the query, and return their rows."""
    world = world_of(request)
    ids = request.query_params.getlist("site")[: sites_per_request(ALL_GROUPS)]
    by_id = {each.id: each for each in site_summaries(world)}
    sites = [each for each in ids if each in by_id]
    compute_figures(world, [site_with(world, each) for each in sites])
    rows = [_row(world, by_id[each]) for each in sites]
    return render_console_page(request, "console/site_rows.html", "sites", rows=rows)


@requires_admin
@threaded
def site_progress(request: Request) -> Response:
    """Compute the figures of a few sites of the selection, and return how many are known."""
    world = world_of(request)
    selection = Selection.of(request)
    candidates = _candidates(world, selection)
    sites = [site_with(world, each.id) for each in candidates]
    left = compute_figures(world, sites, selection.needed_groups)
    progress = len(candidates) - len(left), len(candidates)
    return render_console_page(request, "console/site_progress.html", "sites", progress=progress)


def _candidates(world: World, selection: Selection) -> Sequence[SiteSummary]:
    """Return the sites of the search and the bounds."""
    return [each for each in site_summaries(world) if selection.selects(each)]


def _row(world: World, summary: SiteSummary) -> SiteRow:
    site: Site = site_with(world, summary.id)
    if summary.registered_at is None:
        return SiteRow(summary, SiteFigures(), is_pending=False)
    return SiteRow(summary, known_figures(world, site), is_pending=not is_known(world, site))


def _sort(rows: list[SiteRow], order: str) -> None:
    """Sort *rows* in place. Those without a figure come last in both directions."""
    name, is_descending = order.removeprefix("-"), order.startswith("-")
    if name in _SORT_KEYS:
        rows.sort(key=_SORT_KEYS[name], reverse=is_descending)
    elif name in FIGURE_SORT_KEYS:
        sign = -1 if is_descending else 1

        def key(row: SiteRow) -> tuple[bool, float]:
            value = sort_value(name, row.figures)
            return value is None, sign * (value or 0.0)

        rows.sort(key=key)


_COLUMNS = (
    ("name", "Site"),
    ("place", "Place"),
    ("type", "Type"),
    ("area", "Area, m²"),
    ("electricity", "Electricity, 30 days"),
    ("energy", "Energy per m² and year, of median"),
    ("score", "Score"),
    ("data", "Data of the year"),
    ("customer", "Customer"),
)
_HIGHEST_FIRST = frozenset({"electricity", "energy", "data"})


def _columns(selection: Selection) -> Sequence[Column]:
    return [
        Column(
            name,
            title,
            selection.link(order=_next_order(name, selection.order)),
            {name: "ascending", f"-{name}": "descending"}.get(selection.order, "none"),
            number=name in ("area", "score"),
        )
        for name, title in _COLUMNS
    ]


def _next_order(name: str, current: str) -> str:
    """Return the order after a click on a header: the other direction, or the usual first one."""
    if current in (name, f"-{name}"):
        return name if current.startswith("-") else f"-{name}"
    return f"-{name}" if name in _HIGHEST_FIRST else name
