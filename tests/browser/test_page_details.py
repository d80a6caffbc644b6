"""Live requests and counters, coverage, timeline, presets, and forms of the console."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from browser_constants import TOKEN
from playwright.sync_api import expect


def request(url: str, path: str = "/sites") -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with urlopen(Request(f"{url}/ecostruxure/scoring/v1{path}", headers=headers)) as response:
        response.read()


def test_home_shows_live_requests_with_links(demo):
    page = demo.open("/")
    page.locator("html[data-live]").wait_for()
    request(demo.url)
    page.get_by_role("link", name="GET /ecostruxure/scoring/v1/sites").first.click()

    expect(page.locator("h1")).to_have_text("Request 1")
    expect(page.locator("#entry")).to_contain_text("ada@example.com")


def test_requests_before_subscription_are_counted(demo, mockapi):
    delayed = []

    def delay(route):
        delayed.append(route)

    demo.page.route("**/__admin/journal/tail?*", delay)
    with mockapi.fault("status", status=503, times=1):
        with demo.page.expect_request("**/__admin/journal/tail?*"):
            page = demo.open("/console/faults")
        with pytest.raises(HTTPError, match="503"):
            request(demo.url)
        request(demo.url)
        hits = page.locator("[data-fault] [data-hits]").locator("xpath=..")
        expect(hits).to_contain_text("0 of 0")
        delayed[0].continue_()

        expect(hits).to_contain_text("1 of 2")


def test_home_shows_access_of_customers(demo, mockapi):
    customers = demo.open("/").get_by_role("region", name="Customers", exact=True)
    expect(customers).to_contain_text("access for Green Score Partner")
    for each in mockapi.consents():
        mockapi.revoke_consent(each["id"])
    demo.page.reload()

    expect(customers.get_by_text("no consents")).to_have_count(2)


def test_journal_shows_fault_of_request(demo, mockapi):
    page = demo.open("/console/journal")
    page.locator("html[data-live]").wait_for()
    with mockapi.fault("status", status=503), pytest.raises(HTTPError, match="503"):
        request(demo.url)
    row = page.locator("#entries tr")
    expect(row.locator(".tag")).to_have_text(["503", "status"])
    row.get_by_role("link").click()
    expect(row.get_by_role("link")).to_have_attribute("aria-current", "true")
    expect(page.locator("#entry dl").first).to_contain_text("Faults status")
    page.reload()

    expect(row.locator(".tag")).to_have_text(["503", "status"])


def test_coverage_matrix_counts_operations_and_statuses(demo):
    request(demo.url)
    request(demo.url)
    page = demo.open("/console/journal?view=coverage")
    header = page.locator(".coverage thead th").all_inner_texts()
    row = page.locator(".coverage tbody tr").first.locator("th, td").all_inner_texts()
    cells = dict(zip(header, row, strict=True))

    assert (cells["Requests"], cells["200"]) == ("2", "2")
    assert cells["Operation"].split() == ["listSites", "partner"]
    assert (cells["401"], cells["403"], cells["409"]) == ("·", "·", "")
    expect(page.locator("#found")).to_contain_text("1 of ")


def test_timeline_contains_current_time(show):
    view = show(scenario="partner-onboarding")
    page = view.open("/console/clock")
    rows = page.locator(".timeline li")
    expect(rows.first).to_have_attribute("aria-current", "time")
    expect(rows.nth(1)).to_contain_text("Gateway outage at Harbour Office")
    page.get_by_role("button", name="+ 1 week").click()
    expect(page.locator("#moves")).to_contain_text("Consent of freya@example.com revoked")

    states = rows.locator(".tag").all_inner_texts()
    assert states[:5] == ["past", "past", "past", "past", "now"]
    assert set(states[5:]) <= {"upcoming"}


def test_preset_is_activated_and_removed(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("main[data-started]").wait_for()
    page.get_by_role("button", name="Activate flaky-network").click()
    expect(page.locator("[data-fault]")).to_have_count(3)
    expect(page.locator("#notification")).to_have_text("Preset flaky-network is active.")
    card = page.locator(".card-of-preset", has_text="flaky-network")
    expect(card).to_contain_text("a closed connection or half a body")
    card.locator("summary", has_text="3 faults").click()
    expect(card).to_contain_text("connection_reset: 10 % of requests")
    page.get_by_role("button", name="Remove flaky-network").click()
    expect(page.locator("#notification")).to_have_text(
        "Preset flaky-network is removed. It was applied to 0 requests."
    )

    assert mockapi.faults() == []


def test_preset_is_copied_as_command_and_code(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    copied = {}
    for language in ("curl", "Python", "TypeScript"):
        page.get_by_role("button", name=f"Copy stale-replica as {language}").click()
        expect(page.locator("#notification")).to_have_text("Copied.")
        copied[language] = page.evaluate("navigator.clipboard.readText()")

    url = f"{demo.url}/__admin/faults/presets/stale-replica"
    assert copied["curl"] == f"curl -X POST {url}"
    assert copied["Python"].endswith('    with mockapi.preset("stale-replica"):\n        ...')
    page.evaluate(f"async () => {{ {copied['TypeScript']} }}")
    assert [each["source"] for each in mockapi.faults()] == ["stale-replica"]


def test_fault_form_shows_its_fault_as_typescript(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    page.get_by_label("status", exact=True).fill("502")
    page.get_by_label("probability", exact=True).fill("0.5")
    page.get_by_role("tab", name="TypeScript").click()
    page.evaluate(f"async () => {{ {page.get_by_role('group', name='TypeScript').inner_text()} }}")

    (added,) = mockapi.faults()
    assert added["fault"] == {"kind": "status", "status": 502, "when": {"probability": 0.5}}


def test_strip_shows_which_requests_had_a_fault(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("html[data-live]").wait_for()
    expect(page.locator("#recent")).to_contain_text("No requests yet.")
    request(demo.url)
    with mockapi.fault("status", status=503), pytest.raises(HTTPError, match="503"):
        request(demo.url)
    cells = page.locator(".strip a")
    expect(cells).to_have_text(["200GET", "503status"])
    expect(page.locator("#recent")).to_contain_text("1 of 2 had a fault")
    expect(page.locator(".strip .affected")).to_have_text("503status")
    cells.last.click()

    expect(page.locator("h1")).to_have_text("Request 2")


# Elements whose text is wider or higher than they are.
CUT = """
(all) => all.filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
  scrollWidth > clientWidth || scrollHeight > clientHeight + 1).length
