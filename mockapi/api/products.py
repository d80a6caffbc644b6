"""Declares the two API products: where each is mounted and which operations it offers.

The only place that knows a published path. To add an operation, add a row; to add an alias,
add it to `bases` or to the row's `alias`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

from fastapi import FastAPI
from starlette.routing import BaseRoute

from mockapi.api import errors
from mockapi.api.guard import BY_OLD_NAME, ApiOperation, GuardedRoute
from mockapi.api.performance_scores import list_scores, list_scores_for_user, put_scores
from mockapi.api.schemas.scores import ScoreBody, ScoringRequestBody
from mockapi.api.schemas.sites import MeterBody, ProjectBody, SiteAssociation, SiteBody
from mockapi.api.schemas.timeseries import TimeseriesBody
from mockapi.api.scoring_requests import create_scoring_request, list_scoring_requests
from mockapi.api.sites import associate_site, list_meters, list_projects, list_sites
from mockapi.api.timeseries import list_timeseries
from mockapi.domain.edition import Edition
from mockapi.domain.oauth import Scope


@dataclass(frozen=True)
class Product:
    """An API as published: its name, its bases (the canonical one first), its operations."""

    name: str
    title: str
    description: str
    bases: Sequence[str]
    operations: Sequence[ApiOperation] = field(repr=False)

    @property
    def tags(self) -> Sequence[str]:
        """What its operations are grouped by, in their order."""
        return tuple(dict.fromkeys(operation.tag for operation in self.operations))

    def app(self, edition: Edition, *, strict_paths: bool) -> FastAPI:
        """Return an app that answers this product's paths, below whichever base it is reached."""
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
        errors.install_error_handlers(app, self.name)
        # Not include_router: an included router is matched twice for every request.
        for operation in self.operations:
            for path, is_alias in self._paths(operation, edition, strict_paths=strict_paths):
                app.router.routes.append(self._route(operation, path, is_alias=is_alias))
        return app

    def routes(
        self, edition: Edition, *, strict_paths: bool, documented: bool = False
    ) -> Sequence[BaseRoute]:
        """Return a route for each path of each operation.

        The bodies of answers are modelled only where *documented*: handlers answer with ready
        bytes, and the models of all answers would cost a tenth of the start.
        """
        return [
            self._route(operation, path, is_alias=is_alias, documented=documented)
            for operation in self.operations
            for path, is_alias in self._paths(operation, edition, strict_paths=strict_paths)
        ]

    def _route(
        self, operation: ApiOperation, path: str, *, is_alias: bool, documented: bool = False
    ) -> BaseRoute:
        models = operation.models() if documented else {"response_model": None}
        return GuardedRoute(
            path,
            # Of a plain function FastAPI reads the source when it is first called: 10 ms.
            partial(operation.handler),
            name=operation.id,
            methods=[operation.method],
            operation_id=operation.id + (BY_OLD_NAME if is_alias else ""),
            summary=operation.summary,
            description=operation.about,
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
        self, operation: ApiOperation, edition: Edition, *, strict_paths: bool
    ) -> Sequence[tuple[str, bool]]:
        newer = None if operation.is_old else operation.path
        older = operation.path if operation.is_old else operation.alias
        if strict_paths:
            path = (older or newer) if edition.old_names else newer
            return [] if path is None else [(path, False)]
        return [(path, path == older) for path in (newer, older) if path is not None]

    def mounted_bases(self, edition: Edition, *, strict_paths: bool) -> Sequence[str]:
        """Return the bases that answer; under *strict_paths* those of the edition alone."""
        if not strict_paths:
            return self.bases
        return [base for base in self.bases if base in edition.strict_bases]


_READ_SITE = (Scope.READ_SITE,)
_READ_PERFORMANCE = (Scope.READ_ENERGY_PERFORMANCE,)
_READ_SCORE = (Scope.READ_ENERGY_SCORE,)
_WRITE_SCORE = (Scope.WRITE_ENERGY_SCORE,)
_WRITE_REQUEST = (Scope.WRITE_SCORING_REQUEST,)
# assumption: no scope is stated for meters; the operation once belonged to the assets.
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
    "The sites of the customer behind the token, in the customer's order.",
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
        "Asks that a site be scored; it stays pending until a provider registers the site.",
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
        "What has become of a site's requests, or of the one with `id`.",
        "GET",
        _REQUESTS,
        list_scoring_requests,
        list[ScoringRequestBody],
        _WRITE_REQUEST,
        (400,),
        alias=_OLD_REQUESTS,
    ),
)

# Samples of 2022-11 ask the Partner API's base, where no document has these operations.
_OLD_SCORING_REQUESTS = tuple(
    replace(each, path=_OLD_REQUESTS, alias=None, is_old=True) for each in _SCORING_REQUESTS
)

PARTNER = Product(
    "partner",
    "Energy and Sustainability Scoring Partner API",
    "What a scoring provider reads and writes of a customer who consented.",
    ("/ecostruxure/scoring/v1", "/ecostruxure/v1", "/openesx/v1"),
    (
        _LIST_SITES,
        ApiOperation(
            "listMeters",
            "Fetch Meters",
            "A site's meters with what each of them measures; the keys lead to timeseries.",
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
            "The readings that became visible in a window of `updatedAt`, by key; "
            "none before the site is registered.",
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
            "Registers a site under a project. Its readings begin to flow, the past ones first.",
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
            "The projects that a site is registered under.",
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
            "Adds scores of a site, all or none; one of the same date, type and "
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
            "A site's scores, the oldest update first; types and categories narrow them.",
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
    "What a customer asks for and reads, with a personal access token.",
    ("/ecostruxure/user/scoring/v1", "/ecostruxure/user/v1"),
    (
        _LIST_SITES,
        *_SCORING_REQUESTS,
        ApiOperation(
            "listPerformanceScores",
            "Get Performance Score",
            "A site's scores, the oldest update first; types and categories narrow them.",
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
