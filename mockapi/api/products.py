"""The two API products: base paths and operations.

The only module that contains the paths of resources. To add an operation, add a row; to add an
alias, add it to `bases` or to the row's `alias`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from http import HTTPStatus

from mockapi.api.guard import BY_OLD_NAME, ApiOperation, GuardedRoute
from mockapi.api.performance_scores import ScoreBody, list_scores, list_scores_for_user, put_scores
from mockapi.api.product_app import ProductApp
from mockapi.api.scoring_requests import (
    ScoringRequestBody,
    create_scoring_request,
    list_scoring_requests,
)
from mockapi.api.sites import (
    MeterBody,
    ProjectBody,
    SiteAssociation,
    SiteBody,
    associate_site,
    list_meters,
    list_projects,
    list_sites,
)
from mockapi.api.timeseries import TimeseriesBody, list_timeseries
from mockapi.domain.edition import Edition
from mockapi.domain.oauth import Scope


@dataclass(frozen=True)
class Product:
    """A published API: name, bases (the canonical one first) and operations."""

    name: str
    title: str
    description: str
    bases: Sequence[str]
    operations: Sequence[ApiOperation] = field(repr=False)

    @property
    def tags(self) -> Sequence[str]:
        """The tags of the operations, in their order."""
        return tuple(dict.fromkeys(operation.tag for operation in self.operations))

    def app(self, edition: Edition, *, strict_paths: bool) -> ProductApp:
        """Return an app with this product's paths relative to a base."""
        routes: dict[str, dict[str, Callable[[], GuardedRoute]]] = {}
        for operation, path, is_alias in self._paths(edition, strict_paths=strict_paths):
            # Created on first use: creating all takes a twentieth of the start-up time.
            route = cache(partial(self._route, operation, path, is_alias=is_alias))
            routes.setdefault(path, {})[operation.method] = route
        return ProductApp(self.name, routes)

    def routes(
        self, edition: Edition, *, strict_paths: bool, documented: bool = False
    ) -> Sequence[GuardedRoute]:
        """Return a route for each path of each operation.

        Models of responses are included only if *documented*: handlers return encoded bytes, and
        building all models would take a tenth of the start-up time.
        """
        return [
            self._route(operation, path, is_alias=is_alias, documented=documented)
            for operation, path, is_alias in self._paths(edition, strict_paths=strict_paths)
        ]

    def _route(
        self, operation: ApiOperation, path: str, *, is_alias: bool, documented: bool = False
    ) -> GuardedRoute:
        models = operation.models() if documented else {"response_model": None}
        return GuardedRoute(
            path,
            # A partial, because FastAPI reads the source of a plain function, which takes 10 ms.
            partial(operation.handler),
            name=operation.id,
            methods=[operation.method],
            operation_id=operation.id + (BY_OLD_NAME if is_alias else ""),
            summary=operation.summary,
            description=operation.description,
            tags=[operation.tag],
            status_code=operation.status,
            deprecated=is_alias or None,
            openapi_extra={
                "x-product": self.name,
                "x-scopes": [scope.value for scope in operation.scopes],
            },
            **models,
        )

    def _paths(
        self, edition: Edition, *, strict_paths: bool
    ) -> Iterator[tuple[ApiOperation, str, bool]]:
        """Yield each operation and path, and whether the path is an alias."""
        for operation in self.operations:
            newer = None if operation.is_old else operation.path
            older = operation.path if operation.is_old else operation.alias
            if strict_paths:
                path = (older or newer) if edition.old_names else newer
                if path is not None:
                    yield operation, path, False
                continue
            for path in (newer, older):
                if path is not None:
                    yield operation, path, path == older

    def mounted_bases(self, edition: Edition, *, strict_paths: bool) -> Sequence[str]:
        """Return the bases in use; with *strict_paths* only those of the edition."""
        if not strict_paths:
            return self.bases
        return [base for base in self.bases if base in edition.strict_bases]


_READ_SITE = (Scope.READ_SITE,)
_READ_PERFORMANCE = (Scope.READ_ENERGY_PERFORMANCE,)
_READ_SCORE = (Scope.READ_ENERGY_SCORE,)
_WRITE_SCORE = (Scope.WRITE_ENERGY_SCORE,)
_WRITE_REQUEST = (Scope.WRITE_SCORING_REQUEST,)
# assumption: no scope is published for meters; the operation once belonged to the assets.
_READ_METERS = (Scope.READ_ENERGY_PERFORMANCE, Scope.READ_SITE, Scope.READ_ASSET)

