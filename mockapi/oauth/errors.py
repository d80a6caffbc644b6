"""Errors of OAuth requests, in the wording of RFC 6749 and of the gateway.

Authlib's own errors are used where the gateway's wording is unknown.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.errors import AccessDeniedError, UnsupportedGrantTypeError
from fastapi import Response

from mockapi.settings import ErrorStyle

REALM = "mockapi"
UNCACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class InvalidOAuthRequest(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    """An invalid request for which the gateway's wording is unknown."""


class ParameterMissing(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, name: str, redirect_uri: str | None = None) -> None:
        super().__init__(f"The parameter {name} is missing.", redirect_uri=redirect_uri)
        self.apigee = f"The request is missing a required parameter : {name}"


class ParameterRepeated(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, name: str) -> None:
        super().__init__(f"The parameter {name} is there more than once.")


class ClientUnknown(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    """An unknown client at the authorization endpoint, which does not redirect."""

    apigee_status = HTTPStatus.UNAUTHORIZED

    def __init__(self, client_id: str) -> None:
        super().__init__("No client with this client_id is registered.")
        self.apigee = f"Invalid client id : {client_id}. ClientId is Invalid"


class RedirectUriUnregistered(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, redirect_uri: str) -> None:
        super().__init__("redirect_uri is not one of those that the client registered.")
        self.apigee = f"Invalid redirection uri {redirect_uri}"


class RedirectUriMissing(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    apigee = "Redirection URI is required"

    def __init__(self) -> None:
        super().__init__("The client registered several redirect URIs; name one of them.")


class ResponseTypeUnsupported(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    error = "unsupported_response_type"
    apigee = "Response type must be code"

    def __init__(self, redirect_uri: str | None) -> None:
        super().__init__("response_type must be code.", redirect_uri=redirect_uri)


class ResponseModeUnsupported(InvalidOAuthRequest):
    def __init__(self, redirect_uri: str) -> None:
        super().__init__("response_mode must be query.", redirect_uri=redirect_uri)


class LoginHintUnknown(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, redirect_uri: str) -> None:
        super().__init__("login_hint names no customer of this world.", redirect_uri=redirect_uri)


class NoCustomers(AccessDeniedError):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, redirect_uri: str) -> None:
        super().__init__("This world has no customers.", redirect_uri=redirect_uri)


class InvalidClient(InvalidClientError):  # type: ignore[misc]  # Authlib has no types
    status_code = HTTPStatus.UNAUTHORIZED
    description = "Client authentication failed."
    apigee = "ClientId is Invalid"
    apigee_code = "invalid_client"

    def get_headers(self) -> list[tuple[str, str]]:
        return [("WWW-Authenticate", f'Basic realm="{REALM}", charset="UTF-8"')]


class InvalidCode(InvalidGrantError):  # type: ignore[misc]  # Authlib has no types
    description = "The code is unknown, already used, expired, or another client's."
    apigee = "Invalid Authorization Code"


class RedirectUriOmitted(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    description = "The parameter redirect_uri is missing; the code was issued to one."
    apigee = "Required param : redirect_uri"


class RedirectUriDiffers(InvalidGrantError):  # type: ignore[misc]  # Authlib has no types
    description = "redirect_uri is not the one that the code was issued to."

    def __init__(self, redirect_uri: str) -> None:
        super().__init__()
        self.apigee = f"Invalid redirect_uri : {redirect_uri}"


class InvalidRefreshToken(InvalidGrantError):  # type: ignore[misc]  # Authlib has no types
    description = "The refresh token is unknown, revoked, expired, or another client's."
    apigee = "Invalid Refresh Token"


class InvalidAssertion(InvalidGrantError):  # type: ignore[misc]  # Authlib has no types
    """The `id_token` or e-mail address of an internal grant is not valid."""


class GrantTypeUnsupported(UnsupportedGrantTypeError):  # type: ignore[misc]  # Authlib has no types
    """The only error for which the gateway returns a fault, with HTTP 500."""

    description = "This grant_type is not supported here."

    def get_error_description(self) -> str:
        return self.description


def oauth_error_response(error: OAuth2Error, style: ErrorStyle) -> Response:
    """Return the JSON response for *error* in *style*."""
    headers = dict(error.get_headers()) if isinstance(error, InvalidClient) else {}
    if style is ErrorStyle.APIGEE:
        return _apigee(error, headers)
    body = {"error": error.error, "error_description": error.get_error_description()}
    return oauth_json(
        {name: value for name, value in body.items() if value}, error.status_code, headers
    )


def oauth_json(
    body: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a response with *body* as compact JSON that is not cached."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, {**UNCACHED, **(headers or {})}, "application/json")


def _apigee(error: OAuth2Error, headers: Mapping[str, str]) -> Response:
    if isinstance(error, GrantTypeUnsupported):
        fault = {
            "faultstring": f"Unsupported grant type : {error.grant_type}",
            "detail": {"errorcode": "oauth.v2.UnsupportedGrantType"},
        }
        return oauth_json({"fault": fault}, HTTPStatus.INTERNAL_SERVER_ERROR)
    known = getattr(error, "apigee", None)
    code = getattr(error, "apigee_code", "invalid_request" if known else error.error)
    # assumption: where the gateway's wording is unknown, that of RFC 6749 is used.
    wording = json.dumps(known or error.get_error_description() or error.error)
    status = getattr(error, "apigee_status", error.status_code)
    text = f'{{"ErrorCode" : {json.dumps(code)}, "Error" :{wording}}}'
    return Response(text, status, {**UNCACHED, **headers}, "application/json")
