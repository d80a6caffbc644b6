"""Looks at what charts show: units apart, what is under the pointer, a category by its averages."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from mockapi.client.mockapi import MockApi


def scores_of(url, site):
    with urlopen(f"{url}/__admin/scores?site={site}") as answer:
        return json.load(answer)


def messy_site(show):
    shown = show(scenario="messy-data")
    site = MockApi(shown.url).world()["customers"][0]["sites"][0]
    page = shown.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    return page


def test_the_table_tells_both_times_of_a_reading_by_one_clock(demo, mockapi):
    page = demo.open(f"/console/sites/{mockapi.world()['customers'][0]['sites'][0]}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.locator("#table summary").click()
    head = page.locator("#table thead th").all_inner_texts()
    assert (head[1], head[3]) == ("date, local", "updatedAt, local")
    for cells in page.locator("#table tbody tr").all()[:40]:
        told = cells.locator("td").all_inner_texts()
        assert told[1] < told[3]


def test_each_unit_has_a_panel_and_each_measurement_its_line(show):
    page = messy_site(show)
    before = page.locator("#lines").bounding_box()["height"]
    for name in ("Natural Gas", "Zone Temperature", "Humidity"):
        page.get_by_label(name).check()
    expect(page.locator("#lines .uplot")).to_have_count(4)

    labels = "(panel) => panel.plots.map((plot) => plot.axes[1].label)"
    assert page.locator("#lines").evaluate(labels) == ["kWh", "cubic meter", "°C", "%"]
    lines = page.locator(".series .key line[stroke]")
    assert lines.count() == 4
    assert len({each.get_attribute("stroke") for each in lines.all()}) == 3
    assert lines.last.get_attribute("stroke-dasharray") == "7 4"
    assert page.locator("#lines").bounding_box()["height"] > before


def test_the_pointer_tells_values_arrivals_and_defects(show):
    page = messy_site(show)
    page.get_by_role("button", name="Quarter").click()
    page.locator("main:has([data-days='91'][aria-pressed=true])").wait_for()
    wrong = page.locator("#wrong li", has=page.locator("code")).last.locator("small").last
    page.locator("#wrong summary").click()
    # Local time, as everywhere on the page.
    begin = wrong.inner_text().split(" to ")[0]
    zone = ZoneInfo(page.locator("#range").inner_text().split(", ")[1].split(":")[0])
    at = datetime.fromisoformat(begin).replace(tzinfo=zone).timestamp()
    left = page.locator("#lines").evaluate(
        "(panel, at) => panel.plots[0].valToPos(at, 'x') + 1", at
    )
    page.locator("#lines .u-over").hover(position={"x": left, "y": 40})

    readout = page.locator("#lines .readout")
    # A gap has no value, and what was read before it does not stand there.
    expect(readout).to_contain_text("Purchased from Grid: no reading")
    expect(readout).to_contain_text("none ever arrives")
    expect(readout.locator(".struck").first).to_have_text("defect: short gap")
    page.locator("#lines .u-over").hover(position={"x": left - 4, "y": 40})
    expect(readout).to_contain_text(re.compile(r"Purchased from Grid: [\d.]+ kWh"))
    expect(readout).to_contain_text(re.compile(r"updatedAt 2026-\d\d-\d\dT[\d:]{8}Z"))


def test_a_drag_over_a_panel_zooms_all(show):
    page = messy_site(show)
    page.get_by_label("Natural Gas").check()
    expect(page.locator("#lines .uplot")).to_have_count(2)
    before = page.locator("#range").inner_text()
    box = page.locator("#lines .u-over").last.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 30, steps=3)
    page.mouse.up()

    expect(page.locator("#range")).not_to_have_text(before)
    windows = page.locator("#lines").evaluate(
        "(panel) => panel.plots.map((plot) => [plot.scales.x.min, plot.scales.x.max].join())"
    )
    assert len(set(windows)) == 1


def test_a_site_tells_its_latest_scores_once_they_are_in_sight(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("#scored").scroll_into_view_if_needed()
    row = page.locator("#scored tr", has_text="humanExperience")
    expect(row).to_be_visible()
    expect(row.locator("td").last).to_have_text(re.compile(r"^\d"))
    told = [float(each) for each in row.locator("td").all_inner_texts()]

    scores = {
        each["type"]: each["score"]
        for each in scores_of(demo.url, site)
        if each["category"] == "humanExperience"
    }
    assert told == [scores[each] for each in ("daily", "monthly", "localAverage", "average")]


def test_the_controls_of_scores_listen_before_any_score_is_there(demo):
    held = []
    demo.page.route(
        re.compile("/__admin/scores[?/]"),
        lambda route: held.append(route),  # noqa: PLW0108 - Playwright marks what it is given
    )
    page = demo.open("/console/scores")
    page.locator("main[data-started]").wait_for()
    page.get_by_label("Category").select_option("waste")
    expect(page.locator("#range")).to_have_text("Working out the score of each day…")
    assert page.locator("main").get_attribute("data-shown") is None
    page.get_by_role("button", name="Explain the last day").click()
    expect(page.locator("#explained-title")).to_contain_text("waste, daily, 2026-05-31")

    # Days and months first; then averages, those of the chosen category before all others.
    (own,) = held
    assert "type=daily&type=monthly&since=2025-06-01" in own.request.url
    with page.expect_request("**/__admin/scores?*") as first:
        own.continue_()
    assert first.value.url.endswith("category=waste&type=localAverage&type=average")
    page.locator("main[data-shown]").wait_for()
    expect(page.locator("#legend li")).to_have_text(["daily", "monthly"])
    expect(page.locator("#averaged")).to_have_text(
        "Averages of other sites come behind the scores."
    )
    # What is held goes on.
    page.unroute_all()
    page.locator("main[data-averaged='8']").wait_for()
    expect(page.locator("#legend li")).to_have_count(4)
    expect(page.locator("#averaged")).to_have_text("Averages of other sites: 8 of 8 categories.")


def test_scores_are_shown_of_a_year_or_of_all_time(show):
    shown = show(scenario="portfolio")
    site = MockApi(shown.url).world()["customers"][0]["sites"][0]
    page = shown.open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    daily = [each for each in scores_of(shown.url, site) if each["type"] == "daily"]
    since = MockApi(shown.url).clock.now() - timedelta(days=365)
    year = [each for each in daily if each["date"] >= since.date().isoformat()]
    told = page.locator("#range")
    expect(told).to_have_text(f"{len(year)} daily scores of 7 categories")
    page.get_by_role("button", name="All").click()
    expect(told).to_have_text(f"{len(daily)} daily scores of 7 categories")
    page.locator("#table summary").click()
    expect(page.locator("#table caption")).to_have_text(
        f"The last 200 of {len(daily)}; the CSV has all."
    )
    assert page.locator("#table tbody tr").first.locator("td").all_inner_texts() == [
        str(daily[-1][name]) for name in ("date", "category", "type", "score", "updatedAt")
    ]


def test_a_category_stands_beside_the_averages_of_others(demo, tmp_path):
    page = demo.open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    assert page.locator("#legend li").count() == 8
    page.get_by_label("Category").select_option("energy")
    expect(page.locator("#legend li")).to_have_text(
        ["daily", "monthly", "local average", "average"]
    )
    expect(page.locator("#range")).to_contain_text(re.compile(r"^energy: daily [\d.]+, monthly"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what is shown").click()
    download.value.save_as(tmp_path / "scores.csv")
    rows = list(csv.DictReader((tmp_path / "scores.csv").read_text("utf-8").splitlines()))

    assert download.value.suggested_filename == "scores-energy.csv"
    assert {each["type"] for each in rows} == {"daily", "monthly", "localAverage", "average"}
    assert {each["category"] for each in rows} == {"energy"}
    page.get_by_role("button", name="Explain the last day").click()
    expect(page.locator("#explained-title")).to_contain_text(f"energy, daily, {rows[-3]['date']}")


def test_the_table_behind_a_chart_tells_both_times_by_one_clock_and_has_the_width(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.locator("#table summary").click()
    head = page.locator("#table thead th").all_inner_texts()
    rows = [each.split("\t") for each in page.locator("#table tbody tr").all_inner_texts()]

    assert (head[1], head[3]) == ("date, local", "updatedAt, local")
    assert len(rows) > 100
    assert all(row[1] < row[3] for row in rows)
    place = page.locator("#table").bounding_box()
    assert place["width"] > 0.9 * page.locator(".behind").bounding_box()["width"]


SPY = """
window.texts = [];
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
  const { a, b, d, e, f } = this.getTransform();
  const width = this.measureText(text).width * a;
  const begin = a * x + e - { center: width / 2, right: width }[this.textAlign] || a * x + e;
  if (!b) window.texts.push([text, begin, begin + width, d * y + f]);
  return draw.call(this, text, x, y, ...more);
};
"""
"""Notes where each text that lies level on a canvas begins and ends, and its height."""


def colliding(texts):
    spread = sorted({(height, begin, end, text) for text, begin, end, height in texts})
    return [
        (one[3], other[3])
        for one, other in pairwise(spread)
        if one[0] == other[0] and other[1] < one[2] + 3
    ]


@pytest.mark.parametrize("width", [1280, 380])
def test_the_labels_of_an_axis_stand_apart(show, width):
    shown = show(width=width)
    site = MockApi(shown.url).world()["customers"][0]["sites"][0]
    shown.page.add_init_script(SPY)
    page = shown.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    for name, days in (("All", 0), ("Quarter", 91), ("Week", 7), ("Day", 1)):
        page.evaluate("window.texts.length = 0")
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f"[data-days='{days}'][aria-pressed=true]").wait_for()
        page.wait_for_function("window.texts.length > 8")
        texts = page.evaluate("window.texts")
        assert len(texts) > 8
        assert (name, colliding(texts)) == (name, [])


HATCHED = """(panel) => {
  const [plot] = panel.plots;
  const place = (at) => Math.round(plot.valToPos(Date.parse(at) / 1000, "x", true));
  const [from, to] = [place("2026-05-28T02:00Z"), place("2026-05-28T22:00Z")];
  const { top, height } = plot.bbox;
  const { data } = plot.ctx.getImageData(from, top + 20, to - from, height - 40);
  let inked = 0;
  for (let at = 3; at < data.length; at += 4) inked += data[at] > 60;
  return inked / (data.length / 4);
}"""


def test_what_has_not_arrived_yet_is_hatched_and_told_until_it_arrives(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("button", name="Week").click()
    count = page.locator("#wrong-count")
    expect(count).to_have_text("(25 not arrived yet)")
    page.locator("#wrong summary").click()
    expect(page.locator("#wrong li").first).to_have_text(
        "Purchased from Grid: 24 absent not arrived yet: all by 2026-06-08 05:33"
        "2026-05-28 02:00 to 2026-05-29 02:00"
    )
    assert page.locator("#lines [role=img]").get_attribute("aria-label").count("25 absent") == 1
    assert page.locator("#lines").evaluate(HATCHED) > 0.1
    left = page.locator("#lines").evaluate(
        "(panel) => panel.plots[0].valToPos(Date.parse('2026-05-28T12:00Z') / 1000, 'x')"
    )
    page.locator("#lines .u-over").hover(position={"x": left, "y": 40})
    expect(page.locator("#lines .readout")).to_contain_text(
        "Purchased from Grid: no readingnot arrived yet: all by 2026-06-08 05:33"
    )

    mockapi.clock.freeze(datetime(2026, 6, 8, 3, 34, tzinfo=UTC))
    page.reload()
    page.get_by_role("button", name="Quarter").click()
    page.locator("[data-days='91'][aria-pressed=true]").wait_for()
    expect(count).to_have_text("(nothing)")
    assert "absent" not in page.locator("#lines [role=img]").get_attribute("aria-label")


def shown_of(page):
    return {
        "range": page.locator("#range").inner_text(),
        "view": page.locator("#readings [role=tab][aria-selected=true]").inner_text(),
        "ticked": page.locator(".series input:checked").count(),
    }


def test_what_is_chosen_of_a_chart_stands_in_its_address(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    ranged = page.locator("#range")
    steps = [(page.url, shown_of(page))]
    page.get_by_role("button", name="Week").click()
    expect(ranged).to_contain_text("143 readings")
    steps.append((page.url, shown_of(page)))
    page.get_by_label("Natural Gas").check()
    expect(ranged).to_contain_text("310 readings")
    steps.append((page.url, shown_of(page)))
    page.get_by_role("tab", name="Load duration").click()
    steps.append((page.url, shown_of(page)))
    assert len({url for url, _ in steps}) == 4

    # The address alone brings it all back; so do the steps back, and forward again.
    page.reload()
    page.locator("#load .uplot").first.wait_for()
    assert shown_of(page) == steps[3][1]
    for url, shown in (*steps[2::-1], steps[1]):
        if url == steps[1][0] and page.url == steps[0][0]:
            page.go_forward()
        else:
            page.go_back()
        expect(page).to_have_url(url)
        expect(ranged).to_have_text(shown["range"])
        assert shown_of(page) == shown


def test_every_measurement_that_is_ticked_is_drawn_in_every_view(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    legend = page.locator("#legend li:visible")
    expect(legend).to_have_count(7)
    page.get_by_label("Natural Gas").check()
    expect(page.locator("#lines .uplot")).to_have_count(2)
    page.get_by_role("tab", name="Load duration").click()
    expect(page.locator("#load [role=img]")).to_have_count(2)
    assert "Natural Gas" in page.locator("#load [role=img]").last.get_attribute("aria-label")
    expect(legend).to_have_count(0)
    page.get_by_role("tab", name="Hour by day").click()
    expect(page.locator("#heat canvas[role=img]")).to_have_count(2)
    assert "Natural Gas" in page.locator("#heat [role=img]").last.get_attribute("aria-label")
    # Marks of single readings are not drawn here; holes are.
    expect(legend).to_have_text(["no reading, or none yet"])


def test_each_filter_of_the_journal_is_a_step_to_go_back_to(demo):
    page = demo.open("/console/journal")
    page.locator("main[data-started]").wait_for()
    status = page.get_by_label("Status")
    urls = [page.url]
    for each in ("4xx", "5xx"):
        status.select_option(each)
        page.wait_for_url(re.compile(f"status={each}"))
        urls.append(page.url)
    for url, chosen in ((urls[1], "4xx"), (urls[0], "")):
        page.go_back()
        expect(page).to_have_url(url)
        expect(status).to_have_value(chosen)


DOTS = """
(panel) => panel.plots.flatMap((plot) =>
  plot.series.slice(1).map((series, index) => {
    const at = plot.cursor.idxs[index + 1];
    const dot = plot.over.querySelectorAll(".u-cursor-pt")[index].getBoundingClientRect();
    const over = plot.over.getBoundingClientRect();
    const middle = [dot.x + dot.width / 2 - over.x, dot.y + dot.height / 2 - over.y];
    const value = at === null ? null : plot.data[index + 1][at];
    return {
      name: series.label,
      value,
      date: at === null ? null : plot.data[0][at],
      off: at === null ? null : Math.hypot(
        middle[0] - plot.valToPos(plot.data[0][at], "x"), middle[1] - plot.valToPos(value, "y")),
    };
  }))
"""


def test_readout_shows_the_value_and_the_date_under_the_dot(show):
    page = messy_site(show)
    page.get_by_label("Zone Temperature").check()
    expect(page.locator("#lines .uplot")).to_have_count(2)
    page.get_by_role("button", name="Day", exact=True).click()
    page.locator("main:has([data-days='1'][aria-pressed=true])").wait_for()
    over, readout = page.locator("#lines .u-over").first, page.locator("#lines .readout")
    width = int(over.bounding_box()["width"])
    seen = set()
    # Steps of 7 pixels meet both halves of a quarter of an hour.
    for left in range(20, width - 20, 7):
        over.hover(position={"x": left, "y": 30})
        text = readout.inner_text()
        for dot in page.locator("#lines").evaluate(DOTS):
            if dot["value"] is None:
                assert f"{dot['name']}: no reading" in text or dot["name"] not in text
                continue
            assert dot["off"] < 2
            shown = float(re.search(rf"{dot['name']}: (-?[\d.,]+)", text)[1].replace(",", ""))
            assert shown == pytest.approx(dot["value"], rel=1e-4)
            seen.add((dot["name"], dot["date"]))
    assert len(seen) > 40
