"""Lookup of the operation of a request by method and path."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, cast

from mockapi.api.products import PRODUCTS
from mockapi.domain.operations import ApiName, OperationId, OperationMatch, PathMatch
from mockapi.http.address import CANONICAL_BASE, IMPERSONATION_BASE, METADATA_PATH, OLD_BASES


class _Endpoint(NamedTuple):
    method: str
    match: OperationMatch


def _oauth(base: str, name: str, method: str, operation: OperationId) -> tuple[str, _Endpoint]:
    older = (base,) if base in OLD_BASES else ()
    return base + name, _Endpoint(method, OperationMatch("oauth", operation, older_paths=older))


_OAUTH: Mapping[str, _Endpoint] = dict(
    [
        _oauth(base, *endpoint)
        for base in (CANONICAL_BASE, *OLD_BASES)
        for endpoint in (
            ("/authorize", "GET", "authorize"),
            ("/sandbox-authorize", "GET", "sandboxAuthorize"),
            ("/token", "POST", "token"),
            ("/revoke", "POST", "revoke"),
        )
    ]
    + [
        _oauth(IMPERSONATION_BASE, "/token", "POST", "impersonate"),
        _oauth("", METADATA_PATH, "GET", "getOAuthMetadata"),
    ]
)

OAUTH_OPERATIONS = tuple(dict.fromkeys(each.match.operation for each in _OAUTH.values()))

_SITES = "/sites"


def match_path(method: str, path: str) -> PathMatch:
    """Return the match of *method* and *path*, which is relative to the world."""
    method = "GET" if method == "HEAD" else method
    endpoint = _OAUTH.get(path)
    if endpoint is not None:
        match = endpoint.match
        reached = match if endpoint.method == method else None
        return PathMatch(_base_of(path), "", reached, match)
    base, sites, rest = path.partition(_SITES)
    product = _products().get(base) if sites else None
    if product is None:
        return PathMatch(_base_of(path))
    # Starlette's patterns end with `$`, which also matches before a trailing line feed.
    template, site = _template_of(rest.removesuffix("\n"))
    found = product.operations.get((method, template))
    if found is None:
        return PathMatch(base, template)
    operation, older_name = found
    older_paths = product.older_base + older_name
    return PathMatch(base, template, OperationMatch(product.api, operation, site, older_paths))


def match_operation(method: str, path: str) -> OperationMatch | None:
    """Return the operation of *method* and *path*; None if there is none."""
    return match_path(method, path).operation


def _template_of(rest: str) -> tuple[str, str | None]:
    """Return the template of a path, and the site in it; *rest* follows `/sites` in the path."""
    if not rest:
        return _SITES, None
    slash, _, below = rest.partition("/")
    site, _, resource = below.partition("/")
    if slash or not site:
        return _SITES + rest, None
    return f"{_SITES}/{{site_id}}/{resource}", site


def _base_of(path: str) -> str:
    """Return the base of the product that *path* is below; an empty string if none."""
    products = _products()
    end = len(path)
    while end > 0:
        if path[:end] in products:
            return path[:end]
        end = path.rfind("/", 0, end)
    return ""


class _Base(NamedTuple):
    """An API at one base: operations and their older names by method and relative path."""

    api: ApiName
    older_base: tuple[str, ...]
    operations: Mapping[tuple[str, str], tuple[OperationId, tuple[str, ...]]]


@cache
def _products() -> Mapping[str, _Base]:
    found: dict[str, _Base] = {}
    for product in PRODUCTS:
        rows: dict[tuple[str, str], tuple[OperationId, tuple[str, ...]]] = {}
        for each in product.operations:
            name = cast("OperationId", each.id)
            for path in filter(None, (each.path, each.alias)):
                is_old = each.is_old or path == each.alias
                rows[each.method, path] = (name, (path.rpartition("/")[2],) if is_old else ())
        for base in product.bases:
            older_base = () if base == product.bases[0] else (base,)
            found[base] = _Base(cast("ApiName", product.name), older_base, rows)
    return found
