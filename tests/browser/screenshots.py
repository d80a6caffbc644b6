"""Screenshots of the console for `docs/screenshots`, in both themes and two widths.

Arguments select screens by name; without arguments, all are taken.
"""

import sys
from contextlib import suppress
from itertools import product
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from browser_constants import type_text
from chromium import ARGUMENTS, MISSING, find
from playwright.sync_api import Page, sync_playwright
from png_optimizer import optimize

from mockapi.app import create_app
from mockapi.client.mockapi import MockApi
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = {1280: "", 380: "-380"}
"""Suffix of the names of the pictures, by their width."""
TOKEN = "mockAccessToken00000000Noor1"


def request(url: str) -> None:
    """Send a request, to which a fault may be applied."""
    with (
        suppress(HTTPError),
        urlopen(Request(url, headers={"Authorization": f"Bearer {TOKEN}"})) as answer,
    ):
        answer.read()


def prepare_world(mockapi: MockApi, url: str) -> dict[str, str]:
    """Create requests, faults and a world, and return the path of each screenshot."""
    site = mockapi.world()["customers"][0]["sites"][0]
    sites = f"{url}/ecostruxure/scoring/v1/sites"
    paths = ("", "?page=2", f"/{site}/meters", f"/{site}/projects")
    for path in paths:
        request(sites + path)
    for name in ("slow-backend", "failing-backend"):
        mockapi.preset(name).add()
    for path in (*paths, *paths):
        request(sites + path)
    mockapi.create_world("blue", scenario="dst")
    mockapi.create_world("onboarding", scenario="partner-onboarding")
    mockapi.snapshot("before-the-summer")
    return {
        "home": "/",
        "sites": "/console/sites",
        "site": f"/console/sites/{site}",
        "scores": "/console/scores",
        "clock": "/w/onboarding/console/clock",
        "faults": "/console/faults",
        "journal": "/console/journal",
        "oauth": "/console/oauth",
        "flow": "/console/oauth/flow",
        "worlds": "/console/worlds",
        "scenario": "/console/scenarios/demo",
        "docs": "/docs/partner/listMeters",
    }


READY = {
    "home": "main[data-ready]",
    "sites": "main[data-complete]",
    "faults": "main[data-ready]",
}


def arrange(page: Page, name: str) -> None:
    """Bring a page into the state for its screenshot."""
    if name in READY:
        page.locator(READY[name]).wait_for()
    if name == "site":
        page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
        page.get_by_role("button", name="Quarter").click()
        page.locator(
            "main:has(.charts:not([aria-busy])) [data-days='91'][aria-pressed=true]"
        ).wait_for()
    elif name == "scores":
        page.locator("main[data-shown]").wait_for()
        page.locator("#category").select_option("energy")
        page.get_by_role("button", name="Explain the last day").click()
        page.locator("#explained-title").wait_for()
        page.locator("main[data-averaged]").wait_for()
        page.evaluate("scrollTo(0, 0)")
    elif name == "clock":
        page.locator("main[data-started]").wait_for()
        page.locator("#target").fill("40")
        page.locator("#plan .effects").wait_for()
    elif name == "journal":
        page.locator("#entries a").first.click()
        page.locator("#entry h3").first.wait_for()
    elif name == "flow":
        complete_flow(page)
    elif name == "scenario":
        add_errors(page)
    elif name == "docs":
        page.locator("main[data-ready]").wait_for()
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator("#transfer a").wait_for()
        page.evaluate("scrollTo(0, 0)")


def complete_flow(page: Page) -> None:
    """Run the flow up to the token response."""
    page.locator("main[data-ready]").wait_for()
    page.get_by_role("button", name="Start authorization").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("I accept the Terms").check()
    page.get_by_role("button", name="Authorize Access").click()
    page.get_by_role("button", name="Send the token request").click()
    page.locator("[data-step=exchange] .exchange-item").wait_for()
    page.locator("[data-step=callback]").evaluate("(step) => step.scrollIntoView()")


def add_errors(page: Page) -> None:
    """Misspell two words in a copy of the scenario."""
    page.locator("main[data-ready]").wait_for()
    text = page.locator("#text").input_value()
    text = text.replace("interval: PT1H", "intervall: PT1H").replace("n: latest", "n: newest")
    type_text(page, text)
    page.locator("main[data-checked=invalid]").wait_for()
    page.locator("[data-line]").first.click()
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = find() or sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for theme, width in product(("light", "dark"), WIDTHS):
            # A server for each, so that the pictures of both themes have the same content.
            app = create_app(Settings(scenario="messy-data"))
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
            with serve_in_thread(app) as url:
                paths = prepare_world(MockApi(url), url)
                for name in sys.argv[1:] or paths:
                    page.goto(url + paths[name])
                    arrange(page, name)
                    picture = FOLDER / f"{name}-{theme}{WIDTHS[width]}.png"
                    picture.write_bytes(optimize(page.screenshot()))
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