_SITES = "/sites"
_METERS = "/sites/{site_id}/meters"
_TIMESERIES = "/sites/{site_id}/timeseries"
_PROVIDERS = "/sites/{site_id}/scoring-providers"
_OLD_PROVIDERS = "/sites/{site_id}/certification-providers"
_PROJECTS = "/sites/{site_id}/projects"
_SCORES = "/sites/{site_id}/performance-scores"
_OLD_SCORES = "/sites/{site_id}/certification-scores"
_REQUESTS = "/sites/{site_id}/scoring-requests"
_OLD_REQUESTS = "/sites/{site_id}/certification-requests"

_LIST_SITES = ApiOperation(
    "listSites",
    "Fetch sites",
    "Returns the sites of the token's customer, in the customer's order.",
    "GET",
    _SITES,
    list_sites,
    list[SiteBody],
    _READ_SITE,
)

_SCORING_REQUESTS = (
    ApiOperation(
        "createScoringRequest",
        "Create Scoring Request",
        "Requests the scoring of a site. It is pending until a provider registers the site.",
        "POST",
        _REQUESTS,
        create_scoring_request,
        ScoringRequestBody,
        _WRITE_REQUEST,
        (400, 409),
        HTTPStatus.CREATED,
        _OLD_REQUESTS,
    ),
    ApiOperation(
        "getScoringRequestStatus",
        "Get Scoring Request Status",
        "Returns the status of a site's scoring requests, or of the one with `id`.",
        "GET",
        _REQUESTS,
        list_scoring_requests,
        list[ScoringRequestBody],
        _WRITE_REQUEST,
        (400,),
        alias=_OLD_REQUESTS,
    ),
)

# Samples of 2022-11 call these below the Partner API's base, where they are not documented.
_OLD_SCORING_REQUESTS = tuple(
    replace(each, path=_OLD_REQUESTS, alias=None, is_old=True) for each in _SCORING_REQUESTS
)

PARTNER = Product(
    "partner",
    "Energy and Sustainability Scoring Partner API",
    "Data that a scoring provider reads and writes for customers who gave consent.",
    ("/ecostruxure/scoring/v1", "/ecostruxure/v1", "/openesx/v1"),
    (
        _LIST_SITES,
        ApiOperation(
            "listMeters",
            "Fetch Meters",
            "Returns a site's meters and their measurements, with the keys of their timeseries.",
            "GET",
            _METERS,
            list_meters,
            list[MeterBody],
            _READ_METERS,
            (404,),
        ),
        ApiOperation(
            "listMetrics",
            "Fetch Timeseries",
            "Returns the readings that became visible in a window of `updatedAt`, by key. "
            "There are none before the site is registered.",
            "GET",
            _TIMESERIES,
            list_timeseries,
            list[TimeseriesBody],
            _READ_PERFORMANCE,
            (400, 404),
        ),
        ApiOperation(
            "createSiteAssociation",
            "Associate Scoring Application",
            "Registers a site under a project. Its readings become available, past ones first.",
            "POST",
            _PROVIDERS,
            associate_site,
            SiteAssociation,
            _WRITE_SCORE,
            (400, 404, 415),
            HTTPStatus.CREATED,
            _OLD_PROVIDERS,
        ),
        ApiOperation(
            "listProjects",
            "Fetch Projects",
            "Returns the projects that a site is registered under.",
            "GET",
            _PROJECTS,
            list_projects,
            list[ProjectBody],
            _READ_SITE,
            (404,),
        ),
        ApiOperation(
            "createPerformanceScores",
            "Update Performance Score",
            "Adds scores of a site, all or none. A score with the same date, type and "
            "category is replaced.",
            "POST",
            _SCORES,
            put_scores,
            list[ScoreBody],
            _WRITE_SCORE,
            (400, 404, 415),
            HTTPStatus.CREATED,
            _OLD_SCORES,
        ),
        ApiOperation(
            "listPerformanceScores",
            "Get Performance Score",
            "Returns a site's scores, the oldest update first, filtered by type and category.",
            "GET",
            _SCORES,
            list_scores,
            list[ScoreBody],
            _READ_SCORE,
            (400, 404),
            alias=_OLD_SCORES,
        ),
        *_OLD_SCORING_REQUESTS,
    ),
)

USER = Product(
    "user",
    "LEED Scoring & benchmarking Data API",
    "Data that a customer requests and reads with a personal access token.",
    ("/ecostruxure/user/scoring/v1", "/ecostruxure/user/v1"),
    (
        _LIST_SITES,
        *_SCORING_REQUESTS,
        ApiOperation(
            "listPerformanceScores",
            "Get Performance Score",
            "Returns a site's scores, the oldest update first, filtered by type and category.",
            "GET",
            _SCORES,
            list_scores_for_user,
            list[ScoreBody],
            _READ_SCORE,
            (400, 404),
            alias=_OLD_SCORES,
        ),
    ),
)

PRODUCTS = (PARTNER, USER)
