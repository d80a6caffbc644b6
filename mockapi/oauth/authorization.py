"""Authorization requests: validation, the response to the client, and callbacks of mockapi."""

from typing import Any

from fastapi import Request, Response

from mockapi.domain.oauth import Scope
from mockapi.http.address import CONSOLE_CALLBACK
from mockapi.http.context import requested_url_of, url_of, world_of
from mockapi.oauth.authorization_code_grant import Approval, CodeGrant, PkceS256
from mockapi.oauth.clients import RegisteredClient
from mockapi.oauth.errors import LoginHintUnknown, NoCustomers
from mockapi.oauth.parameters import OAuthRequest, query_of
from mockapi.oauth.server import OAuthServer
from mockapi.store.tables import Customer


class PendingAuthorization:
    """A valid authorization request that waits for the customer's decision."""

    def __init__(self, server: OAuthServer, grant: Any, *, sandbox: bool) -> None:
        self._server = server
        self._grant = grant
        self.sandbox = sandbox
        self.client: RegisteredClient = grant.client
        self.redirect_uri: str = grant.redirect_uri
        self.scopes = tuple(Scope(scope) for scope in grant.request.scope.split())

    def approve(self, customer: Customer) -> Response:
        """Store the consent and return the redirect with a code."""
        return self._respond(Approval(customer, self.sandbox))

    def deny(self) -> Response:
        """Return the redirect with `access_denied`."""
        # assumption: the result of "Do not Authorize" is not documented; here it is RFC 6749's
        # access_denied.
        return self._respond(None)

    def auto_consent_customer(self, signed_in: Customer | None) -> Customer:
        """Return the customer who consents automatically."""
        store = self._server.world.store
        hint = self._grant.request.payload.get("login_hint")
        if not store.customers():
            raise self._with_state(NoCustomers(self.redirect_uri))
        if self.sandbox:
            return store.sandbox_customer()
        if signed_in is not None:
            return signed_in
        if hint is None:
            return store.customers()[0]
        try:
            return store.customer_named(hint)
        except LookupError as error:
            raise self._with_state(LoginHintUnknown(self.redirect_uri)) from error

    def hinted_customer(self) -> Customer | None:
        """Return the customer of `login_hint`, whom the sign-in page offers first; or None."""
        hint = self._grant.request.payload.get("login_hint")
        try:
            return self._server.world.store.customer_named(hint) if hint else None
        except LookupError:
            return None

    def _respond(self, approval: Approval | None) -> Response:
        response: Response = self._server.create_authorization_response(
            self._grant.request, approval, self._grant
        )
        return response

    def _with_state(self, error: Any) -> Any:
        error.state = self._grant.request.payload.get("state")
        return error


def validate_authorization_request(request: Request, *, sandbox: bool) -> PendingAuthorization:
    """Return the authorization request in the query. Raise Authlib's `OAuth2Error` if invalid.

    The error's `redirect_uri` is set only if the client and its redirect URI are valid.
    """
    server = OAuthServer(world_of(request), url_of(request), console_callbacks(request))
    server.register_grant(CodeGrant, [PkceS256()])
    grant = server.get_consent_grant(OAuthRequest("GET", query_of(request)))
    return PendingAuthorization(server, grant, sandbox=sandbox)


def console_callbacks(request: Request) -> frozenset[str]:
    """Return the redirect URIs of the console's OAuth flow."""
    # assumption: the console's page is a redirect URI of every client, so that each can be used
    # there.
    if not world_of(request).settings.admin:
        return frozenset()
    urls = url_of(request), requested_url_of(request)
    return frozenset(url + CONSOLE_CALLBACK for url in urls)
