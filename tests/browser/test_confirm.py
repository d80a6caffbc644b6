"""Questions before what cannot be undone, by pointer and by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mockapi.client.mockapi import MockApi

TEMPLATES = Path(__file__).parents[2] / "mockapi" / "console" / "templates"
DESTROYS = (
    "data-reset",
    "data-delete",
    "data-restore",
    "data-discard",
    "data-lift-all",
    "data-forget",
    "data-revoke",
)


def test_every_destructive_button_asks_first():
    buttons = [
        each
        for path in TEMPLATES.glob("*.html")
        for each in re.findall(r"<button[^<]*", path.read_text("utf-8"))
        if 'class="quiet danger"' in each or any(f"{name}" in each for name in DESTROYS)
    ]
    assert len(buttons) == 9
    silent = [each for each in buttons if "data-confirm=" not in each and "deleting(" not in each]
    assert silent == []


def consent_of(world):
    return world.consents(customer="grace@example.com")[0]["revoked_at"]


CASES = {
    "reset": ("worlds", "Put it back", lambda world: world.clock.now().hour),
    "restore": ("worlds", "Restore kept", lambda world: world.clock.now().hour),
    "forget a snapshot": ("worlds", "Forget kept", lambda world: len(world.snapshots())),
    "lift all": ("faults", "Lift all", lambda world: len(world.faults())),
    "forget the journal": ("journal", "Forget all", lambda world: len(world.journal())),
    "revoke a consent": ("oauth", "Revoke the consent of grace", consent_of),
}


@pytest.mark.parametrize(("page", "name", "state"), CASES.values(), ids=CASES)
def test_nothing_happens_until_the_answer_is_yes(demo, page, name, state):
    world = MockApi(demo.url)
    for each in world.snapshots():
        world.delete_snapshot(each["name"])
    world.snapshot("kept")
    world.clock.advance("PT3H")
    world.fault("latency", seconds=0.001).add()
    demo.page.request.get(f"{demo.url}/ecostruxure/scoring/v1/sites")
    before = state(world)
    shown = demo.open(f"/console/{page}")
    button = shown.get_by_role("button", name=name).first
    dialog = shown.get_by_role("dialog")

    button.focus()
    shown.keyboard.press("Enter")
    expect(dialog.get_by_role("heading")).to_have_text(re.compile(r".+\?$"))
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert demo.violations() == []
    shown.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert state(world) == before

    button.click()
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(shown.locator("#told")).to_be_visible()
    expect(shown.locator("#told")).not_to_be_empty()
    assert state(world) != before


def test_a_snapshot_is_replaced_only_after_a_question(demo):
    world = MockApi(demo.url)
    for each in world.snapshots():
        world.delete_snapshot(each["name"])
    at = world.snapshot("kept")
    world.clock.advance("PT1H")
    page = demo.open("/console/worlds")
    page.get_by_label("Keep the present state").fill("kept")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("Replace kept?")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    kept = world.snapshots()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, replace it").click()
    expect(page.locator("#told")).to_have_text("kept is kept.")
    assert (at, world.snapshots()) != (at, kept)
