"""Errors of the two vendor APIs.

They are raised anywhere and rendered in `mockapi.api.error_responses`. The order of checks is
part of the contract: authentication (401), authorization (403), path (404), validation (400),
existence (404), conflict (409).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

# Python 3.13 uses the phrases of RFC 9110; the APIs and older Pythons use previous ones.
_PREVIOUS_PHRASES = {
    HTTPStatus(413): "Request Entity Too Large",
    HTTPStatus(414): "Request-URI Too Long",
    HTTPStatus(416): "Requested Range Not Satisfiable",
    HTTPStatus(422): "Unprocessable Entity",
}


def reason_phrase(status: int) -> str:
    """Return the reason phrase of *status*, which HTTP must define."""
    known = HTTPStatus(status)
    return _PREVIOUS_PHRASES.get(known, known.phrase)


@dataclass(frozen=True)
class InvalidParam:
    """An invalid part of a request; the published schema allows only these three members."""

    path: str
    name: str
    reason: str


class ApiError(Exception):
    """An error of the backend: `type` is the backend's path, `title` the reason phrase."""

    status: HTTPStatus
    body_status: HTTPStatus | None = None

    def __init__(self, detail: str, invalid_params: Sequence[InvalidParam] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.invalid_params = tuple(invalid_params)


class InvalidRequest(ApiError):
    """A parameter or the body of the request is not valid."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, invalid_params: Sequence[InvalidParam] = ()) -> None:
        super().__init__("Provided input request parameter is not valid.", invalid_params)


class SiteNotFound(ApiError):
    """The site does not exist, or the token has no access to it."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("Site Not found")


class ResourceNotFound(ApiError):
    """The path below a known base is not a resource."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("Resource not found for provided identifier.")


class ScoringRequestDenied(ApiError):
    """HTTP 400 around a body with status 401.

    Recorded on 2023-03-09 (docs/contract/errors.md#recorded-refusals).
    """

    status = HTTPStatus.BAD_REQUEST
    body_status = HTTPStatus.UNAUTHORIZED

    def __init__(self) -> None:
        super().__init__("Access is denied to recieve from the request made")


class ScoringRequestConflict(ApiError):
    """The site already has a scoring request of this client."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "Already site is being configured,Conflict occured cannot create a new request"
        )


class MethodNotAllowed(ApiError):
    """The resource does not have this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(f"Request method '{method}' is not supported.")
        self.allowed = tuple(allowed)


class BodyTooLarge(ApiError):
    """The body of the request is larger than the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body is larger than {limit} bytes.")


class UnsupportedMediaType(ApiError):
    """The media type of the body is not supported."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self, media_type: str) -> None:
        subject = f"Content-Type '{media_type}'" if media_type else "A body without Content-Type"
        super().__init__(f"{subject} is not supported; send application/json.")


class StorageFailed(ApiError):
    """The world's data cannot be read or written, independently of the request."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The world's data cannot be read or written: {reason}")


class StorageFull(StorageFailed):
    """The disk is full."""

    status = HTTPStatus.INSUFFICIENT_STORAGE


class StorageUnavailable(StorageFailed):
    """The data file is locked by another program, exceeds a limit, or is damaged."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class GatewayError(ApiError):
    """An error of the gateway, before the backend is reached.

    In style `problem`, it is a problem whose `type` is a URI; in style `apigee`, a fault with
    *fault_code* (docs/contract/errors.md#apigee-faults).
    """

    problem_type: str
    title: str

    def __init__(self, fault_string: str, fault_code: str) -> None:
        super().__init__(fault_string)
        self.fault_code = fault_code


def _quotable(text: str) -> str:
    """Return *text* with characters replaced that RFC 6750 section 3 does not allow in quotes."""
    return "".join(each if " " <= each <= "~" and each not in '"\\' else "?" for each in text)


class Unauthenticated(GatewayError):
    """The bearer token is not valid for this API; *challenge* is for `WWW-Authenticate`."""

    status = HTTPStatus.UNAUTHORIZED
    problem_type = "https://ecostructure-openapi.se.com/problem/unauthorized"
    title = "Unauthorized"

    @property
    def challenge(self) -> str:
        return (
            'Bearer realm="null",error="invalid_token",'
            f'error_description="{self.fault_code}: {_quotable(self.detail)}"'
        )


class TokenMissing(Unauthenticated):
    """The request has no bearer token."""

    def __init__(self) -> None:
        super().__init__("Invalid access token", "oauth.v2.InvalidAccessToken")

    @property
    def challenge(self) -> str:
        # RFC 6750 section 3.1: no error code for a request without credentials.
        return 'Bearer realm="null"'


class TokenUnknown(Unauthenticated):
    """The bearer token is not known in this world."""

    def __init__(self) -> None:
        super().__init__("Invalid Access Token", "keymanagement.service.invalid_access_token")


class TokenExpired(Unauthenticated):
    """The bearer token expired, by the clock of the world."""

    def __init__(self) -> None:
        super().__init__("Access Token expired", "keymanagement.service.access_token_expired")


class TokenRevoked(Unauthenticated):
    """The bearer token or its consent was revoked."""

    def __init__(self) -> None:
        super().__init__(
            "Access Token not approved", "keymanagement.service.access_token_not_approved"
        )


class TokenOfOtherProduct(Unauthenticated):
    """The bearer token is for the other of the two APIs."""

    def __init__(self) -> None:
        super().__init__(
            "Invalid API call as no apiproduct match found",
            "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound",
        )


class InsufficientScope(GatewayError):
    """The bearer token does not have a scope that the operation requires."""

    # assumption: 401 and 403 were never recorded; their wording is that of another API of the same
    # gateway.
    status = HTTPStatus.FORBIDDEN
    problem_type = "https://ecostruxure-openapi.se.com/problem/access-forbidden"
    title = "Access Forbidden"

    def __init__(self, scopes: Sequence[str]) -> None:
        super().__init__(
            f"Required scope(s): {' '.join(scopes)}", "steps.oauth.v2.InsufficientScope"
        )
        self.scopes = tuple(scopes)

    @property
    def challenge(self) -> str:
        return f'Bearer realm="null",error="insufficient_scope",scope="{" ".join(self.scopes)}"'


class BasePathUnknown(GatewayError):
    """No API has this base path."""

    # assumption: an unknown base path is reported before the token is checked.
    status = HTTPStatus.NOT_FOUND
    problem_type = "https://ecostructure-openapi.se.com/problem/not-found"
    title = "Not Found"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"Unable to identify proxy for host: default and url: {path}",
            "messaging.adaptors.http.flow.ApplicationNotFound",
        )


class ServerFailed(GatewayError):
    """The gateway failed while it processed the request."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    problem_type = "https://ecostruxure-openapi.se.com/problem/internal-server-error"
    title = "Internal Server Error"

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong, please try again later.",
            "steps.javascript.ScriptExecutionFailed",
        )
