"""The two stories: the requests of a scoring partner and of a customer, step by step.

The Postman collection and the HTTP files are generated from these steps and the OpenAPI documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from documents.openapi import Operation, operations

Api = Literal["partner", "user", "control"]

SITE = "{{site}}"
VARIABLES = {
    "baseUrl": "http://127.0.0.1:8080",
    "accessToken": "mockAccessToken000000000Ada1",
    "personalToken": "mockPAT00000000000000000Ada1",
}
"""URL and credentials of the demo."""

UNREGISTERED = 6
"""Index of a site in the demo's list that is not registered."""

_PROJECT = {"leedId": 8000015999, "leedName": "Bengaluru Laboratory"}
_SCORE = {"date": "2026-05-31", "score": 87.5, "type": "monthly", "category": "energy"}
_OF_SITE = {"site-id": SITE}
_FIRST_MINUTE = {
    "updatedAt[gte]": "2026-06-01T09:00:00Z",
    "updatedAt[lt]": "2026-06-01T09:01:00Z",
}


@dataclass(frozen=True)
class Step:
    """One request and the expected response.

    *holds* maps paths in the response, such as `0.status`, to expected values. If *is_filled*, the
    response must be a list that is not empty.
    """

    name: str
    api: Api
    operation_id: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    holds: Mapping[str, Any] = field(default_factory=dict)
    is_filled: bool = False
    keeps_site: bool = False

    @property
    def operation(self) -> Operation:
        return next(each for each in operations(self.api) if each.id == self.operation_id)

    @property
    def status(self) -> int:
        """The status of success that the document declares."""
        return min(int(status) for status in self.operation.described["responses"])


STORIES: Mapping[str, Sequence[Step]] = {
    "partner": (
        Step("Reset the world", "control", "resetWorld"),
        Step("List the sites", "partner", "listSites", is_filled=True, keeps_site=True),
        Step("List the meters", "partner", "listMeters", _OF_SITE, is_filled=True),
        Step(
            "Register the site",
            "partner",
            "createSiteAssociation",
            _OF_SITE,
            body=_PROJECT,
            holds=_PROJECT,
        ),
        Step("Check the registration", "partner", "listProjects", _OF_SITE, holds={"0": _PROJECT}),
        Step(
            "Advance the clock by ten minutes, so that readings arrive",
            "control",
            "setClock",
            body={"advance": "PT10M"},
            holds={"now": "2026-06-01T09:10:00Z"},
        ),
        Step(
            "Read the readings", "partner", "listMetrics", _OF_SITE, _FIRST_MINUTE, is_filled=True
        ),
        Step(
            "Post a score",
            "partner",
            "createPerformanceScores",
            _OF_SITE,
            body=[_SCORE],
            holds={f"0.{name}": value for name, value in _SCORE.items()},
        ),
        Step(
            "Read the score",
            "partner",
            "listPerformanceScores",
            _OF_SITE,
            {"type": "monthly", "category": "energy"},
            is_filled=True,
        ),
    ),
    "customer": (
        Step("List the sites", "user", "listSites", is_filled=True, keeps_site=True),
        Step(
            "Request the scoring of the site",
            "user",
            "createScoringRequest",
            _OF_SITE,
            holds={"status": "PENDING"},
        ),
        Step("Advance the clock by a minute", "control", "setClock", body={"advance": "PT1M"}),
        Step(
            "Read the status of the request",
            "user",
            "getScoringRequestStatus",
            _OF_SITE,
            holds={"0.status": "CONFIGURED"},
        ),
        Step(
            "Read the score that the partner posted",
            "user",
            "listPerformanceScores",
            _OF_SITE,
            {"type": "monthly", "category": "energy"},
            is_filled=True,
        ),
    ),
}
"""The story of the customer continues that of the partner."""

AUTHORIZATION: Mapping[Api, str | None] = {
    "partner": "Bearer {{accessToken}}",
    "user": "Bearer {{personalToken}}",
    "control": None,
}
