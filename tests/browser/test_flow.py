"""Guided OAuth flow, and administration of consents and tokens."""

import json
import re
from hashlib import sha256
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from mockapi.client.mockapi import MockApi

PARTNER = "mockScoringPartnerClient00000001"
PUBLIC = "mockPublicClient0000000000000002"
STEPS = (
    "Send the token request",
    "List the customer's sites",
    "Refresh",
    "Revoke, then call again",
)


def wait_until_ready(page: Page) -> Page:
    page.locator("main[data-ready]").wait_for()
    return page


def begin(view, *, client: str = PARTNER, root: str = "") -> Page:
    page = wait_until_ready(view.open(f"{root}/console/oauth/flow?client={client}"))
    page.get_by_role("button", name="Start authorization").click()
    return page


def sign_in_and_consent(page: Page, customer: str = "Ada Fernsby") -> None:
    page.get_by_role("radio", name=re.compile(customer)).check()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(re.compile("I accept the Terms")).check()
    page.get_by_role("button", name="Authorize Access").click()
    wait_until_ready(page)


def step(page: Page, name: str):
    return page.locator(f"[data-step={name}]")


def exchanges(page: Page, name: str) -> list[str]:
    """Return method, path and status of each exchange of a step."""
    found = step(page, name).locator(".exchange-item > summary").all_inner_texts()
    return [" ".join(each.split()[:3]) for each in found]


def send(page: Page, label: str, name: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    expect(step(page, name).locator(".exchange-item").last).to_be_visible()


def complete(page: Page) -> None:
    for label, name in zip(STEPS, ("exchange", "call", "refresh", "revoke"), strict=True):
        send(page, label, name)


@pytest.mark.parametrize("client", [PARTNER, PUBLIC])
def test_flow_completes(demo, client):
    page = begin(demo, client=client)
    expect(page.locator("main")).to_contain_text("Step 2 of 8: the customer signs in")
    sign_in_and_consent(page, "Grace Okafor")
    assert (
        exchanges(page, "authorize"),
        exchanges(page, "signin"),
        exchanges(page, "consent"),
    ) == (
        ["GET /ecostruxure/v1/oauth/authorize 302"],
        ["GET /consent 302", "GET /signin 200", "POST /signin 303"],
        ["GET /consent 200", "POST /consent 302"],
    )
    expect(step(page, "callback").locator(".tag")).to_have_text(["ok", "ok", "ok"])
    complete(page)

    assert [exchanges(page, each) for each in ("exchange", "call", "refresh", "revoke")] == [
        ["POST /ecostruxure/v1/oauth/token 200"],
        ["GET /ecostruxure/scoring/v1/sites 200"],
        ["POST /ecostruxure/v1/oauth/token 200"],
        ["POST /ecostruxure/v1/oauth/revoke 200", "GET /ecostruxure/scoring/v1/sites 401"],
    ]
    expect(step(page, "revoke")).to_contain_text("The flow is complete")
    expect(page.locator("[data-step].passed")).to_have_count(8)


def test_shown_request_is_the_sent_request(demo, mockapi):
    page = begin(demo)
    sign_in_and_consent(page)
    code = re.search(r"[?&]code=(\w+)", page.url)[1]
    send(page, STEPS[0], "exchange")
    request, response = step(page, "exchange").locator(".exchange-item pre").all_inner_texts()
    tokens = json.loads(response[response.index("{") :])
    entry = next(each for each in mockapi.journal(operation="token"))
    entry = mockapi.journal_entry(entry["number"])

    assert request.startswith("POST /ecostruxure/v1/oauth/token\n")
    assert f"&code={code}" in request.replace("\n", "").replace(" ", "")
    assert ("content-type", "application/x-www-form-urlencoded") in [
        tuple(each) for each in entry["request_headers"]
    ]
    assert list(tokens) == ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    token_id = sha256(tokens["access_token"].encode()).hexdigest()[:16]
    assert token_id in [each["id"] for each in mockapi.tokens(state="live")]


def test_denied_consent_returns_error(demo, mockapi):
    before = mockapi.consents()
    page = begin(demo)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Do not Authorize").click()
    wait_until_ready(page)

    expect(step(page, "callback")).to_contain_text("code is missing: access_denied")
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)
    assert mockapi.consents() == before


