"""Finds the operation that a request is for before any of it is routed."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, cast

from mockapi.domain.operations import ApiName, OperationId
from mockapi.http.oauth.bases import CANONICAL_BASE, IMPERSONATION_BASE, OLD_BASES
from mockapi.http.products import PRODUCTS

_OAUTH: Mapping[tuple[str, str], OperationId] = {
    ("GET", "authorize"): "authorize",
    ("GET", "sandbox-authorize"): "sandboxAuthorize",
    ("POST", "token"): "token",
    ("POST", "revoke"): "revoke",
}

_SITES = "/sites"


class Located(NamedTuple):
    """An operation, the API that it belongs to, the site that it is for, and how it was named."""

    api: ApiName
    operation: OperationId
    site: str | None = None
    is_alias: bool = False


def operation_of(method: str, path: str) -> Located | None:
    """Return what *method* on *path* asks for, on whichever base; None for anything else.

    HEAD counts as GET. Whether strict paths let the request through is not looked at.
    """
    method = "GET" if method == "HEAD" else method
    base, _, name = path.rpartition("/")
    if base in (CANONICAL_BASE, *OLD_BASES):
        endpoint = _OAUTH.get((method, name))
        return Located("oauth", endpoint) if endpoint else None
    if base == IMPERSONATION_BASE:
        return Located("oauth", "impersonate") if (method, name) == ("POST", "token") else None
    base, sites, rest = path.partition(_SITES)
    products = _products()
    if not sites or base not in products:
        return None
    site: str | None = None
    if rest:
        slash, _, below = rest.partition("/")
        site, _, resource = below.partition("/")
        if slash or not site:
            return None
        rest = f"/{{site_id}}/{resource}"
    api, operations = products[base]
    found = operations.get((method, _SITES + rest))
    return Located(api, found[0], site, found[1]) if found else None


def base_of(path: str) -> str:
    """Return the base path of a product that *path* is below; nothing for any other path."""
    bases = [base for base in _products() if path.startswith(f"{base}/")]
    return max(bases, key=len, default="")


_Operations = Mapping[tuple[str, str], tuple[OperationId, bool]]


@cache
def _products() -> Mapping[str, tuple[ApiName, _Operations]]:
    """Return each base's API and its operations by method and path below the base."""
    found: dict[str, tuple[ApiName, _Operations]] = {}
    for product in PRODUCTS:
        rows: dict[tuple[str, str], tuple[OperationId, bool]] = {}
        for each in product.operations:
            name = cast("OperationId", each.id)
            rows[each.method, each.path] = (name, False)
            if each.alias is not None:
                rows[each.method, each.alias] = (name, True)
        for base in product.bases:
            found[base] = (cast("ApiName", product.name), rows)
    return found
