"""Looks at screens on a phone and at what is cut off: nothing, or one sees that there is more."""

import pytest
from test_every_screen import SCREENS, ask, opened

# Cells that end beside what is visible of their table, unless the table says that it goes on.
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
def test_the_way_to_every_screen_is_in_sight_on_a_phone(show, screen):
    shown = show(width=380)
    ask(shown.url)
    page = opened(shown, screen)
    places = page.get_by_role("navigation", name="Console").get_by_role("link")
    boxes = [each.bounding_box() for each in places.all()]

    assert len(boxes) == 9
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 380 for box in boxes)
    assert page.evaluate(CUT_OFF) == []


def test_a_table_of_scores_has_all_its_columns_on_a_phone(show):
    page = opened(show(width=380), "/console/scores")
    region = page.get_by_role("region", name="Table of latest scores")

    assert region.locator("tbody td").count() % 4 == 0
    assert region.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0


def test_what_stands_in_a_card_says_what_it_is(show):
    page = opened(show(width=380), "/console/oauth")
    times = {
        name: page.get_by_role("region", name=f"Table of {name}").locator(".time").first
        for name in ("consents", "tokens")
    }

    assert times["consents"].evaluate(BEFORE) == '"Last change "'
    assert times["tokens"].evaluate(BEFORE) == '"Expires "'


def test_a_wide_screen_has_heads_and_no_labels(show):
    page = opened(show(), "/console/oauth")
    region = page.get_by_role("region", name="Table of tokens")

    assert region.get_by_role("columnheader", name="Expires, UTC").is_visible()
    assert region.locator(".time").first.evaluate(BEFORE) == "none"


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
@pytest.mark.parametrize("width", [1280, 380])
def test_a_line_to_start_with_is_seen_whole(show, language, width):
    page = opened(show(width=width), "/")
    page.get_by_role("tab", name=language).click()
    code = page.get_by_role("group", name=language)

    assert "mockAccessToken000000000Ada1" in code.inner_text()
    assert code.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0
