"""API docs in a browser: list and filter, requests that are sent, code, and tokens."""

import json
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from browser_constants import TOKEN
from playwright.sync_api import Locator, Page, expect
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


@pytest.mark.parametrize(
    "body",
    ['{"leedId": 9007199254740993}', "@file", '[\n  "it\'s", "\\u00e9 ${x} `y`"\n]', '"""', "\\n"],
    ids=["large-integer", "at", "quotes", "triple-quotes", "backslash"],
)
def test_samples_send_the_very_text_of_the_body(demo, mockapi, body):
    page = ready(demo.open(SCORES))
    page.get_by_label("Body of the request").fill(body)
    typescript = code(page, "TypeScript").replace("console.log", "return")
    page.evaluate(f"async () => {{ {typescript} }}")
    subprocess.run([sys.executable, "-c", code(page, "Python")], check=False, timeout=60)
    subprocess.run(["sh", "-c", code(page, "curl")], check=True, timeout=60, capture_output=True)
    send_request(page)

    numbers = [each["number"] for each in mockapi.journal()]
    assert len(numbers) == 4
    assert {mockapi.journal_entry(each)["request_body"]["text"] for each in numbers} == {body}


@pytest.mark.parametrize("language", ["curl", "Python"])
def test_sample_saves_a_binary_response(demo, mockapi, tmp_path, language):
    mockapi.snapshot("kept")
    page = ready(demo.open("/docs/control/downloadSnapshot"))
    command = ["sh", "-c"] if language == "curl" else [sys.executable, "-c"]
    sample = code(page, language)
    subprocess.run([*command, sample], check=True, timeout=60, capture_output=True, cwd=tmp_path)
    assert (tmp_path / "response.sqlite").read_bytes().startswith(b"SQLite format 3")
    assert "writeFile" in code(page, "TypeScript")

    send_request(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "response.sqlite"


def test_events_are_shown_as_they_arrive_until_stopped(demo, mockapi):
    page = ready(demo.open("/docs/control/tailJournal"))
    assert "for line in response:" in code(page, "Python")
    assert code(page, "curl").startswith("curl -N ")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    expect(page.locator("#outcome")).to_have_text("200 OK")
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_focused()
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{demo.url}/ecostruxure/scoring/v1/sites")
    expect(page.locator("#received")).to_contain_text('"operation":"listSites"')
    stop.press("Enter")
    expect(page.locator("#received")).to_contain_text("You stopped the request.")
    expect(page.locator("#received")).to_contain_text('"operation":"listSites"')
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_focused()


def test_curl_sample_sends_brackets_as_they_are(demo, mockapi):
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


@pytest.mark.parametrize(
    ("framing", "share"), [("length", 0), ("chunked", 0.5)], ids=["length", "chunked"]
)
def test_lost_body_of_a_response_has_no_size(demo, mockapi, framing, share):
    with mockapi.fault("truncated_body", framing=framing, share=share):
        page = ready(demo.open("/docs/partner/listSites"))
        send_request(page)
        expect(page.locator("#received")).to_contain_text("before the end of the response")
        received, transfer = page.locator("#received"), page.locator("#transfer")
        is_kept = received.locator("pre").count() > 0
        assert ("the browser keeps none of it" in received.inner_text()) != is_kept
        assert ("byte" in transfer.inner_text()) == is_kept


def test_redirect_is_shown_and_not_followed(demo, mockapi):
    target = "/ecostruxure/scoring/v1/sites?moved=1"
    with mockapi.fault("respond", status=307, headers={"Location": target}):
        page = ready(demo.open("/docs/partner/listSites"))
        send_request(page)
        expect(page.locator("#outcome")).to_have_text("307")
        expect(page.locator("#received")).to_contain_text(f"Redirected to {target}.")
    assert [each["status"] for each in mockapi.journal()] == [307]


def create_token(page: Page) -> tuple[Locator, str]:
    """Create another token; return its field and the value that it had before."""
    token = page.get_by_label("Token", exact=True)
    given = token.input_value()
    page.get_by_role("button", name="Create one").click()
    expect(token).not_to_have_value(given)
    return token, given


def test_rejected_remembered_token_gives_way_to_the_given(demo, mockapi):
    page = ready(demo.open("/docs/partner/listSites"))
    token, given = create_token(page)
    page.goto("about:blank")
    mockapi.reset()
    page = ready(demo.open(METERS))
    expect(token).not_to_have_value(given)
    # The code does not wait for the entry of the journal.
    page.route("**/__admin/journal?since=*", lambda _: None)
    send_request(page)
    expect(page.locator("#outcome")).to_have_text("401 Unauthorized")
    expect(page.locator("#notification")).to_contain_text("The field has the token of the scenario")
    expect(token).to_have_value(given)
    assert given in code(page, "curl")


def test_reset_world_has_the_given_token_again(demo, mockapi):
    page = ready(demo.open("/docs/user/listSites"))
    token, given = create_token(page)
    page.locator("[data-live]").wait_for()
    mockapi.reset()
    expect(token).to_have_value(given)
    expect(page.locator("#notification")).to_contain_text("The world was reset. The field has")
    assert given in code(page, "curl")


def test_emptied_token_is_empty_on_this_page_only(demo):
    page = ready(demo.open(METERS))
    token = page.get_by_label("Token", exact=True)
    given = token.input_value()
    token.fill("")
    assert "Authorization" not in code(page, "curl")
    page = ready(demo.open("/docs/partner/listSites"))
    expect(token).to_have_value(given)


def test_edited_parameters_are_kept_on_back(demo):
    page = ready(demo.open(METERS))
    page.get_by_label("site-id").fill("another")
    page.get_by_role("link", name="Fetch sites").first.click()
    page.locator("h1", has_text="Fetch sites").wait_for()
    page.go_back()
    expect(page.get_by_label("site-id")).to_have_value("another")
    expect(page.get_by_role("group", name="curl")).to_contain_text("/another/meters")


def test_failed_search_of_the_journal_shows_no_message(demo):
    page = ready(demo.open(METERS))
    page.get_by_label("site-id").fill("x" * 5000)
    send_request(page)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    expect(page.locator("#notification")).to_have_text("")


def test_send_follows_the_body_on_a_narrow_screen(demo):
    page = demo.page
    page.set_viewport_size({"width": 380, "height": 800})
    ready(demo.open("/docs/control/createWorld"))
    tops = [
        page.locator(each).bounding_box()["y"]
        for each in ("#body", "#send", "#response-title", "#fields-title", "#replies-title")
    ]
    assert tops == sorted(tops)
    assert tops[1] - tops[0] < 500


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
