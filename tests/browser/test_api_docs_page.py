"""API docs in a browser: list and filter, requests that are sent, code, and tokens."""

import json
import subprocess
import sys

import pytest
from browser_constants import TOKEN
from playwright.sync_api import Page, expect
from test_flow import begin, send, sign_in_and_consent

from mockapi.client.mockapi import MockApi

METERS = "/docs/partner/listMeters"
SCORES = "/docs/partner/createPerformanceScores"


def ready(page: Page) -> Page:
    page.locator("main[data-ready]").wait_for()
    return page


def send_request(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#outcome .tag")).to_be_visible()


def code(page: Page, language: str) -> str:
    page.get_by_role("tab", name=language).click()
    return page.get_by_role("group", name=language).inner_text()


@pytest.mark.parametrize(
    ("scenario", "world"),
    [("demo", ""), ("vendor-samples", ""), ("vendor-samples", "blue")],
    ids=["demo", "other-scenario", "named-world"],
)
def test_filled_in_request_gets_a_response_of_its_world(show, scenario, world):
    view = show(scenario="demo" if world else scenario)
    mockapi = MockApi(view.url)
    root = f"/w/{world}" if world else ""
    if world:
        mockapi = mockapi.create_world(world, scenario=scenario)
    page = ready(view.open(root + METERS))
    send_request(page)

    expect(page.locator("#outcome")).to_have_text("200 OK")
    [entry] = mockapi.journal()
    link = page.get_by_role("link", name="Request 1 in the journal")
    expect(link).to_have_attribute("href", f"{root}/console/journal/1")
    assert (entry["operation"], entry["status"]) == ("listMeters", 200)
    sent = {name for name, _ in mockapi.journal_entry(1)["request_headers"]}
    assert "cookie" not in sent


def test_journal_link_leads_to_this_very_request(demo):
    page = ready(demo.open(METERS))
    send_request(page)
    page.evaluate(
        "(token) => fetch('/ecostruxure/scoring/v1/sites', {headers: {Authorization: token}})",
        f"Bearer {TOKEN}",
    )
    page.locator("#token").fill("wrong")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#outcome")).to_have_text("401 Unauthorized")
    page.get_by_role("link", name="Request 3 in the journal").click()

    expect(page.locator("h1")).to_have_text("Request 3")
    expect(page.locator("#entry h2")).to_contain_text("/meters")


def test_request_follows_parameters_and_body(demo, mockapi):
    page = ready(demo.open("/docs/partner/listPerformanceScores"))
    for each in ("daily", "monthly", "energy"):
        page.get_by_label(each, exact=True).check()
    assert "?type=daily&type=monthly&category=energy" in code(page, "curl")

    page = ready(demo.open(SCORES))
    body = page.get_by_label("Body of the request")
    body.fill("[{")
    expect(page.locator("#body-error")).to_contain_text("Not JSON")
    send_request(page)
    expect(page.locator("#outcome")).to_have_text("400 Bad Request")
    scores = [{"date": "2026-05-30", "score": 12.5, "type": "daily", "category": "water"}]
    body.fill(json.dumps(scores))
    expect(page.locator("#body-error")).to_have_text("")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#outcome")).to_have_text("201 Created")
    expect(page.locator("#received code")).to_contain_text('"score": 12.5')
    assert json.loads(mockapi.journal_entry(2)["request_body"]["text"]) == scores


def test_samples_are_programs_that_send_the_request(demo, mockapi):
    page = ready(demo.open(SCORES))
    typescript = code(page, "TypeScript").replace("console.log", "return")
    page.evaluate(f"async () => {{ {typescript} }}")
    subprocess.run([sys.executable, "-c", code(page, "Python")], check=True, timeout=60)
    subprocess.run(["sh", "-c", code(page, "curl")], check=True, timeout=60, capture_output=True)

    bodies = [mockapi.journal_entry(number)["request_body"]["text"] for number in (1, 2, 3)]
    assert [each["status"] for each in mockapi.journal()] == [201, 201, 201]
    assert json.loads(bodies[0]) == json.loads(bodies[1]) == json.loads(bodies[2])


def test_sample_with_brackets_is_no_pattern_of_curl(demo, mockapi):
    page = ready(demo.open("/docs/partner/listMetrics"))
    subprocess.run(["sh", "-c", code(page, "curl")], check=True, timeout=60, capture_output=True)

    query = mockapi.journal_entry(1)["query"]
    names = [name for name, _ in query]
    assert (mockapi.journal()[0]["status"], names) == (200, ["updatedAt[gte]", "updatedAt[lt]"])


def test_large_response_is_shortened_and_downloaded_whole(demo):
    page = ready(demo.open("/docs/partner/listPerformanceScores"))
    send_request(page)
    expect(page.locator("#received")).to_contain_text("The first 20,000 characters")
    assert len(page.locator("#received code").text_content()) == 20_000
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert len(saved) > 1_000


def test_numbers_are_shown_as_transferred(demo):
    page = ready(demo.open("/docs/partner/createSiteAssociation"))
    page.get_by_label("Body of the request").fill('{"leedId":9007199254740993,"leedName":"a,b"}')
    send_request(page)
    text = '{\n  "leedId": 9007199254740993,\n  "leedName": "a,b"\n}'
    expect(page.locator("#received code")).to_have_text(text)


def test_aborted_response_is_named_and_linked(demo, mockapi):
    with mockapi.fault("empty_reply"):
        page = ready(demo.open(METERS))
        send_request(page)
        expect(page.locator("#outcome")).to_have_text("aborted")
        expect(page.locator("#received")).to_contain_text("The connection was closed")
        expect(page.get_by_role("link", name="Request 1 in the journal")).to_be_visible()


def test_token_of_the_oauth_flow_is_used(show):
    view = show()
    page = begin(view)
    sign_in_and_consent(page)
    send(page, "Send the token request", "exchange")
    page.get_by_role("link", name="Use the token in the API docs").click()
    page.get_by_role("link", name="Fetch Meters").click()
    token = ready(page).get_by_label("Token", exact=True).input_value()
    send_request(page)

    assert token.startswith("mock")
    assert token != TOKEN
    expect(page.locator("#outcome")).to_have_text("200 OK")


@pytest.mark.parametrize("name", ["partner", "user"])
def test_created_token_replaces_the_given_one(demo, name):
    page = ready(demo.open(f"/docs/{name}/listSites"))
    given = page.get_by_label("Token", exact=True).input_value()
    page.get_by_role("button", name="create one", exact=False).click()
    expect(page.get_by_label("Token", exact=True)).not_to_have_value(given)
    send_request(page)
    expect(page.locator("#outcome")).to_have_text("200 OK")


def test_control_request_uses_the_token_of_the_console(show):
    view = show(admin_token="secret")
    page = view.open("/console/worlds")
    page.get_by_label("Token").fill("secret")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("heading", name="Worlds", exact=True).first.wait_for()
    page = ready(view.open("/docs/control/getWorld"))
    assert "secret" not in code(page, "curl")
    send_request(page)
    expect(page.locator("#outcome")).to_have_text("200 OK")


def test_locked_docs_are_unlocked_and_filled_in(show):
    view = show(admin_token="secret")
    page = ready(view.open(METERS))
    expect(page.get_by_label("site-id")).to_have_value("")
    page.get_by_role("link", name="Unlock the console").click()
    page.get_by_label("Control API token").fill("secret")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("heading", name="mockapi control API").wait_for()
    page = ready(view.open(METERS))
    send_request(page)
    expect(page.locator("#outcome")).to_have_text("200 OK")
    expect(page.get_by_role("link", name="Request 1 in the journal")).to_be_visible()


def test_required_body_is_not_sent_without_content(demo, mockapi):
    page = ready(demo.open(SCORES))
    page.get_by_label("Body of the request").fill("")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_label("Body of the request")).to_be_focused()
    page = ready(demo.open("/docs/control/uploadSnapshot"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_label("Body of the request")).to_be_focused()
    assert (mockapi.journal(), mockapi.snapshots()) == ([], [])


def test_request_that_loses_state_is_confirmed(demo, mockapi):
    mockapi.snapshot("kept")
    page = ready(demo.open("/docs/control/deleteSnapshot"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    assert [each["name"] for each in mockapi.snapshots()] == ["kept"]
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.locator("#outcome")).to_have_text("204 No Content")
    assert mockapi.snapshots() == []


def test_filter_finds_operations_by_keyboard(demo):
    page = demo.open("/docs/control")
    page.locator("main[data-started]").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("preset add")
    expect(page.locator(".operations li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Add the faults of a preset")
    expect(page.get_by_role("link", name="Add the faults of a preset")).to_be_visible()


def test_filter_without_a_match_can_be_cleared(demo):
    page = demo.open("/docs/user")
    page.locator("main[data-started]").wait_for()
    count = page.locator(".operations li:visible").count()
    page.get_by_label("Filter operations").fill("nothing like it")
    expect(page.locator(".operations li:visible")).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".operations li:visible")).to_have_count(count)


def test_unfilled_required_parameter_is_not_sent(demo, mockapi):
    page = ready(demo.open(METERS))
    page.get_by_label("site-id").fill("")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_label("site-id")).to_be_focused()
    assert mockapi.journal() == []


