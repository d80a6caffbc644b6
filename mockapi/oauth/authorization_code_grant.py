"""Authorization code grant with PKCE."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from authlib.oauth2.rfc6749.errors import AccessDeniedError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge

from mockapi.domain.oauth import parse_scopes
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import (
    ClientUnknown,
    InvalidCode,
    InvalidOAuthRequest,
    ParameterMissing,
    ParameterRepeated,
    RedirectUriDiffers,
    RedirectUriMissing,
    RedirectUriOmitted,
    RedirectUriUnregistered,
    ResponseModeUnsupported,
    ResponseTypeUnsupported,
)
from mockapi.oauth.parameters import OAuthRequest
from mockapi.settings import ErrorStyle
from mockapi.store.tables import AuthorizationCode, Customer
from mockapi.world.credentials import (
    InvalidCodeError,
    IssuedTokens,
    RedirectUriMismatchError,
    RedirectUriMissingError,
)

_NOT_REPEATABLE = (
    "response_type",
    "response_mode",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
)


@dataclass(frozen=True)
class Approval:
    """The approval of the resource owner, which Authlib passes on."""

    customer: Customer
    sandbox: bool


class StoredCode:
    """A stored code as Authlib uses it."""

    def __init__(self, row: AuthorizationCode) -> None:
        self.row = row
        self.code_challenge = row.code_challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str | None:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """RFC 6749 section 4.1 with the store and the clock of a world."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @classmethod
    def check_authorization_endpoint(cls, request: OAuthRequest) -> bool:  # noqa: ARG003
        # This is the only grant. A wrong response_type is rejected later, when it is known
        # whether to redirect to the client.
        return True

    @staticmethod
    def validate_no_multiple_request_parameter(request: OAuthRequest) -> None:
        repeated_name = request.payload.repeated(("client_id", "redirect_uri"))
        if repeated_name is not None:
            raise ParameterRepeated(repeated_name)

    def validate_authorization_request(self) -> str:
        client_id = self.request.payload.get("client_id")
        if client_id is None:
            raise ParameterMissing("client_id")
        client = self.server.query_client(client_id)
        if client is None:
            raise ClientUnknown(client_id)
        redirect_uri = self.validate_authorization_redirect_uri(self.request, client)
        self._validate_response_type(redirect_uri)
        validated: str = super().validate_authorization_request()
        return validated

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuthRequest, client: RegisteredClient) -> str:
        redirect_uri = request.payload.get("redirect_uri")
        if redirect_uri is None:
            default = client.get_default_redirect_uri()
            if default is None:
                raise RedirectUriMissing
            return default
        if not client.check_redirect_uri(redirect_uri):
            raise RedirectUriUnregistered(redirect_uri)
        return redirect_uri

    def _validate_response_type(self, redirect_uri: str) -> None:
        # The gateway rejects these two without a redirect
        # (docs/contract/oauth.md#refusals-of-the-authorization-endpoint).
        apigee = self.server.world.settings.error_style is ErrorStyle.APIGEE
        where = None if apigee else redirect_uri
        values = self.request.payload.all("response_type")
        if not any(values):
            raise ParameterMissing("response_type", where)
        if len(values) == 1 and values != ["code"]:
            raise ResponseTypeUnsupported(where)
        # assumption: codes are returned in the query; another response_mode is rejected.
        if self.request.payload.get("response_mode") not in (None, "query"):
            raise ResponseModeUnsupported(redirect_uri)

    def create_authorization_response(
        self, redirect_uri: str, grant_user: Approval | None
    ) -> tuple[int, list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the parameters of the redirect as body, because Authlib would change the URI."""
        if grant_user is None:
            raise AccessDeniedError(redirect_uri=redirect_uri)
        self.request.user = grant_user
        parameters = [("code", self.generate_authorization_code())]
        state = self.request.payload.get("state")
        if state is not None:
            parameters.append(("state", state))
        return HTTPStatus.FOUND, parameters, [("Location", redirect_uri)]

    def generate_authorization_code(self) -> str:
        approval: Approval = self.request.user
        client: RegisteredClient = self.request.client
        code: str = self.server.world.tokens.issue_code(
            approval.customer,
            client.row,
            parse_scopes(self.request.scope),
            redirect_uri=self.request.payload.get("redirect_uri"),
            code_challenge=self.request.payload.get("code_challenge"),
            sandbox=approval.sandbox,
        )
        return code

    def query_authorization_code(self, code: str, client: RegisteredClient) -> StoredCode:
        redirect_uri = self.request.payload.get("redirect_uri")
        try:
            row = self.server.world.tokens.find_code(
                code, client.client_id, redirect_uri, client.get_default_redirect_uri()
            )
        except InvalidCodeError as error:
            raise InvalidCode from error
        except RedirectUriMissingError as error:
            raise RedirectUriOmitted from error
        except RedirectUriMismatchError as error:
            raise RedirectUriDiffers(redirect_uri) from error
        return StoredCode(row)

    def authenticate_user(self, authorization_code: StoredCode) -> StoredCode:
        """Return *authorization_code* itself, which identifies the customer."""
        return authorization_code

    def generate_token(self, user: StoredCode, **_: Any) -> dict[str, str]:
        try:
            issued: IssuedTokens = self.server.world.tokens.redeem_code(user.row)
        except InvalidCodeError as error:
            raise InvalidCode from error
        return issued.body()

    def delete_authorization_code(self, authorization_code: StoredCode) -> None:
        """Do nothing, because a second use of the code must be detected."""


class PkceS256(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE (RFC 7636) with S256 only; public clients must use it."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def __call__(self, grant: CodeGrant) -> None:
        super().__call__(grant)
        grant.register_hook(
            "before_validate_authorization_request_payload", self._validate_parameters
        )

    def _validate_parameters(self, grant: CodeGrant, redirect_uri: str) -> None:
        parameters = grant.request.payload
        repeated_name = parameters.repeated(_NOT_REPEATABLE)
        if repeated_name is not None:
            raise ParameterRepeated(repeated_name)
        challenge = parameters.get("code_challenge")
        if challenge is None and grant.request.client.is_public:
            raise InvalidOAuthRequest("A client without a secret must send a code_challenge.")
        if challenge is not None and parameters.get("code_challenge_method") != "S256":
            raise InvalidOAuthRequest("code_challenge_method must be S256.")


def _matches(verifier: str, challenge: str) -> bool:
    return hmac.compare_digest(create_s256_code_challenge(verifier), challenge)


PkceS256.CODE_CHALLENGE_METHODS = {"S256": _matches}
