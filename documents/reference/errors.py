"""Page of errors with their response bodies."""

import inspect
import json
from collections.abc import Iterator
from http import HTTPStatus

from documents.markdown import block, code, page, prose
from mockapi.domain import errors
from mockapi.domain.errors import ApiError, GatewayError, InvalidParam
from mockapi.http.json_bodies import encode
from mockapi.http.responses import Fault, Problem
from mockapi.oauth import errors as oauth_errors
from mockapi.settings import ErrorStyle

_PATH = "/sites/83d1e2a4-0000-4000-8000-000000000000/performance-scores"

EXAMPLES: tuple[ApiError, ...] = (
    errors.TokenMissing(),
    errors.TokenUnknown(),
    errors.TokenExpired(),
    errors.TokenRevoked(),
    errors.TokenOfOtherProduct(),
    errors.InsufficientScope(["write:energy-score"]),
    errors.BasePathUnknown("/ecostruxure/nowhere/v1/sites"),
    errors.ResourceNotFound(),
    errors.MethodNotAllowed("PATCH", ["GET", "HEAD", "OPTIONS", "POST"]),
    errors.BodyTooLarge(2_000_000),
    errors.UnsupportedMediaType("text/plain"),
    errors.InvalidRequest([InvalidParam("[0].score", "score", "must be at most 100")]),
    errors.ScoringRequestDenied(),
    errors.SiteNotFound(),
    errors.ScoringRequestConflict(),
    errors.StorageFull("database or disk is full. Free space on its disk."),
    errors.StorageUnavailable("database is locked. Close the other program that uses the file."),
    errors.ServerFailed(),
)

OAUTH_EXAMPLES = (
    oauth_errors.ParameterMissing("grant_type"),
    oauth_errors.InvalidClient(),
    oauth_errors.InvalidCode(),
    oauth_errors.RedirectUriOmitted(),
    oauth_errors.RedirectUriDiffers("https://example.com/callback"),
    oauth_errors.InvalidRefreshToken(),
    oauth_errors.GrantTypeUnsupported("password"),
)


def error_names() -> set[str]:
    """Return the names of all concrete error classes."""
    kinds = [each for each in vars(errors).values() if inspect.isclass(each)]
    return {
        each.__name__
        for each in kinds
        if issubclass(each, ApiError) and not each.__subclasses__() and each is not ApiError
    }


def page_text() -> str:
    missing = error_names() - {type(each).__name__ for each in EXAMPLES}
    if missing:
        raise LookupError(f"Add examples of {', '.join(sorted(missing))} to EXAMPLES.")
    return page(
        "Errors",
        "Requests are checked in a fixed order: 401 (authentication), 403 (permission), 404 "
        "(unknown path), 400 (invalid request), 404 (unknown site), 409 (conflict). The journal "
        "uses the names in the headings below. With `MOCKAPI_ERROR_STYLE=apigee` errors of the "
        "gateway and the token endpoint have the format of Apigee. [Assumptions](assumptions.md) "
        "lists the parts that are not recorded.",
        "## The two APIs",
        *(part for error in EXAMPLES for part in _error(error)),
        "## The token endpoint",
        "Bodies of RFC 6749 section 5.2, followed by those of style `apigee`.",
        *_token_endpoint_errors(),
    )


def _error(error: ApiError) -> Iterator[str]:
    status = HTTPStatus(error.status)
    yield f"### {type(error).__name__}: {status.value} {status.phrase}"
    own = type(error).__dict__.get("__doc__")
    yield prose(own)
    if challenge := getattr(error, "challenge", None):
        yield f"`WWW-Authenticate: {challenge}`"
    yield block("text", _pretty(encode(Problem.of(error, _PATH))))
    if isinstance(error, GatewayError):
        yield "In style `apigee`:"
        yield block("text", _pretty(encode(Fault.of(error))))


def _pretty(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _token_endpoint_errors() -> Iterator[str]:
    for error in OAUTH_EXAMPLES:
        yield f"### {type(error).__name__}"
        for style in ErrorStyle:
            answer = oauth_errors.oauth_error_response(error, style)
            yield f"{code(style.value)}: {answer.status_code}"
            yield block("text", _pretty(bytes(answer.body)))
