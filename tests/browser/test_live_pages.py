"""Watches open pages while others move the clock, start the server again or delete the world."""

from contextlib import ExitStack, closing
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from browser_steps import WATCH
from playwright.sync_api import Page, expect

from mockapi.app import create_app
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

HOUR = 3600


def live(page: Page) -> Page:
    page.locator("html[data-live]").wait_for()
    return page


def ask(url: str, *paths: str) -> None:
    """Ask for *paths* that nobody knows; each is a request in the journal."""
    for path in paths:
        with pytest.raises(HTTPError, match="404"):
            urlopen(url + path)


def times(page: Page) -> list[str]:
    return page.locator("[data-clock]").all_inner_texts()


def test_a_running_clock_is_right_whatever_was_done_on_the_page(demo, mockapi):
    demo.page.clock.install()
    # What others do would be told by and by, in a time that passes by leaps here.
    demo.page.route("**/journal/tail*", lambda route: route.abort())
    page = demo.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    page.get_by_label("Run at a rate").fill("1")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#did")).to_contain_text("running now")
    page.clock.run_for((HOUR + 2) * 1000)  # its hand moves once a second
    assert {each[:13] for each in times(page)} == {"2026-06-01 10"}
    page.get_by_role("button", name="+ 1 hour").click()
    expect(page.locator("#did")).to_contain_text("to 2026-06-01 10")
    page.clock.run_for(2000)

    assert mockapi.clock.now().isoformat()[:15] == "2026-06-01T10:0"
    assert {each[:15] for each in times(page)} == {"2026-06-01 10:0"}


@pytest.mark.parametrize(
    "screen", ["/", "/console/sites", "/console/clock", "/console/journal", "/console/worlds"]
)
def test_the_time_is_told_anew_when_somebody_else_moves_it(demo, mockapi, screen):
    page = live(demo.open(screen))
    mockapi.clock.advance("P1D")
    for clock in page.locator("[data-clock]").all():
        expect(clock).to_have_text("2026-06-02 09:00:00")
    mockapi.clock.run(2)
    expect(page.locator("#status [data-mode]")).to_have_text("running")
    expect(page.locator("#status [data-clock]")).not_to_have_text("2026-06-02 09:00:00")


def test_requests_after_a_reset_are_shown_in_the_place_of_those_before(demo, mockapi):
    ask(demo.url, "/old/1", "/old/2", "/old/3")
    page = live(demo.open("/console/journal"))
    expect(page.locator("#entries tr")).to_have_count(3)
    mockapi.reset()
    ask(demo.url, "/new/1")

    expect(page.locator("#entries .path")).to_have_text(["GET /new/1"])
    expect(page.locator("#counted")).to_have_text("The newest 1 of 1.")


@pytest.mark.parametrize(
    ("screen", "rows"), [("/console/journal", "#entries .path a"), ("/", "#latest .path a")]
)
def test_requests_to_a_server_that_was_started_again_are_shown(chromium, screen, rows):
    page = chromium.new_page()
    with ExitStack() as left:
        first, again = create_app(Settings()), create_app(Settings())
        for app in (first, again):
            left.enter_context(closing(app.state.worlds))
        left.callback(page.close)
        with serve_in_thread(first) as url:
            ask(url, "/ecostruxure/old/1", "/ecostruxure/old/2")
            page.goto(url + screen)
            expect(live(page).locator(rows)).to_have_count(2)
        page.locator("html:not([data-live])").wait_for()
        left.enter_context(serve_in_thread(again, port=urlsplit(url).port))
        ask(url, *(f"/ecostruxure/new/{number}" for number in range(3)))
        told = [f"GET /ecostruxure/new/{number}" for number in (2, 1, 0)]
        expect(page.locator(rows)).to_have_text(told)


@pytest.fixture
def lost(demo, mockapi):
    """What deletes the world `lost`, which is there before."""
    world = mockapi.create_world("lost")
    ask(world.url, "/before")
    yield world.delete
    if "lost" in mockapi.worlds():
        world.delete()


