"""Consents, and the codes and tokens that are issued for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from mockapi.domain import ids
from mockapi.domain.clock import Clock
from mockapi.domain.oauth import Bearer, Scope, TokenKind, hash_of, join_scopes
from mockapi.store.store import Store
from mockapi.store.tables import AuthorizationCode, Client, Consent, Customer, Token


class ConsentService:
    """Service that grants and revokes the consents of one world."""

    def __init__(self, store: Store, clock: Clock, seed: int) -> None:
        self._store = store
        self._clock = clock
        self._seed = seed

    def grant(
        self,
        customer: Customer,
        client: Client,
        scopes: Collection[Scope],
        *,
        sandbox: bool = False,
    ) -> Consent:
        """Store and return the consent of *customer* to *scopes* for *client*.

        A client has one consent: scopes are added to a live one and replace those of a revoked one.
        """
        granted = tuple(join_scopes(scopes).split())
        consent = self._store.find_consent(customer.id, client.client_id, sandbox=sandbox)
        if consent is None:
            consent = self._new(customer, client.client_id, client.name, granted)
            consent.sandbox = sandbox
        elif consent.revoked_at is None:
            consent.scopes = tuple(dict.fromkeys((*consent.scopes, *granted)))
        else:
            consent.scopes = granted
            consent.revoked_at = None
        return self._store.save_granted_consent(consent, self._clock.now())

    def grant_personal(self, customer: Customer, name: str, scopes: Collection[Scope]) -> Consent:
        """Store and return the consent of a personal access token called *name*.

        Each token has its own.
        """
        consent = self._new(customer, None, name, tuple(join_scopes(scopes).split()))
        return self._store.save_granted_consent(consent, self._clock.now())

    def require(self, customer: Customer, client: Client, scopes: Collection[Scope]) -> Consent:
        """Return a live consent of *customer* to *client* that covers *scopes*, or grant one."""
        for consent in self._store.consents(customer.id):
            if (
                consent.client_id == client.client_id
                and not consent.sandbox
                and consent.revoked_at is None
                and frozenset(consent.scopes) >= frozenset(scopes)
            ):
                return consent
        return self.grant(customer, client, scopes)

    def revoke(self, consent_id: str, customer_id: str, at: datetime | None = None) -> None:
        """Revoke a consent with all its tokens and codes.

        *at* defaults to now. Raise `LookupError` if the customer has no live consent with that id.
        """
        try:
            consent = self._store.consent(consent_id)
        except LookupError:
            consent = None
        if consent is None or consent.customer_id != customer_id or consent.revoked_at is not None:
            raise LookupError("The consent does not exist or is already revoked.")
        # assumption: what revoking does to live tokens is not documented; here they die at once.
        self._store.revoke_consent(consent, at or self._clock.now())

    def revoke_of_clients(self, customer: Customer, client_id: str | None, at: datetime) -> None:
        """Revoke the live consents of *customer* for one client, or for all clients if None."""
        for consent in self._store.consents(customer.id):
            is_meant = consent.client_id is not None and client_id in (None, consent.client_id)
            if is_meant and consent.revoked_at is None:
                self.revoke(consent.id, customer.id, at)

    def _new(
        self, customer: Customer, client_id: str | None, name: str, scopes: tuple[str, ...]
    ) -> Consent:
        position = self._store.next_consent_position()
        return Consent(
            id=ids.uuid4(self._seed, "consent", position),
            position=position,
            customer_id=customer.id,
            client_id=client_id,
            name=name,
            scopes=scopes,
        )


@dataclass(frozen=True)
class IssuedTokens:
    """Secrets of new tokens, which are returned once and cannot be looked up again."""

    access_token: str
    expires_in: str
    """Seconds as a string, as recorded (docs/contract/oauth.md#token-response)."""
    refresh_token: str | None
    scope: str
    token_type: str = "Bearer"

    def body(self) -> dict[str, str]:
        """Return the members of the token endpoint's body, in alphabetical order as recorded."""
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
    """A personal access token with its secret, which is shown only once."""

    token: str
    name: str
    scope: str
    expires_at: datetime


class InvalidCodeError(Exception):
    """The code is unknown, already used, expired, or belongs to another client."""


class RedirectUriMissingError(Exception):
    """The request has no redirect URI although the code was issued for one."""


class RedirectUriMismatchError(Exception):
    """The redirect URI differs from the one that the code was issued for."""


class InvalidRefreshTokenError(Exception):
    """The refresh token is unknown, revoked, expired, or belongs to another client."""


class TokenIssuer:
    """Generator of deterministic, visibly fake secrets. It stores their hashes.

    A named world has different secrets than other worlds with the same seed.
    """

    def __init__(self, store: Store, clock: Clock, seed: int, world: str = "") -> None:
        self._store = store
        self._clock = clock
        self._path: tuple[object, ...] = (world,) if world else ()
        self._seed = seed

    def mint_code(
        self,
        consent: Consent,
        client_id: str,
        scopes: Collection[Scope],
        expires_at: datetime,
        *,
        redirect_uri: str | None,
        code_challenge: str | None,
    ) -> str:
        """Return a new authorization code for *consent*."""
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
                expires_at=expires_at,
            )
        )
        return code

    def mint_token(
        self,
        kind: TokenKind,
        consent: Consent,
        scopes: Collection[Scope],
        expires_at: datetime,
        family: str | None = None,
    ) -> str:
        """Return a new token for *consent*. Without *family* it starts a new family."""
        secret = self._mint(kind)
        token_hash = hash_of(secret)
        self._store.add_token(
            Token(
                token_hash=token_hash,
                kind=kind,
                family=family or token_hash,
                consent_id=consent.id,
                customer_id=consent.customer_id,
                client_id=consent.client_id,
                name=consent.name,
                scopes=tuple(join_scopes(scopes).split()),
                sandbox=consent.sandbox,
                issued_at=self._clock.now(),
                expires_at=expires_at,
            )
        )
        return secret

    def _mint(self, kind: str) -> str:
        return ids.token(self._seed, *self._path, kind, self._store.next_serial())


def scopes_of(holder: Client | AuthorizationCode | Token) -> frozenset[Scope]:
    """Return the scopes of *holder*."""
    return frozenset(Scope(scope) for scope in holder.scopes)


def bearer_of(token: Token) -> Bearer:
    """Return the bearer of *token*."""
    return Bearer(
        customer_id=token.customer_id,
        client_id=token.client_id,
        scopes=scopes_of(token),
        kind=token.kind,
        sandbox=token.sandbox,
        expires_at=token.expires_at,
    )
