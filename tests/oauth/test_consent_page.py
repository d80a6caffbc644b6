"""The consent page: approval and denial by the customer only."""

import json
from datetime import timedelta
from html import unescape

import pytest
from dirty_equals import IsStr
from oauth_steps import (
    ADA,
    BASE,
    HOST,
    OUTDATED,
    REDIRECT_URI,
    answer,
    consent_page,
    csrf_in,
    decide,
    public_question,
    question,
    redeem,
    sign_in,
    sites_with,
)

CODE = IsStr(regex="mock[A-Za-z0-9]{24}")
HOSTILE = "<script>alert(1)</script>\"'&{{1234*5678}}"


def test_authorize_leads_to_sign_in_and_back_to_the_consent_page(browser):
    led = browser.get(f"{BASE}/authorize", params=question())
    consent = led.headers["location"]
    asked_to_sign_in = browser.get(consent)
    page = browser.get(asked_to_sign_in.headers["location"])
    form = {"csrf_token": csrf_in(page), "next": consent, "customer": ADA, "password": "x"}
    back = browser.post("/signin", data=form)

    assert consent.startswith("/consent?response_type=code&client_id=mockScoring")
    assert asked_to_sign_in.headers["location"].startswith("/signin?next=%2Fconsent%3F")
    assert (back.status_code, back.headers["location"]) == (303, consent)
    assert "wants to access your" in browser.get(consent).text


def test_the_page_names_the_app_the_customer_and_each_scope(browser):
    sign_in(browser)
    page = consent_page(browser).text

    assert '<span class="tile" aria-hidden="true">GR</span>' in page
    assert "<b>Green Score Partner</b> wants to access your <em>Customer Data</em>" in page
    assert "Signed in as <strong>Ada Fernsby</strong>" in page
    assert "<li><b>Read Site</b> <span>Need to receive reading access" in page
    assert "<li><b>Offline Access</b> <span>Maintain access to data offline</span></li>" in page
    assert page.count("<li>") == 2


def test_terms_are_unchecked_and_required(browser):
    sign_in(browser)
    page = consent_page(browser)

    assert '<input type="checkbox" name="terms" value="accepted" required>' in page.text


def test_authorize_access_gives_tokens_of_the_customer(browser):
    sign_in(browser, "grace@example.com")
    callback = answer(decide(browser, consent_page(browser)))

    assert callback == {"code": CODE, "state": "mock state", "iss": HOST}
    token = redeem(browser, callback["code"]).json()["access_token"]
    assert len(sites_with(browser, token).json()) == 4


def test_do_not_authorize_does_not_need_the_terms(browser):
    sign_in(browser)
    callback = answer(decide(browser, consent_page(browser), "deny", terms=None))

    assert callback == {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request",
        "state": "mock state",
        "iss": HOST,
    }


def test_denied_consent_is_not_stored(browser):
    sign_in(browser)
    store = browser.app.state.world.store
    before = store.consent_history(store.consents(store.customer_named(ADA).id)[0].id)
    decide(browser, consent_page(browser), "deny")

    assert store.consent_history(before[0].consent_id) == before


@pytest.mark.parametrize("changes", [{"terms": None}, {"decision": "x"}, {"decision": None}])
def test_without_the_terms_nothing_is_authorized(browser, changes):
    sign_in(browser)
    response = decide(browser, consent_page(browser), **changes)

    assert response.status_code == 400
    assert '<p class="error" role="alert" id="error">Accept the terms' in response.text


@pytest.mark.parametrize("token", [None, "x", "é"])
def test_a_forged_form_is_refused(browser, token):
    sign_in(browser)
    response = decide(browser, consent_page(browser), csrf_token=token)

    assert response.status_code == 403
    assert OUTDATED in response.text


def test_a_form_of_another_browser_is_refused(browser, test_client):
    sign_in(browser)
    page = consent_page(browser)
    other = type(browser)(browser.app, base_url=HOST, follow_redirects=False)
    sign_in(other, "grace@example.com")

    response = decide(other, page)

    assert (response.status_code, response.headers.get("location")) == (403, None)
    assert OUTDATED in response.text