"""


def test_strip_of_20_requests_shows_whole_names_of_faults(demo, mockapi):
    with mockapi.fault("rate_limit", policy="quota", limit=0):
        for _ in range(20):
            with pytest.raises(HTTPError, match="429"):
                request(demo.url)
    page = demo.open("/console/faults")
    names = page.locator(".strip small")

    expect(names).to_have_count(20)
    expect(names.last).to_have_text("rate limit")
    assert names.evaluate_all(CUT) == 0


def test_removal_of_all_faults_is_undone(demo, mockapi):
    mockapi.fault("latency", seconds=0.001).add()
    mockapi.preset("failing-backend").add()
    before = [(each["source"], each["fault"]) for each in mockapi.faults()]
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    page.get_by_role("button", name="Remove all").click()
    page.get_by_role("button", name="Yes, remove all").click()
    expect(page.locator("#active")).to_contain_text("No active faults.")
    page.locator("#notification").get_by_role("button", name="Undo").click()
    expect(page.locator("#notification")).to_contain_text("The faults are active again.")

    assert [(each["source"], each["fault"]) for each in mockapi.faults()] == before
    expect(page.locator("[data-fault]")).to_have_count(4)


def test_chip_names_presets_and_their_faults(demo, mockapi):
    mockapi.preset("quota-exhausted").add()
    expect(demo.open("/console/faults").locator("#status")).to_contain_text("1 preset, 2 faults")


def test_errors_of_forms_name_labels(demo):
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    page.get_by_label("probability").fill("0")
    page.get_by_label("status", exact=True).fill("503")
    page.get_by_role("button", name="Activate", exact=True).click()
    message = page.locator("#notification")
    expect(message).to_have_text("probability: must be above 0, not 0")
    page = demo.open("/console/oauth")
    page.locator("main[data-ready]").wait_for()
    for each in page.locator("#token-form [name=scope]").all():
        each.uncheck()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(message).to_have_text("Choose at least one scope.")


def test_fault_form_loads_only_selected_kind(demo):
    urls = []
    demo.page.on("request", lambda each: urls.append(each.url.partition("/__admin/")[2]))
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    delayed = []
    page.route("**/kinds/truncated_body", lambda route: delayed.append(route))  # noqa: PLW0108 - Playwright sets attributes of it
    with page.expect_request("**/kinds/truncated_body"):
        page.get_by_label("Kind", exact=True).select_option("truncated_body")
    submit = page.get_by_role("button", name="Activate", exact=True).last
    expect(submit).to_be_disabled()
    page.unroute_all()
    expect(submit).to_be_enabled()
    expect(page.locator("#about")).to_contain_text("The headers and a part of the body")
    page.get_by_label("Kind", exact=True).select_option("status")
    expect(submit).to_be_enabled()

    assert [each for each in urls if "kinds" in each] == [
        "faults/kinds/status", "faults/kinds/truncated_body"
    ]  # fmt: skip


def test_fault_form_adds_a_json_response(demo, mockapi):
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    page.get_by_label("Kind", exact=True).select_option("respond")
    page.locator("#more summary").click()
    page.get_by_label("json", exact=True).fill('{"closed": true, "until": [null, "x"]}')
    page.get_by_label("headers", exact=True).fill('{"Cache-Control": "no-cache, private"}')
    expect(page.get_by_label("file", exact=True)).to_have_count(0)
    page.get_by_role("tab", name="Python").click()
    expect(page.get_by_role("group", name="Python")).to_contain_text(
        'json={"closed": True, "until": [None, "x"]}'
    )
    page.get_by_role("button", name="Activate", exact=True).last.click()
    expect(page.locator("[data-fault]")).to_contain_text("Cache-Control")

    (added,) = mockapi.faults()
    assert added["fault"] == {
        "kind": "respond",
        "json": {"closed": True, "until": [None, "x"]},
        "headers": {"Cache-Control": "no-cache, private"},
    }


@pytest.mark.parametrize(
    ("field", "value", "button", "message"),
    [
        ("Advance by", "banana", "Advance", "ISO 8601 duration"),
        ("Freeze at", "2026-07-01", "Freeze", "RFC 3339 date-time"),
        ("Freeze at", "9999-12-31T00:00:00Z", "Freeze", "in the years 1900 to 2200"),
        ("Freeze at", "2026-01-01T00:00:00Z", "Freeze", "forward only"),
        ("Run at a rate", "-5", "Run", "at least 0"),
        ("Run at a rate", "1e12", "Run", "at most 1000000000"),
        ("Run at a rate", "", "Run", "must be a number"),
    ],
)
def test_invalid_clock_change_is_shown_at_field(demo, field, value, button, message):
    page = demo.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    control = page.get_by_label(field).last
    control.fill(value)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("alert").filter(has_text=message)).to_be_visible()
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(control).to_be_focused()

    assert demo.violations() == []


def test_base_url_of_world_can_be_copied(demo):
    page = demo.open("/console/worlds")
    page.get_by_role("button", name="Copy the base URL").click()
    expect(page.locator("#notification")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == demo.url
