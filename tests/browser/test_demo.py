"""The steps of `docs/demo.md`, executed in a browser and a shell."""

import shutil
import subprocess
from collections.abc import Sequence
from functools import reduce

import pytest
from demo_steps import Action, steps
from playwright.sync_api import Locator, Page, expect

from mockapi.client.mockapi import MockApi

SERVED = "http://127.0.0.1:8080"
STEPS = steps()
ROLES = ("button", "link", "tab")


def wait_until_ready(page: Page) -> None:
    """Wait until the script of a console page is ready."""
    page.locator("html:not([data-root]) main, main[data-started]").wait_for()


def clickable(page: Page, name: str) -> Locator:
    """Return the control called *name*, preferring exact names."""
    # Exclude the links of the step list, which have the same names as buttons.
    controls = page.locator(":not([href^='#step-'])")
    whole = [page.get_by_role(role, name=name, exact=True).and_(controls) for role in ROLES]
    part = [page.get_by_role(role, name=name).and_(controls) for role in ROLES]
    return first_match([*whole, page.locator("summary", has_text=name), *part])


def labelled(page: Page, name: str) -> Locator:
    """Return the field with the label *name*."""
    return first_match([page.get_by_label(name, exact=True), page.get_by_label(name)])


def first_match(locators: Sequence[Locator]) -> Locator:
    """Wait for a match, and return the match of the first matching locator."""
    visible = [each.filter(visible=True) for each in locators]
    expect(reduce(Locator.or_, visible).first).to_be_visible()
    return next(each for each in visible if each.count()).first


def execute(page: Page, action: Action, url: str, output: str) -> str:
    """Execute *action*. Return the output of a command, *output* for other actions."""
    if action.verb == "open":
        page.goto(action.target.replace(SERVED, url))
    elif action.verb == "click":
        wait_until_ready(page)
        clickable(page, action.target).click()
    elif action.verb == "select":
        labelled(page, action.target).check()
    elif action.verb == "choose":
        wait_until_ready(page)
        labelled(page, action.target).select_option(action.value)
    elif action.verb == "type":
        wait_until_ready(page)
        labelled(page, action.target).fill(action.value)
    elif action.verb == "run":
        command = ["bash", "-c", action.target.replace(SERVED, url)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    elif action.verb == "prints":
        assert output.split() == action.target.split()
    else:
        text = page.get_by_text(action.target).filter(visible=True)
        expect(text.first, f"{action.target!r} is visible").to_be_visible()
    return output


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_demo_steps_work_as_written(demo, mockapi):
    output = ""
    for actions in STEPS.values():
        for action in actions:
            output = execute(demo.page, action, demo.url, output)
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()

    assert MockApi(demo.url).world()["now"] == "2026-06-01T09:00:00Z"


@pytest.mark.parametrize("number", STEPS)
def test_demo_step_has_actions_and_results(number):
    actions = STEPS[number]
    verbs = {"open", "click", "select", "choose", "type", "run", "prints", "see"}
    assert {each.verb for each in actions} <= verbs
    assert actions[0].verb != "see" or len(actions) > 1
    assert any(each.verb in ("see", "prints") for each in actions)
    assert all(each.value for each in actions if each.verb in ("choose", "type"))
