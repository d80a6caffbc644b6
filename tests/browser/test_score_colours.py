"""Colours of score lines with normal vision and colour blindness, in both themes."""

import math
from itertools import combinations

import pytest

# Perceived red, green and blue light: Machado, Oliveira, Fernandes 2009, severity 1.
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Ottosson 2020: Oklab, in which distances match perceived differences.
CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
MIN_DISTANCE = 0.1
"""Distance in Oklab below which thin lines are hard to distinguish."""


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def light_of(colour):
    """Return the linear red, green and blue of #rgb or #rrggbb, each from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    shares = [each / 255 for each in bytes.fromhex(digits)]
    return [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]


def perceived(colour, vision):
    light = [min(1, max(0, each)) for each in times(VISIONS[vision], light_of(colour))]
    return times(OKLAB, [math.cbrt(each) for each in times(CONES, light)])


def contrast(one, other):
    """Return the contrast ratio as defined by WCAG 2."""
    luminances = [
        sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), light_of(each), strict=True))
        for each in (one, other)
    ]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_score_colours_are_distinct_for_all_visions(show, theme):
    page = show(theme=theme).open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    names = [f"--score-{number}" for number in range(8)]
    colours, sheet = page.evaluate(
        """(names) => {
          const style = getComputedStyle(document.documentElement);
          const sheet = style.getPropertyValue("--sheet").trim();
          return [names.map((each) => style.getPropertyValue(each).trim()), sheet];
        }""",
        names,
    )

    assert len(set(colours)) == 8
    assert min(contrast(each, sheet) for each in colours) > 3
    for vision in VISIONS:
        perceptions = {each: perceived(each, vision) for each in colours}
        near = [
            (one, other)
            for one, other in combinations(colours, 2)
            if math.dist(perceptions[one], perceptions[other]) < MIN_DISTANCE
        ]
        assert (vision, near) == (vision, [])
    swatches = page.locator("#latest .swatch")
    painted = swatches.evaluate_all("(all) => all.map((each) => getComputedStyle(each).background)")
    assert len(set(painted)) == 8


def test_score_colours_are_the_same_in_both_themes(show):
    colours = []
    for theme in ("light", "dark"):
        page = show(theme=theme).open("/console/scores")
        page.locator("main[data-shown]").wait_for()
        swatches = page.locator("#latest .swatch")
        read = "(all) => all.map((each) => getComputedStyle(each).backgroundColor)"
        colours.append(swatches.evaluate_all(read))

    assert colours[0] == colours[1]


def test_neighbouring_lines_also_differ_by_dashes(show):
    page = show().open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    read = "(all) => all.map((each) => getComputedStyle(each).borderTopStyle)"
    styles = page.locator("#legend .dash").evaluate_all(read)

    assert styles == ["solid", "dashed"] * 4
