"""Authorizations page: consents of a customer, with revocation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response

from mockapi.domain.oauth import TEXTS, Scope, ScopeText
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import PageError, redirect, render
from mockapi.oauth.pages.session import read_csrf_form, require_customer
from mockapi.oauth.parameters import query_of
from mockapi.store.tables import Consent, ConsentEvent

AUTHORIZATIONS_PAGE = "/authorizations"
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
            changed=format_minute(events[0].at),
            history=[
                (format_minute(event.at), "Granted" if event.granted else "Revoked")
                for event in events
            ],
        )


def format_minute(at: datetime) -> str:
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
    session, customer = require_customer(request)
    form = await read_csrf_form(request)
    consent_id = form.get("consent") or ""
    try:
        world_of(request).tokens.consents.revoke(consent_id, customer.id)
    except LookupError as error:
        raise PageError(HTTPStatus.NOT_FOUND, "Authorization not found", str(error)) from error
    return redirect(f"{AUTHORIZATIONS_PAGE}?show=revoked&done={consent_id}", session)
