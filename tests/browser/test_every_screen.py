"""Checks of every page, in both themes and two widths: accessibility, size, layout shifts."""

from urllib.request import Request, urlopen

import pytest
from browser_constants import TOKEN, WATCH

from mockapi.client.mockapi import MockApi

SCREENS = {
    "/": "demo",
    "/console/sites": "Sites",
    "/console/sites/{site}": "Fouquet Office Lyon",
    "/console/scores": "Scores",
    "/console/clock": "Clock",
    "/console/clock/effects?since=2026-05-01T00:00:00Z&until=2026-05-02T00:00:00Z": "Changes",
    "/console/faults": "Faults",
    "/console/journal": "Journal",
    "/console/journal?view=lint": "Journal",
    "/console/journal?view=coverage": "Journal",
    "/console/journal/1": "Request 1",
    "/console/journal/compare?first=1&second=2": "Requests 1 and 2",
    "/console/oauth": "OAuth",
    "/console/oauth/flow": "OAuth",
    "/console/oauth/callback?error=access_denied": "OAuth",
    "/console/worlds": "Worlds",
    "/console/scenario": "demo",
    "/console/scenarios/messy-data": "messy-data",
    "/docs/partner": "API docs",
    "/docs/control": "API docs",
    "/docs/user/listSites": "Fetch sites",
    "/docs/partner/listPerformanceScores": "Get Performance Score",
    "/docs/control/addSite": "Add a site",
    "/docs/control/createFault": "Add a fault",
}
READY = {
    "/": "main[data-ready]",
    "/console/sites": "main[data-complete]",
    "/console/sites/{site}": "main[data-shown]:not([data-shown='0'])",
    "/console/scores": "main[data-averaged]",
    "/console/faults": "main[data-ready]",
    "/console/oauth": "main[data-ready]",
    "/console/oauth/flow": "main[data-ready]",
    "/console/oauth/callback?error=access_denied": "main[data-ready]",
    "/console/worlds": "main[data-ready]",
    "/console/scenario": "main[data-ready]",
    "/console/scenarios/messy-data": "main[data-ready]",
    "/docs/user/listSites": "main[data-ready]",
    "/docs/partner/listPerformanceScores": "main[data-ready]",
    "/docs/control/addSite": "main[data-ready]",
    "/docs/control/createFault": "main[data-ready]",
}


def list_sites(url: str) -> None:
    request = Request(
        f"{url}/ecostruxure/scoring/v1/sites", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    for _ in range(2):
        with urlopen(request) as response:
            response.read()


def open_page(view, screen):
    site = MockApi(view.url).world()["customers"][0]["sites"][0]
    page = view.open(screen.format(site=site))
    page.locator(READY.get(screen, "main")).wait_for()
    return page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_page_fits_does_not_shift_and_is_accessible(show, screen, theme, width):
    view = show(theme=theme, width=width)
    list_sites(view.url)
    view.page.add_init_script(WATCH)
    page = open_page(view, screen)
    page.locator("main[data-started]").wait_for()

    assert page.evaluate("window.moved") == []
    assert page.locator("h1").inner_text() == SCREENS[screen]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert view.violations() == []


@pytest.mark.parametrize("screen", SCREENS)
def test_page_transfers_less_than_100_kilobytes(show, screen):
    view = show()
    list_sites(view.url)
    # The editor of a scenario is a large library.
    limit = 250_000 if "/scenario" in screen else 100_000
    assert 10_000 < transfer_size(view, screen) < limit


def test_full_journal_is_as_small(show):
    view = show()
    for _ in range(60):
        list_sites(view.url)
    assert 10_000 < transfer_size(view, "/console/journal") < 100_000


@pytest.mark.parametrize(
    "screen", ["/", "/console/sites", "/console/sites/{site}", "/console/scores"]
)
def test_page_with_1000_sites_is_as_small(show, screen):
    assert 10_000 < transfer_size(show(scenario="portfolio"), screen) < 100_000


def transfer_size(view, screen) -> int:
    """Return the transferred bytes of a page and its requests until it is ready."""
    responses = []
    view.page.on("response", lambda each: responses.append(each))  # noqa: PLW0108 - Playwright sets attributes of it
    open_page(view, screen)
    view.page.wait_for_load_state()
    # The event stream never ends; without events it transfers nothing.
    return sum(
        each.request.sizes()["responseBodySize"]
        for each in responses
        if "/journal/tail" not in each.url
    )


def test_navigation_is_reachable_by_keyboard(demo):
    page = demo.open("/")
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert reached[:12] == [
        "Skip to the content",
        "mockapi",
        "Home",
        "Sites",
        "Scores",
        "Clock",
        "Faults",
        "Journal",
        "OAuth",
        "Worlds",
        "API docs",
        "World default",
    ]
