"""Goes through the OAuth flow by clicking, and looks after consents and tokens."""

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


def ready(page: Page) -> Page:
    page.locator("main[data-ready]").wait_for()
    return page


def begin(shown, *, client: str = PARTNER, root: str = "") -> Page:
    page = ready(shown.open(f"{root}/console/oauth/flow?client={client}"))
    page.get_by_role("button", name="Send the customer there").click()
    return page


def agree(page: Page, customer: str = "Ada Fernsby") -> None:
    page.get_by_role("radio", name=re.compile(customer)).check()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(re.compile("I accept the Terms")).check()
    page.get_by_role("button", name="Authorize Access").click()
    ready(page)


def step(page: Page, name: str):
    return page.locator(f"[data-step={name}]")


def hops(page: Page, name: str) -> list[str]:
    """Return method, path and status of each exchange of a step."""
    found = step(page, name).locator(".hop > summary").all_inner_texts()
    return [" ".join(each.split()[:3]) for each in found]


def press(page: Page, label: str, name: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    expect(step(page, name).locator(".hop").last).to_be_visible()


def walk(page: Page) -> None:
    for label, name in zip(STEPS, ("trade", "call", "refresh", "revoke"), strict=True):
        press(page, label, name)


@pytest.mark.parametrize("client", [PARTNER, PUBLIC])
def test_the_flow_is_gone_through_by_clicking(demo, client):
    page = begin(demo, client=client)
    expect(page.locator("main")).to_contain_text("Step 2 of 8: the customer signs in")
    agree(page, "Grace Okafor")
    assert (hops(page, "ask"), hops(page, "signin"), hops(page, "consent")) == (
        ["GET /ecostruxure/v1/oauth/authorize 302"],
        ["GET /consent 302", "GET /signin 200", "POST /signin 303"],
        ["GET /consent 200", "POST /consent 302"],
    )
    expect(step(page, "back").locator(".tag")).to_have_text(["holds", "holds", "holds"])
    walk(page)

    assert [hops(page, each) for each in ("trade", "call", "refresh", "revoke")] == [
        ["POST /ecostruxure/v1/oauth/token 200"],
        ["GET /ecostruxure/scoring/v1/sites 200"],
        ["POST /ecostruxure/v1/oauth/token 200"],
        ["POST /ecostruxure/v1/oauth/revoke 200", "GET /ecostruxure/scoring/v1/sites 401"],
    ]
    expect(step(page, "revoke")).to_contain_text("That is the whole flow")
    expect(page.locator("[data-rail].passed")).to_have_count(8)


def test_what_is_shown_is_what_went_over_the_wire(demo, mockapi):
    page = begin(demo)
    agree(page)
    code = re.search(r"[?&]code=(\w+)", page.url)[1]
    press(page, STEPS[0], "trade")
    request, answer = step(page, "trade").locator(".hop pre").all_inner_texts()
    minted = json.loads(answer[answer.index("{") :])
    wire = next(each for each in mockapi.journal(operation="token"))
    wire = mockapi.journal_entry(wire["number"])

    assert request.startswith("POST /ecostruxure/v1/oauth/token\n")
    assert f"&code={code}" in request.replace("\n", "").replace(" ", "")
    assert ("content-type", "application/x-www-form-urlencoded") in [
        tuple(each) for each in wire["request_headers"]
    ]
    assert list(minted) == ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    held = sha256(minted["access_token"].encode()).hexdigest()[:16]
    assert held in [each["id"] for each in mockapi.tokens(state="live")]


def test_who_declines_is_sent_back_with_an_error(demo, mockapi):
    before = mockapi.consents()
    page = begin(demo)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Do not Authorize").click()
    ready(page)

    expect(step(page, "back")).to_contain_text("no code came: access_denied")
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)
    assert mockapi.consents() == before


def test_a_state_that_nobody_sent_stops_the_client(demo):
    page = begin(demo)
    agree(page)
    forged = re.sub(r"state=\w+", "state=forged", page.url)
    page.goto(forged)
    ready(page)

    expect(step(page, "back")).to_contain_text("a client must stop here")
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)


def test_a_callback_that_nobody_waits_for_says_so(demo):
    page = ready(demo.open("/console/oauth/callback?code=mockCode&state=x"))

    expect(step(page, "back")).to_contain_text("No flow was begun in this tab")


def test_a_stray_callback_is_no_part_of_the_last_flow(demo):
    page = begin(demo)
    agree(page)
    own = page.url
    ready(demo.open("/console/oauth/callback?code=abc&state=zzz"))
    expect(step(page, "back")).to_contain_text("state is not one that this tab sent")
    assert hops(page, "ask") + hops(page, "signin") + hops(page, "consent") == []

    page.goto(own)
    press(ready(page), STEPS[0], "trade")
    assert hops(page, "trade") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_a_reload_keeps_what_was_done(demo):
    page = begin(demo)
    agree(page)
    press(page, STEPS[0], "trade")
    ready(page)
    page.reload()
    ready(page)

    assert hops(page, "trade") == ["POST /ecostruxure/v1/oauth/token 200"]
    press(page, STEPS[1], "call")
    assert hops(page, "call") == ["GET /ecostruxure/scoring/v1/sites 200"]


