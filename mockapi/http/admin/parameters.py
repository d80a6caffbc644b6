"""Refuses query parameters that a call of the control API does not know or takes once.

A misspelt one would widen what is asked for: a `DELETE` without its `until` takes everything.
"""

from collections.abc import Collection
from difflib import get_close_matches
from http import HTTPStatus

from fastapi import Request
from fastapi.dependencies.models import Dependant

from mockapi.http.admin.errors import AdminError
from mockapi.http.known import repeated_parameters
from mockapi.http.queries import names

_LONGEST = 100


def demand_known_parameters(request: Request, known: Collection[str]) -> None:
    """Raise `AdminError` with 400 for a query parameter that is not among *known*."""
    for name in request.query_params:
        if name not in known:
            close = get_close_matches(name[:_LONGEST], known, n=1)
            advice = f"known are {names(known)}" if known else "it takes none"
            advice = f"did you mean {close[0]}?" if close else f"{advice}."
            shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
            raise AdminError(
                HTTPStatus.BAD_REQUEST, f"{shown}: this call knows no such parameter; {advice}"
            )


def demand_no_repetition(request: Request, dependant: Dependant) -> None:
    """Raise `AdminError` with 400 for a repeated query parameter that has one value."""
    for name, count in repeated_parameters(dependant, request.query_params):
        raise AdminError(HTTPStatus.BAD_REQUEST, f"{name}: is given {count} times. Give it once.")
