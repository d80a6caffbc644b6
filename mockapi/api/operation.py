"""Shapes an operation of the two APIs: where it is, what it says of itself, how it refuses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from mockapi.domain.oauth import Scope
from mockapi.http.problem import Problem

_REFUSALS: Mapping[int, str] = {
    400: "The request is not valid",
    401: "The bearer token does not open this API",
    403: "The token lacks the scope",
    404: "Site Not found",
    405: "The path does not know this method",
    409: "Conflict",
    413: "The request body is too large",
    415: "The request body is not JSON",
    500: "Internal Server Error",
}


_TAGS: Mapping[str, str] = {
    "sites": "Site",
    "meters": "Meter",
    "timeseries": "Timeseries",
    "scoring-providers": "Performance Score",
    "projects": "Site",
    "performance-scores": "Performance Score",
    "scoring-requests": "Performance Score",
    "certification-requests": "Performance Score",
}
"""By resource, as the vendor's documents group them; projects are in none."""


@dataclass(frozen=True)
class Operation:
    """One published operation; *scopes*: any one of them is enough."""

    id: str
    summary: str
    about: str
    method: str
    path: str
    handler: Callable[..., Any]
    answer: Any
    scopes: Sequence[Scope]
    refusals: Sequence[int] = ()
    status: HTTPStatus = HTTPStatus.OK
    alias: str | None = None
    is_old: bool = False
    """Whether *path* itself is an older name, and no newer one was ever published here."""

    @property
    def tag(self) -> str:
        return _TAGS[self.path.rpartition("/")[2]]

    def models(self) -> dict[str, Any]:
        """Return the bodies of all answers, as a route takes them."""
        statuses = sorted({401, 403, 405, 413, 500, *self.refusals})
        return {
            "response_model": self.answer,
            "responses": {
                status: {"model": Problem, "description": _REFUSALS[status]} for status in statuses
            },
        }
