"""Consent management and the token portal."""

import re
from datetime import timedelta

import pytest
from oauth_steps import (
    BASE,
    OUTDATED,
    REVOKED,
    code_of,
    csrf_in,
    question,
    redeem,
    refresh,
    sign_in,
    sites_with,
    tokens_of,
)

USER_SITES = "/ecostruxure/user/scoring/v1/sites"
ADAS_TOKEN = "mockAccessToken000000000Ada1"
ADAS_PAT = "mockPAT00000000000000000Ada1"
PORTAL = "/personal-access-tokens"
WISH = {
    "name": "laptop",
    "expires_on": "2026-08-30",
    "scope": ["read:site", "read:energy-score"],
    "consent": "given",
}


def consent_of(page, name):
    row = re.search(rf"<b>{name}</b>.*?</details>", page.text, re.DOTALL)[0]
    return re.search(r'name="consent" value="([^"]+)"', row)[1]


def revoke(browser, name):
    page = browser.get("/authorizations")
    form = {"csrf_token": csrf_in(page), "consent": consent_of(page, name)}
    return browser.post("/authorizations/revoke", data=form)


def create(browser, **changes):
    form = {"csrf_token": csrf_in(browser.get(PORTAL))} | WISH | changes
    return browser.post(PORTAL, data={name: value for name, value in form.items() if value})


def secret_in(page):
    return re.search(r'<code class="secret">(mock[A-Za-z0-9]{24})</code>', page.text)[1]


def user_sites_with(browser, token):
    return browser.get(USER_SITES, headers={"Authorization": f"Bearer {token}"})


def test_active_accesses_are_listed_with_scopes_and_history(browser):
    sign_in(browser)
    page = browser.get("/authorizations").text
    row = re.search(r"<details.*?<b>Green Score Partner</b>.*?</details>", page, re.DOTALL)[0]

    assert page.count("<details") == 2
    assert "7 Scopes" in row
    assert 'Access Granted On</small> <span class="time">01-06-26 09:00</span>' in row
    assert (
        "<dt>Read Site:</dt> <dd>Need to receive reading access to your site details.</dd>" in row
    )
    assert "<tr><td>01-06-26 09:00</td><td>Granted</td></tr>" in row
    assert "Revoke Access</button>" in row


def test_revoked_access_is_rejected(machine):
    given = tokens_of(machine)
    unused = code_of(machine)
    sign_in(machine)
    response = revoke(machine, "Green Score Partner")

    assert response.headers["location"].startswith("/authorizations?show=revoked&done=")
    assert sites_with(machine, ADAS_TOKEN).json()["detail"] == REVOKED
    assert sites_with(machine, given["access_token"]).status_code == 401
    assert refresh(machine, given["refresh_token"]).json()["error"] == "invalid_grant"
    assert redeem(machine, unused).json()["error"] == "invalid_grant"
    assert user_sites_with(machine, ADAS_PAT).status_code == 200


def test_revoked_access_is_in_the_other_tab(machine, clock):
    sign_in(machine)
    clock.advance(timedelta(minutes=1))
    revoke(machine, "Green Score Partner")
    clock.advance(timedelta(minutes=1))
    tokens_of(machine)
    clock.advance(timedelta(minutes=1))
    page = machine.get(revoke(machine, "Green Score Partner").headers["location"]).text

    assert re.findall(r"<tr><td>(.{14})</td><td>(\w+)</td></tr>", page) == [
        ("01-06-26 09:03", "Revoked"),
        ("01-06-26 09:02", "Granted"),
        ("01-06-26 09:01", "Revoked"),
        ("01-06-26 09:00", "Granted"),
    ]
    assert 'Access Revoked On</small> <span class="time">01-06-26 09:03</span>' in page
    assert "The access of <strong>Green Score Partner</strong> is revoked." in page
    assert "Revoke Access" not in page


def test_new_consent_has_only_the_new_scopes(machine):
    sign_in(machine)
    revoke(machine, "Green Score Partner")
    tokens_of(machine, question(scope="read:site"))
    page = machine.get("/authorizations").text

    assert '<span class="count">1 Scope</span>' in page


def test_customer_cannot_revoke_consents_of_others(browser):
    sign_in(browser, "grace@example.com")
    store = browser.app.state.world.store
    adas = store.consents(store.customer_named("ada@example.com").id)[0]
    page = browser.get("/authorizations")
    form = {"csrf_token": csrf_in(page), "consent": adas.id}
    response = browser.post("/authorizations/revoke", data=form)

    assert response.status_code == 404
    assert "<h1>Authorization not found</h1>" in response.text
    assert len(sites_with(browser, ADAS_TOKEN).json()) == 8