def test_unknown_state_stops_the_flow(demo):
    page = begin(demo)
    sign_in_and_consent(page)
    forged = re.sub(r"state=\w+", "state=forged", page.url)
    page.goto(forged)
    wait_until_ready(page)

    expect(step(page, "callback")).to_contain_text("A client must stop here")
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)


def test_unexpected_callback_is_explained(demo):
    page = wait_until_ready(demo.open("/console/oauth/callback?code=mockCode&state=x"))

    expect(step(page, "callback")).to_contain_text("No flow was started in this tab")


def test_callback_of_other_flow_is_ignored(demo):
    page = begin(demo)
    sign_in_and_consent(page)
    own = page.url
    wait_until_ready(demo.open("/console/oauth/callback?code=abc&state=zzz"))
    expect(step(page, "callback")).to_contain_text("state was not sent by this tab")
    assert (
        exchanges(page, "authorize") + exchanges(page, "signin") + exchanges(page, "consent") == []
    )

    page.goto(own)
    send(wait_until_ready(page), STEPS[0], "exchange")
    assert exchanges(page, "exchange") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_reload_keeps_progress(demo):
    page = begin(demo)
    sign_in_and_consent(page)
    send(page, STEPS[0], "exchange")
    wait_until_ready(page)
    page.reload()
    wait_until_ready(page)

    assert exchanges(page, "exchange") == ["POST /ecostruxure/v1/oauth/token 200"]
    send(page, STEPS[1], "call")
    assert exchanges(page, "call") == ["GET /ecostruxure/scoring/v1/sites 200"]


def test_code_cannot_be_used_twice(demo):
    page = begin(demo)
    sign_in_and_consent(page)
    send(page, STEPS[0], "exchange")
    page.evaluate(
        "() => { const key = 'mockapi.flow'; const flow = JSON.parse(sessionStorage[key]);"
        " flow.done = {}; sessionStorage[key] = JSON.stringify(flow); }"
    )
    page.reload()
    send(wait_until_ready(page), STEPS[0], "exchange")

    assert exchanges(page, "exchange") == ["POST /ecostruxure/v1/oauth/token 400"]
    expect(step(page, "exchange")).to_contain_text("invalid_grant")
    expect(step(page, "exchange")).to_have_class(re.compile(r"\bfailed\b"))
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)
    step(page, "exchange").get_by_role("link", name="Start over").click()
    expect(page.get_by_role("button", name="Start authorization")).to_be_visible()


def test_automatic_consent_skips_pages(show):
    page = wait_until_ready(begin(show(auto_consent=True)))
    page.locator("[data-step=callback] .checks").wait_for()

    expect(step(page, "consent")).to_contain_text("consent is automatic in this world")
    send(page, STEPS[0], "exchange")
    assert exchanges(page, "exchange") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_flow_in_named_world(demo, mockapi):
    world = mockapi.create_world("own", scenario="dst")
    page = begin(demo, root="/w/own")
    sign_in_and_consent(page, "")
    complete(page)

    assert page.url.startswith(f"{demo.url}/w/own/console/oauth/callback?code=mock")
    assert exchanges(page, "revoke")[1] == "GET /w/own/ecostruxure/scoring/v1/sites 401"
    assert [each["event"] for each in world.consents()[0]["history"]] == ["granted"]
    world.delete()


def test_flow_after_unlocking_console(show):
    view = show(admin_token="mockSecretOfTheLock")
    page = view.open("/console/oauth/flow")
    page.get_by_label("Control API token").fill("mockSecretOfTheLock")
    page.get_by_role("button", name="Unlock").click()
    wait_until_ready(page).get_by_role("button", name="Start authorization").click()
    sign_in_and_consent(page)
    send(page, STEPS[0], "exchange")

    assert exchanges(page, "exchange") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_token_is_created_used_and_revoked(demo, mockapi):
    page = wait_until_ready(demo.open("/console/oauth"))
    page.get_by_label("Lifetime in seconds").fill("120")
    page.get_by_role("checkbox", name=re.compile("Read Asset")).uncheck()
    page.get_by_role("button", name="Create").click()
    token = page.locator("#new-token code").first.inner_text()
    url = f"{demo.url}/ecostruxure/scoring/v1/sites"
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    with urlopen(request) as response:
        assert len(json.load(response)) == 8
    token_id = sha256(token.encode()).hexdigest()[:16]
    row = page.locator(f"[data-token='{token_id}']")
    expect(row).to_contain_text("2026-06-01 09:02:00")
    expect(row).to_contain_text("6 scopes")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.locator("#notification")).to_contain_text(f"token {token_id} is revoked.")

    expect(page.locator(f"[data-token='{token_id}'] .tag")).to_have_text("revoked")
    with pytest.raises(HTTPError, match="401"):
        urlopen(request)


