"""Operations of the two APIs and of OAuth."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

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


class OperationMatch(NamedTuple):
    """The API, the operation and the site of a request.

    *older_paths* are the older base and the older name, where the request used them.
    """

    api: ApiName
    operation: OperationId
    site: str | None = None
    older_paths: Sequence[str] = ()


class PathMatch(NamedTuple):
    """The result of the lookup of a path, regardless of strict paths."""

    base: str = ""
    """The base path of the product; an empty string for any other path."""
    template: str = ""
    """The path below the base, with `{site_id}` for the site, whether a route has it or not."""
    operation: OperationMatch | None = None
    """The operation of the method and path; HEAD counts as GET."""
    oauth_endpoint: OperationMatch | None = None
    """The OAuth endpoint at the path, regardless of the method."""