@pytest.mark.parametrize("page", ["/authorizations/revoke", PORTAL, f"{PORTAL}/revoke"])
def test_a_forged_form_is_refused(browser, page):
    sign_in(browser)

    response = browser.post(page, data={"csrf_token": "x"})

    assert response.status_code == 403
    assert OUTDATED in response.text


def test_token_is_shown_once_and_is_valid(browser):
    sign_in(browser)
    token = secret_in(create(browser))

    assert len(user_sites_with(browser, token).json()) == 8
    assert token not in browser.get(PORTAL).text
    assert token.encode() not in browser.app.state.world.store.snapshot()


def test_list_has_name_expiry_scopes_and_state(browser):
    sign_in(browser)
    create(browser)
    row = re.search(
        r"<tr>\s*<th scope=\"row\">laptop.*?</tr>", browser.get(PORTAL).text, re.DOTALL
    )[0]
    cells = re.findall(r"<t[hd][^>]*>([^<]+)</t[hd]>", row)

    assert cells == ["laptop", "30-08-26 00:00", "Read Site, Read Energy Score", "Active"]


def test_token_expires_at_the_start_of_its_day(browser, clock):
    sign_in(browser)
    token = secret_in(create(browser, expires_on="2026-06-02"))
    clock.advance(timedelta(hours=15, seconds=-1))
    assert user_sites_with(browser, token).status_code == 200

    clock.advance(timedelta(seconds=1))
    assert user_sites_with(browser, token).json()["detail"] == "Access Token expired"
    sign_in(browser)
    assert 'class="state expired">Expired</td>' in browser.get(PORTAL).text


def test_revoked_token_is_rejected_and_listed_as_such(browser):
    sign_in(browser)
    token = secret_in(create(browser))
    page = browser.get(PORTAL)
    consent = re.search(r'name="consent" value="([^"]+)"', page.text)[1]
    form = {"csrf_token": csrf_in(page), "consent": consent}
    response = browser.post(f"{PORTAL}/revoke", data=form)

    assert (response.status_code, response.headers["location"]) == (303, PORTAL)
    assert user_sites_with(browser, token).status_code == 401
    assert 'class="state revoked">Revoked</td>' in browser.get(PORTAL).text
    assert browser.post(f"{PORTAL}/revoke", data=form).status_code == 404


def test_form_defaults_are_90_days_and_user_api_scopes(browser):
    sign_in(browser)
    page = browser.get(PORTAL).text

    assert 'min="2026-06-02" max="2027-06-01" value="2026-08-30"' in page
    assert re.findall(r'value="([^"]+)" checked', page) == [
        "read:site",
        "read:energy-score",
        "write:scoring-request",
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"name": " "}, "Enter a name", id="no-name"),
        pytest.param({"name": "x" * 101}, "at most 100 characters", id="long-name"),
        pytest.param({"expires_on": None}, "Enter the expiry date", id="no-day"),
        pytest.param({"expires_on": "tomorrow"}, "Enter the expiry date", id="no-date"),
        pytest.param({"expires_on": "2026-06-01"}, "not after 2027-06-01", id="today"),
        pytest.param({"expires_on": "2027-06-02"}, "not after 2027-06-01", id="too-late"),
        pytest.param({"scope": None}, "at least one scope", id="no-scope"),
        pytest.param({"scope": ["delete:site"]}, "at least one scope", id="unknown-scope"),
        pytest.param({"consent": None}, "Give your consent", id="no-consent"),
    ],
)
def test_invalid_token_form_is_rejected_with_a_message(browser, changes, says):
    sign_in(browser)
    response = create(browser, **changes)

    assert response.status_code == 400
    assert says in response.text
    assert 'class="secret"' not in response.text


def test_maximum_lifetime_is_a_year(browser):
    sign_in(browser)

    token = secret_in(create(browser, expires_on="2027-06-01"))

    assert len(user_sites_with(browser, token).json()) == 8


def test_hostile_token_name_is_escaped(browser):
    sign_in(browser)
    page = create(browser, name="<script>x</script>").text

    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_automatic_consent_uses_the_signed_in_customer(machine):
    sign_in(machine, "grace@example.com")
    token = redeem(machine, code_of(machine)).json()["access_token"]

    assert len(sites_with(machine, token).json()) == 4


def test_pages_do_not_link_to_authorize(browser):
    sign_in(browser)

    assert f"{BASE}/authorize" not in browser.get("/authorizations").text
