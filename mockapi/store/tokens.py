"""Keeps consents, codes and tokens; of a secret it keeps the hash and nothing else."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, text
from sqlmodel import Session, col, select, update

from mockapi.domain import ids
from mockapi.domain.oauth import TOKEN_ID_LENGTH, TokenKind, hash_of
from mockapi.store.repository import Shelf
from mockapi.store.tables.oauth import Consent, Token

if TYPE_CHECKING:
    from mockapi.store.tables.oauth import AuthorizationCode, ConsentEvent


class TokenShelf(Shelf):
    """Consents and everything that stands on one."""

    def consents(self, customer_id: str) -> Sequence[Consent]:
        """Return the customer's consents, live and revoked, oldest first."""
        with self._reading() as session:
            return session.exec(
                select(Consent)
                .where(Consent.customer_id == customer_id)
                .order_by(col(Consent.position))
            ).all()

    def all_consents(self) -> Sequence[Consent]:
        """Return everybody's consents, live and revoked, newest first."""
        with self._reading() as session:
            return session.exec(select(Consent).order_by(col(Consent.position).desc())).all()

    def consent(self, consent_id: str) -> Consent:
        """Return the consent with that id; a stranger raises `LookupError`."""
        with self._reading() as session:
            consent = session.get(Consent, consent_id)
        if consent is None:
            raise LookupError(f"No consent has the id {consent_id!r}.")
        return consent

    def consent_history(self, consent_id: str) -> "Sequence[ConsentEvent]":
        """Return what became of a consent, newest first."""
        from mockapi.store.tables.oauth import ConsentEvent

        with self._reading() as session:
            return session.exec(
                select(ConsentEvent)
                .where(ConsentEvent.consent_id == consent_id)
                .order_by(col(ConsentEvent.number).desc())
            ).all()

    def consent_histories(self) -> "Mapping[str, Sequence[ConsentEvent]]":
        """Return what became of every consent, by its id, newest first."""
        from mockapi.store.tables.oauth import ConsentEvent

        found: dict[str, list[ConsentEvent]] = {}
        with self._reading() as session:
            for each in session.exec(
                select(ConsentEvent).order_by(col(ConsentEvent.number).desc())
            ):
                found.setdefault(each.consent_id, []).append(each)
        return found

    def grant(
        self,
        *,
        customer_id: str,
        client_id: str | None,
        name: str,
        scopes: Collection[str],
        now: datetime,
        seed: int,
        sandbox: bool = False,
    ) -> Consent:
        """Record that a customer agreed.

        A client that is consented to again keeps its consent: scopes are added to a live one
        and replace those of a revoked one. A personal token (no client) gets its own.
        """
        from mockapi.store.tables.oauth import ConsentEvent

        with self._writing("token") as session:
            consent = None
            if client_id is not None:
                consent = session.exec(
                    select(Consent).where(
                        Consent.customer_id == customer_id,
                        Consent.client_id == client_id,
                        Consent.sandbox == sandbox,
                    )
                ).first()
            if consent is None:
                position = session.exec(select(func.count()).select_from(Consent)).one()
                consent = Consent(
                    id=ids.uuid4(seed, "consent", position),
                    position=position,
                    customer_id=customer_id,
                    client_id=client_id,
                    name=name,
                    scopes=tuple(scopes),
                    sandbox=sandbox,
                )
            elif consent.revoked_at is None:
                consent.scopes = tuple(dict.fromkeys((*consent.scopes, *scopes)))
            else:
                consent.scopes = tuple(scopes)
                consent.revoked_at = None
            session.add(consent)
            session.flush()
            session.add(ConsentEvent(consent_id=consent.id, at=now, granted=True))
        return consent

    def revoke_consent(self, consent_id: str, customer_id: str, now: datetime) -> None:
        """Withdraw a consent, and with it at once every token and code that stands on it.

        Raises `LookupError` where the customer has no such live consent.
        """
        from mockapi.store.tables.oauth import AuthorizationCode, ConsentEvent

        with self._writing("token") as session:
            consent = session.get(Consent, consent_id)
            if (
                consent is None
                or consent.customer_id != customer_id
                or consent.revoked_at is not None
            ):
                raise LookupError("There is no such active access.")
            consent.revoked_at = now
            session.add(consent)
            session.add(ConsentEvent(consent_id=consent_id, at=now, granted=False))
            # inferred: what revoking does to live tokens is not documented; here they die at once.
            _revoke(session, now, col(Token.consent_id) == consent_id)
            session.exec(
                update(AuthorizationCode)
                .where(
                    col(AuthorizationCode.consent_id) == consent_id,
                    col(AuthorizationCode.used_at).is_(None),
                )
                .values(used_at=now)
            )

    def add_token(self, token: Token) -> None:
        with self._writing("token") as session:
            session.add(token)

    def token(self, secret: str) -> Token | None:
        """Return what is kept of the token *secret*, live or not; None when it is unknown."""
        token_hash = hash_of(secret)

        def read() -> Token | None:
            with self._reading() as session:
                return session.get(Token, token_hash)

        token = self.remember("token", token_hash, read)
        if token is None or not hmac.compare_digest(token.token_hash, token_hash):
            return None
        return token

    def all_tokens(self, limit: int) -> Sequence[Token]:
        """Return everybody's tokens, the *limit* newest ones first."""
        with self._reading() as session:
            newest = (col(Token.issued_at).desc(), text("rowid DESC"))
            return session.exec(select(Token).order_by(*newest).limit(limit)).all()

    def token_with(self, token_id: str) -> Token:
        """Return the token whose hash begins with *token_id*; raises `LookupError`."""
        with self._reading() as session:
            token = session.exec(
                select(Token).where(func.substr(Token.token_hash, 1, TOKEN_ID_LENGTH) == token_id)
            ).first()
        if token is None:
            raise LookupError(f"No token has the id {token_id!r}.")
        return token

    def personal_tokens(self, customer_id: str) -> Sequence[Token]:
        """Return the customer's personal access tokens, newest first."""
        with self._reading() as session:
            return session.exec(
                select(Token)
                .join(Consent)
                .where(Token.customer_id == customer_id, Token.kind == TokenKind.PERSONAL)
                .order_by(col(Consent.position).desc())
            ).all()

    def expire_personal_tokens(self, customer_id: str, name: str | None, at: datetime) -> None:
        """Let a customer's personal tokens, of one *name* or all, live until *at* at most."""
        longer = [
            col(Token.customer_id) == customer_id,
            col(Token.kind) == TokenKind.PERSONAL,
            col(Token.expires_at) > at,
        ]
        if name is not None:
            longer.append(col(Token.name) == name)
        with self._writing("token") as session:
            session.exec(update(Token).where(*longer).values(expires_at=at))

    def revoke_token(self, token: Token, now: datetime) -> None:
        """Revoke one token; a refresh token takes its whole family with it."""
        with self._writing("token") as session:
            if token.kind is TokenKind.REFRESH:
                _revoke(session, now, col(Token.family) == token.family)
            else:
                _revoke(session, now, col(Token.token_hash) == token.token_hash)

    def retire_token(self, token_hash: str, now: datetime) -> None:
        """Revoke one token and nothing else: a refresh token whose place another one takes."""
        with self._writing("token") as session:
            _revoke(session, now, col(Token.token_hash) == token_hash)

    def revoke_family(self, family: str, now: datetime) -> None:
        """Revoke every token that came from one code."""
        with self._writing("token") as session:
            _revoke(session, now, col(Token.family) == family)

    def count_expired(self, since: datetime, until: datetime) -> int:
        """Return how many tokens expired after *since* and by *until*, and were not revoked."""
        with self._reading() as session:
            return session.exec(
                select(func.count())
                .select_from(Token)
                .where(
                    col(Token.expires_at) > since,
                    col(Token.expires_at) <= until,
                    col(Token.revoked_at).is_(None),
                )
            ).one()

    def count_live(self, now: datetime) -> Mapping[str, int]:
        """Return how many tokens of each customer, by id, are live *now*; none of some."""
        with self._reading() as session:
            counted = session.exec(
                select(Token.customer_id, func.count())
                .where(col(Token.expires_at) > now, col(Token.revoked_at).is_(None))
                .group_by(col(Token.customer_id))
            )
            return dict(counted.all())

    def next_serial(self) -> int:
        """Return how many tokens and codes were ever kept: minted secrets count on from it."""
        from mockapi.store.tables.oauth import AuthorizationCode

        with self._reading() as session:
            tokens = session.exec(select(func.count()).select_from(Token)).one()
            codes = session.exec(select(func.count()).select_from(AuthorizationCode)).one()
        return tokens + codes

    def add_code(self, code: "AuthorizationCode") -> None:
        with self._writing() as session:
            session.add(code)

    def code(self, secret: str) -> "AuthorizationCode | None":
        """Return what is kept of the code *secret*, used or not; None when it is unknown."""
        from mockapi.store.tables.oauth import AuthorizationCode

        code_hash = hash_of(secret)
        with self._reading() as session:
            code = session.get(AuthorizationCode, code_hash)
        if code is None or not hmac.compare_digest(code.code_hash, code_hash):
            return None
        return code

    def take_code(self, code_hash: str, now: datetime) -> bool:
        """Use a code up; False when somebody was quicker."""
        from mockapi.store.tables.oauth import AuthorizationCode

        with self._writing() as session:
            taken = session.exec(
                update(AuthorizationCode)
                .where(
                    col(AuthorizationCode.code_hash) == code_hash,
                    col(AuthorizationCode.used_at).is_(None),
                )
                .values(used_at=now)
            )
            return taken.rowcount == 1


def _revoke(session: Session, now: datetime, which: object) -> None:
    session.exec(
        update(Token)
        .where(which, col(Token.revoked_at).is_(None))  # type: ignore[arg-type]
        .values(revoked_at=now)
    )
