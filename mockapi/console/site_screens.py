"""Sites page: searchable and sortable table of sites."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from mockapi.console.page import render_console_page, requires_admin
from mockapi.control.schemas.site_bodies import SiteSummary
from mockapi.http.context import world_of
from mockapi.world.sites import all_sites

_PAGE_SIZE = 50

_SORT_KEYS: dict[str, Callable[[SiteSummary], Any]] = {
    "name": lambda site: (site.name or site.id).casefold(),
    "place": lambda site: (site.country_iso_code or "", site.city or ""),
    "type": lambda site: site.type.casefold(),
    "area": lambda site: site.gross_area or 0,
    "customer": lambda site: site.customer,
    "registered": lambda site: site.registered_at or "~",
}


@dataclass(frozen=True)
class Column:
    """Header of a column, with the link to sort by it and the current order."""

    name: str
    title: str
    href: str
    sorted: str
    number: bool = False


@requires_admin
async def list_sites(request: Request) -> Response:
    world = world_of(request)
    owners = {each.id: each for each in world.store.customers()}
    all_summaries = [SiteSummary.of(site, owners[site.customer_id]) for site in all_sites(world)]
    search = request.query_params.get("search", "").strip()
    order = request.query_params.get("sort", "")
    found = [site for site in all_summaries if _matches(site, search.casefold())]
    name = order.removeprefix("-")
    if name in _SORT_KEYS:
        found.sort(key=_SORT_KEYS[name], reverse=order.startswith("-"))
    pages = max(1, math.ceil(len(found) / _PAGE_SIZE))
    page = min(pages, max(1, _number(request.query_params.get("page", "1"))))
    first = (page - 1) * _PAGE_SIZE
    shown = found[first : first + _PAGE_SIZE]
    return render_console_page(
        request,
        "console/sites.html",
        "sites",
        search=search,
        order=order,
        total=len(all_summaries),
        found=len(found),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        rows=shown,
        columns=_columns(search, order),
        previous=_page_link(search, order, page - 1) if page > 1 else None,
        following=_page_link(search, order, page + 1) if page < pages else None,
    )


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


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 1


def _page_link(search: str, order: str, page: int) -> str:
    parameters = {"search": search, "sort": order, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in parameters.items() if value})


def _columns(search: str, order: str) -> Sequence[Column]:
    return [
        Column(
            name,
            title,
            _page_link(search, f"-{name}" if order == name else name, 1),
            {name: "ascending", f"-{name}": "descending"}.get(order, "none"),
            number=name == "area",
        )
        for name, title in (
            ("name", "Site"),
            ("place", "Place"),
            ("type", "Type"),
            ("area", "Area, m²"),
            ("customer", "Customer"),
            ("registered", "Registered since"),
        )
    ]
