"""Watches screens tell what happens while somebody looks, and what it came to."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from browser_steps import TOKEN
from playwright.sync_api import expect


def ask(url: str, path: str = "/sites") -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with urlopen(Request(f"{url}/ecostruxure/scoring/v1{path}", headers=headers)) as answer:
        answer.read()


def test_home_shows_requests_as_they_come_and_leads_to_them(demo):
    page = demo.open("/")
    page.locator("html[data-live]").wait_for()
    ask(demo.url)
    page.get_by_role("link", name="GET /ecostruxure/scoring/v1/sites").first.click()

    expect(page.locator("h1")).to_have_text("Request 1")
    expect(page.locator("#entry")).to_contain_text("ada@example.com")


def test_what_came_before_a_page_listened_is_told_all_the_same(demo, mockapi):
    held = []

    def hold(route):
        held.append(route)

    demo.page.route("**/__admin/journal/tail?*", hold)
    with mockapi.fault("status", status=503, times=1):
        with demo.page.expect_request("**/__admin/journal/tail?*"):
            page = demo.open("/console/faults")
        with pytest.raises(HTTPError, match="503"):
            ask(demo.url)
        ask(demo.url)
        hits = page.locator("[data-fault] [data-hits]").locator("xpath=..")
        expect(hits).to_contain_text("0 of 0")
        held[0].continue_()

        expect(hits).to_contain_text("1 of 2")


def test_home_tells_who_may_see_whose_sites(demo, mockapi):
    customers = demo.open("/").get_by_role("region", name="Customers", exact=True)
    expect(customers).to_contain_text("seen by Green Score Partner")
    for each in mockapi.consents():
        mockapi.revoke_consent(each["id"])
    demo.page.reload()

    expect(customers.get_by_text("consented to nothing")).to_have_count(2)


def test_a_fault_is_named_on_the_requests_that_it_struck(demo, mockapi):
    page = demo.open("/console/journal")
    page.locator("html[data-live]").wait_for()
    with mockapi.fault("status", status=503), pytest.raises(HTTPError, match="503"):
        ask(demo.url)
    row = page.locator("#entries tr")
    expect(row.locator(".tag")).to_have_text(["503", "status"])
    row.get_by_role("link").click()
    expect(row.get_by_role("link")).to_have_attribute("aria-current", "true")
    expect(page.locator("#entry dl").first).to_contain_text("Faults status")
    page.reload()

    expect(row.locator(".tag")).to_have_text(["503", "status"])


def test_coverage_is_a_matrix_of_operations_and_statuses(demo):
    ask(demo.url)
    ask(demo.url)
    page = demo.open("/console/journal?view=coverage")
    head = page.locator(".coverage thead th").all_inner_texts()
    row = page.locator(".coverage tbody tr").first.locator("th, td").all_inner_texts()
    met = dict(zip(head, row, strict=True))

    assert (met["Operation"], met["Requests"], met["200"]) == ("listSites", "2", "2")
    assert (met["401"], met["403"], met["409"]) == ("·", "·", "")
    expect(page.locator("#found")).to_contain_text("1 of ")


def test_the_timeline_has_the_present_in_it(show):
    shown = show(scenario="partner-onboarding")
    page = shown.open("/console/clock")
    rows = page.locator(".timeline li")
    expect(rows.first).to_have_attribute("aria-current", "time")
    expect(rows.nth(1)).to_contain_text("gateway outage")
    page.get_by_role("button", name="+ 1 week").click()
    expect(page.locator("#did")).to_contain_text("consent revoked")

    states = rows.locator(".tag").all_inner_texts()
    assert states[:5] == ["past", "past", "past", "past", "now"]
    assert set(states[5:]) <= {"upcoming"}


def test_a_situation_says_that_it_is_on_and_is_lifted_whole(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("main[data-started]").wait_for()
    page.get_by_role("button", name="Switch on flaky-network").click()
    expect(page.locator("[data-fault]")).to_have_count(3)
    page.locator("summary", has_text="flaky-network").click()
    expect(page.locator(".situation[open]")).to_contain_text('with mockapi.preset("flaky-network")')
    page.get_by_role("button", name="Lift flaky-network").click()
    expect(page.locator("#told")).to_have_text("flaky-network is lifted; it struck 0 requests.")

    assert mockapi.faults() == []


def test_a_form_asks_for_the_kind_that_is_chosen_and_for_no_other(demo):
    asked = []
    demo.page.on("request", lambda each: asked.append(each.url.partition("/__admin/")[2]))
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    held = []
    page.route("**/kinds/truncated_body", lambda route: held.append(route))  # noqa: PLW0108 - it is marked
    with page.expect_request("**/kinds/truncated_body"):
        page.get_by_label("Kind", exact=True).select_option("truncated_body")
    submit = page.get_by_role("button", name="Switch on", exact=True).last
    expect(submit).to_be_disabled()
    page.unroute_all()
    expect(submit).to_be_enabled()
    expect(page.locator("#about")).to_contain_text("Sends the head and a part of t")
    page.get_by_label("Kind", exact=True).select_option("status")
    expect(submit).to_be_enabled()

    assert [each for each in asked if "kinds" in each] == [
        "faults/kinds/status", "faults/kinds/truncated_body"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "button", "says"),
    [
        ("Advance by", "banana", "Advance", "An ISO 8601 duration"),
        ("Stand still at", "2026-07-01", "Freeze", "An instant with its offset"),
        ("Stand still at", "2026-01-01T00:00:00Z", "Freeze", "forward only"),
        ("Run at a rate", "-5", "Run", "0 or more"),
    ],
)
def test_what_is_wrong_with_a_move_is_said_at_its_field(demo, field, value, button, says):
    page = demo.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    stated = page.get_by_label(field).last
    stated.fill(value)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("alert").filter(has_text=says)).to_be_visible()
    expect(stated).to_have_attribute("aria-invalid", "true")
    expect(stated).to_be_focused()

    assert demo.violations() == []


def test_the_base_url_of_a_world_is_one_to_copy(demo):
    page = demo.open("/console/worlds")
    page.get_by_role("button", name="Copy the base URL").click()
    expect(page.locator("#told")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == demo.url
