"""Open pages while other clients change the clock, restart the server or delete the world."""

from contextlib import ExitStack, closing
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from browser_constants import WATCH
from playwright.sync_api import Page, expect

from mockapi.app import create_app
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

HOUR = 3600


def wait_until_live(page: Page) -> Page:
    page.locator("html[data-live]").wait_for()
    return page


def send_unknown(url: str, *paths: str) -> None:
    """Request unknown *paths*; each request is in the journal."""
    for path in paths:
        with pytest.raises(HTTPError, match="404"):
            urlopen(url + path)


def times(page: Page) -> list[str]:
    return page.locator("[data-clock]").all_inner_texts()


def test_running_clock_is_correct_after_changes(demo, mockapi):
    demo.page.clock.install()
    # Block live updates, because the faked time of the page jumps.
    demo.page.route("**/journal/tail*", lambda route: route.abort())
    page = demo.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    page.get_by_label("Run at a rate").fill("1")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#notification")).to_contain_text("UTC, running.")
    page.clock.run_for((HOUR + 2) * 1000)  # the display changes once per second
    assert {each[:13] for each in times(page)} == {"2026-06-01 10"}
    page.get_by_role("button", name="+ 1 hour").click()
    expect(page.locator("#moves")).to_contain_text("1 hour from 2026-06-01 09")
    page.clock.run_for(2000)

    assert mockapi.clock.now().isoformat()[:15] == "2026-06-01T10:0"
    assert {each[:15] for each in times(page)} == {"2026-06-01 10:0"}


@pytest.mark.parametrize(
    "screen", ["/", "/console/sites", "/console/clock", "/console/journal", "/console/worlds"]
)
def test_clock_shows_changes_by_other_clients(demo, mockapi, screen):
    page = wait_until_live(demo.open(screen))
    mockapi.clock.advance("P1D")
    for clock in page.locator("[data-clock]").all():
        expect(clock).to_have_text("2026-06-02 09:00:00")
    mockapi.clock.run(2)
    expect(page.locator("#status [data-mode]")).to_have_text("running")
    expect(page.locator("#status [data-clock]")).not_to_have_text("2026-06-02 09:00:00")


def test_reset_replaces_requests_in_journal(demo, mockapi):
    send_unknown(demo.url, "/old/1", "/old/2", "/old/3")
    page = wait_until_live(demo.open("/console/journal"))
    expect(page.locator("#entries tr")).to_have_count(3)
    mockapi.reset()
    send_unknown(demo.url, "/new/1")

    expect(page.locator("#entries .path")).to_have_text(["GET /new/1"])
    expect(page.locator("#counted")).to_have_text("Newest 1 of 1.")


@pytest.mark.parametrize(
    ("screen", "rows"), [("/console/journal", "#entries .path a"), ("/", "#latest .path a")]
)
def test_requests_after_server_restart_are_shown(chromium, screen, rows):
    page = chromium.new_page()
    with ExitStack() as stack:
        first, second = create_app(Settings()), create_app(Settings())
        for app in (first, second):
            stack.enter_context(closing(app.state.worlds))
        stack.callback(page.close)
        with serve_in_thread(first) as url:
            send_unknown(url, "/ecostruxure/old/1", "/ecostruxure/old/2")
            page.goto(url + screen)
            expect(wait_until_live(page).locator(rows)).to_have_count(2)
        page.locator("html:not([data-live])").wait_for()
        stack.enter_context(serve_in_thread(second, port=urlsplit(url).port))
        send_unknown(url, *(f"/ecostruxure/new/{number}" for number in range(3)))
        expected = [f"GET /ecostruxure/new/{number}" for number in (2, 1, 0)]
        expect(page.locator(rows)).to_have_text(expected)


@pytest.fixture
def lost(demo, mockapi):
    """Function that deletes the new world `lost`."""
    world = mockapi.create_world("lost")
    send_unknown(world.url, "/before")
    yield world.delete
    if "lost" in mockapi.worlds():
        world.delete()


def expect_deletion_note(page: Page) -> None:
    """Check that the page shows the deletion and a link to the other worlds."""
    note = page.get_by_role("alert").filter(visible=True)
    expect(note).to_contain_text("World lost does not exist any more")
    note.get_by_role("link", name="Show the other worlds").click()
    expect(page.locator("h1")).to_have_text("Worlds")


def test_sites_page_remains_after_deletion_of_world(demo, lost):
    page = wait_until_live(demo.open("/w/lost/console/sites"))
    lost()
    page.get_by_role("searchbox").fill("ly")
    expect(page.locator("#notification")).to_contain_text("World 'lost' does not exist")
    expect(page.locator("#found tbody tr")).to_have_count(12)
    assert demo.violations() == []
    expect_deletion_note(page)


