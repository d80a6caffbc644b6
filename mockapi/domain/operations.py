"""Names the operations of the two APIs and of OAuth, by which faults and tests speak of them."""

from typing import Literal, get_args

ApiName = Literal["partner", "user", "oauth"]

OperationId = Literal[
    "listSites",
    "listMeters",
    "listMetrics",
    "createSiteAssociation",
    "listProjects",
    "createPerformanceScores",
    "listPerformanceScores",
    "createScoringRequest",
    "getScoringRequestStatus",
    "authorize",
    "sandboxAuthorize",
    "token",
    "impersonate",
    "revoke",
    "getOAuthMetadata",
]

OPERATION_IDS: tuple[OperationId, ...] = get_args(OperationId)
