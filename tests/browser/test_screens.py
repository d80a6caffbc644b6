"""Main function of each page."""

import csv
import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from browser_constants import TOKEN
from playwright.sync_api import expect

from mockapi.client.mockapi import MockApi


def get(url: str, token: str = TOKEN):
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as response:
        return json.load(response)


def site_page(demo, mockapi):
    site = mockapi.world()["customers"][0]["sites"][0]
    page = demo.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    return page


def test_home_shows_summary_of_world(demo, mockapi):
    with mockapi.fault("latency", seconds=0.01):
        get(f"{demo.url}/ecostruxure/scoring/v1/sites")
        page = demo.open("/")

    expect(page.locator("#status")).to_contain_text("2026-06-01 09:00:00 UTC")
    expect(page.locator("#status")).to_contain_text("1 active fault")
    expect(page.get_by_role("region", name="Customers", exact=True)).to_contain_text("Ada Fernsby")
    expect(page.locator("#tiles")).to_contain_text("2 customers, 7 countries")
    row = page.get_by_role("region", name="Table of latest requests").locator("tbody tr").first
    assert row.inner_text().split("\t")[1:3] == ["200", "GET /ecostruxure/scoring/v1/sites"]


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
def test_copied_example_has_valid_token(demo, language):
    page = demo.open("/")
    page.get_by_role("tab", name=language).click()
    page.get_by_role("button", name="Create a token").click()
    expect(page.locator("#notification")).to_contain_text("60 minutes")
    page.get_by_role("button", name=f"Copy {language}").click()
    expect(page.locator("#notification")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    token, url = re.search(r"Bearer (\w+)", copied)[1], re.search(r"http\S+/sites\b", copied)[0]

    assert token != TOKEN
    assert len(get(url, token)) == 8


def test_sites_are_searched_and_sorted(demo):
    page = demo.open("/console/sites")
    page.get_by_role("searchbox").fill("boston hospital")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    assert page.locator("#found tbody th").inner_text() == "Whitehead Hospital Boston"
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#found tbody tr")).to_have_count(12)
    page.get_by_role("link", name="Area, m²").click()
    page.get_by_role("link", name="Area, m²").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Area, m²")

    assert page.locator("#found tbody th").first.inner_text() == "Whitehead Hospital Boston"


def test_chart_matches_api_response(demo, mockapi, tmp_path):
    page = site_page(demo, mockapi)
    page.get_by_role("button", name="Week").click()
    expect(page.locator("#range")).to_contain_text("143 readings, hourly")
    request = page.locator(".request-example code").last.inner_text()
    window = dict(re.findall(r'-d "(\S+?)=(\S+?)"', request))
    url = re.search(r"http\S+", request)[0] + "?" + "&".join("=".join(i) for i in window.items())
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    download.value.save_as(tmp_path / "readings.csv")
    text = (tmp_path / "readings.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    by_key = {each["key"]: each["values"] for each in get(url)}[rows[0]["key"]]
    by_date = {each["date"]: each for each in by_key}

    assert len(rows) == 143
    assert {
        row["date"]: {
            "date": row["date"],
            "updatedAt": row["updatedAt"],
            "value": float(row["value"]),
        }
        for row in rows
    } == {row["date"]: by_date[row["date"]] for row in rows}
    page.locator("#table summary").click()
    assert page.locator("#table tbody tr").count() == 143


def test_views_and_measurements_are_selectable(demo, mockapi):
    page = site_page(demo, mockapi)
    page.get_by_label("Zone Temperature").check()
    expect(page.get_by_role("img", name=re.compile("CO2, Zone Temperature"))).to_be_visible()
    page.get_by_role("tab", name="Hour by day").click()
    expect(page.get_by_role("img", name=re.compile("Heat map of Purchased"))).to_be_visible()
    page.get_by_role("tab", name="Load duration").click()
    expect(page.get_by_role("img", name=re.compile("half of the time"))).to_have_count(2)


def test_defects_and_reading_statuses_are_shown(show):
    view = show(scenario="messy-data")
    mockapi = MockApi(view.url)
    site = mockapi.world()["customers"][0]["sites"][0]
    page = view.open(f"/console/sites/{site}")
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("button", name="Quarter").click()
    page.locator("#defects summary").click()
    expect(page.locator("#defects li code").first).to_have_text("short_gap")

    key = page.locator(".series input:checked").first.get_attribute("value")
    columns = get(f"{view.url}/__admin/series?site={site}&key={key}&since=2026-03-02T09:00:00Z")
    assert {0, 1} <= set(columns["statuses"])


def test_year_of_quarter_hours_is_drawn_as_days(show):
    view = show(scenario="portfolio")
    page = view.open("/console/sites?sort=name")
    page.locator("#found tbody a").first.click()
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("button", name="Year").click()
    expect(page.locator("#range")).to_contain_text(
        re.compile(r"3[45],\d{3} readings, quarter-hourly")
    )

    assert 360 <= int(page.locator("main").get_attribute("data-shown")) <= 366
    page.get_by_role("button", name="Month").click()
    expect(page.locator("#range")).to_contain_text("mean, lowest and highest per hour")
    page.get_by_role("button", name="Week").click()
    expect(page.locator("#range")).not_to_contain_text("mean")


def test_score_in_table_is_explained(demo):
    page = demo.open("/console/scores")
    page.locator("main[data-shown]").wait_for()
    page.get_by_role("button", name=re.compile("^Explain monthly energy score")).click()

    expect(page.locator("#explained-title")).to_contain_text("Monthly energy score, 2026-05-31")
    expect(page.locator("#explained")).to_contain_text("the mean of 31 daily scores")
    page.get_by_role("button", name=re.compile("^Explain daily electricity score")).click()
    page.get_by_text("Show the arithmetic").click()
    expect(page.get_by_role("region", name="Steps of the calculation")).to_contain_text(
        "0.5 * S_src"
    )


def test_clock_change_shows_effects(demo, mockapi):
    mockapi.token()
    page = demo.open("/console/clock")
    page.get_by_role("button", name="+ 1 day").click()

    expect(page.locator("#moves")).to_contain_text("readings arrived")
    expect(page.locator("#status")).to_contain_text("2026-06-02 09:00:00")
    effects = {
        row.split("\n")[-1].partition(":")[0]: int(row.split("\n")[0].replace(",", ""))
        for row in page.locator("#moves .effects li").all_inner_texts()
    }
    assert effects["token expired"] == 1
    assert 1_000 < effects["readings arrived"] < 2_500
    page.get_by_label("Freeze at").fill("2026-01-01T00:00:00Z")
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("alert")).to_contain_text("forward only")


def test_fault_is_activated_counted_and_removed(demo):
    page = demo.open("/console/faults")
    page.locator("main[data-ready]").wait_for()
    page.locator("#kind").select_option("status")
    page.get_by_label("status", exact=True).fill("503")
    page.get_by_label("operation").select_option("listSites")
    page.get_by_role("tab", name="Python").click()
    expect(page.get_by_role("group", name="Python")).to_contain_text(
        'with mockapi.fault("status", status=503, operation="listSites") as fault:'
    )
    page.locator("#fault").get_by_role("button", name="Activate").click()
    row = page.locator("[data-fault]")
    expect(row).to_contain_text("status 503")
    page.locator("main[data-ready]").wait_for()
    page.locator("html[data-live]").wait_for()
    with pytest.raises(HTTPError, match="503"):
        get(f"{demo.url}/ecostruxure/scoring/v1/sites")

    expect(row.locator("[data-hits]")).to_have_text("1")
    row.get_by_role("button", name="Remove").click()
    expect(page.locator("#notification")).to_contain_text("It was applied to 1 request.")
    assert len(get(f"{demo.url}/ecostruxure/scoring/v1/sites")) == 8


def test_journal_shows_live_requests(demo):
    page = demo.open("/console/journal")
    page.locator("html[data-live]").wait_for()
    get(f"{demo.url}/ecostruxure/scoring/v1/sites?hello=there")

    page.locator("#entries a").first.click()
    expect(page.locator("#entry")).to_contain_text("?hello")
    expect(page.locator("#entry")).to_contain_text("unknown-parameter")
    for headers in page.locator("#entry .headers").all():
        expect(headers).not_to_contain_text(TOKEN)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as HAR").click()
    har = json.loads(download.value.path().read_text("utf-8"))
    assert [each["request"]["method"] for each in har["log"]["entries"]] == ["GET"]
    page.get_by_label("Status").select_option("5xx")
    expect(page.locator("#entries tr")).to_have_count(0)


def test_sites_are_filtered_and_sorted_by_figures(show):
    page = show(scenario="messy-data").open("/console/sites")
    page.get_by_label("Data of the year").select_option("defects")
    expect(page.locator("#progress")).to_have_text("Figures of all 12 sites are computed.")
    expect(page.locator("#found tbody tr")).not_to_have_count(0)
    assert page.locator("#found tbody tr").count() == page.locator("#found .tag.bad").count()
    page.get_by_role("link", name="Data of the year").click()
    page.locator("main[data-complete]").wait_for()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Data of the year")
    expect(page.locator("#found tbody th").first).to_have_text("Bad Connection")

    assert "data=defects" in page.url
    assert page.get_by_label("Data of the year").input_value() == "defects"


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 380)])
def test_explained_score_is_accessible(show, theme, width):
    view = show(theme=theme, width=width)
    site = MockApi(view.url).world()["customers"][0]["sites"][1]
    page = view.open(f"/console/scores?site={site}&category=energy&type=daily")
    page.locator("main[data-averaged]").wait_for()
    page.get_by_text("Show the arithmetic").click()
    expect(page.locator(".waterfall tr")).to_have_count(6)

    assert view.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_site_with_open_details_is_accessible(show):
    view = show(scenario="messy-data", theme="dark")
    page = site_page(view, MockApi(view.url))
    page.get_by_role("button", name="One of each commodity").click()
    expect(page.locator("#lines .uplot")).to_have_count(5)
    page.locator("#defects summary").click()

    assert view.violations() == []
