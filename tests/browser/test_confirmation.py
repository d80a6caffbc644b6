"""Confirmation of actions that cannot be undone, with pointer and keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mockapi.client.mockapi import MockApi

TEMPLATES = Path(__file__).parents[2] / "mockapi" / "console" / "templates"
DESTRUCTIVE_ATTRIBUTES = (
    "data-reset",
    "data-delete-world",
    "data-restore",
    "data-delete-snapshot",
    "data-remove-all",
    "data-clear",
    "data-revoke",
)


def test_destructive_buttons_have_confirmation():
    buttons = [
        each
        for path in TEMPLATES.glob("*.html")
        for each in re.findall(r"<button[^<]*", path.read_text("utf-8"))
        if 'class="quiet danger"' in each
        or any(f"{name}" in each for name in DESTRUCTIVE_ATTRIBUTES)
    ]
    assert len(buttons) == 9
    unconfirmed = [
        each for each in buttons if "data-confirm=" not in each and "deleting(" not in each
    ]
    assert unconfirmed == []


def revocation_of(world):
    return world.consents(customer="grace@example.com")[0]["revoked_at"]


CASES = {
    "reset": ("worlds", "Reset", lambda world: world.clock.now().hour),
    "restore": ("worlds", "Restore saved", lambda world: world.clock.now().hour),
    "delete a snapshot": ("worlds", "Delete saved", lambda world: len(world.snapshots())),
    "remove all": ("faults", "Remove all", lambda world: len(world.faults())),
    "clear the journal": ("journal", "Delete all", lambda world: len(world.journal())),
    "revoke a consent": ("oauth", "Revoke the consent of grace", revocation_of),
}


@pytest.mark.parametrize(("path", "name", "state"), CASES.values(), ids=CASES)
def test_action_waits_for_confirmation(demo, path, name, state):
    world = MockApi(demo.url)
    for each in world.snapshots():
        world.delete_snapshot(each["name"])
    world.snapshot("saved")
    world.clock.advance("PT3H")
    world.fault("latency", seconds=0.001).add()
    demo.page.request.get(f"{demo.url}/ecostruxure/scoring/v1/sites")
    before = state(world)
    page = demo.open(f"/console/{path}")
    button = page.get_by_role("button", name=name).first
    dialog = page.get_by_role("dialog")

    button.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading")).to_have_text(re.compile(r".+\?$"))
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert demo.violations() == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert state(world) == before

    button.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#notification")).to_be_visible()
    expect(page.locator("#notification")).not_to_be_empty()
    assert state(world) != before


def test_snapshot_replacement_needs_confirmation(demo):
    world = MockApi(demo.url)
    for each in world.snapshots():
        world.delete_snapshot(each["name"])
    at = world.snapshot("saved")
    world.clock.advance("PT1H")
    page = demo.open("/console/worlds")
    page.get_by_label("Save the current state").fill("saved")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Replace saved?")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    unchanged = world.snapshots()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, replace it").click()
    expect(page.locator("#notification")).to_have_text("Snapshot saved is saved.")
    assert (at, world.snapshots()) != (at, unchanged)
