"""Watches screens while somebody else moves the clock, resets or deletes the world, or restarts."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from test_every_screen import ask

from mockapi.app import create_app
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def gone(demo, mockapi):
    """A world that is deleted once its page is open, and what it opens."""
    mockapi.create_world("gone", scenario="empty")
    yield lambda screen: (demo.open(f"/w/gone{screen}"), mockapi.named_world("gone").delete())[0]
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()


def shown_time(page) -> datetime:
    text = page.locator("#status [data-clock]").inner_text()
    return datetime.fromisoformat(f"{text}+00:00")


def test_a_clock_that_runs_counts_from_when_it_was_told(demo, mockapi):
    mockapi.clock.run(1)
    demo.page.clock.install()
    page = demo.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    page.clock.run_for(600_000)
    page.get_by_role("button", name="+ 1 hour").click()
    expect(page.locator("#did")).to_contain_text("readings arrived")
    page.clock.run_for(2_000)

    assert abs((shown_time(page) - mockapi.clock.now()).total_seconds()) < 120


@pytest.mark.parametrize("screen", ["/", "/console/journal", "/console/clock"])
def test_a_clock_that_somebody_else_moves_is_told_anew(demo, mockapi, screen):
    page = demo.open(screen)
    page.locator("main[data-started]").wait_for()
    mockapi.clock.advance("P1D")
    page.evaluate(LOOK)
    expect(page.locator("#status")).to_contain_text("2026-06-02 09:00:00 UTC frozen")
    for each in page.locator("main [data-clock]").all():
        expect(each).to_have_text("2026-06-02 09:00:00")
    mockapi.clock.run(60)
    page.evaluate(LOOK)

    expect(page.locator("#status")).to_contain_text("running")


@pytest.mark.parametrize("screen", ["/console/sites", "/console/journal"])
def test_a_world_that_is_gone_leaves_what_is_shown_and_says_so(gone, demo, screen):
    page = gone(screen)
    page.locator("main[data-started]").wait_for()
    before = page.locator("#found").inner_text()
    if screen == "/console/sites":
        page.get_by_role("searchbox").fill("ly")
    else:
        page.get_by_label("Status").select_option("4xx")

    expect(page.get_by_role("alert")).to_contain_text("There is no world 'gone', or not any more")
    assert page.locator("#found").inner_text() == before != ""
    assert demo.violations() == []
    page.get_by_role("link", name="The worlds that there are").click()
    expect(page.locator("h1")).to_have_text("Worlds")


def test_a_page_of_a_world_that_is_gone_leads_to_those_that_are_there(gone, demo):
    page = gone("/console/sites")
    page.reload()
    expect(page.locator("h1")).to_have_text("This world is gone")
    assert demo.violations() == []
    page.get_by_role("link", name="All about worlds").last.click()

    expect(page).to_have_url(f"{demo.url}/console/worlds")


def test_a_journal_that_begins_again_shows_what_it_holds(demo, mockapi):
    for _ in range(3):
        ask(demo.url)
    page = demo.open("/console/journal")
    page.locator("html[data-live]").wait_for()
    expect(page.locator("#entries tr")).to_have_count(3)
    mockapi.reset()
    ask(demo.url)

    expect(page.locator("#entries tr")).to_have_count(1)
    ask(demo.url)
    expect(page.locator("#entries tr")).to_have_count(2)
    expect(page.locator("#counted")).to_have_text("The newest 2 of 2.")


@pytest.mark.parametrize(
    ("screen", "rows"), [("/console/journal", "#entries tr"), ("/", "#latest tbody tr")]
)
def test_a_server_that_was_started_again_is_followed(chromium, screen, rows):
    context = chromium.new_context()
    page = context.new_page()
    with serve_in_thread(create_app(Settings())) as url:
        for _ in range(3):
            ask(url)
        page.goto(url + screen)
        page.locator("html[data-live]").wait_for()
        expect(page.locator(rows)).to_have_count(3)
    with serve_in_thread(create_app(Settings()), port=urlsplit(url).port):
        page.locator("html:not([data-live])").wait_for()
        ask(url)
        expect(page.locator(rows)).to_have_count(1)
        ask(url)
        expect(page.locator(rows)).to_have_count(2)
        context.close()


def test_a_copy_that_nobody_changed_keeps_the_name_of_its_scenario(demo, mockapi):
    for name, more in (("same", ""), ("other", "\n# Mine.\n")):
        page = demo.open("/console/scenarios/empty")
        page.locator("main[data-ready]").wait_for()
        page.get_by_role("button", name="Edit a copy").click()
        text = page.locator("#text")
        text.fill(text.input_value() + more)
        expect(page.locator("#verdict")).to_contain_text("It becomes 1 customer")
        page.get_by_label("Start it as world").fill(name)
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page).to_have_url(re.compile(f"/w/{name}/$"))
        expect(page.locator("h1")).to_have_text({"same": "empty", "other": "other"}[name])
    page = demo.open("/console/worlds")
    expect(page.locator("main")).to_contain_text("a scenario of its own, seed 1")
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()


@pytest.mark.parametrize(
    ("path", "title", "back"),
    [
        ("/console/sites/nosuch", "Not found", "Sites"),
        ("/console/journal/999", "Not found", "Journal"),
        ("/console/scenarios/nosuch", "Not found", "All about worlds"),
        ("/console/nosuch", "Page not found", "To the console's home"),
    ],
)
def test_what_is_not_there_is_told_within_the_console(demo, path, title, back):
    page = demo.open(path)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_role("navigation", name="Console")).to_be_visible()
    assert demo.violations() == []
    page.locator("main").get_by_role("link", name=back).click()
    expect(page.locator("main[data-started]")).to_be_visible()


@pytest.mark.parametrize("root", ["", "/w/blue"])
@pytest.mark.parametrize("path", ["/console", "/console/"])
def test_an_address_cut_short_leads_home(demo, mockapi, path, root):
    mockapi.create_world("blue", scenario="empty")
    page = demo.open(root + path)
    mockapi.named_world("blue").delete()

    assert page.url == f"{demo.url}{root}/"
