"""Repository of consents, authorization codes and tokens. Stores hashes, not secrets."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select, update

from mockapi.domain.oauth import TOKEN_ID_LENGTH, TokenKind, hash_of
from mockapi.store.database_access import Repository
from mockapi.store.tables import AuthorizationCode, Consent, ConsentEvent, Token


class TokenRepository(Repository):
    """Consents, and the codes and tokens issued for them."""

    def consents(self, customer_id: str) -> Sequence[Consent]:
        """Return the customer's consents, including revoked ones, oldest first."""
        with self._read_session() as session:
            return session.exec(
                select(Consent)
                .where(Consent.customer_id == customer_id)
                .order_by(col(Consent.position))
            ).all()

    def all_consents(self) -> Sequence[Consent]:
        """Return the consents of all customers, including revoked ones, newest first."""
        with self._read_session() as session:
            return session.exec(select(Consent).order_by(col(Consent.position).desc())).all()

    def consent(self, consent_id: str) -> Consent:
        """Return the consent with that id. Raise `LookupError` if there is none."""
        with self._read_session() as session:
            consent = session.get(Consent, consent_id)
        if consent is None:
            raise LookupError(f"No consent has the id {consent_id!r}.")
        return consent

    def consent_history(self, consent_id: str) -> Sequence[ConsentEvent]:
        """Return the events of a consent, newest first."""
        with self._read_session() as session:
            return session.exec(
                select(ConsentEvent)
                .where(ConsentEvent.consent_id == consent_id)
                .order_by(col(ConsentEvent.number).desc())
            ).all()

    def consent_histories(self) -> Mapping[str, Sequence[ConsentEvent]]:
        """Return the events of all consents by consent id, newest first."""
        found: dict[str, list[ConsentEvent]] = {}
        with self._read_session() as session:
            for each in session.exec(
                select(ConsentEvent).order_by(col(ConsentEvent.number).desc())
            ):
                found.setdefault(each.consent_id, []).append(each)
        return found

    def find_consent(self, customer_id: str, client_id: str, *, sandbox: bool) -> Consent | None:
        """Return the consent of a customer to a client, live or revoked; None if there is none."""
        with self._read_session() as session:
            return session.exec(
                select(Consent).where(
                    Consent.customer_id == customer_id,
                    Consent.client_id == client_id,
                    Consent.sandbox == sandbox,
                )
            ).first()

    def next_consent_position(self) -> int:
        """Return the position after those of all consents, including revoked ones."""
        with self._read_session() as session:
            return 1 + session.exec(select(func.coalesce(func.max(Consent.position), -1))).one()

    def save_granted_consent(self, consent: Consent, at: datetime) -> Consent:
        """Store *consent*, and the event that it was granted *at* this time."""
        with self._write_session("token") as session:
            session.add(consent)
            session.flush()
            session.add(ConsentEvent(consent_id=consent.id, at=at, granted=True))
        return consent

    def revoke_consent(self, consent: Consent, at: datetime) -> None:
        """Revoke *consent*, its tokens and its unused codes *at* this time, all or nothing."""
        consent.revoked_at = at
        with self._write_session("token") as session:
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
        with self._write_session("token") as session:
            session.add(token)

    def token(self, secret: str) -> Token | None:
        """Return the token with that *secret*, live or not; None if it is unknown."""
        token_hash = hash_of(secret)

        def read() -> Token | None:
            with self._read_session() as session:
                return session.get(Token, token_hash)

        token = self.cached("token", token_hash, read)
        if token is None or not hmac.compare_digest(token.token_hash, token_hash):
            return None
        return token

    def all_tokens(self, limit: int) -> Sequence[Token]:
        """Return the *limit* newest tokens of all customers, newest first."""
        with self._read_session() as session:
            newest = (col(Token.issued_at).desc(), text("rowid DESC"))
            return session.exec(select(Token).order_by(*newest).limit(limit)).all()

    def token_with(self, token_id: str) -> Token:
        """Return the token whose hash begins with *token_id*.

        Raise `LookupError` if there is none.
        """
        with self._read_session() as session:
            token = session.exec(
                select(Token).where(func.substr(Token.token_hash, 1, TOKEN_ID_LENGTH) == token_id)
            ).first()
        if token is None:
            raise LookupError(f"No token has the id {token_id!r}.")
        return token

    def personal_tokens(self, customer_id: str) -> Sequence[Token]:
        """Return the customer's personal access tokens, newest first."""
        with self._read_session() as session:
            return session.exec(
                select(Token)
                .join(Consent)
                .where(Token.customer_id == customer_id, Token.kind == TokenKind.PERSONAL)
                .order_by(col(Consent.position).desc())
            ).all()

    def limit_personal_tokens(self, customer_id: str, name: str | None, at: datetime) -> None:
        """Let a customer's personal tokens expire by *at*: all, or those called *name*."""
        longer = [
            col(Token.customer_id) == customer_id,
            col(Token.kind) == TokenKind.PERSONAL,
            col(Token.expires_at) > at,
        ]
        if name is not None:
            longer.append(col(Token.name) == name)
        with self._write_session("token") as session:
            session.exec(update(Token).where(*longer).values(expires_at=at))

    def revoke_token(self, token_hash: str, at: datetime) -> None:
        """Revoke one token only."""
        with self._write_session("token") as session:
            _revoke(session, at, col(Token.token_hash) == token_hash)

    def revoke_family(self, family: str, now: datetime) -> None:
        """Revoke every token that was issued from one code."""
        with self._write_session("token") as session:
            _revoke(session, now, col(Token.family) == family)

    def count_expired(self, since: datetime, until: datetime) -> int:
        """Return the number of tokens that expired in (*since*, *until*] and were not revoked."""
        with self._read_session() as session:
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
        """Return the number of live tokens by customer id. Customers without any are missing."""
        with self._read_session() as session:
            counted = session.exec(
                select(Token.customer_id, func.count())
                .where(col(Token.expires_at) > now, col(Token.revoked_at).is_(None))
                .group_by(col(Token.customer_id))
            )
            return dict(counted.all())

    def next_serial(self) -> int:
        """Return the number of stored tokens and codes, from which new secrets are numbered."""
        with self._read_session() as session:
            tokens = session.exec(select(func.count()).select_from(Token)).one()
            codes = session.exec(select(func.count()).select_from(AuthorizationCode)).one()
        return tokens + codes

    def add_code(self, code: AuthorizationCode) -> None:
        with self._write_session() as session:
            session.add(code)

    def code(self, secret: str) -> AuthorizationCode | None:
        """Return the code with that *secret*, used or not; None if it is unknown."""
        code_hash = hash_of(secret)
        with self._read_session() as session:
            code = session.get(AuthorizationCode, code_hash)
        if code is None or not hmac.compare_digest(code.code_hash, code_hash):
            return None
        return code

    def use_code(self, code_hash: str, now: datetime) -> bool:
        """Mark a code as used. Return False if it was already used."""
        with self._write_session() as session:
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
