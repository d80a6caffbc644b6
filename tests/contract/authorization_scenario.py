"""The scenario of the authorization tests, and its tokens."""

from collections.abc import Mapping
from typing import Any

from published_operations import OPERATIONS, Published

TOKENS = {
    "partner": "mockAccessToken00Partner2022",
    "user-2022": "mockAccessToken00000User2022",
    "user-2023": "mockAccessToken00000User2023",
}
PERSONAL_TOKENS = {
    "partner": "mockPAT0000000000Partner2022",
    "user-2022": "mockPAT0000000000000User2022",
    "user-2023": "mockPAT0000000000000User2023",
}

SCOPES = {
    "partner-GET-sites": ("read:site",),
    "partner-GET-meters": ("read:energy-performance", "read:site", "read:asset"),
    "partner-GET-timeseries": ("read:energy-performance",),
    "partner-POST-scoring-providers": ("write:energy-score",),
    "partner-GET-projects": ("read:site",),
    "partner-POST-performance-scores": ("write:energy-score",),
    "partner-GET-performance-scores": ("read:energy-score",),
    "partner-POST-certification-requests": ("write:scoring-request",),
    "partner-GET-certification-requests": ("write:scoring-request",),
    "user-GET-sites": ("read:site",),
    "user-POST-scoring-requests": ("write:scoring-request",),
    "user-GET-scoring-requests": ("write:scoring-request",),
    "user-GET-performance-scores": ("read:energy-score",),
}
"""The scopes of each operation, any one of which is enough; a refusal names the first."""
BODIES = {
    "partner-POST-scoring-providers": {"leedId": 8000015697, "leedName": "Somewhere"},
    "partner-POST-performance-scores": [
        {"date": "2026-01-04", "score": 94.99, "type": "daily", "category": "energy"}
    ],
}
"""A body that is good enough for each operation that wants one."""

EVERY_SCOPE = frozenset().union(*SCOPES.values()) | {"offline_access"}

OWNED, QUIET, FOREIGN, UNKNOWN = (f"{number}" * 8 for number in range(1, 5))
"""Site ids of the rights scenario, of one length so that answers can be compared."""


def secret(label: str) -> str:
    """The token with that *label* in the authorization scenario."""
    return f"mock{label:x<24}"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def body_of(operation: Published) -> dict[str, Any]:
    """The body that *operation* needs, as keyword arguments of a request."""
    return {"json": BODIES[operation.label]} if operation.label in BODIES else {}


def rights_scenario() -> Mapping[str, Any]:
    """Two customers, with tokens that are valid, lack a scope, or are expired."""
    without = [
        {
            "token": secret(f"Without{number}"),
            "scopes": sorted(EVERY_SCOPE.difference(SCOPES[each.label])),
        }
        for number, each in enumerate(OPERATIONS)
    ]
    only = [
        {"token": secret(f"Only{number}"), "scopes": [scope]}
        for number, scope in enumerate(sorted(EVERY_SCOPE))
    ]
    office = {"building": "office", "city": "Lyon", "area": 1200}
    project = {"leed_id": 1, "leed_name": "One"}
    asked = {"created_at": "2026-05-01T00:00:00Z"}
    score = {"date": "2026-05-30", "score": 71.5, "type": "daily", "category": "energy"}
    return {
        "seed": 7,
        "clock": "2026-06-01T09:00:00Z",
        "interval": "PT1H",
        "history": "P3D",
        "arrival": "punctual",
        "clients": [
            {
                "client_id": "mockRightsClient0000000000000001",
                "client_secret": "mockSecret000001",
                "name": "Rights",
                "redirect_uris": ["http://127.0.0.1:8765/callback"],
            }
        ],
        "customers": [
            {
                "email": "owner@example.com",
                "access_tokens": [
                    {"token": secret("Owner")},
                    {"token": secret("Expired"), "expires_at": "2026-06-01T09:00:00Z"},
                    {"token": secret("Lapsing"), "expires_at": "2026-06-01T10:00:00Z"},
                    *without,
                    *only,
                ],
                "personal_access_tokens": [
                    {"token": secret("OwnerPAT")},
                    {"token": secret("ExpiredPAT"), "expires_at": "2026-05-31T00:00:00Z"},
                ],
                "sites": [
                    {**office, "id": OWNED, "projects": [project], "scores": [score]},
                    {**office, "id": QUIET},
                ],
            },
            {
                "email": "stranger@example.com",
                "access_tokens": [{"token": secret("Stranger")}],
                "sites": [
                    {
                        **office,
                        "id": FOREIGN,
                        "projects": [project],
                        "scores": [score],
                        "scoring_requests": [asked],
                    }
                ],
            },
        ],
    }
