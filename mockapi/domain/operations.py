"""The operations of the two APIs and of OAuth, by which faults and tests name them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

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


class OperationMatch(NamedTuple):
    """An operation, the API that it belongs to, and the site that it is for.

    *older_paths* are the older base and the older name, where the request used them.
    """

    api: ApiName
    operation: OperationId
    site: str | None = None
    older_paths: Sequence[str] = ()


class PathMatch(NamedTuple):
    """What the path of a request leads to, whether strict paths let it through or not."""

    base: str = ""
    """The base of a product that the path is below; empty for any other path."""
    operation: OperationMatch | None = None
    """What the method asks for there; HEAD counts as GET."""
    oauth_endpoint: OperationMatch | None = None
    """The endpoint of OAuth at the path, whatever the method."""
