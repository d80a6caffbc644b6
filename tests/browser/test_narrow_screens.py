"""Pages on a narrow screen: no content is cut off without a hint."""

import pytest
from test_every_screen import SCREENS, list_sites, open_page

# Cells outside the visible part of their table, unless the table has a scroll hint.
CUT_OFF = """
[...document.querySelectorAll("main table")].flatMap((table) => {
  const region = table.closest(".scroll, details > div");
  if (!table.checkVisibility()) return [];
  const hinted = getComputedStyle(region).backgroundImage.split("linear-gradient").length === 5;
  if (hinted && !table.classList.contains("stacking")) return [];
  const edge = region.getBoundingClientRect().right + 1;
  return [...table.querySelectorAll("tbody tr > *, .sites thead a")]
    .filter((each) => each.getBoundingClientRect().right > edge)
    .map((each) => each.outerHTML.slice(0, 80));
})
"""
BEFORE = "(cell) => getComputedStyle(cell, '::before').content"


@pytest.mark.parametrize("screen", SCREENS)
def test_navigation_is_visible_on_narrow_screen(show, screen):
    view = show(width=380)
    list_sites(view.url)
    page = open_page(view, screen)
    assert page.locator("header.bar").bounding_box()["height"] < 64
    page.get_by_role("button", name="Menu").click()
    links = page.get_by_role("navigation", name="Console").get_by_role("link")
    boxes = [each.bounding_box() for each in links.all()]

    assert len(boxes) == 9
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 380 for box in boxes)
    assert page.evaluate(CUT_OFF) == []


def test_score_table_fits_narrow_screen(show):
    page = open_page(show(width=380), "/console/scores")
    region = page.get_by_role("region", name="Table of latest scores")

    assert region.locator("tbody td").count() % 4 == 0
    assert region.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0


def test_values_in_cards_have_labels(show):
    page = open_page(show(width=380), "/console/oauth")
    times = {
        name: page.get_by_role("region", name=f"Table of {name}").locator(".time").first
        for name in ("consents", "tokens")
    }

    assert times["consents"].evaluate(BEFORE) == '"Last change "'
    assert times["tokens"].evaluate(BEFORE) == '"Expires "'


def test_coverage_shows_statuses_on_narrow_screen(show):
    page = open_page(show(width=380), "/console/journal?view=coverage")
    region = page.get_by_role("region", name="Matrix of operations and statuses")
    edge = region.bounding_box()
    heads = [each.bounding_box() for each in region.locator("th.cell").all()]

    assert sum(each["x"] + each["width"] <= edge["x"] + edge["width"] for each in heads) >= 2


@pytest.mark.parametrize("width", [1280, 380])
def test_figures_of_sites_fit_their_cells(show, width):
    page = show(width=width).open("/console/sites")
    page.locator("main[data-complete]").wait_for()
    cells = page.locator(".sites tbody td:visible")
    assert cells.count() > 50
    overflow = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert cells.evaluate_all(overflow) == 0
    dashes = page.locator(".unregistered .missing")
    assert dashes.first.is_visible() == (width == 1280)


def test_wide_table_has_headers_without_labels(show):
    page = open_page(show(), "/console/oauth")
    region = page.get_by_role("region", name="Table of tokens")

    assert region.get_by_role("columnheader", name="Expires, UTC").is_visible()
    assert region.locator(".time").first.evaluate(BEFORE) == "none"


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
@pytest.mark.parametrize("width", [1280, 380])
def test_example_is_completely_visible(show, language, width):
    page = open_page(show(width=width), "/")
    page.get_by_role("tab", name=language).click()
    code = page.get_by_role("group", name=language)

    assert "mockAccessToken000000000Ada1" in code.inner_text()
    assert code.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0
