"""Time line and presets of the Clock page."""

import re

import pytest
from playwright.sync_api import Page, expect

from mockapi.client.mockapi import MockApi


def open_clock(view) -> Page:
    page = view.open("/console/clock")
    page.locator("main[data-started]").wait_for()
    return page


def test_handle_shows_plan_and_moves_clock(demo, mockapi):
    page = open_clock(demo)
    handle = page.get_by_role("slider", name="Time to move the clock to")
    handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuetext", "2026-06-02 09:00:00")
    plan = page.locator("#plan")
    expect(plan).to_contain_text("1 day from 2026-06-01 09:00:00 to 2026-06-02 09:00:00 planned")
    planned = re.search(r"([\d,]+)\s+readings will arrive", plan.inner_text())[1]
    assert mockapi.clock.now().isoformat() == "2026-06-01T09:00:00+00:00"
    page.get_by_role("button", name="Move the clock to 2026-06-02 09:00").click()
    expect(page.locator("#notification")).to_contain_text("The clock is at 2026-06-02 09:00:00 UTC")

    expect(page.locator("#moves")).to_contain_text(re.compile(f"{planned}\\s*readings arrived"))
    assert mockapi.clock.now().isoformat() == "2026-06-02T09:00:00+00:00"
    assert demo.violations() == []


def test_move_is_undone(demo, mockapi):
    page = open_clock(demo)
    page.get_by_role("button", name="+ 1 month").click()
    expect(page.locator("#moves")).to_contain_text("30 days from 2026-06-01 09:00:00")
    page.locator("#notification").get_by_role("button", name="Undo").click()
    expect(page.locator("#moves li").first).to_have_text("Undone: back to 2026-06-01 09:00:00")

    expect(page.locator(".big [data-clock]")).to_have_text("2026-06-01 09:00:00")
    assert mockapi.clock.now().isoformat() == "2026-06-01T09:00:00+00:00"


def test_handle_is_dragged_with_pointer(demo):
    page = open_clock(demo)
    page.get_by_role("button", name="Week", exact=True).click()
    handle = page.locator("#target")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()

    target = re.compile("^Move the clock to 2026-06-0[45] ")
    expect(page.locator("#move")).to_have_text(target)
    expect(page.locator("#plan")).to_contain_text("planned")


def test_next_event_keeps_clock_running(show):
    view = show(scenario="partner-onboarding")
    mockapi = MockApi(view.url)
    mockapi.clock.run(1)
    page = open_clock(view)
    expect(page.locator(".marks i")).to_have_count(4)
    page.get_by_role("button", name="Next event: 2026-06-09, Gateway outage").click()

    expect(page.locator("#moves")).to_contain_text("Gateway outage at Harbour Office")
    expect(page.locator("#notification")).to_contain_text("running")
    assert mockapi.clock.now().isoformat()[:15] == "2026-06-09T12:0"


def test_world_without_events_says_so(show):
    page = open_clock(show(scenario="empty"))
    expect(page.get_by_role("button", name="No scheduled events")).to_be_disabled()
    assert page.locator(".marks i").count() == 0


@pytest.mark.parametrize("width", [1280, 380])
def test_ticks_of_time_line_are_not_cut_off(show, width):
    page = open_clock(show(width=width))
    for name in ("Day", "Week", "Month", "Quarter"):
        page.get_by_role("button", name=name, exact=True).click()
        axis = page.locator(".ticks").bounding_box()
        boxes = [each.bounding_box() for each in page.locator(".ticks span:visible").all()]
        assert len(boxes) > 1
        assert all(each["x"] + each["width"] <= axis["x"] + axis["width"] + 1 for each in boxes)


def test_change_of_nothing_offers_no_undo(demo, mockapi):
    page = open_clock(demo)
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.locator("#notification")).to_have_text(
        "The clock is unchanged, at 2026-06-01 09:00:00 UTC."
    )
    page.get_by_label("Advance by").fill("P0D")
    page.get_by_role("button", name="Advance", exact=True).click()
    error = page.locator("#advance-error")
    expect(error).to_contain_text("Enter an ISO 8601 duration, above 0")
    # Input and other changes clear it.
    page.get_by_label("Run at a rate").fill("60")
    expect(error).to_have_text("")
    assert mockapi.clock.now().isoformat() == "2026-06-01T09:00:00+00:00"
    expect(page.locator("#moves")).to_have_text("No moves since this page was opened.")
