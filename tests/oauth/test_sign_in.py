"""Asks of sign-in and sign-out that only the customer's own browser gets in, and stays here."""

import pytest
from oauth_steps import ADA, csrf_in, sign_in

COOKIE = "mockapi_session"


@pytest.fixture
def guarded(open_world, scenario):
    return open_world(
        scenario=scenario("customers: [{email: a@b.c, name: Ann, password: 'mock word'}]\n")
    )


def test_any_password_lets_in_where_the_scenario_states_none(browser):
    response = sign_in(browser, password="")

    assert (response.status_code, response.headers["location"]) == (303, "/authorizations")
    assert "Ada Fernsby" in browser.get("/").text


def test_the_stated_password_lets_in(guarded):
    assert sign_in(guarded, "a@b.c", "mock word").status_code == 303


@pytest.mark.parametrize("password", ["", "Mock word", "é"])
def test_another_password_does_not(guarded, password):
    response = sign_in(guarded, "a@b.c", password)

    assert response.status_code == 400
    assert "The password of Ann is not correct." in response.text
    assert guarded.get("/authorizations").status_code == 302


@pytest.mark.parametrize(
    ("customer", "says"),
    [
        ("", "Select a customer."),
        ("x@y.z", "This customer does not exist in the world. Select another one."),
    ],
)
def test_nobody_else_signs_in(browser, customer, says):
    response = sign_in(browser, customer)

    assert response.status_code == 400
    assert f'<p class="error" role="alert" id="error">{says}</p>' in response.text


def test_the_customers_of_the_scenario_are_offered(browser):
    page = browser.get("/signin").text

    assert page.count('type="radio"') == 2
    assert "<strong>Grace Okafor</strong> <small>grace@example.com</small>" in page


def test_a_world_without_customers_says_so(open_world, scenario):
    browser = open_world(scenario=scenario("seed: 1\n"))

    assert "has no customers" in browser.get("/signin").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser):
    cookie = browser.get("/signin").headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=lax")


def test_behind_https_the_cookie_is_for_https_alone(open_world):
    browser = open_world(public_url="https://mock.example")

    assert "; Secure" in browser.get("/signin").headers["set-cookie"]


def test_signing_in_changes_the_cookie(browser):
    browser.get("/signin")
    before = browser.cookies[COOKIE]
    sign_in(browser)

    assert browser.cookies[COOKIE] != before
    browser.cookies.clear()
    browser.cookies.set(COOKIE, before)
    assert browser.get("/authorizations").status_code == 302


def test_a_session_is_kept_as_a_hash_alone(browser):
    sign_in(browser)

    assert browser.cookies[COOKIE].encode() not in browser.app.state.world.store.snapshot()


@pytest.mark.parametrize("token", [None, "x"])
def test_a_forged_sign_in_is_refused(browser, token):
    browser.get("/signin")
    form = {"customer": ADA} | ({"csrf_token": token} if token else {})

    assert browser.post("/signin", data=form).status_code == 403


def test_a_sign_in_without_a_session_is_refused(browser):
    assert browser.post("/signin", data={"customer": ADA, "csrf_token": ""}).status_code == 403


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/signin",
        "javascript:alert(1)",
        "/authorizations/../..//evil.example",
        "http:/authorizations",
        "//[",
        "/consent?a=\r\nSet-Cookie: x=y",
        "/consent?é",
    ],
)
def test_sign_in_leads_to_our_own_pages_alone(browser, onward):
    assert sign_in(browser, onward=onward).headers["location"] == "/"


@pytest.mark.parametrize(
    "onward", ["/", "/personal-access-tokens", "/consent?a=b&c=https%3A%2F%2Fx", "/consent/sandbox"]
)
def test_sign_in_leads_where_the_visitor_was_going(browser, onward):
    assert sign_in(browser, onward=onward).headers["location"] == onward


def test_signing_out_ends_the_session(browser):
    sign_in(browser)
    before = browser.cookies[COOKIE]
    page = browser.get("/signout")
    response = browser.post("/signout", data={"csrf_token": csrf_in(page)})

    assert (response.status_code, response.headers["location"]) == (303, "/")
    browser.cookies.clear()
    browser.cookies.set(COOKIE, before)
    assert browser.get("/authorizations").status_code == 302


def test_nobody_signs_another_out(browser):
    sign_in(browser)

    assert browser.post("/signout").status_code == 403
    assert browser.get("/authorizations").status_code == 200


def test_a_reset_world_has_no_sessions(browser):
    sign_in(browser)
    browser.app.state.world.reset()

    assert browser.get("/authorizations").status_code == 302


@pytest.mark.parametrize("page", ["/authorizations", "/personal-access-tokens"])
def test_a_customers_page_leads_a_stranger_to_sign_in(browser, page):
    response = browser.get(page)

    assert response.headers["location"] == f"/signin?next={page.replace('/', '%2F')}"


@pytest.mark.parametrize("page", ["/authorizations/revoke", "/personal-access-tokens/revoke"])
def test_a_strangers_form_leads_to_sign_in_too(browser, page):
    assert browser.post(page).headers["location"].startswith("/signin?next=")
