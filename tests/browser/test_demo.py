"""Follows `docs/demo.md` word for word, in a browser and in a shell."""

import shutil
import subprocess
from collections.abc import Sequence
from functools import reduce

import pytest
from demo import Act, steps
from playwright.sync_api import Locator, Page, expect

from mockapi.client.mockapi import MockApi

SERVED = "http://127.0.0.1:8080"
STEPS = steps()
DOERS = ("button", "link", "tab")


def settled(page: Page) -> None:
    """Wait until the page's own script listens; other pages have none."""
    page.locator("html:not([data-root]) main, main[data-started]").wait_for()


def pressed(page: Page, name: str) -> Locator:
    """Return what a person would click who looks for *name*."""
    # The list of steps has links of the same names, and before the buttons are there.
    doers = page.locator(":not([href^='#step-'])")
    whole = [page.get_by_role(role, name=name, exact=True).and_(doers) for role in DOERS]
    part = [page.get_by_role(role, name=name).and_(doers) for role in DOERS]
    return preferred([*whole, page.locator("summary", has_text=name), *part])


def labelled(page: Page, name: str) -> Locator:
    """Return the field that is called *name*."""
    return preferred([page.get_by_label(name, exact=True), page.get_by_label(name)])


def preferred(ways: Sequence[Locator]) -> Locator:
    """Return what the first of *ways* finds that finds anything, once any does."""
    shown = [each.filter(visible=True) for each in ways]
    expect(reduce(Locator.or_, shown).first).to_be_visible()
    return next(each for each in shown if each.count()).first


def follow(page: Page, act: Act, url: str, said: str) -> str:
    """Do what *act* says; return what a command printed, else *said*."""
    if act.does == "open":
        page.goto(act.what.replace(SERVED, url))
    elif act.does == "click":
        settled(page)
        pressed(page, act.what).click()
    elif act.does == "tick":
        labelled(page, act.what).check()
    elif act.does == "choose":
        settled(page)
        labelled(page, act.what).select_option(act.value)
    elif act.does == "type":
        settled(page)
        labelled(page, act.what).fill(act.value)
    elif act.does == "run":
        command = ["bash", "-c", act.what.replace(SERVED, url)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    elif act.does == "prints":
        assert said.split() == act.what.split()
    else:
        shown = page.get_by_text(act.what).filter(visible=True)
        expect(shown.first, f"{act.what!r} is to be seen").to_be_visible()
    return said


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_demo_is_followed_word_for_word(demo, mockapi):
    said = ""
    for acts in STEPS.values():
        for act in acts:
            said = follow(demo.page, act, demo.url, said)
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()

    assert MockApi(demo.url).world()["now"] == "2026-06-01T09:00:00Z"


@pytest.mark.parametrize("number", STEPS)
def test_a_step_says_what_to_do_and_what_is_seen_then(number):
    acts = STEPS[number]
    known = {"open", "click", "tick", "choose", "type", "run", "prints", "see"}
    assert {each.does for each in acts} <= known
    assert acts[0].does != "see" or len(acts) > 1
    assert any(each.does in ("see", "prints") for each in acts)
    assert all(each.value for each in acts if each.does in ("choose", "type"))
