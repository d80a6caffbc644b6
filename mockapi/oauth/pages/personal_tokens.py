"""Lets a customer create personal access tokens, see them and revoke them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus

from fastapi import Request, Response

from mockapi.domain.oauth import TEXTS, Scope, TokenState
from mockapi.http.context import world_of
from mockapi.oauth.pages.authorizations import minute
from mockapi.oauth.pages.page import PageRefused, redirect, render
from mockapi.oauth.pages.session import Visit, customer_visit, own_form
from mockapi.oauth.parameters import Parameters
from mockapi.store.tables.oauth import Token
from mockapi.store.tables.sites import Customer
from mockapi.world.token_issuer import IssuedPersonalToken

PERSONAL_TOKENS_PAGE = "/personal-access-tokens"
_LONGEST_NAME = 100
_USER_API = (Scope.READ_SITE, Scope.READ_ENERGY_SCORE, Scope.WRITE_SCORING_REQUEST)
"""What the User API's operations need, and therefore what is ticked to begin with."""
_STATES: Mapping[TokenState, str] = {"live": "Active", "expired": "Expired", "revoked": "Revoked"}


@dataclass(frozen=True)
class TokenRow:
    """A personal access token as its row shows it."""

    name: str
    expires: str
    titles: Sequence[str]
    state: str
    consent_id: str

    @classmethod
    def of(cls, token: Token, state: TokenState) -> "TokenRow":
        """Return the row of *token*, which is in *state*."""
        return cls(
            name=token.name or "",
            expires=minute(token.expires_at),
            titles=[TEXTS[Scope(scope)].title for scope in token.scopes],
            state=_STATES[state],
            consent_id=token.consent_id,
        )


class TokenForm:
    """The form for a new token as it was filled in, and what is wrong with it."""

    def __init__(self, form: Parameters, now: datetime, latest: datetime) -> None:
        """Read *form*; a token must expire after *now*, and by *latest*."""
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
            errors.append(("name", "Give the token a name."))
        elif len(self.name) > _LONGEST_NAME:
            errors.append(("name", f"A name has no more than {_LONGEST_NAME} characters."))
        if self.expires_at is None:
            errors.append(("expires_on", "Give the day on which the token expires."))
        elif not now < self.expires_at <= latest:
            day = latest.date().isoformat()
            errors.append(("expires_on", f"Choose a day after today, and no later than {day}."))
        if not self.scopes:
            errors.append(("scopes", "Choose at least one scope."))
        if not self.consented:
            errors.append(("consent", "Consent to share your data to create a token."))
        return errors


async def show_personal_tokens(request: Request) -> Response:
    visit, customer = customer_visit(request)
    return _page(request, visit, customer)


async def create_personal_token(request: Request) -> Response:
    visit, customer = customer_visit(request)
    form = await own_form(request)
    world = world_of(request)
    wish = TokenForm(form, world.now(), world.tokens.latest_personal_expiry)
    if wish.errors or wish.expires_at is None:
        return _page(request, visit, customer, wish)
    issued = world.tokens.issue_personal_token(customer, wish.name, wish.scopes, wish.expires_at)
    # No redirect: the secret is in this answer and nowhere else.
    return _page(request, visit, customer, issued=issued)


async def revoke_personal_token(request: Request) -> Response:
    visit, customer = customer_visit(request)
    form = await own_form(request)
    try:
        world_of(request).tokens.consents.revoke(form.get("consent") or "", customer.id)
    except LookupError as error:
        raise PageRefused(HTTPStatus.NOT_FOUND, "Nothing to revoke", str(error)) from error
    return redirect(PERSONAL_TOKENS_PAGE, visit)


def _page(
    request: Request,
    visit: Visit,
    customer: Customer,
    wish: TokenForm | None = None,
    issued: IssuedPersonalToken | None = None,
) -> Response:
    world = world_of(request)
    now, tokens = world.now(), world.tokens
    first = Parameters(
        [
            ("expires_on", tokens.default_personal_expiry.date().isoformat()),
            *(("scope", scope.value) for scope in _USER_API),
        ]
    )
    return render(
        request,
        "personal_tokens.html",
        visit,
        status=HTTPStatus.OK if wish is None else HTTPStatus.BAD_REQUEST,
        tokens=[
            TokenRow.of(each, tokens.state_of(each))
            for each in world.store.personal_tokens(customer.id)
        ],
        issued=issued,
        wish=wish or TokenForm(first, now, tokens.latest_personal_expiry),
        errors={} if wish is None else wish.errors,
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