def test_page_is_readable_without_scripts(chromium, server_url):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server_url()}/docs/partner")
    page.get_by_role("link", name="Get Performance Score").first.click()
    expect(page.locator("h1")).to_have_text("Get Performance Score")
    expect(page.get_by_text("read:energy-score")).to_be_visible()
    expect(page.get_by_role("heading", name="Responses")).to_be_visible()
    expect(page.get_by_text("Send the request")).to_be_hidden()
    expect(page.locator("#request-title")).to_be_hidden()
    top = page.locator(".docs-code").bounding_box()["y"]
    assert page.locator("#response").bounding_box()["y"] - top < 40
    context.close()


def test_documents_are_tabs_in_the_frame_of_the_console(show):
    view = show()
    MockApi(view.url).create_world("blue")
    page = view.open("/w/blue/docs/user")
    navigation = page.get_by_role("navigation", name="Console")
    expect(navigation.get_by_role("link", name="API docs")).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.locator("#status")).to_contain_text("World blue")
    page.get_by_role("navigation", name="Documents").get_by_role("link", name="Control API").click()
    expect(page.get_by_role("heading", name="mockapi control API")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download OpenAPI 3.1").click()
    assert json.loads(download.value.path().read_text("utf-8"))["openapi"] == "3.1.0"
    MockApi(view.url).named_world("blue").delete()
