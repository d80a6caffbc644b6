"""Screens while another client moves the clock, resets or deletes the world, or restarts."""

import re

import pytest
from browser_constants import type_text
from playwright.sync_api import expect


@pytest.fixture
def gone(demo, mockapi):
    """Function that opens a page and then deletes its world."""
    mockapi.create_world("gone", scenario="empty")
    yield lambda screen: (demo.open(f"/w/gone{screen}"), mockapi.named_world("gone").delete())[0]
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()


def test_page_of_deleted_world_links_to_worlds(gone, demo):
    page = gone("/console/sites")
    page.reload()
    expect(page.locator("h1")).to_have_text("World gone does not exist")
    assert demo.violations() == []
    page.get_by_role("link", name="Manage worlds").last.click()

    expect(page).to_have_url(f"{demo.url}/console/worlds")


def test_unchanged_copy_keeps_name_of_scenario(demo, mockapi):
    for name, more in (("same", ""), ("other", "\n# Changed.\n")):
        page = demo.open("/console/scenarios/empty")
        page.locator("main[data-ready]").wait_for()
        type_text(page, page.locator("#text").input_value() + more)
        expect(page.locator("#check-result")).to_contain_text("Valid: 1 customer")
        page.get_by_label("World name").fill(name)
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
        ("/console/scenarios/nosuch", "Not found", "Manage worlds"),
        ("/console/nosuch", "Page not found", "Console home"),
    ],
)
def test_missing_object_has_console_page(demo, path, title, back):
    page = demo.open(path)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_role("navigation", name="Console")).to_be_visible()
    assert demo.violations() == []
    page.locator("main").get_by_role("link", name=back).click()
    expect(page.locator("main[data-started]")).to_be_visible()


@pytest.mark.parametrize("root", ["", "/w/blue"])
@pytest.mark.parametrize("path", ["/console", "/console/"])
def test_console_path_redirects_home(demo, mockapi, path, root):
    mockapi.create_world("blue", scenario="empty")
    page = demo.open(root + path)
    mockapi.named_world("blue").delete()

    assert page.url == f"{demo.url}{root}/"
