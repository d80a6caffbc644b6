"""Validation of the names in a matcher."""

import re
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from mockapi.api.operations import OAUTH_OPERATIONS
from mockapi.api.products import PRODUCTS
from mockapi.control.route import AdminError, not_found_errors
from mockapi.domain.text_matching import nearest
from mockapi.faults.kinds import KINDS
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.matching import Matcher

OPERATIONS = (
    *dict.fromkeys(operation.id for product in PRODUCTS for operation in product.operations),
    *OAUTH_OPERATIONS,
)

_FAULT_ID = re.compile("[a-z]+-[0-9]+")
"""`fault-1`, `scenario-1`, `header-1`; removed ones are still in the journal."""


def resolve_matcher(world: World, matcher: "Matcher") -> "Matcher":
    """Return *matcher* with the id of its customer. Raise `AdminError` for an unknown name.

    A mistyped name matches nothing, so a test that expects no requests would always pass.
    """
    if matcher.operation is not None:
        _require_known("operation", matcher.operation, OPERATIONS)
    if matcher.fault is not None and not _FAULT_ID.fullmatch(matcher.fault):
        _require_known("fault kind", matcher.fault, tuple(KINDS))
    if matcher.customer is None:
        return matcher
    with not_found_errors():
        return replace(matcher, customer=world.store.customer_named(matcher.customer).id)


def _require_known(what: str, name: str, names: Sequence[str]) -> None:
    if name in names:
        return
    close = nearest(name, names)
    advice = f"Did you mean {close[0]}?" if close else f"Use one of {', '.join(names)}."
    raise AdminError(HTTPStatus.BAD_REQUEST, f"{name!r} is not a known {what}. {advice}")
