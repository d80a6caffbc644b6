"""A real browser in front of a real server, and what is asked of every page it shows."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import ARGUMENTS, MISSING, find
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mockapi.app import create_app
from mockapi.client.mockapi import MockApi
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

# A busy machine is slow; what is never shown fails all the same.
expect.set_options(timeout=30_000)


@dataclass
class Shown:
    """A page, the server behind it, and all that went wrong on the way."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def violations(self) -> list[tuple[str, str]]:
        """Return what axe minds: each rule, and the first element that breaks it."""
        # Before a shadow, axe tells no contrast; what it lies on is of one colour.
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


# Not for the whole session: while Playwright runs no other test of the process may run a loop.
@pytest.fixture(scope="module")
def chromium(_chromium_path) -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _servers() -> Generator[Callable[..., str]]:
    """Starts a server for settings that have none yet, and returns its address."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}

        def serve(**settings: object) -> str:
            name = repr(sorted(settings.items()))
            if name not in urls:
                app = create_app(Settings(**settings))
                stack.callback(app.state.worlds.close)
                urls[name] = stack.enter_context(serve_in_thread(app))
            return urls[name]

        yield serve


@pytest.fixture
def show(chromium, _servers) -> Generator[Callable[..., Shown]]:
    """Shows pages of a server in its first state; in the end nothing may have gone wrong."""
    opened: list[Shown] = []
    contexts = []

    def show(*, theme: str = "light", width: int = 1280, **settings: object) -> Shown:
        url = _servers(**settings)
        if settings.get("admin", True) and "admin_token" not in settings:
            mockapi = MockApi(url)
            mockapi.reset()
            # A reset keeps snapshots, and other tests use the same server.
            for snapshot in mockapi.snapshots():
                mockapi.delete_snapshot(snapshot["name"])
        context = chromium.new_context(
            viewport={"width": width, "height": 860},
            color_scheme=theme,
            permissions=["clipboard-read", "clipboard-write"],
            accept_downloads=True,
        )
        contexts.append(context)
        shown = Shown(context.new_page(), url)
        page, wrong = shown.page, shown.wrong
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (wrong.append("a dialog opened"), dialog.dismiss()))
        page.on(
            "console",
            lambda said: (
                wrong.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                wrong.append(f"asked {asked.url}")
                if not asked.url.startswith((url, "data:", "blob:"))
                else None
            ),
        )
        opened.append(shown)
        return shown

    yield show
    for context in contexts:
        context.close()
    assert [each.wrong for each in opened if each.wrong] == []


@pytest.fixture
def demo(show) -> Shown:
    return show()


@pytest.fixture
def mockapi(demo) -> MockApi:
    """The handle on the server behind `demo`."""
    return MockApi(demo.url)
