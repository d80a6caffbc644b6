"""Registered clients as Authlib uses them, and their authentication."""

import hmac
import re
from collections.abc import Callable, Collection, Sequence
from urllib.parse import quote, unquote_plus, urlencode

from authlib.oauth2.rfc6749 import ClientMixin

from mockapi.domain.oauth import join_scopes
from mockapi.oauth.errors import InvalidClient, InvalidOAuthRequest
from mockapi.oauth.parameters import OAuthRequest
from mockapi.store.tables import Client

_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?![^/?])")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def is_registered(uri: str, registered: Sequence[str], *, any_loopback_port: bool) -> bool:
    """Return True if *uri* equals one of *registered*, byte for byte.

    With *any_loopback_port* the port of a loopback address may differ.
    """
    if uri in registered:
        return True
    # assumption: a redirect URI on 127.0.0.1 or [::1] may have any port, as RFC 8252 section 7.3
    # requires; one on `localhost` must have the registered port.
    return (
        any_loopback_port
        and _LOOPBACK.match(uri) is not None
        and _without_port(uri) in map(_without_port, registered)
    )


def _without_port(uri: str) -> str:
    return _LOOPBACK.sub(r"\1", uri, count=1)


def with_parameters(uri: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return *uri* with *parameters* added to its query, which is otherwise unchanged.

    Parameters that the query already has are replaced: RFC 6749 section 3.1 does not allow
    repetition, and a client must get back the `state` that it sent.
    """
    base, mark, query = uri.partition("?")
    names = {name for name, _ in parameters}
    remaining = [each for each in query.split("&") if _name_of(each) not in names]
    joined = "&".join(filter(None, ["&".join(remaining), urlencode(parameters)]))
    # Only non-ASCII characters are encoded, because headers are ASCII.
    return quote(f"{base}?{joined}" if mark or joined else base, safe=_ASCII)


def _name_of(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0])


AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")


class RegisteredClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A client of the scenario; one without a secret is a public client."""

    def __init__(
        self, row: Client, callbacks: Collection[str] = (), *, any_loopback_port: bool = False
    ) -> None:
        """Wrap *row*; *callbacks* are additional redirect URIs of every client."""
        self.row = row
        self.client_id = row.client_id
        self._callbacks = callbacks
        self._any_loopback_port = any_loopback_port

    @property
    def is_public(self) -> bool:
        return self.row.client_secret is None

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return the redirect URI if there is only one; otherwise None."""
        return self.row.redirect_uris[0] if len(self.row.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return *scope*, or all registered scopes if empty; None if it exceeds them."""
        if not scope:
            return join_scopes(self.row.scopes)
        wanted = frozenset(scope.split())
        return join_scopes(wanted) if wanted and wanted <= frozenset(self.row.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self._callbacks or is_registered(
            redirect_uri, self.row.redirect_uris, any_loopback_port=self._any_loopback_port
        )

    def check_client_secret(self, client_secret: str) -> bool:
        expected = self.row.client_secret or ""
        return hmac.compare_digest(expected.encode(), client_secret.encode()) and bool(expected)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == self.is_public

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return True


def check_single_authentication(request: OAuthRequest) -> None:
    """Raise an error for a malformed header or two authentications, which Authlib accepts."""
    credentials = request.credentials
    if credentials.scheme != "basic":
        return
    if credentials.client_id is None:
        raise InvalidClient
    if request.payload.get("client_secret") is not None:
        raise InvalidOAuthRequest("Authenticate by HTTP Basic or in the body, not by both.")
    if request.payload.get("client_id") not in (None, credentials.client_id):
        raise InvalidOAuthRequest("client_id is another one than that of HTTP Basic.")


def authenticate_by_basic(
    query_client: Callable[[str], RegisteredClient | None], request: OAuthRequest
) -> RegisteredClient | None:
    """Return the client that HTTP Basic authenticates, without parsing the header again."""
    credentials = request.credentials
    if not credentials.client_id or not credentials.client_secret:
        return None
    client = query_client(credentials.client_id)
    if client is None:
        raise InvalidClient
    return client if client.check_client_secret(credentials.client_secret) else None
