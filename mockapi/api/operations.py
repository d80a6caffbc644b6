"""Finds the operation that a request is for before any of it is routed."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, cast

from mockapi.api.products import PRODUCTS
from mockapi.domain.operations import ApiName, OperationId
from mockapi.http.paths import CANONICAL_BASE, IMPERSONATION_BASE, METADATA_PATH, OLD_BASES


class Located(NamedTuple):
    """An operation, the API that it belongs to, and the site that it is for.

    *older_paths* are the older base and the older name, where the request used them.
    """

    api: ApiName
    operation: OperationId
    site: str | None = None
    older_paths: Sequence[str] = ()


class _Endpoint(NamedTuple):
    method: str
    located: Located


def _oauth(base: str, name: str, method: str, operation: OperationId) -> tuple[str, _Endpoint]:
    older = (base,) if base in OLD_BASES else ()
    return base + name, _Endpoint(method, Located("oauth", operation, older_paths=older))


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

OAUTH_OPERATIONS = tuple(dict.fromkeys(each.located.operation for each in _OAUTH.values()))

_SITES = "/sites"


def oauth_operation_of(path: str) -> Located | None:
    """Return the endpoint of OAuth at *path*, whatever the method; None for anything else."""
    endpoint = _OAUTH.get(path)
    return endpoint and endpoint.located


def operation_of(method: str, path: str) -> Located | None:
    """Return what *method* on *path* asks for, on whichever base; None for anything else.

    HEAD counts as GET. Whether strict paths let the request through is not looked at.
    """
    method = "GET" if method == "HEAD" else method
    endpoint = _OAUTH.get(path)
    if endpoint is not None:
        return endpoint.located if endpoint.method == method else None
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
    product = products[base]
    found = product.operations.get((method, _SITES + rest))
    if found is None:
        return None
    operation, older_name = found
    return Located(product.api, operation, site, (*product.older_base, *older_name))


def base_of(path: str) -> str:
    """Return the base path of a product that *path* is below; nothing for any other path."""
    bases = [base for base in _products() if path.startswith(f"{base}/")]
    return max(bases, key=len, default="")


class _Base(NamedTuple):
    """An API at one of its bases; operations and their older names, by method and path below."""

    api: ApiName
    older_base: Sequence[str]
    operations: Mapping[tuple[str, str], tuple[OperationId, Sequence[str]]]


@cache
def _products() -> Mapping[str, _Base]:
    found: dict[str, _Base] = {}
    for product in PRODUCTS:
        rows: dict[tuple[str, str], tuple[OperationId, Sequence[str]]] = {}
        for each in product.operations:
            name = cast("OperationId", each.id)
            for path in filter(None, (each.path, each.alias)):
                is_old = each.is_old or path == each.alias
                rows[each.method, path] = (name, (path.rpartition("/")[2],) if is_old else ())
        for base in product.bases:
            older_base = () if base == product.bases[0] else (base,)
            found[base] = _Base(cast("ApiName", product.name), older_base, rows)
    return found
