"""Selection of sites in a table: search, bounds and filters, as given in the URL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from mockapi.console.site_figures import EnergyScore, FigureGroup, SiteFigures
from mockapi.control.schemas.site_bodies import SiteSummary

_ENERGY_SORT_KEYS: Mapping[str, Callable[[EnergyScore], float | None]] = {
    "energy": lambda found: found.share_of_median,
    "score": lambda found: found.score,
    "data": lambda found: found.missing_days + found.defects,
}
FIGURE_SORT_KEYS = ("electricity", *_ENERGY_SORT_KEYS)
"""Orders by figures of readings."""
_MEDIUM_SCORE, _HIGH_SCORE = 50, 75
_Filter = Callable[[EnergyScore], bool]
FILTERS: Mapping[str, Mapping[str, tuple[str, _Filter]]] = {
    "score": {
        "low": ("below 50", lambda each: each.score is not None and each.score < _MEDIUM_SCORE),
        "medium": (
            "50 to 75",
            lambda each: each.score is not None and _MEDIUM_SCORE <= each.score < _HIGH_SCORE,
        ),
        "high": ("75 or more", lambda each: each.score is not None and each.score >= _HIGH_SCORE),
    },
    "energy": {
        "above": ("above the median", lambda each: (each.share_of_median or 0) > 1),
        "below": ("up to the median", lambda each: 0 < (each.share_of_median or 0) <= 1),
    },
    "data": {
        "complete": ("complete", lambda each: not each.missing_days and not each.defects),
        "missing": ("with missing readings", lambda each: each.missing_days > 0),
        "defects": ("with defects", lambda each: each.defects > 0),
    },
}
"""Label and condition of each choice, by filter."""


Bounds = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


@dataclass(frozen=True)
class Selection:
    """The search, filters, bounds, order and page of the table, as given in the URL."""

    search: str
    order: str
    bounds: str
    filters: Mapping[str, str]
    page: int

    @staticmethod
    def of(request: Request) -> "Selection":
        query = request.query_params
        filters = {
            name: query[name] for name, choices in FILTERS.items() if query.get(name) in choices
        }
        return Selection(
            query.get("search", "").strip(),
            query.get("sort", ""),
            query.get("bounds", "") if _bounds(query.get("bounds", "")) else "",
            filters,
            _number(query.get("page", "1")),
        )

    @property
    def needed_groups(self) -> frozenset[FigureGroup]:
        """Return the figures that all sites need, and not only those of the page."""
        order = self.order.removeprefix("-")
        groups = set()
        if order == "electricity":
            groups.add(FigureGroup.ELECTRICITY)
        if self.filters or order in _ENERGY_SORT_KEYS:
            groups.add(FigureGroup.SCORE)
        return frozenset(groups)

    def link(self, *, order: str | None = None, page: int = 1) -> str:
        """Return the URL with another order or page."""
        values = {
            "search": self.search,
            "bounds": self.bounds,
            **self.filters,
            "sort": self.order if order is None else order,
            "page": str(page) if page > 1 else "",
        }
        found = urlencode({name: each for name, each in values.items() if each}, safe=",")
        return f"?{found}"

    def selects(self, site: SiteSummary) -> bool:
        """Return True if the search and the bounds select *site*, regardless of the filters."""
        bounds = _bounds(self.bounds)
        return _matches(site, self.search.casefold()) and (
            bounds is None or _is_within(site, bounds)
        )

    def passes(self, figures: SiteFigures) -> bool:
        """Return True if a site with *figures* passes the filters. Unknown figures do not."""
        energy = figures.energy
        return not self.filters or (
            energy is not None
            and all(FILTERS[name][choice][1](energy) for name, choice in self.filters.items())
        )


def sort_value(order: str, figures: SiteFigures) -> float | None:
    """Return the figure of one of `FIGURE_SORT_KEYS`; None if it is unknown."""
    if order == "electricity":
        return figures.electricity.total if figures.electricity else None
    return _ENERGY_SORT_KEYS[order](figures.energy) if figures.energy else None


def _matches(site: SiteSummary, search: str) -> bool:
    values = (
        site.name,
        site.city,
        site.country_iso_code,
        site.state_province,
        site.type,
        site.building,
        site.customer,
        site.id,
    )
    text = " ".join(each for each in values if each).casefold()
    return all(word in text for word in search.split())


def _bounds(text: str) -> Bounds | None:
    """Return the bounds in *text*; None if they are not four numbers."""
    try:
        west, south, east, north = (float(each) for each in text.split(","))
    except ValueError:
        return None
    return west, south, east, north


def _is_within(site: SiteSummary, bounds: Bounds) -> bool:
    if site.latitude is None or site.longitude is None:
        return False
    west, south, east, north = bounds
    return west <= site.longitude <= east and south <= site.latitude <= north


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 1
