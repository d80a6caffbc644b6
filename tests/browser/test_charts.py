"""Charts of readings and scores: panels, tooltips, tables, missing readings, URL state."""

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
    view = show(scenario="messy-data")
    site = MockApi(view.url).world()["customers"][0]["sites"][0]
    page = view.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    return page


def test_table_shows_both_times_in_local_time(demo, mockapi):
    page = demo.open(f"/console/sites/{mockapi.world()['customers'][0]['sites'][0]}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.locator("#table summary").click()
    head = page.locator("#table thead th").all_inner_texts()
    assert (head[1], head[3]) == ("date, local", "updatedAt, local")
    for cells in page.locator("#table tbody tr").all()[:40]:
        texts = cells.locator("td").all_inner_texts()
        assert texts[1] < texts[3]


def test_chart_has_panel_per_unit_and_line_per_measurement(show):
    page = messy_site(show)
    before = page.locator("#lines").bounding_box()["height"]
    for name in ("Natural Gas", "Zone Temperature", "Humidity"):
        page.get_by_label(name).check()
    expect(page.locator("#lines .uplot")).to_have_count(4)

    labels = "(panel) => panel.plots.map((plot) => plot.axes[1].label)"
    assert page.locator("#lines").evaluate(labels) == [
        "kWh per hour",
        "m³ per hour",
        "°C",
        "%",
    ]
    lines = page.locator(".series .key line[stroke]")
    assert lines.count() == 4
    assert len({each.get_attribute("stroke") for each in lines.all()}) == 3
    assert lines.last.get_attribute("stroke-dasharray") == "7 4"
    assert page.locator("#lines").bounding_box()["height"] > before


def test_tooltip_shows_values_arrivals_and_defects(show):
    page = messy_site(show)
    page.get_by_role("button", name="Quarter").click()
    page.locator("main:has([data-days='91'][aria-pressed=true])").wait_for()
    defect = page.locator("#defects li", has=page.locator("code")).last.locator("small").last
    page.locator("#defects summary").click()
    # In local time, like all times on the page.
    begin = defect.inner_text().split(" to ")[0]
    zone = ZoneInfo(page.locator("#range").inner_text().split(", ")[1].split(":")[0])
    at = datetime.fromisoformat(begin).replace(tzinfo=zone).timestamp()
    left = page.locator("#lines").evaluate(
        "(panel, at) => panel.plots[0].valToPos(at, 'x') + 1", at
    )
    page.locator("#lines .u-over").hover(position={"x": left, "y": 40})

    tooltip = page.locator("#lines .tooltip")
    # A gap shows no value, not even that of the previous reading.
    expect(tooltip).to_contain_text("Purchased from Grid: missing reading")
    expect(tooltip).to_contain_text("never arrive")
    expect(tooltip.locator(".defect").first).to_have_text("defect: short gap")
    page.locator("#lines .u-over").hover(position={"x": left - 4, "y": 40})
    expect(tooltip).to_contain_text(re.compile(r"Purchased from Grid: [\d.]+ kWh"))
    expect(tooltip).to_contain_text(re.compile(r"updatedAt 2026-\d\d-\d\dT[\d:]{8}Z"))


def test_drag_over_panel_zooms_all_panels(show):
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


def wait_for_chart(page):
    page.locator(".charts:not([aria-busy])").wait_for()


def demo_site(demo, mockapi):
    page = demo.open(f"/console/sites/{mockapi.world()['customers'][0]['sites'][0]}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    return page


def choose_window(page, name, days):
    page.get_by_role("button", name=name, exact=True).click()
    page.locator(
        f"main:has(.charts:not([aria-busy])) [data-days='{days}'][aria-pressed=true]"
    ).wait_for()


def test_year_has_daily_bands_and_ticks_at_months(demo, mockapi):
    page = demo_site(demo, mockapi)
    choose_window(page, "Year", 365)
    expect(page.locator("#range")).to_contain_text("mean, lowest and highest per day")
    expect(page.locator("#legend")).to_contain_text("lowest to highest reading")
    assert page.locator("main").get_attribute("data-shown") == "366"
    ticks = page.locator("#lines").evaluate("(panel) => panel.plots[0].axes[0]._splits")
    zone = ZoneInfo("Europe/Paris")
    months = [datetime.fromtimestamp(each, zone) for each in ticks]

    assert len(months) == 12
    assert {(each.day, each.hour, each.minute) for each in months} == {(1, 0, 0)}
    # The scale contains the band and the line is a mean per hour.
    scale = page.locator("#lines").evaluate("(panel) => panel.plots[0].scales.y.max")
    site = mockapi.world()["customers"][0]["sites"][0]
    key = page.locator(".series input:checked").get_attribute("value")
    values = mockapi.series(site, key, since="2025-06-01T09:00:00Z")["values"]
    drawn = page.locator("#lines").evaluate("(panel) => panel.plots[0].data[1]")
    assert scale == pytest.approx(1.06 * max(values), rel=1e-6)
    known = [each for each in drawn if each is not None]
    assert min(values) < min(known) < max(known) < max(values)


def test_csv_of_a_year_has_single_readings(demo, mockapi, tmp_path):
    page = demo_site(demo, mockapi)
    choose_window(page, "Year", 365)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "readings.csv")
    count = re.search(r": ([\d,]+) readings", page.locator("#range").inner_text())

    assert len((tmp_path / "readings.csv").read_text("utf-8").splitlines()) == 1 + int(
        count[1].replace(",", "")
    )


@pytest.mark.parametrize(
    ("history", "names"),
    [
        # Registered one history length ago, the readings are twice as old.
        ("P100D", ["All", "Quarter", "Month", "Week", "Day"]),
        ("P300D", ["All", "Year", "Quarter", "Month", "Week", "Day"]),
    ],
)
def test_no_preset_equals_all_readings(demo, mockapi, history, names):
    site = {"id": "one", "building": "office", "city": "Lyon", "registered": True}
    scenario = {"clock": "2026-06-01T09:00:00Z", "history": history, "sites": [site]}
    world = mockapi.create_world("presets", scenario=scenario)
    page = demo.open("/w/presets/console/sites/one")
    buttons = page.get_by_role("group", name="Window", exact=True).get_by_role("button")
    expect(buttons).to_have_text(names)
    world.delete()


def test_amount_is_compared_with_a_year_earlier(demo, mockapi):
    page = demo_site(demo, mockapi)
    site = mockapi.world()["customers"][0]["sites"][0]
    key = page.locator(".series input:checked").get_attribute("value")
    now, earlier = (
        dict(zip(found["dates"], found["values"], strict=True))
        for since, until in (
            ("2026-05-02T09:00:00Z", "2026-06-01T09:00:00Z"),
            ("2025-05-03T09:00:00Z", "2025-06-02T09:00:00Z"),
        )
        for found in [mockapi.series(site, key, since=since, until=until)]
    )
    # 25 readings are missing now: their hours do not count a year earlier either.
    year = 364 * 86_400
    totals = [sum(now[each] for each in now), sum(earlier[each - year] for each in now)]
    assert len(now) == 695 < len(earlier)
    percent = f"{100 * abs(totals[0] / totals[1] - 1):.1f}".removesuffix(".0")
    word = "more" if totals[0] > totals[1] else "less"
    expect(page.locator("#totals")).to_contain_text(
        f"{percent} % {word} than a year earlier in the 695 hours that both years have"
    )
    page.get_by_label("Compare with a year earlier").uncheck()
    expect(page.locator("#totals")).not_to_contain_text("earlier")
    expect(page.locator("#legend")).not_to_contain_text("a year earlier", use_inner_text=True)


def test_click_on_defect_zooms_to_it(show):
    page = messy_site(show)
    choose_window(page, "Quarter", 91)
    page.locator("#defects summary").click()
    item = page.locator("#defects li", has=page.locator("code")).last.get_by_role("button")
    begin, end = (float(each) for each in item.get_attribute("data-zoom").split(","))
    left = page.locator("#lines").evaluate(
        "(panel, at) => panel.plots[0].valToPos(at, 'x')", (begin + end) / 2
    )
    page.locator("#lines .u-over").click(position={"x": left, "y": 20})
    page.wait_for_url("**/*since=*")
    wait_for_chart(page)
    window = "(panel) => [panel.plots[0].scales.x.min, panel.plots[0].scales.x.max]"
    by_chart = page.locator("#lines").evaluate(window)
    assert by_chart[1] - by_chart[0] < 91 * 86_400
    page.go_back()
    page.locator("[data-days='91'][aria-pressed=true]").wait_for()
    item.click()
    page.locator("main:not(:has([data-days='91'][aria-pressed=true]))").wait_for()
    since, until = page.locator("#lines").evaluate(window)
    assert since < begin < end < until


def test_one_of_each_commodity_shares_the_time_axis(demo, mockapi):
    page = demo_site(demo, mockapi)
    page.get_by_role("button", name="One of each commodity").click()
    expect(page.locator("#lines .uplot")).to_have_count(5)
    labels = page.locator("#lines").evaluate(
        "(panel) => panel.plots.map((plot) => plot.axes[0]._values.filter(Boolean).length)"
    )
    assert labels[:4] == [0, 0, 0, 0]
    assert labels[4] > 4


def test_site_loads_latest_scores_without_scrolling(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    row = page.locator("#latest-scores tr", has_text="human experience")
    expect(row).to_be_visible()
    expect(row.locator("td").last).to_have_text(re.compile(r"^\d"))
    shown = [float(each) for each in row.locator("td").all_inner_texts()]

    scores = {
        each["type"]: each["score"]
        for each in scores_of(demo.url, site)
        if each["category"] == "humanExperience"
    }
    assert shown == [scores[each] for each in ("daily", "monthly", "localAverage", "average")]


def test_tooltip_names_interval_of_a_year_earlier(demo, mockapi):
    page = demo_site(demo, mockapi)
    over, tooltip = page.locator("#lines .u-over").first, page.locator("#lines .tooltip")
    over.hover(position={"x": 400, "y": 40})
    expect(tooltip).to_contain_text(
        re.compile(r"a year earlier: [\d.,]+ kWh, mean per hour of that day")
    )
    expect(tooltip.locator("b")).to_contain_text(re.compile(r":\d\d Europe/Paris$"))
    page.get_by_role("button", name="Year", exact=True).click()
    page.locator(
        "main:has(.charts:not([aria-busy])) [data-days='365'][aria-pressed=true]"
    ).wait_for()
    expect(page.locator("#totals")).to_contain_text("they begin on 2025-03-03")
    over.hover(position={"x": over.bounding_box()["width"] - 30, "y": 40})
    expect(tooltip).to_contain_text(re.compile(r"a year earlier: total [\d.,]+ kWh"))


# Number of pixels of a chart that have the colour of a variable.
PIXELS = """
(canvas, name) => {
  const pen = canvas.getContext("2d");
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    count += data[at] === red && data[at + 1] === green && data[at + 2] === blue;
  return count;
}
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_line_of_a_year_earlier_has_its_own_colour(show, theme):
    view = show(theme=theme)
    page = demo_site(view, MockApi(view.url))
    canvas = page.locator("#lines canvas").first
    assert canvas.evaluate(PIXELS, "--electricity") > 300
    compared = canvas.evaluate(PIXELS, "--soft")
    page.get_by_label("Compare with a year earlier").uncheck()
    wait_for_chart(page)
    expect(page.locator("#totals")).not_to_contain_text("earlier")
    alone = canvas.evaluate(PIXELS, "--soft")
    assert compared > 300 + alone


def test_latest_scores_mark_posted_ones_and_link(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    row = page.locator("#latest-scores tr[data-category=energy]")
    cells = row.locator("td")
    expect(cells.nth(0).locator(".mark.posted")).to_be_visible()
    expect(cells.nth(3).get_by_role("link")).to_be_visible()
    expect(row.locator(".mark")).to_have_count(1)
    cells.nth(0).get_by_role("link").click()

    expect(page.locator("#explained-title")).to_contain_text("Daily energy score, 2026-05-31: 72")


def test_score_controls_work_before_scores_load(demo):
    delayed = []
    demo.page.route(
        re.compile("/__admin/scores[?/]"),
        lambda route: delayed.append(route),  # noqa: PLW0108 - Playwright sets attributes of it
    )
    page = demo.open("/console/scores")
    page.locator("main[data-started]").wait_for()
    page.get_by_label("Category").select_option("waste")
    expect(page.locator("#range")).to_have_text("Computing scores…")
    assert page.locator("main").get_attribute("data-shown") is None
    page.get_by_role("button", name="Explain the last day").click()
    expect(page.locator("#explained-title")).to_contain_text("Daily waste score, 2026-05-31")

    # Own scores load first, then averages, starting with the selected category.
    (own,) = delayed
    assert "type=daily&type=monthly&since=2025-06-01" in own.request.url
    with page.expect_request("**/__admin/scores?*") as first:
        own.continue_()
    assert first.value.url.endswith("category=waste&type=localAverage&type=average")
    page.locator("main[data-shown]").wait_for()
    expect(page.locator("#legend li")).to_have_text(["daily", "monthly"])
    expect(page.locator("#averages-progress")).to_have_text(
        "Averages of other sites load after the scores."
    )
    # Release the delayed requests.
    page.unroute_all()
    page.locator("main[data-averaged='8']").wait_for()
    expect(page.locator("#range")).to_contain_text(re.compile(r"local average [\d.]+, average"))
    expect(page.locator("#averages-progress")).to_have_text(
        "Averages of other sites: 8 of 8 categories."
    )


def test_scores_page_shows_one_year_or_all(show):
    view = show(scenario="portfolio")
    site = MockApi(view.url).world()["customers"][0]["sites"][0]
    page = view.open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    daily = [each for each in scores_of(view.url, site) if each["type"] == "daily"]
    since = MockApi(view.url).clock.now() - timedelta(days=365)
    year = [each for each in daily if each["date"] >= since.date().isoformat()]
    caption = page.locator("#range")
    expect(caption).to_have_text(f"{len(year):,} daily scores of 7 categories")
    page.get_by_role("button", name="All").click()
    expect(caption).to_have_text(f"{len(daily):,} daily scores of 7 categories")
    page.locator("#table summary").click()
    expect(page.locator("#table caption")).to_have_text(
        f"Last 200 of {len(daily):,} scores. The CSV has all."
    )
    assert page.locator("#table tbody tr").first.locator("td").all_inner_texts() == [
        str(daily[-1][name]) for name in ("date", "category", "type", "score", "updatedAt")
    ]


def test_scores_of_category_are_distinct(demo, tmp_path):
    page = demo.open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    assert page.locator("#legend li").count() == 9
    page.get_by_label("Category").select_option("energy")
    expect(page.locator("#legend li")).to_have_text(["daily", "monthly", "posted by a partner"])
    # Averages have one value, that of the last day, and so no line.
    lines = "(panel) => panel.querySelector('.uplot') && panel.plot.series.length"
    assert page.locator("#lines").evaluate(lines) == 3
    posted = page.locator("#latest tr[data-category=energy] .mark.posted")
    expect(posted).to_have_attribute("title", "posted by a partner")
    expect(page.locator("#range")).to_contain_text(re.compile(r"^energy: daily [\d.]+, monthly"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "scores.csv")
    rows = list(csv.DictReader((tmp_path / "scores.csv").read_text("utf-8").splitlines()))

    assert download.value.suggested_filename == "scores-energy.csv"
    assert {each["type"] for each in rows} == {"daily", "monthly", "localAverage", "average"}
    assert {each["category"] for each in rows} == {"energy"}
    page.get_by_role("button", name="Explain the last day").click()
    expect(page.locator("#explained-title")).to_contain_text(
        f"Daily energy score, {rows[-3]['date']}"
    )


def test_open_table_has_full_width_and_local_times(demo, mockapi):
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
    assert place["width"] > 0.9 * page.locator(".chart-details").bounding_box()["width"]


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
"""Records start, end and height of each horizontal text on a canvas."""


def overlapping(texts):
    sorted_texts = sorted({(height, begin, end, text) for text, begin, end, height in texts})
    return [
        (one[3], other[3])
        for one, other in pairwise(sorted_texts)
        if one[0] == other[0] and other[1] < one[2] + 3
    ]


@pytest.mark.parametrize("width", [1280, 380])
def test_axis_labels_do_not_overlap(show, width):
    view = show(width=width)
    site = MockApi(view.url).world()["customers"][0]["sites"][0]
    view.page.add_init_script(SPY)
    page = view.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    for name, days in (("All", 0), ("Quarter", 91), ("Week", 7), ("Day", 1)):
        page.evaluate("window.texts.length = 0")
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f"[data-days='{days}'][aria-pressed=true]").wait_for()
        wait_for_chart(page)
        page.wait_for_timeout(300)  # The canvas is drawn after the DOM.
        texts = page.evaluate("window.texts")
        assert len(texts) > 6
        assert (name, overlapping(texts)) == (name, [])


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


def test_missing_readings_are_hatched_until_arrival(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("button", name="Week").click()
    count = page.locator("#defect-count")
    expect(count).to_have_text("(25 missing readings)")
    page.locator("#defects summary").click()
    expect(page.locator("#defects li").first).to_have_text(
        "Purchased from Grid: 24 missing readings not arrived yet; complete by 2026-06-08 05:33"
        "2026-05-28 02:00 to 2026-05-29 02:00"
    )
    assert page.locator("#lines [role=img]").get_attribute("aria-label").count("25 missing") == 1
    assert page.locator("#lines").evaluate(HATCHED) > 0.1
    left = page.locator("#lines").evaluate(
        "(panel) => panel.plots[0].valToPos(Date.parse('2026-05-28T12:00Z') / 1000, 'x')"
    )
    page.locator("#lines .u-over").hover(position={"x": left, "y": 40})
    expect(page.locator("#lines .tooltip")).to_contain_text(
        "Purchased from Grid: missing readingnot arrived yet; complete by 2026-06-08 05:33"
    )

    mockapi.clock.freeze(datetime(2026, 6, 8, 3, 34, tzinfo=UTC))
    page.reload()
    page.get_by_role("button", name="Quarter").click()
    page.locator("[data-days='91'][aria-pressed=true]").wait_for()
    expect(count).to_have_text("(none)")
    assert "missing" not in page.locator("#lines [role=img]").get_attribute("aria-label")


def chart_state(page):
    return {
        "range": page.locator("#range").inner_text(),
        "view": page.locator("#readings [role=tab][aria-selected=true]").inner_text(),
        "selected": page.locator(".series input:checked").count(),
    }


def test_chart_settings_are_in_url(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    caption = page.locator("#range")
    steps = [(page.url, chart_state(page))]
    page.get_by_role("button", name="Week").click()
    expect(caption).to_contain_text("143 readings")
    steps.append((page.url, chart_state(page)))
    page.get_by_label("Natural Gas").check()
    expect(caption).to_contain_text("310 readings")
    steps.append((page.url, chart_state(page)))
    page.get_by_role("tab", name="Load duration").click()
    steps.append((page.url, chart_state(page)))
    assert len({url for url, _ in steps}) == 4

    # The URL restores the settings, also with the back and forward buttons.
    page.reload()
    page.locator("#load .uplot").first.wait_for()
    assert chart_state(page) == steps[3][1]
    for url, state in (*steps[2::-1], steps[1]):
        if url == steps[1][0] and page.url == steps[0][0]:
            page.go_forward()
        else:
            page.go_back()
        expect(page).to_have_url(url)
        expect(caption).to_have_text(state["range"])
        assert chart_state(page) == state


def test_every_view_draws_all_selected_measurements(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    legend = page.locator("#legend li:visible")
    expect(legend).to_have_text(["a year earlier (52 weeks), mean per day", "missing reading"])
    page.get_by_label("Natural Gas").check()
    expect(page.locator("#lines .uplot")).to_have_count(2)
    page.get_by_role("tab", name="Load duration").click()
    expect(page.locator("#load [role=img]")).to_have_count(2)
    assert "Natural Gas" in page.locator("#load [role=img]").last.get_attribute("aria-label")
    expect(legend).to_have_count(0)
    page.get_by_role("tab", name="Hour by day").click()
    expect(page.locator("#heat canvas[role=img]")).to_have_count(2)
    assert "Natural Gas" in page.locator("#heat [role=img]").last.get_attribute("aria-label")
    # The heat map shows missing readings, but no marks.
    expect(legend).to_have_text(["missing reading"])


def test_journal_filter_is_added_to_browser_history(demo):
    page = demo.open("/console/journal")
    page.locator("main[data-started]").wait_for()
    status = page.get_by_label("Status")
    urls = [page.url]
    for each in ("4xx", "5xx"):
        status.select_option(each)
        page.wait_for_url(re.compile(f"status={each}"))
        urls.append(page.url)
    for url, status_filter in ((urls[1], "4xx"), (urls[0], "")):
        page.go_back()
        expect(page).to_have_url(url)
        expect(status).to_have_value(status_filter)


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


def test_tooltip_shows_value_and_date_of_the_dot(show):
    page = messy_site(show)
    page.get_by_label("Zone Temperature").check()
    expect(page.locator("#lines .uplot")).to_have_count(2)
    page.get_by_role("button", name="Day", exact=True).click()
    page.locator("main:has([data-days='1'][aria-pressed=true])").wait_for()
    over, tooltip = page.locator("#lines .u-over").first, page.locator("#lines .tooltip")
    width = int(over.bounding_box()["width"])
    seen = set()
    # Steps of 7 pixels reach both halves of a quarter of an hour.
    for left in range(20, width - 20, 7):
        over.hover(position={"x": left, "y": 30})
        text = tooltip.inner_text()
        for dot in page.locator("#lines").evaluate(DOTS):
            if dot["value"] is None:
                assert f"{dot['name']}: missing reading" in text or dot["name"] not in text
                continue
            assert dot["off"] < 2
            shown = float(re.search(rf"{dot['name']}: (-?[\d.,]+)", text)[1].replace(",", ""))
            assert shown == pytest.approx(dot["value"], rel=1e-4)
            seen.add((dot["name"], dot["date"]))
    assert len(seen) > 40
