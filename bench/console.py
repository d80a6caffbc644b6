"""Measures how soon the console's screens answer to the touch with a thousand sites loaded.

For each screen, the first visit's time until its scripts listen, and of some more in a warm browser
the medians of the page's own time and of that; and its weight decoded, with what it asks the
control API for at first, and that alone. For the chart of a year of quarter-hours, the time in its
script. Run as `python bench/console.py [visits]`; CHROMIUM names the browser.
"""

import os
import shutil
import statistics
import sys
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from mockapi.app import create_app
from mockapi.client.mockapi import MockApi
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

SCREENS = (
    "/",
    "/console/sites",
    "/console/sites/{site}",
    "/console/scores",
    "/console/clock",
    "/console/faults",
    "/console/journal",
    "/console/oauth",
    "/console/oauth/flow",
    "/console/worlds",
)
WATCH = """new MutationObserver(() => {
  const listens = document.querySelector("main[data-started]");
  if (listens) window.listens ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });"""
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const all = [page, ...performance.getEntriesByType("resource")];
  const asked = all.filter((each) => each.name.includes("/__admin/"));
  const bytes = (those) => those.reduce((sum, each) => sum + each.decodedBodySize, 0);
  return {
    answered: page.responseEnd - page.requestStart,
    listens: window.listens,
    bytes: bytes(all),
    asked: bytes(asked),
  };
}"""
SETTLED = {
    "/console/sites/{site}": "main[data-shown]:not([data-shown='0'])",
    "/console/scores": "main[data-averaged]",
    "/console/faults": "main[data-ready]",
}
"""Selector of a screen that has received its first data."""


class Visits(NamedTuple):
    """Milliseconds until a page answers and its scripts listen, and its bytes, decoded."""

    first: float
    answered: float
    listens: float
    bytes: int
    asked: int


def visits(page: Page, url: str, settled: str, times: int) -> Visits:
    """Return the first visit, and the medians of all others."""
    seen = []
    for _ in range(1 + times):
        page.goto(url)
        page.locator("main[data-started]").wait_for()
        page.locator(settled).wait_for(timeout=60_000)
        seen.append(page.evaluate(TIMES))
    first, *others = seen
    return Visits(
        first["listens"],
        statistics.median(each["answered"] for each in others),
        statistics.median(each["listens"] for each in others),
        first["bytes"],
        first["asked"],
    )


def year_of_quarters(page: Page, url: str, times: int) -> tuple[int, float, float]:
    """Return how many readings, and the first and the median milliseconds in the chart's script."""
    page.goto(url)
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("button", name="Year").click()
    page.locator("main:has([data-days='365'][aria-pressed=true])").wait_for()
    main = page.locator("main")
    drawn = [float(main.get_attribute("data-drawn-in") or "nan")]
    for _ in range(times):
        page.get_by_role("tab", name="Over time").click()
        drawn.append(float(main.get_attribute("data-drawn-in") or "nan"))
    count = int(main.get_attribute("data-shown") or 0)
    return count, drawn[0], statistics.median(drawn)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    app = create_app(Settings(scenario="portfolio"))
    with serve_in_thread(app) as url, sync_playwright() as playwright:
        site = MockApi(url).world()["customers"][0]["sites"][0]
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.add_init_script(WATCH)
        page.goto(url)
        print(f"{'screen':16} {'first':>8} {'answer':>8} {'listens':>8} {'weight':>9} {'asked':>9}")
        for screen in SCREENS:
            settled = SETTLED.get(screen, "main[data-started]")
            seen = visits(page, url + screen.format(site=site), settled, times)
            name = screen.replace("/console", "") or "/"
            print(
                f"{name:16} {seen.first:5.0f} ms {seen.answered:5.0f} ms {seen.listens:5.0f} ms "
                f"{seen.bytes / 1000:6.0f} kB {seen.asked / 1000:6.0f} kB"
            )
        count, first, median = year_of_quarters(page, f"{url}/console/sites/{site}", times)
        print(
            f"a year, {count:,} readings: {first:.0f} ms of script at first, then {median:.0f} ms"
        )
        browser.close()


if __name__ == "__main__":
    main()
