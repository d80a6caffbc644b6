"""Pages of the portal: consents of a customer, and personal access tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus

from fastapi import Request, Response

from mockapi.domain.oauth import TEXTS, Scope, ScopeText, TokenState
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import PageError, redirect, render
from mockapi.oauth.pages.session import Session, read_csrf_form, require_customer
from mockapi.oauth.parameters import Parameters, query_of
from mockapi.store.tables import Consent, ConsentEvent, Customer, Token
from mockapi.world.credentials import IssuedPersonalToken

AUTHORIZATIONS_PAGE = "/authorizations"
PERSONAL_TOKENS_PAGE = "/personal-access-tokens"
_MAX_NAME_LENGTH = 100
_USER_API = (Scope.READ_SITE, Scope.READ_ENERGY_SCORE, Scope.WRITE_SCORING_REQUEST)
"""Scopes of the User API, selected by default."""
_STATES: Mapping[TokenState, str] = {"live": "Active", "expired": "Expired", "revoked": "Revoked"}
_MINUTE_FORMAT = "%d-%m-%y %H:%M"


@dataclass(frozen=True)
class AuthorizationRow:
    """Row of a consent."""

    id: str
    name: str
    kind: str
    texts: Sequence[ScopeText]
    changed: str
    history: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, consent: Consent, events: Sequence[ConsentEvent]) -> "AuthorizationRow":
        """Return the row of *consent*. *events* are its history, the newest first."""
        kind = "Personal access token" if consent.client_id is None else "Application"
        return cls(
            id=consent.id,
            name=consent.name,
            kind=f"{kind}, sandbox" if consent.sandbox else kind,
            texts=[TEXTS[Scope(scope)] for scope in consent.scopes],
            changed=_format_minute(events[0].at),
            history=[
                (_format_minute(event.at), "Granted" if event.granted else "Revoked")
                for event in events
            ],
        )


def _format_minute(at: datetime) -> str:
    return at.strftime(_MINUTE_FORMAT)


async def show_authorizations(request: Request) -> Response:
    session, customer = require_customer(request)
    query = query_of(request)
    store = world_of(request).store
    show_revoked = query.get("show") == "revoked"
    consents = store.consents(customer.id)
    shown = [each for each in consents if (each.revoked_at is not None) == show_revoked]
    accesses = [
        AuthorizationRow.of(consent, store.consent_history(consent.id)) for consent in shown
    ]
    just_revoked = next((each.name for each in accesses if each.id == query.get("done")), None)
    return render(
        request,
        "authorizations.html",
        session,
        accesses=sorted(accesses, key=lambda access: access.name.casefold()),
        show_revoked=show_revoked,
        active=sum(each.revoked_at is None for each in consents),
        revoked=sum(each.revoked_at is not None for each in consents),
        just_revoked=just_revoked,
    )


async def revoke_authorization(request: Request) -> Response:
    session, consent_id = await _revoke_consent(request, "Authorization not found")
    return redirect(f"{AUTHORIZATIONS_PAGE}?show=revoked&done={consent_id}", session)


@dataclass(frozen=True)
class TokenRow:
    """Row of a personal access token."""

    name: str
    expires: str
    titles: Sequence[str]
    state: str
    consent_id: str

    @classmethod
    def of(cls, token: Token, state: TokenState) -> "TokenRow":
        """Return the row of *token* with *state*."""
        return cls(
            name=token.name or "",
            expires=_format_minute(token.expires_at),
            titles=[TEXTS[Scope(scope)].title for scope in token.scopes],
            state=_STATES[state],
            consent_id=token.consent_id,
        )


class TokenForm:
    """Values of the form for a new token, and their errors."""

    def __init__(self, form: Parameters, now: datetime, latest: datetime) -> None:
        """Validate *form*. The token must expire after *now*, at *latest* or before."""
        self.name = (form.get("name") or "").strip()
        self.expires_on = form.get("expires_on") or ""
        known = {scope.value: scope for scope in Scope}
        self.scopes = tuple(known[word] for word in form.all("scope") if word in known)
        self.consented = form.get("consent") is not None
        self.expires_at = _midnight(self.expires_on)
        self.errors = dict(self._errors(now, latest))

    def _errors(self, now: datetime, latest: datetime) -> Sequence[tuple[str, str]]:
        errors = []
        if not self.name:
            errors.append(("name", "Enter a name for the token."))
        elif len(self.name) > _MAX_NAME_LENGTH:
            errors.append(
                ("name", f"The name is too long. Use at most {_MAX_NAME_LENGTH} characters.")
            )
        if self.expires_at is None:
            errors.append(("expires_on", "Enter the expiry date of the token."))
        elif not now < self.expires_at <= latest:
            day = latest.date().isoformat()
            errors.append(("expires_on", f"Select a date after today, and not after {day}."))
        if not self.scopes:
            errors.append(("scopes", "Select at least one scope."))
        if not self.consented:
            errors.append(("consent", "Give your consent to create a token."))
        return errors


async def show_personal_tokens(request: Request) -> Response:
    session, customer = require_customer(request)
    return _token_page(request, session, customer)


async def create_personal_token(request: Request) -> Response:
    session, customer = require_customer(request)
    form = await read_csrf_form(request)
    world = world_of(request)
    token_form = TokenForm(form, world.now(), world.tokens.latest_personal_expiry)
    if token_form.errors or token_form.expires_at is None:
        return _token_page(request, session, customer, token_form)
    issued = world.tokens.issue_personal_token(
        customer, token_form.name, token_form.scopes, token_form.expires_at
    )
    # No redirect, because only this response contains the secret.
    return _token_page(request, session, customer, issued=issued)


async def revoke_personal_token(request: Request) -> Response:
    session, _ = await _revoke_consent(request, "Token not found")
    return redirect(PERSONAL_TOKENS_PAGE, session)


async def _revoke_consent(request: Request, missing: str) -> tuple[Session, str]:
    """Revoke the consent in the form; return the session and the id of the consent.

    Raise `PageError` with the title *missing* if the customer did not give it.
    """
    session, customer = require_customer(request)
    form = await read_csrf_form(request)
    consent_id = form.get("consent") or ""
    try:
        world_of(request).tokens.consents.revoke(consent_id, customer.id)
    except LookupError as error:
        raise PageError(HTTPStatus.NOT_FOUND, missing, str(error)) from error
    return session, consent_id


def _token_page(
    request: Request,
    session: Session,
    customer: Customer,
    token_form: TokenForm | None = None,
    issued: IssuedPersonalToken | None = None,
) -> Response:
    world = world_of(request)
    now, tokens = world.now(), world.tokens
    defaults = Parameters(
        [
            ("expires_on", tokens.default_personal_expiry.date().isoformat()),
            *(("scope", scope.value) for scope in _USER_API),
        ]
    )
    return render(
        request,
        "personal_tokens.html",
        session,
        status=HTTPStatus.OK if token_form is None else HTTPStatus.BAD_REQUEST,
        tokens=[
            TokenRow.of(each, tokens.state_of(each))
            for each in world.store.personal_tokens(customer.id)
        ],
        issued=issued,
        token_form=token_form or TokenForm(defaults, now, tokens.latest_personal_expiry),
        errors={} if token_form is None else token_form.errors,
        texts=TEXTS,
        earliest=(now + timedelta(days=1)).date().isoformat(),
        latest=tokens.latest_personal_expiry.date().isoformat(),
    )


def _midnight(text: str) -> datetime | None:
    # assumption: a token expires as the chosen day begins, in UTC.
    try:
        return datetime.combine(date.fromisoformat(text), time.min, UTC)
    except ValueError:
        return None
