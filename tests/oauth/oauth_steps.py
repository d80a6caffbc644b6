"""Steps of the OAuth tests by client, browser and customer."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

BASE = "/ecostruxure/v1/oauth"
SITES = "/ecostruxure/scoring/v1/sites"
CLIENT_ID = "mockScoringPartnerClient00000001"
SECRET = "mockSecret000001"
REDIRECT_URI = "http://127.0.0.1:8765/callback"
PUBLIC_ID = "mockPublicClient0000000000000002"
PUBLIC_REDIRECT_URI = "http://127.0.0.1:8766/callback"
VERIFIER = "mock-verifier-mock-verifier-mock-verifier-0"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
ADA = "ada@example.com"
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOST = "http://mock:8080"
REVOKED = "Access Token not approved"
"""Detail of the response to a request with a revoked token."""
OUTDATED = "This form is out of date"
"""Message for a form with a wrong CSRF token."""


def question(**changes: str | None) -> dict[str, str]:
    """Return the parameters of a valid authorization request, with *changes*; None removes one."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": "read:site offline_access",
        "state": "mock state",
    } | changes
    return {name: value for name, value in asked.items() if value is not None}


def public_question(**changes: str | None) -> dict[str, str]:
    """The same for the public client, with PKCE."""
    return question(
        **{
            "client_id": PUBLIC_ID,
            "redirect_uri": PUBLIC_REDIRECT_URI,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        | changes
    )


def answer(response) -> dict[str, str]:
    """Return the parameters of a redirect to the client."""
    assert response.status_code == 302, response.text
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()
    }


def code_of(client, asked=None, base=BASE) -> str:
    """Return a code, by automatic consent."""
    return answer(client.get(f"{base}/authorize", params=asked or question()))["code"]


def redeem(client, code, *, auth=(CLIENT_ID, SECRET), base=BASE, **changes: str | None):
    """Send *code* to the token endpoint."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
    } | changes
    sent = {name: value for name, value in form.items() if value is not None}
    return client.post(f"{base}/token", data=sent, auth=auth)


def refresh(client, refresh_token, *, auth=(CLIENT_ID, SECRET), **changes: str):
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token} | changes
    return client.post(f"{BASE}/token", data=form, auth=auth)


def tokens_of(client, asked=None) -> dict[str, str]:
    """Return the body of a successful exchange, by automatic consent."""
    response = redeem(client, code_of(client, asked))
    assert response.status_code == 200, response.text
    return response.json()


def sites_with(client, token):
    return client.get(SITES, headers={"Authorization": f"Bearer {token}"})


def csrf_in(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def sign_in(browser, customer=ADA, password="anything", onward="/authorizations"):
    """Sign in with the form of the page."""
    page = browser.get("/signin", params={"next": onward})
    form = {
        "csrf_token": csrf_in(page),
        "next": onward,
        "customer": customer,
        "password": password,
    }
    return browser.post("/signin", data=form)


def consent_page(browser, asked=None):
    """Return the consent page for a signed-in customer."""
    led = browser.get(f"{BASE}/authorize", params=asked or question())
    return browser.get(led.headers["location"])


def decide(browser, page, decision="authorize", **changes: str | None):
    """Submit the form of a consent page."""
    action = unescape(re.search(r'action="(/consent[^"]*)"', page.text)[1])
    form = {"csrf_token": csrf_in(page), "terms": "accepted", "decision": decision} | changes
    return browser.post(action, data={name: value for name, value in form.items() if value})