def test_a_code_is_good_for_one_use(demo):
    page = begin(demo)
    agree(page)
    press(page, STEPS[0], "trade")
    page.evaluate(
        "() => { const key = 'mockapi.flow'; const flow = JSON.parse(sessionStorage[key]);"
        " flow.done = {}; sessionStorage[key] = JSON.stringify(flow); }"
    )
    page.reload()
    press(ready(page), STEPS[0], "trade")

    assert hops(page, "trade") == ["POST /ecostruxure/v1/oauth/token 400"]
    expect(step(page, "trade")).to_contain_text("invalid_grant")
    expect(page.locator("[data-rail=trade]")).to_have_class("failed")
    expect(page.get_by_role("button", name=STEPS[0])).to_have_count(0)
    step(page, "trade").get_by_role("link", name="Start over").click()
    expect(page.get_by_role("button", name="Send the customer there")).to_be_visible()


def test_automatic_consent_shows_no_page_in_between(show):
    page = ready(begin(show(auto_consent=True)))
    page.locator("[data-step=back] .tests").wait_for()

    expect(step(page, "consent")).to_contain_text("consent is automatic in this world")
    press(page, STEPS[0], "trade")
    assert hops(page, "trade") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_a_named_world_has_a_flow_of_its_own(demo, mockapi):
    world = mockapi.create_world("own", scenario="dst")
    page = begin(demo, root="/w/own")
    agree(page, "")
    walk(page)

    assert page.url.startswith(f"{demo.url}/w/own/console/oauth/callback?code=mock")
    assert hops(page, "revoke")[1] == "GET /w/own/ecostruxure/scoring/v1/sites 401"
    assert [each["event"] for each in world.consents()[0]["history"]] == ["granted"]
    world.delete()


def test_a_locked_console_goes_through_the_flow_too(show):
    shown = show(admin_token="mockSecretOfTheLock")
    page = shown.open("/console/oauth/flow")
    page.get_by_label("Control API token").fill("mockSecretOfTheLock")
    page.get_by_role("button", name="Unlock").click()
    ready(page).get_by_role("button", name="Send the customer there").click()
    agree(page)
    press(page, STEPS[0], "trade")

    assert hops(page, "trade") == ["POST /ecostruxure/v1/oauth/token 200"]


def test_a_token_is_minted_used_and_revoked(demo, mockapi):
    page = ready(demo.open("/console/oauth"))
    page.get_by_label("Lives, in seconds").fill("120")
    page.get_by_role("checkbox", name=re.compile("Read Asset")).uncheck()
    page.get_by_role("button", name="Mint").click()
    token = page.locator("#minted code").first.inner_text()
    url = f"{demo.url}/ecostruxure/scoring/v1/sites"
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    with urlopen(request) as answer:
        assert len(json.load(answer)) == 8
    held = sha256(token.encode()).hexdigest()[:16]
    row = page.locator(f"[data-token='{held}']")
    expect(row).to_contain_text("2026-06-01 09:02:00")
    expect(row).to_contain_text("6 scopes")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.locator("#told")).to_have_text(f"Revoked: {held}.")

    expect(page.locator(f"[data-token='{held}'] .tag")).to_have_text("revoked")
    with pytest.raises(HTTPError, match="401"):
        urlopen(request)


def test_a_personal_token_is_minted_and_its_consent_revoked(demo, mockapi):
    page = ready(demo.open("/console/oauth"))
    page.get_by_role("radio", name=re.compile("Personal access token")).check()
    page.get_by_label("Name", exact=True).fill("laptop")
    page.get_by_label("Customer", exact=True).select_option("grace@example.com")
    page.get_by_role("button", name="Mint").click()
    token = page.locator("#minted code").first.inner_text()
    with urlopen(
        Request(
            f"{demo.url}/ecostruxure/user/scoring/v1/sites",
            headers={"Authorization": f"Bearer {token}"},
        )
    ) as answer:
        assert len(json.load(answer)) == 4
    page.get_by_role("button", name="Revoke the consent of grace@example.com to laptop").click()
    page.get_by_role("button", name="Yes, revoke").click()
    expect(page.locator("#told")).to_have_text("Revoked: laptop.")

    (consent,) = [each for each in mockapi.consents() if each["name"] == "laptop"]
    assert [each["event"] for each in consent["history"]] == ["revoked", "granted"]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_the_pages_of_customers_have_the_look_and_are_accessible(show, theme, width):
    shown = show(theme=theme, width=width)
    page = begin(shown)
    looks = []

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert shown.violations() == []
        looks.append(page.evaluate("getComputedStyle(document.body).fontSize"))

    page.get_by_role("heading", name="Sign in").wait_for()
    look()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Authorize Access").wait_for()
    look()
    page.get_by_label(re.compile("I accept the Terms")).check()
    page.get_by_role("button", name="Authorize Access").click()
    ready(page)
    walk(page)
    look()
    for path in ("/authorizations", "/personal-access-tokens", "/nowhere", "/signout"):
        shown.open(path)
        look()
    assert set(looks) == {"14px"}


def test_names_of_clients_stay_text_all_the_way(show, tmp_path):
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
    shown = show(scenario=str(path))
    page = begin(shown, client="mockClient")
    expect(page.locator("main")).to_contain_text("<img src=x")
    agree(page, "")
    expect(ready(shown.open("/console/oauth")).locator("#content")).to_contain_text("<img src=x")
    assert page.locator("main img").count() == 0
    told = MockApi(shown.url).consents()
    assert told[0]["name"] == hostile
