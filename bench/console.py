"""Benchmark of the console's screens in Chromium with 1,000 sites.

Per screen it prints the time to interactive of the first visit, the medians of response time and
time to interactive of later visits, and the decoded bytes: all, and those of the control API.
It also prints the script time of a chart of a year.
An argument is the number of later visits.
"""

import statistics
import sys
from typing import NamedTuple

from chromium import ARGUMENTS, MISSING, find
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
    "/docs/partner",
    "/docs/control/createFault",
)
WATCH = """new MutationObserver(() => {
  const started = document.querySelector("main[data-started]");
  if (started) window.interactive ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });"""
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const all = [page, ...performance.getEntriesByType("resource")];
  const control = all.filter((each) => each.name.includes("/__admin/"));
  const bytes = (entries) => entries.reduce((sum, each) => sum + each.decodedBodySize, 0);
  return {
    response: page.responseEnd - page.requestStart,
    interactive: window.interactive,
    bytes: bytes(all),
    control_bytes: bytes(control),
  };
}"""
FIRST_DATA = {
    "/console/sites/{site}": "main[data-shown]:not([data-shown='0'])",
    "/console/scores": "main[data-averaged]",
    "/console/faults": "main[data-ready]",
}
"""Selector by screen of the state after its first data."""


class Visits(NamedTuple):
    """Milliseconds to interactive and of the response, and decoded bytes, of a screen."""

    first_interactive: float
    response: float
    interactive: float
    bytes: int
    control_bytes: int


def visits(page: Page, url: str, first_data: str, times: int) -> Visits:
    """Return the figures of the first visit and the medians of *times* later ones."""
    seen = []
    for _ in range(1 + times):
        page.goto(url)
        page.locator("main[data-started]").wait_for()
        page.locator(first_data).wait_for(timeout=60_000)
        seen.append(page.evaluate(TIMES))
    first, *others = seen
    return Visits(
        first["interactive"],
        statistics.median(each["response"] for each in others),
        statistics.median(each["interactive"] for each in others),
        first["bytes"],
        first["control_bytes"],
    )


def chart_of_year(page: Page, url: str, times: int) -> tuple[int, float, float]:
    """Return the number of values, and the first and median script time of the chart in ms."""
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
    later = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    path = find() or sys.exit(MISSING)
    app = create_app(Settings(scenario="portfolio"))
    with serve_in_thread(app) as url, sync_playwright() as playwright:
        site = MockApi(url).world()["customers"][0]["sites"][0]
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.add_init_script(WATCH)
        page.goto(url)
        print(f"{'screen':26}{'first':>9}{'response':>9}{'later':>9}{'bytes':>10}{'control':>10}")
        for screen in SCREENS:
            first_data = FIRST_DATA.get(screen, "main[data-started]")
            seen = visits(page, url + screen.format(site=site), first_data, later)
            name = screen.replace("/console", "") or "/"
            times = (seen.first_interactive, seen.response, seen.interactive)
            sizes = (seen.bytes / 1000, seen.control_bytes / 1000)
            columns = [f"{each:6.0f} ms" for each in times] + [f"{each:7.0f} kB" for each in sizes]
            print(f"{name:26}{''.join(columns)}", flush=True)
        count, first, median = chart_of_year(page, f"{url}/console/sites/{site}", later)
        print(f"chart of a year, {count:,} values: {first:.0f} ms at first, then {median:.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
