"""Reads the names in a matcher: an operation that there is, a customer by e-mail address."""

from dataclasses import replace
from difflib import get_close_matches
from http import HTTPStatus
from typing import TYPE_CHECKING

from mockapi.http.admin.errors import AdminError
from mockapi.http.journalling import OAUTH_OPERATIONS
from mockapi.http.products import PRODUCTS
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.journal.matching import Matcher

OPERATIONS = (
    *dict.fromkeys(operation.id for product in PRODUCTS for operation in product.operations),
    *OAUTH_OPERATIONS,
)


def named(world: World, matcher: "Matcher") -> "Matcher":
    """Return *matcher* with the customer's id; raise `AdminError` for a name that is no name.

    A misspelt operation would never come, and a test that wants none would pass for ever.
    """
    if matcher.operation is not None and matcher.operation not in OPERATIONS:
        close = get_close_matches(matcher.operation, OPERATIONS, n=1)
        advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(OPERATIONS)}."
        raise AdminError(
            HTTPStatus.BAD_REQUEST, f"No operation is called {matcher.operation!r}; {advice}"
        )
    if matcher.customer is None:
        return matcher
    try:
        return replace(matcher, customer=world.store.customer_named(matcher.customer).id)
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error
