"""Screens while another client moves the clock, resets or deletes the world, or restarts."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def gone(demo, mockapi):
    """A world that is deleted once its page is open, and what it opens."""
    mockapi.create_world("gone", scenario="empty")
    yield lambda screen: (demo.open(f"/w/gone{screen}"), mockapi.named_world("gone").delete())[0]
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()


def test_a_page_of_a_world_that_is_gone_leads_to_those_that_are_there(gone, demo):
    page = gone("/console/sites")
    page.reload()
    expect(page.locator("h1")).to_have_text("There is no world gone")
    assert demo.violations() == []
    page.get_by_role("link", name="All about worlds").last.click()

    expect(page).to_have_url(f"{demo.url}/console/worlds")


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
        expect(page.locator("h1")).to_have_text({"same": "empty", "other": "empty-edited"}[name])
    page = demo.open("/console/worlds")
    expect(page.locator("main")).to_contain_text("empty-edited, seed 1")
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
