"""Mints codes and tokens, deterministic and visibly fake, and keeps their hashes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mockapi.domain import ids
from mockapi.domain.clock import Clock
from mockapi.domain.oauth import (
    ACCESS_TOKEN_LIFETIME,
    CODE_LIFETIME,
    REFRESH_TOKEN_LIFETIME,
    Scope,
    TokenKind,
    hash_of,
    join_scopes,
)
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.store.tables.oauth import Consent, Token
from mockapi.store.tables.sites import Client, Customer

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class IssuedTokens:
    """What the token endpoint tells once and nobody can look up again."""

    access_token: str
    expires_in: str
    refresh_token: str | None
    scope: str
    token_type: str = "Bearer"

    def body(self) -> dict[str, str]:
        """Return the members of the token endpoint's body, alphabetical as recorded."""
        members = {
            "access_token": self.access_token,
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "scope": self.scope,
            "token_type": self.token_type,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True)
class IssuedPersonalToken:
    """A personal access token with its secret, shown once."""

    token: str
    name: str
    scope: str
    expires_at: datetime


class Issuer:
    """Issues on behalf of one world."""

    def __init__(
        self, store: Store, clock: Clock, seed: int, settings: Settings, world: str = ""
    ) -> None:
        self._store = store
        self._clock = clock
        self._seed = seed
        self._settings = settings
        self._world = world

    def _mint(self, kind: str) -> str:
        # A named world has secrets of its own, also beside one of the same seed.
        whose = (self._world,) if self._world else ()
        return ids.token(self._seed, *whose, kind, self._store.next_serial())

    def consent(
        self,
        customer: Customer,
        client_id: str,
        name: str,
        scopes: Collection[Scope],
        *,
        sandbox: bool = False,
    ) -> Consent:
        """Record that *customer* agreed to what a client asked for."""
        return self._store.grant(
            customer_id=customer.id,
            client_id=client_id,
            name=name,
            scopes=join_scopes(scopes).split(),
            now=self._clock.now(),
            seed=self._seed,
            sandbox=sandbox,
        )

    def standing_consent(
        self, customer: Customer, client_id: str, name: str, scopes: Collection[Scope]
    ) -> Consent:
        """Return the live consent that covers *scopes*, or a new one."""
        for consent in self._store.consents(customer.id):
            if (
                consent.client_id == client_id
                and not consent.sandbox
                and consent.revoked_at is None
                and frozenset(consent.scopes) >= frozenset(scopes)
            ):
                return consent
        return self.consent(customer, client_id, name, scopes)

    def code(
        self,
        consent: Consent,
        client_id: str,
        scopes: Collection[Scope],
        redirect_uri: str | None,
        code_challenge: str | None,
    ) -> str:
        """Return a new authorization code for *consent*."""
        from mockapi.store.tables.oauth import AuthorizationCode

        code = self._mint("code")
        self._store.add_code(
            AuthorizationCode(
                code_hash=hash_of(code),
                consent_id=consent.id,
                client_id=client_id,
                redirect_uri=redirect_uri,
                scopes=tuple(join_scopes(scopes).split()),
                code_challenge=code_challenge,
                sandbox=consent.sandbox,
                expires_at=self._clock.now() + CODE_LIFETIME,
            )
        )
        return code

    def tokens(
        self,
        consent: Consent,
        client_id: str | None,
        scopes: Collection[Scope],
        *,
        family: str | None = None,
        with_refresh: bool = True,
        lifetime: timedelta | None = None,
    ) -> IssuedTokens:
        """Return a new access token and, where the rules give one, a refresh token.

        *family* ties them to the code or the refresh token that they came from.
        """
        secret = self._mint(TokenKind.ACCESS)
        family = family or hash_of(secret)
        lifetime = ACCESS_TOKEN_LIFETIME if lifetime is None else lifetime
        self._keep(
            secret,
            TokenKind.ACCESS,
            family,
            consent,
            client_id=client_id,
            scopes=scopes,
            lifetime=lifetime,
        )
        refresh = None
        if with_refresh and (
            Scope.OFFLINE_ACCESS in scopes or not self._settings.offline_access_rule
        ):
            refresh = self._mint(TokenKind.REFRESH)
            self._keep(
                refresh,
                TokenKind.REFRESH,
                family,
                consent,
                client_id=client_id,
                scopes=scopes,
                lifetime=REFRESH_TOKEN_LIFETIME,
            )
        # A string, as recorded (docs/contract/oauth.md#token-response).
        expires_in = str(int(lifetime.total_seconds()))
        return IssuedTokens(secret, expires_in, refresh, join_scopes(scopes))

    def token_for(
        self,
        customer: Customer,
        client: Client,
        scopes: Collection[Scope],
        expires_in: int | None = None,
    ) -> IssuedTokens:
        """Return tokens as if *customer* had consented; *expires_in* in seconds."""
        consent = self.consent(customer, client.client_id, client.name, scopes)
        lifetime = None if expires_in is None else timedelta(seconds=expires_in)
        return self.tokens(consent, client.client_id, scopes, lifetime=lifetime)

    def refreshed(
        self, consent: Consent, refresh: Token, secret: str, scopes: Collection[Scope]
    ) -> IssuedTokens:
        """Return a new access token for the refresh token *secret*, kept as *refresh*.

        Where the settings rotate, the answer holds a new refresh token of the same scopes and
        *refresh* is worth nothing any more; otherwise it holds *secret* again.
        """
        issued = self.tokens(
            consent, refresh.client_id, scopes, family=refresh.family, with_refresh=False
        )
        # inferred: whether a refresh gives a new refresh token is not documented; it is a setting.
        if self._settings.rotate_refresh_tokens:
            self._store.retire_token(refresh.token_hash, self._clock.now())
            secret = self._mint(TokenKind.REFRESH)
            self._keep(
                secret,
                TokenKind.REFRESH,
                refresh.family,
                consent,
                client_id=refresh.client_id,
                scopes=[Scope(scope) for scope in refresh.scopes],
                lifetime=REFRESH_TOKEN_LIFETIME,
            )
        return replace(issued, refresh_token=secret)

    def personal_token(
        self, customer: Customer, name: str, scopes: Collection[Scope], expires_at: datetime
    ) -> IssuedPersonalToken:
        """Return a new personal access token, with a consent of its own."""
        secret = self._mint(TokenKind.PERSONAL)
        consent = self._store.grant(
            customer_id=customer.id,
            client_id=None,
            name=name,
            scopes=join_scopes(scopes).split(),
            now=self._clock.now(),
            seed=self._seed,
        )
        self._keep(
            secret,
            TokenKind.PERSONAL,
            hash_of(secret),
            consent,
            client_id=None,
            scopes=scopes,
            lifetime=expires_at - self._clock.now(),
        )
        return IssuedPersonalToken(secret, name, join_scopes(scopes), expires_at)

    def _keep(
        self,
        secret: str,
        kind: TokenKind,
        family: str,
        consent: Consent,
        *,
        client_id: str | None,
        scopes: Collection[Scope],
        lifetime: timedelta,
    ) -> None:
        now = self._clock.now()
        self._store.add_token(
            Token(
                token_hash=hash_of(secret),
                kind=kind,
                family=family,
                consent_id=consent.id,
                customer_id=consent.customer_id,
                client_id=client_id,
                name=consent.name,
                scopes=tuple(join_scopes(scopes).split()),
                sandbox=consent.sandbox,
                issued_at=now,
                expires_at=now + lifetime,
            )
        )
