"""Codes and tokens: issue, redeem, refresh, authenticate, revoke."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from mockapi.domain.clock import Clock
from mockapi.domain.errors import (
    TokenExpired,
    TokenMissing,
    TokenOfOtherProduct,
    TokenRevoked,
    TokenUnknown,
)
from mockapi.domain.oauth import (
    ACCESS_TOKEN_LIFETIME,
    ALL_SCOPES,
    CODE_LIFETIME,
    PAT_DEFAULT_LIFETIME,
    PAT_LONGEST_LIFETIME,
    REFRESH_TOKEN_LIFETIME,
    Bearer,
    Scope,
    TokenKind,
    TokenState,
    hash_of,
    join_scopes,
)
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.store.tables import AuthorizationCode, Client, Consent, Customer, Token
from mockapi.world.credentials import (
    ConsentService,
    InvalidCodeError,
    InvalidRefreshTokenError,
    IssuedPersonalToken,
    IssuedTokens,
    RedirectUriMismatchError,
    RedirectUriMissingError,
    TokenIssuer,
    bearer_of,
    scopes_of,
)


class TokenService:
    """Service that issues and authenticates the tokens of one world.

    Secrets are deterministic and visibly fake. The store has only their hashes.
    """

    def __init__(
        self, store: Store, clock: Clock, seed: int, settings: Settings, world: str = ""
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._issuer = TokenIssuer(store, clock, seed, world)
        self.consents = ConsentService(store, clock, seed)

    def issue_code(
        self,
        customer: Customer,
        client: Client,
        scopes: Collection[Scope],
        *,
        redirect_uri: str | None,
        code_challenge: str | None,
        sandbox: bool,
    ) -> str:
        """Store the consent of *customer* and return an authorization code for it.

        *redirect_uri* is that of the request; None if it had none.
        """
        consent = self.consents.grant(customer, client, scopes, sandbox=sandbox)
        return self._issuer.mint_code(
            consent,
            client.client_id,
            scopes,
            self._clock.now() + CODE_LIFETIME,
            redirect_uri=redirect_uri,
            code_challenge=code_challenge,
        )

    def find_code(
        self, secret: str, client_id: str, redirect_uri: str | None, default_uri: str | None
    ) -> AuthorizationCode:
        """Return the code *secret* if the client may redeem it with *redirect_uri*.

        *default_uri* is the client's only redirect URI. Raise `InvalidCodeError`,
        `RedirectUriMissingError` or `RedirectUriMismatchError` if it may not.
        """
        code = self._store.code(secret)
        if code is None:
            raise InvalidCodeError
        if code.used_at is not None:
            self._revoke_replayed(code.code_hash)
            raise InvalidCodeError
        if code.client_id != client_id or code.expires_at <= self._clock.now():
            raise InvalidCodeError
        if code.redirect_uri is not None and redirect_uri is None:
            raise RedirectUriMissingError
        if redirect_uri not in (None, code.redirect_uri or default_uri):
            raise RedirectUriMismatchError
        return code

    def redeem_code(self, code: AuthorizationCode) -> IssuedTokens:
        """Redeem *code* and return its tokens. Raise `InvalidCodeError` if it was already used."""
        consent = self._store.consent(code.consent_id)
        if not self._store.use_code(code.code_hash, self._clock.now()):
            self._revoke_replayed(code.code_hash)
            raise InvalidCodeError
        return self._issue(consent, scopes_of(code), family=code.code_hash)

    def issue_tokens(
        self,
        customer: Customer,
        client: Client,
        scopes: Collection[Scope] | None = None,
        lifetime: timedelta | None = None,
    ) -> IssuedTokens:
        """Return tokens as if *customer* had granted *scopes*, by default all of the client's."""
        scopes = scopes or scopes_of(client)
        return self._issue(self.consents.grant(customer, client, scopes), scopes, lifetime=lifetime)

    def issue_internal_token(self, customer: Customer, client: Client) -> IssuedTokens:
        """Return an access token without a refresh token, for grants of the internal edition."""
        # assumption: the token has every scope that the client registered; no sample names any.
        scopes = scopes_of(client)
        consent = self.consents.require(customer, client, scopes)
        return self._issue(consent, scopes, with_refresh=False)

    def find_refresh_token(self, secret: str, client_id: str) -> Token:
        """Return the client's refresh token *secret* or raise `InvalidRefreshTokenError`."""
        token = self._store.token(secret)
        if token is None or token.kind is not TokenKind.REFRESH or token.client_id != client_id:
            raise InvalidRefreshTokenError
        state = self.state_of(token)
        if state == "revoked":
            self._revoke_replayed(token.family)
        if state != "live":
            raise InvalidRefreshTokenError
        return token

    def refresh(self, token: Token, secret: str, scopes: Collection[Scope]) -> IssuedTokens:
        """Return a new access token for the refresh token *secret*, stored as *token*.

        If the settings rotate refresh tokens, the result has a new refresh token with the same
        scopes, and *token* is revoked. Otherwise the result has *secret* again.
        """
        consent = self._store.consent(token.consent_id)
        issued = self._issue(consent, scopes, family=token.family, with_refresh=False)
        # assumption: whether a refresh rotates the refresh token is undocumented; it is a setting.
        if self._settings.rotate_refresh_tokens:
            self._store.revoke_token(token.token_hash, self._clock.now())
            secret = self._issue_refresh_token(consent, scopes_of(token), token.family)
        return replace(issued, refresh_token=secret)

    def issue_personal_token(
        self,
        customer: Customer,
        name: str,
        scopes: Collection[Scope] = ALL_SCOPES,
        expires_at: datetime | None = None,
    ) -> IssuedPersonalToken:
        """Return a new personal access token, with its own consent."""
        expires_at = expires_at or self.default_personal_expiry
        consent = self.consents.grant_personal(customer, name, scopes)
        secret = self._issuer.mint_token(TokenKind.PERSONAL, consent, scopes, expires_at)
        return IssuedPersonalToken(secret, name, join_scopes(scopes), expires_at)

    @property
    def default_personal_expiry(self) -> datetime:
        """Return the default expiry of a personal access token."""
        return self._clock.now() + PAT_DEFAULT_LIFETIME

    @property
    def latest_personal_expiry(self) -> datetime:
        """Return the latest expiry that a customer may choose for a personal access token."""
        return self._clock.now() + PAT_LONGEST_LIFETIME

    def expire_personal_tokens(self, customer: Customer, name: str | None, at: datetime) -> None:
        """Let the customer's personal tokens expire by *at*: all, or those called *name*."""
        self._store.limit_personal_tokens(customer.id, name, at)

    def authenticate(self, secret: str | None, api: str | None = None) -> Bearer:
        """Return the bearer of the token *secret*, on *api* if given.

        Raise a subclass of `Unauthenticated` if the token is missing or rejected.
        """
        if secret is None:
            raise TokenMissing
        bearer = self._bearer(secret)
        # assumption: the Partner API accepts OAuth only; personal tokens are of another product.
        if api == "partner" and bearer.kind is TokenKind.PERSONAL:
            raise TokenOfOtherProduct
        if api == "user" and bearer.kind is TokenKind.ACCESS and not self._settings.user_api_oauth:
            raise TokenOfOtherProduct
        return bearer

    def state_of(self, token: Token) -> TokenState:
        """Return whether *token* is live, expired or revoked."""
        if token.revoked_at is not None:
            return "revoked"
        return "live" if self._clock.now() < token.expires_at else "expired"

    def revoke(self, token: Token) -> None:
        """Revoke *token*, and the family of a refresh token or the consent of a personal one."""
        now = self._clock.now()
        if token.kind is TokenKind.PERSONAL:
            self.consents.revoke(token.consent_id, token.customer_id, now)
        elif token.kind is TokenKind.REFRESH:
            self._store.revoke_family(token.family, now)
        else:
            self._store.revoke_token(token.token_hash, now)

    def withdraw_consent(self, secret: str) -> bool:
        """Revoke the consent of the token *secret*. Return False if there is none to revoke."""
        token = self._store.token(secret)
        if token is None:
            return False
        try:
            self.consents.revoke(token.consent_id, token.customer_id)
        except LookupError:
            return False
        return True

    def _bearer(self, secret: str) -> Bearer:
        try:
            # By the secret, because hashing it takes longer than the other checks.
            bearer, is_revoked = self._store.cached(
                "token", ("bearer", secret), lambda: self._find_bearer(secret)
            )
        except TokenUnknown:
            return self._first_customer_bearer()
        if is_revoked:
            raise TokenRevoked
        if self._clock.now() >= bearer.expires_at:
            raise TokenExpired
        return bearer

    def _find_bearer(self, secret: str) -> tuple[Bearer, bool]:
        """Return the bearer of *secret* and whether it is revoked. Raise `TokenUnknown`.

        An unknown secret is not cached, because their size is unlimited.
        """
        token = self._store.token(secret)
        if token is None or token.kind is TokenKind.REFRESH:
            raise TokenUnknown
        return bearer_of(token), token.revoked_at is not None

    def _first_customer_bearer(self) -> Bearer:
        """Return the first customer for an unknown token if the settings accept any token."""
        customers = self._store.customers()
        if not self._settings.accept_any_token or not customers:
            raise TokenUnknown
        return Bearer(
            customer_id=customers[0].id,
            client_id=None,
            scopes=ALL_SCOPES,
            kind=TokenKind.ACCESS,
            sandbox=True,
            expires_at=datetime.max.replace(tzinfo=self._clock.now().tzinfo),
        )

    def _revoke_replayed(self, family: str) -> None:
        """Revoke the *family* of a code or refresh token that was used twice, possibly by a thief.

        RFC 9700 sections 4.5 and 4.14.
        """
        self._store.revoke_family(family, self._clock.now())

    def _issue(
        self,
        consent: Consent,
        scopes: Collection[Scope],
        *,
        family: str | None = None,
        with_refresh: bool = True,
        lifetime: timedelta | None = None,
    ) -> IssuedTokens:
        """Return a new access token and, if the rules give one, a refresh token.

        *family* is that of the code or refresh token that they are issued for.
        """
        lifetime = ACCESS_TOKEN_LIFETIME if lifetime is None else lifetime
        expires_at = self._clock.now() + lifetime
        secret = self._issuer.mint_token(TokenKind.ACCESS, consent, scopes, expires_at, family)
        refresh_token = None
        if with_refresh and (
            Scope.OFFLINE_ACCESS in scopes or not self._settings.offline_access_rule
        ):
            refresh_token = self._issue_refresh_token(consent, scopes, family or hash_of(secret))
        expires_in = str(int(lifetime.total_seconds()))
        return IssuedTokens(secret, expires_in, refresh_token, join_scopes(scopes))

    def _issue_refresh_token(self, consent: Consent, scopes: Collection[Scope], family: str) -> str:
        expires_at = self._clock.now() + REFRESH_TOKEN_LIFETIME
        return self._issuer.mint_token(TokenKind.REFRESH, consent, scopes, expires_at, family)