def test_posted_request_is_validated_again(browser):
    sign_in(browser)
    page = consent_page(browser)
    form = {"csrf_token": csrf_in(page), "terms": "accepted", "decision": "authorize"}
    moved = question(redirect_uri="https://evil.example/")
    response = browser.post("/consent", params=moved, data=form)

    assert (response.status_code, response.headers.get("location")) == (400, None)


def test_expired_session_is_rejected(browser, clock):
    sign_in(browser)
    page = consent_page(browser)
    clock.advance(timedelta(hours=8))

    response = decide(browser, page)

    assert (response.status_code, response.headers.get("location")) == (403, None)
    assert OUTDATED in response.text


def test_hostile_name_is_escaped(test_client, scenario):
    path = scenario(
        "customers: [{email: a@b.c, name: '<img src=x>'}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo,"
        f" name: {json.dumps(HOSTILE)}, redirect_uris: ['{REDIRECT_URI}']}}]\n"
    )
    browser = test_client(scenario=path)
    sign_in(browser, "a@b.c")
    page = consent_page(browser, question(client_id="mockOne")).text

    assert "<script" not in page
    assert "<img" not in page
    assert "7006652" not in page
    assert unescape(page).count("alert(1)") == 4
    assert '<span class="tile" aria-hidden="true">SC</span>' in page


def test_form_action_allows_only_the_client(browser):
    sign_in(browser)
    policy = consent_page(browser).headers["content-security-policy"]

    assert "form-action 'self' http://127.0.0.1:8765;" in policy


def test_form_action_allows_a_custom_scheme(test_client, scenario):
    path = scenario(
        "customers: [{email: a@b.c}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        " redirect_uris: ['my.app:/cb']}]\n"
    )
    browser = test_client(scenario=path)
    sign_in(browser, "a@b.c")
    page = consent_page(browser, question(client_id="mockOne", redirect_uri="my.app:/cb"))

    assert "form-action 'self' my.app:;" in page.headers["content-security-policy"]


def test_redirect_uri_cannot_change_the_policy(test_client, scenario):
    path = scenario(
        "customers: [{email: a@b.c}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        " redirect_uris: ['https://x;script-src/cb']}]\n"
    )
    browser = test_client(scenario=path)
    sign_in(browser, "a@b.c")
    asked = question(client_id="mockOne", redirect_uri="https://x;script-src/cb")
    policy = consent_page(browser, asked).headers["content-security-policy"]

    assert "form-action 'self' https:;" in policy
    assert "script-src" not in policy


def test_the_sandbox_asks_for_consent_without_a_sign_in(browser):
    led = browser.get(f"{BASE}/sandbox-authorize", params=question())
    page = browser.get(led.headers["location"])
    callback = answer(decide(browser, page))
    token = redeem(browser, callback["code"]).json()["access_token"]

    assert "simulated data of <strong>Ada Fernsby</strong>" in page.text
    assert browser.app.state.world.store.token(token).sandbox is True


def test_sandbox_consent_is_separate(browser):
    page = browser.get("/consent/sandbox", params=question())
    decide(browser, page)
    store = browser.app.state.world.store
    kept = [(each.name, each.sandbox) for each in store.consents(store.customer_named(ADA).id)]

    assert kept == [
        ("Green Score Partner", False),
        ("demo", False),
        ("Green Score Partner", True),
    ]


def test_sandbox_page_without_customers_shows_a_message(test_client, scenario):
    path = scenario(
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        f" redirect_uris: ['{REDIRECT_URI}']}}]\n"
    )
    page = test_client(scenario=path).get("/consent/sandbox", params=question(client_id="mockOne"))

    assert page.status_code == 404
    assert "This world has no customers." in page.text


def test_consent_page_validates_like_authorize(browser):
    sign_in(browser)
    asked = public_question(code_challenge=None, code_challenge_method=None)

    assert answer(browser.get("/consent", params=asked))["error"] == "invalid_request"


def test_login_hint_is_offered_first(browser):
    led = browser.get(f"{BASE}/authorize", params=question(login_hint="grace@example.com"))
    page = browser.get(browser.get(led.headers["location"]).headers["location"])

    assert 'value="grace@example.com" checked' in page.text
    assert 'value="ada@example.com" checked' not in page.text
