"""Keeps consents, codes and tokens; of a secret it keeps the hash and nothing else."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select, update

from mockapi.domain.oauth import TOKEN_ID_LENGTH, TokenKind, hash_of
from mockapi.store.repository import Shelf
from mockapi.store.tables.oauth import AuthorizationCode, Consent, ConsentEvent, Token


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

    def consent_history(self, consent_id: str) -> Sequence[ConsentEvent]:
        """Return what became of a consent, newest first."""
        with self._reading() as session:
            return session.exec(
                select(ConsentEvent)
                .where(ConsentEvent.consent_id == consent_id)
                .order_by(col(ConsentEvent.number).desc())
            ).all()

    def consent_histories(self) -> Mapping[str, Sequence[ConsentEvent]]:
        """Return what became of every consent, by its id, newest first."""
        found: dict[str, list[ConsentEvent]] = {}
        with self._reading() as session:
            for each in session.exec(
                select(ConsentEvent).order_by(col(ConsentEvent.number).desc())
            ):
                found.setdefault(each.consent_id, []).append(each)
        return found

    def find_consent(self, customer_id: str, client_id: str, *, sandbox: bool) -> Consent | None:
        """Return the consent of a customer to a client, live or revoked; None if there is none."""
        with self._reading() as session:
            return session.exec(
                select(Consent).where(
                    Consent.customer_id == customer_id,
                    Consent.client_id == client_id,
                    Consent.sandbox == sandbox,
                )
            ).first()

    def count_consents(self) -> int:
        """Return how many consents there are, live and revoked."""
        with self._reading() as session:
            return session.exec(select(func.count()).select_from(Consent)).one()

    def save_granted_consent(self, consent: Consent, at: datetime) -> Consent:
        """Store *consent* as it is now, and in its history that it was granted *at*."""
        with self._writing("token") as session:
            session.add(consent)
            session.flush()
            session.add(ConsentEvent(consent_id=consent.id, at=at, granted=True))
        return consent

    def revoke_consent(self, consent: Consent, at: datetime) -> None:
        """Store, all or nothing, that *consent*, its tokens and its unused codes ended *at*."""
        consent.revoked_at = at
        with self._writing("token") as session:
            session.add(consent)
            session.add(ConsentEvent(consent_id=consent.id, at=at, granted=False))
            _revoke(session, at, col(Token.consent_id) == consent.id)
            session.exec(
                update(AuthorizationCode)
                .where(
                    col(AuthorizationCode.consent_id) == consent.id,
                    col(AuthorizationCode.used_at).is_(None),
                )
                .values(used_at=at)
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

    def limit_personal_tokens(self, customer_id: str, name: str | None, at: datetime) -> None:
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

    def revoke_token(self, token_hash: str, at: datetime) -> None:
        """Revoke one token and nothing else."""
        with self._writing("token") as session:
            _revoke(session, at, col(Token.token_hash) == token_hash)

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
        with self._reading() as session:
            tokens = session.exec(select(func.count()).select_from(Token)).one()
            codes = session.exec(select(func.count()).select_from(AuthorizationCode)).one()
        return tokens + codes

    def add_code(self, code: AuthorizationCode) -> None:
        with self._writing() as session:
            session.add(code)

    def code(self, secret: str) -> AuthorizationCode | None:
        """Return what is kept of the code *secret*, used or not; None when it is unknown."""
        code_hash = hash_of(secret)
        with self._reading() as session:
            code = session.get(AuthorizationCode, code_hash)
        if code is None or not hmac.compare_digest(code.code_hash, code_hash):
            return None
        return code

    def take_code(self, code_hash: str, now: datetime) -> bool:
        """Use a code up; False when somebody was quicker."""
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
