"""Dates of the range that the chart of a site shows."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(demo, mockapi) -> Page:
    page = demo.open(f"/console/sites/{mockapi.world()['customers'][0]['sites'][0]}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    return page


def enter(page: Page, name: str, date: str) -> None:
    page.get_by_label(name, exact=True).fill(date)


def test_dates_select_whole_local_days(page):
    enter(page, "From", "2026-03-28")
    enter(page, "to", "2026-03-29")
    # The second day has 23 hours.
    expect(page.locator("#range")).to_contain_text("2026-03-28 00:00 to 2026-03-30 00:00")
    expect(page.locator("#range")).to_contain_text("47 readings")
    assert "since=2026-03-27T23:00:00Z&until=2026-03-29T22:00:00Z" in page.url


def test_first_date_stays_if_the_range_ends_today(page):
    enter(page, "From", "2026-05-20")
    expect(page.locator("#range")).to_contain_text("2026-05-20 00:00 to 2026-06-01 11:00")
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-05-20")
    expect(page.get_by_label("to", exact=True)).to_have_value("2026-06-01")


@pytest.mark.parametrize(
    ("name", "date", "message"),
    [
        ("to", "2026-05-01", "The range ends before it begins. Enter a later date."),
        ("to", "", "Enter a complete date."),
        ("From", "2024-01-01", "Readings begin on 2025-0"),
        ("to", "2026-06-02", "Readings end on 2026-06-01, today in this world."),
    ],
)
def test_invalid_range_is_explained_at_its_field(page, demo, name, date, message):
    shown = page.locator("#range").inner_text()
    enter(page, name, date)
    expect(page.locator("#dates-error")).to_contain_text(message)
    field = page.get_by_label(name, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert page.locator("#range").inner_text() == shown
    assert demo.violations() == []
    page.get_by_role("button", name="Week").click()
    expect(page.locator("#dates-error")).to_have_text("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
