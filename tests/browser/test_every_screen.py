"""Asks of every screen, in both themes and two widths, what nobody should have to ask."""

from urllib.request import Request, urlopen

import pytest
from browser_steps import TOKEN, WATCH

from mockapi.client.mockapi import MockApi

SCREENS = {
    "/": "demo",
    "/console/sites": "Sites",
    "/console/sites/{site}": "Fouquet Office Lyon",
    "/console/scores": "Scores",
    "/console/clock": "Clock",
    "/console/faults": "Faults",
    "/console/journal": "Journal",
    "/console/journal?view=lint": "Journal",
    "/console/journal?view=coverage": "Journal",
    "/console/journal/1": "Request 1",
    "/console/oauth": "OAuth",
    "/console/oauth/flow": "OAuth",
    "/console/oauth/callback?error=access_denied": "OAuth",
    "/console/worlds": "Worlds",
    "/console/scenario": "demo",
    "/console/scenarios/messy-data": "messy-data",
}
READY = {
    "/console/sites/{site}": "main[data-shown]:not([data-shown='0'])",
    "/console/scores": "main[data-averaged]",
    "/console/faults": "main[data-ready]",
    "/console/oauth": "main[data-ready]",
    "/console/oauth/flow": "main[data-ready]",
    "/console/oauth/callback?error=access_denied": "main[data-ready]",
    "/console/worlds": "main[data-ready]",
    "/console/scenario": "main[data-ready]",
    "/console/scenarios/messy-data": "main[data-ready]",
}


def ask(url: str) -> None:
    request = Request(
        f"{url}/ecostruxure/scoring/v1/sites", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urlopen(request) as answer:
        answer.read()


def opened(shown, screen):
    site = MockApi(shown.url).world()["customers"][0]["sites"][0]
    page = shown.open(screen.format(site=site))
    page.locator(READY.get(screen, "main")).wait_for()
    return page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_a_screen_fits_and_is_accessible(show, screen, theme, width):
    shown = show(theme=theme, width=width)
    ask(shown.url)
    page = opened(shown, screen)

    assert page.locator("h1").inner_text() == SCREENS[screen]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert shown.violations() == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_weighs_less_than_100_kilobytes_on_its_way(show, screen):
    shown = show()
    ask(shown.url)
    assert 10_000 < weight_of(shown, screen) < 100_000


@pytest.mark.parametrize(
    "screen", ["/", "/console/sites", "/console/sites/{site}", "/console/scores"]
)
def test_a_screen_of_a_thousand_sites_weighs_as_little(show, screen):
    assert 10_000 < weight_of(show(scenario="portfolio"), screen) < 100_000


def weight_of(shown, screen) -> int:
    """Return the bytes that come of a page, and of all that it asks for until it is ready."""
    answers = []
    shown.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - it is marked
    opened(shown, screen)
    shown.page.wait_for_load_state()
    # What streams never ends, and weighs nothing as long as nothing happens.
    return sum(
        each.request.sizes()["responseBodySize"]
        for each in answers
        if "/journal/tail" not in each.url
    )


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_moves_once_it_is_shown(show, screen, width):
    shown = show(width=width)
    ask(shown.url)
    shown.page.add_init_script(WATCH)
    page = opened(shown, screen)
    page.locator("main[data-started]").wait_for()

    assert page.evaluate("window.moved") == []


def test_every_place_is_reached_by_the_keyboard(demo):
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
