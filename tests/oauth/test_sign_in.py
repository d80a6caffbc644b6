"""Sign-in and sign-out of customers."""

import pytest
from oauth_steps import ADA, OUTDATED, csrf_in, sign_in

COOKIE = "mockapi_session"


@pytest.fixture
def guarded(test_client, scenario):
    return test_client(
        scenario=scenario("customers: [{email: a@b.c, name: Ann, password: 'mock word'}]\n")
    )


def test_any_password_is_accepted_without_one_in_the_scenario(browser):
    response = sign_in(browser, password="")

    assert (response.status_code, response.headers["location"]) == (303, "/authorizations")
    assert "Ada Fernsby" in browser.get("/").text


def test_password_of_the_scenario_is_accepted(guarded):
    response = sign_in(guarded, "a@b.c", "mock word")

    assert (response.status_code, response.headers["location"]) == (303, "/authorizations")
    assert "Ann" in guarded.get("/authorizations").text


@pytest.mark.parametrize("password", ["", "Mock word", "é"])
def test_other_password_is_rejected(guarded, password):
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
def test_unknown_customer_cannot_sign_in(browser, customer, says):
    response = sign_in(browser, customer)

    assert response.status_code == 400
    assert f'<p class="error" role="alert" id="error">{says}</p>' in response.text


def test_the_customers_of_the_scenario_are_offered(browser):
    page = browser.get("/signin").text

    assert page.count('type="radio"') == 2
    assert "<strong>Grace Okafor</strong> <small>grace@example.com</small>" in page


def test_world_without_customers_shows_a_message(test_client, scenario):
    browser = test_client(scenario=scenario("seed: 1\n"))

    assert "has no customers" in browser.get("/signin").text


def test_cookie_is_http_only_and_same_site(browser):
    cookie = browser.get("/signin").headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=lax")


def test_cookie_is_secure_with_https(test_client):
    browser = test_client(public_url="https://mock.example")

    assert "; Secure" in browser.get("/signin").headers["set-cookie"]


def test_signing_in_changes_the_cookie(browser):
    browser.get("/signin")
    before = browser.cookies[COOKIE]
    sign_in(browser)

    assert browser.cookies[COOKIE] != before
    browser.cookies.clear()
    browser.cookies.set(COOKIE, before)
    assert browser.get("/authorizations").status_code == 302


def test_session_is_stored_as_a_hash(browser):
    sign_in(browser)

    assert browser.cookies[COOKIE].encode() not in browser.app.state.world.store.snapshot()


@pytest.mark.parametrize("token", [None, "x"])
def test_a_forged_sign_in_is_refused(browser, token):
    browser.get("/signin")
    form = {"customer": ADA} | ({"csrf_token": token} if token else {})

    response = browser.post("/signin", data=form)

    assert response.status_code == 403
    assert OUTDATED in response.text
    assert "set-cookie" not in response.headers


def test_a_sign_in_without_a_session_is_refused(browser):
    response = browser.post("/signin", data={"customer": ADA, "csrf_token": ""})

    assert response.status_code == 403
    assert OUTDATED in response.text
    assert browser.get("/authorizations").headers["location"].startswith("/signin?next=")


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
def test_sign_in_redirects_only_to_own_pages(browser, onward):
    assert sign_in(browser, onward=onward).headers["location"] == "/"


@pytest.mark.parametrize(
    "onward", ["/", "/personal-access-tokens", "/consent?a=b&c=https%3A%2F%2Fx", "/consent/sandbox"]
)
def test_sign_in_redirects_to_the_requested_page(browser, onward):
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


def test_sign_out_needs_the_csrf_token(browser):
    sign_in(browser)

    response = browser.post("/signout")

    assert response.status_code == 403
    assert OUTDATED in response.text
    assert "Ada Fernsby" in browser.get("/authorizations").text


def test_a_reset_world_has_no_sessions(browser):
    sign_in(browser)
    browser.app.state.world.reset()

    assert browser.get("/authorizations").headers["location"] == "/signin?next=%2Fauthorizations"


@pytest.mark.parametrize("page", ["/authorizations", "/personal-access-tokens"])
def test_customer_page_without_session_redirects_to_sign_in(browser, page):
    response = browser.get(page)

    assert response.headers["location"] == f"/signin?next={page.replace('/', '%2F')}"


@pytest.mark.parametrize("page", ["/authorizations/revoke", "/personal-access-tokens/revoke"])
def test_form_without_session_redirects_to_sign_in(browser, page):
    assert browser.post(page).headers["location"].startswith("/signin?next=")
