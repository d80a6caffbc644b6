"""Shows the sites of a world as a table to search and sort."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from mockapi.console.page import guarded, show
from mockapi.control.schemas.site_bodies import SiteSummary
from mockapi.http.context import world_of
from mockapi.world.sites import all_sites

_A_PAGE = 50

_ORDERS: dict[str, Callable[[SiteSummary], Any]] = {
    "name": lambda site: (site.name or site.id).casefold(),
    "place": lambda site: (site.country_iso_code or "", site.city or ""),
    "type": lambda site: site.type.casefold(),
    "area": lambda site: site.gross_area or 0,
    "customer": lambda site: site.customer,
    "registered": lambda site: site.registered_at or "~",
}


@dataclass(frozen=True)
class Column:
    """A column's head: how to sort by it, and whether the table is."""

    name: str
    title: str
    href: str
    sorted: str
    number: bool = False


@guarded
async def list_sites(request: Request) -> Response:
    world = world_of(request)
    owners = {each.id: each for each in world.store.customers()}
    every = [SiteSummary.of(site, owners[site.customer_id]) for site in all_sites(world)]
    search = request.query_params.get("search", "").strip()
    order = request.query_params.get("sort", "")
    found = [site for site in every if _has(site, search.casefold())]
    name = order.removeprefix("-")
    if name in _ORDERS:
        found.sort(key=_ORDERS[name], reverse=order.startswith("-"))
    pages = max(1, math.ceil(len(found) / _A_PAGE))
    page = min(pages, max(1, _number(request.query_params.get("page", "1"))))
    first = (page - 1) * _A_PAGE
    shown = found[first : first + _A_PAGE]
    return show(
        request,
        "console/sites.html",
        "sites",
        search=search,
        order=order,
        total=len(every),
        found=len(found),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        rows=shown,
        columns=_columns(search, order),
        earlier=_way(search, order, page - 1) if page > 1 else None,
        later=_way(search, order, page + 1) if page < pages else None,
    )


def _has(site: SiteSummary, search: str) -> bool:
    told = (
        site.name,
        site.city,
        site.country_iso_code,
        site.state_province,
        site.type,
        site.building,
        site.customer,
        site.id,
    )
    text = " ".join(each for each in told if each).casefold()
    return all(word in text for word in search.split())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 1


def _way(search: str, order: str, page: int) -> str:
    stated = {"search": search, "sort": order, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in stated.items() if value})


def _columns(search: str, order: str) -> Sequence[Column]:
    return [
        Column(
            name,
            title,
            _way(search, f"-{name}" if order == name else name, 1),
            {name: "ascending", f"-{name}": "descending"}.get(order, "none"),
            number=name == "area",
        )
        for name, title in (
            ("name", "Site"),
            ("place", "Place"),
            ("type", "Type"),
            ("area", "Area, m²"),
            ("customer", "Customer"),
            ("registered", "Delivers since"),
        )
    ]