def test_journal_remains_after_deletion_of_world(demo, lost):
    page = wait_until_live(demo.open("/w/lost/console/journal"))
    lost()
    page.get_by_label("Status").select_option("5xx")
    expect(page.locator("#notification")).to_contain_text("World 'lost' does not exist")
    expect(page.locator("#entries tr")).to_have_count(1)
    expect_deletion_note(page)


@pytest.mark.parametrize("screen", ["/", "/console/scores", "/console/clock", "/console/scenario"])
def test_page_shows_deletion_of_world(demo, lost, screen):
    page = wait_until_live(demo.open(f"/w/lost{screen}"))
    lost()
    expect_deletion_note(page)


def test_deletion_note_disappears_when_world_exists_again(demo, mockapi, lost):
    page = wait_until_live(demo.open("/w/lost/console/journal"))
    lost()
    expect(page.locator("#world-deleted")).to_be_visible()
    created = mockapi.create_world("lost", scenario="empty")
    expect(page.locator("#world-deleted")).to_be_hidden()
    send_unknown(created.url, "/after")
    expect(page.locator("#entries .path")).to_have_text(["GET /after"])


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize("before", [0, 3, 150])
def test_live_requests_cause_no_layout_shift(show, width, before):
    view = show(width=width)
    send_unknown(view.url, *(f"/before/{number}" for number in range(before)))
    view.page.add_init_script(WATCH)
    page = wait_until_live(view.open("/console/journal"))
    for number in range(60):
        send_unknown(view.url, f"/a/much/longer/path/that/is/wrapped/somewhere/{number}")
    visible, total = min(before + 60, 100), before + 60
    expect(page.locator("#counted")).to_have_text(f"Newest {visible} of {total}.")

    assert page.evaluate("window.moved") == []


def test_list_does_not_move_under_pointer(demo):
    send_unknown(demo.url, "/first")
    page = wait_until_live(demo.open("/console/journal"))
    page.locator("#entries tr").hover()
    send_unknown(demo.url, "/second", "/third")
    expect(page.get_by_role("button", name="Show 2 new")).to_be_visible()
    expect(page.locator("#entries .path")).to_have_text(["GET /first"])
    page.get_by_role("button", name="Show 2 new").click()
    expect(page.locator("#entries .path")).to_have_text(["GET /third", "GET /second", "GET /first"])
    expect(page.get_by_role("button", name="Show 2 new")).to_be_hidden()

    page.locator("#entries a").last.focus()
    page.keyboard.press("Shift+Tab")
    send_unknown(demo.url, "/fourth")
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    page.get_by_label("Status").focus()
    expect(page.locator("#entries tr")).to_have_count(4)


def test_older_requests_are_on_next_page(demo):
    send_unknown(demo.url, *(f"/{number}" for number in range(1, 106)))
    page = wait_until_live(demo.open("/console/journal"))
    expect(page.locator("#counted")).to_have_text("Newest 100 of 105.")
    send_unknown(demo.url, "/106")
    expect(page.locator("#counted")).to_have_text("Newest 100 of 106.")
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator("#counted")).to_have_text("Newest 6 before request 7, of 106 in total.")
    expected = [f"GET /{number}" for number in range(6, 0, -1)]
    expect(page.locator("#entries .path")).to_have_text(expected)
    send_unknown(demo.url, "/107")
    page.get_by_role("button", name="Show 1 new").click()
    expect(page.locator("#entries .path").first).to_have_text("GET /107")


def test_details_of_request_remain_when_a_late_filter_arrives(demo):
    send_unknown(demo.url, "/absent", "/missing")
    page = wait_until_live(demo.open("/console/journal"))
    delayed = []
    page.route("**/console/journal?*", lambda route: delayed.append(route))  # noqa: PLW0108 - Playwright sets attributes of it
    with page.expect_request("**/console/journal?*"):
        page.get_by_label("Path", exact=True).fill("/missing")
        page.get_by_label("Path", exact=True).press("Enter")
    page.get_by_role("link", name="GET /absent").click()
    expect(page.locator("#entry h2")).to_contain_text("GET /absent")
    delayed[0].continue_()
    expect(page.locator("#counted")).to_have_text("Newest 1 of 1.")
    expect(page.locator("#entry h2")).to_contain_text("GET /absent")
    page.get_by_role("link", name="GET /missing").click()
    expect(page.locator("#entry h2")).to_contain_text("GET /missing")