def test_personal_token_is_created_and_its_consent_revoked(demo, mockapi):
    page = wait_until_ready(demo.open("/console/oauth"))
    page.get_by_role("radio", name=re.compile("Personal access token")).check()
    page.get_by_label("Name", exact=True).fill("laptop")
    page.get_by_label("Customer", exact=True).select_option("grace@example.com")
    page.get_by_role("button", name="Create").click()
    token = page.locator("#new-token code").first.inner_text()
    with urlopen(
        Request(
            f"{demo.url}/ecostruxure/user/scoring/v1/sites",
            headers={"Authorization": f"Bearer {token}"},
        )
    ) as response:
        assert len(json.load(response)) == 4
    page.get_by_role("button", name="Revoke the consent of grace@example.com to laptop").click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.locator("#notification")).to_contain_text("to laptop is revoked.")

    (consent,) = [each for each in mockapi.consents() if each["name"] == "laptop"]
    assert [each["event"] for each in consent["history"]] == ["revoked", "granted"]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_customer_pages_are_styled_and_accessible(show, theme, width):
    view = show(theme=theme, width=width)
    page = begin(view)
    font_sizes = []

    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert view.violations() == []
        font_sizes.append(page.evaluate("getComputedStyle(document.body).fontSize"))

    page.get_by_role("heading", name="Sign in").wait_for()
    check()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Authorize Access").wait_for()
    check()
    page.get_by_label(re.compile("I accept the Terms")).check()
    page.get_by_role("button", name="Authorize Access").click()
    wait_until_ready(page)
    complete(page)
    check()
    for path in ("/authorizations", "/personal-access-tokens", "/nowhere", "/signout"):
        view.open(path)
        check()
    assert set(font_sizes) == {"14px"}


def test_client_names_are_escaped(show, tmp_path):
    hostile = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    path = tmp_path / "hostile.yaml"
    path.write_text(
        f"""
clients:
  - {{client_id: mockClient, name: {json.dumps(hostile)}, redirect_uris: ["http://127.0.0.1/"]}}
customers: [{{email: eve@example.com, name: {json.dumps(hostile)}}}]
""",
        "utf-8",
    )
    view = show(scenario=str(path))
    page = begin(view, client="mockClient")
    expect(page.locator("main")).to_contain_text("<img src=x")
    sign_in_and_consent(page, "")
    expect(wait_until_ready(view.open("/console/oauth")).locator("#content")).to_contain_text(
        "<img src=x"
    )
    assert page.locator("main img").count() == 0
    consents = MockApi(view.url).consents()
    assert consents[0]["name"] == hostile


def test_each_step_is_listed_once(demo):
    page = wait_until_ready(demo.open("/console/oauth/flow"))
    titles = page.locator("main h2").evaluate_all(
        "(all) => all.map((each) => each.firstChild.data)"
    )

    assert len(titles) == len(set(titles)) == 8
    content = page.locator("main").inner_text()
    assert [content.count(f"{each}\n") for each in titles[1:7]] == [1] * 6
    expect(page.locator("[aria-current=step]")).to_have_count(1)


def test_revocation_is_undone(demo, mockapi):
    (consent, *_) = mockapi.consents()
    page = wait_until_ready(demo.open("/console/oauth"))
    page.locator(f"[data-consent='{consent['id']}']").get_by_role("button").click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.locator("#notification")).to_contain_text("is revoked.")
    assert mockapi.consents()[0]["revoked_at"] is not None
    page.locator("#notification").get_by_role("button", name="Undo").click()
    expect(page.locator("#notification")).to_contain_text("Undone.")

    assert mockapi.consents()[0]["revoked_at"] is None