def gone(page: Page) -> None:
    """See that the page says so by itself, and leads to where the others are."""
    note = page.get_by_role("alert").filter(visible=True)
    expect(note).to_contain_text("World lost is gone")
    note.get_by_role("link", name="The worlds that are left").click()
    expect(page.locator("h1")).to_have_text("Worlds")


def test_a_list_of_sites_stays_when_its_world_is_deleted(demo, lost):
    page = live(demo.open("/w/lost/console/sites"))
    lost()
    page.get_by_role("searchbox").fill("ly")
    expect(page.locator("#told")).to_contain_text("There is no world 'lost'")
    expect(page.locator("#found tbody tr")).to_have_count(12)
    assert demo.violations() == []
    gone(page)


def test_a_journal_stays_when_its_world_is_deleted(demo, lost):
    page = live(demo.open("/w/lost/console/journal"))
    lost()
    page.get_by_label("Status").select_option("5xx")
    expect(page.locator("#told")).to_contain_text("There is no world 'lost'")
    expect(page.locator("#entries tr")).to_have_count(1)
    gone(page)


@pytest.mark.parametrize("screen", ["/", "/console/scores", "/console/clock", "/console/scenario"])
def test_every_page_says_that_its_world_is_deleted(demo, lost, screen):
    page = live(demo.open(f"/w/lost{screen}"))
    lost()
    gone(page)


def test_a_world_that_is_there_again_is_no_longer_gone(demo, mockapi, lost):
    page = live(demo.open("/w/lost/console/journal"))
    lost()
    expect(page.locator("#gone")).to_be_visible()
    again = mockapi.create_world("lost", scenario="empty")
    expect(page.locator("#gone")).to_be_hidden()
    ask(again.url, "/after")
    expect(page.locator("#entries .path")).to_have_text(["GET /after"])


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize("before", [0, 3, 250])
def test_nothing_moves_while_requests_stream_in(show, width, before):
    shown = show(width=width)
    ask(shown.url, *(f"/before/{number}" for number in range(before)))
    shown.page.add_init_script(WATCH)
    page = live(shown.open("/console/journal"))
    for number in range(60):
        ask(shown.url, f"/a/much/longer/path/that/is/wrapped/somewhere/{number}")
    shown_now, total = min(before + 60, 200), before + 60
    expect(page.locator("#counted")).to_have_text(f"The newest {shown_now} of {total}.")

    assert page.evaluate("window.moved") == []


def test_a_list_that_is_pointed_into_keeps_its_place(demo):
    ask(demo.url, "/first")
    page = live(demo.open("/console/journal"))
    page.locator("#entries tr").hover()
    ask(demo.url, "/second", "/third")
    expect(page.get_by_role("button", name="Show 2 new")).to_be_visible()
    expect(page.locator("#entries .path")).to_have_text(["GET /first"])
    page.get_by_role("button", name="Show 2 new").click()
    expect(page.locator("#entries .path")).to_have_text(["GET /third", "GET /second", "GET /first"])
    expect(page.get_by_role("button", name="Show 2 new")).to_be_hidden()

    page.locator("#entries a").last.focus()
    page.keyboard.press("Shift+Tab")
    ask(demo.url, "/fourth")
    expect(page.get_by_role("button", name="Show 1 new")).to_be_visible()
    page.get_by_label("Status").focus()
    expect(page.locator("#entries tr")).to_have_count(4)


def test_older_requests_are_a_page_away(demo):
    ask(demo.url, *(f"/{number}" for number in range(1, 206)))
    page = live(demo.open("/console/journal"))
    expect(page.locator("#counted")).to_have_text("The newest 200 of 205.")
    ask(demo.url, "/206")
    expect(page.locator("#counted")).to_have_text("The newest 200 of 206.")
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator("#counted")).to_have_text("The newest 6 before number 7; 206 in all.")
    told = [f"GET /{number}" for number in range(6, 0, -1)]
    expect(page.locator("#entries .path")).to_have_text(told)
    ask(demo.url, "/207")
    page.get_by_role("button", name="Show 1 new").click()
    expect(page.locator("#entries .path").first).to_have_text("GET /207")
