"""Fixtures with a browser, servers and checks of every page."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import ARGUMENTS, MISSING, find
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mockapi.client.mockapi import MockApi

# Long, because tests also run on busy machines.
expect.set_options(timeout=30_000)


@dataclass
class ServerPage:
    """A page, the URL of its server, and the problems that occurred."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def violations(self) -> list[tuple[str, str]]:
        """Return the accessibility violations by axe: each rule with the first element."""
        # axe cannot measure contrast on gradients, so remove the scroll shadows.
        self.page.evaluate(
            "for (const each of document.querySelectorAll('.scroll, details > div'))"
            " each.style.backgroundImage = 'none'"
        )
        found = Axe().run(self.page).response["violations"]
        return [(each["id"], each["nodes"][0]["html"][:200]) for each in found]


@pytest.fixture(scope="session")
def _chromium_path() -> str:
    path = find()
    if path is None:
        pytest.skip(MISSING)
    return path


# Per module: other tests cannot run an event loop while Playwright is active.
@pytest.fixture(scope="module")
def chromium(_chromium_path) -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, server_url) -> Generator[Callable[..., ServerPage]]:
    """Function that opens a browser page of a server. Fails if problems occur on a page."""
    opened: list[ServerPage] = []
    contexts = []

    def show(*, theme: str = "light", width: int = 1280, **settings: object) -> ServerPage:
        url = server_url(**settings)
        context = chromium.new_context(
            viewport={"width": width, "height": 860},
            color_scheme=theme,
            permissions=["clipboard-read", "clipboard-write"],
            accept_downloads=True,
        )
        contexts.append(context)
        view = ServerPage(context.new_page(), url)
        page, problems = view.page, view.problems
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (problems.append("a dialog opened"), dialog.dismiss()))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                problems.append(f"requested {request.url}")
                if not request.url.startswith((url, "data:", "blob:"))
                else None
            ),
        )
        opened.append(view)
        return view

    yield show
    for context in contexts:
        context.close()
    assert [each.problems for each in opened if each.problems] == []


@pytest.fixture
def demo(show) -> ServerPage:
    return show()


@pytest.fixture
def mockapi(demo) -> MockApi:
    """Client of the control API for the server of `demo`."""
    return MockApi(demo.url)
