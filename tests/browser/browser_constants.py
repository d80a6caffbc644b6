"""Shared constants and actions of the browser tests."""

from playwright.sync_api import Page

TOKEN = "mockAccessToken000000000Ada1"

# Records each layout shift: its value, and which element moved from where to where.
WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    for (const { node, previousRect, currentRect } of sources)
      window.moved.push([value, node?.outerHTML?.slice(0, 99), previousRect, currentRect]);
}).observe({ type: "layout-shift", buffered: true });
"""


def type_text(page: Page, text: str) -> None:
    """Replace the text in the editor of a scenario, like a user who selects all and pastes."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
