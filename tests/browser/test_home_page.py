"""Home page: figures that fill in, the guided tour, and the map."""

import re

import pytest
from playwright.sync_api import expect


def done(page) -> list[str]:
    steps = page.locator("#tour [data-done]")
    return [each.get_attribute("data-step") for each in steps.all()]


def test_tour_ticks_off_steps_as_they_are_done(demo):
    page = demo.open("/")
    count = page.locator("#tour-count")
    expect(count).to_have_text("0 of 5 done")
    page.get_by_role("link", name="See a chart").click()
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    page.get_by_role("link", name="Home").click()
    expect(count).to_have_text("1 of 5 done")
    page.get_by_role("button", name="Ask the API").click()
    expect(page.locator("#notification")).to_have_text("The API responded with 200 and 8 sites.")
    expect(count).to_have_text("2 of 5 done")
    page.get_by_role("link", name="Break it").click()
    page.locator("main[data-ready]").wait_for()
    page.get_by_role("button", name="Activate gateway-maintenance").click()
    expect(page.locator("[data-fault]").first).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(count).to_have_text("2 of 5 done")
    page.get_by_role("button", name="Ask the API").click()
    expect(page.locator("#notification")).to_contain_text("The API responded with 503")
    expect(count).to_have_text("3 of 5 done")
    page.get_by_role("link", name="Move time").click()
    page.locator("main[data-started]").wait_for()
    page.get_by_role("button", name="+ 1 day").click()
    expect(page.get_by_text("readings arrived").first).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(count).to_have_text("4 of 5 done")
    page.get_by_role("link", name="Read why a score is what it is").click()
    expect(page.locator("#explained-title")).to_contain_text("energy")
    page.locator("main[data-started]").wait_for()
    page.get_by_role("link", name="Home").click()

    expect(count).to_have_text("All done")
    assert done(page) == ["chart", "ask", "break", "clock", "score"]


def test_reset_starts_the_tour_again(demo, mockapi):
    page = demo.open("/")
    page.get_by_role("link", name="See a chart").click()
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    demo.open("/")
    expect(page.locator("#tour-count")).to_have_text("1 of 5 done")
    mockapi.reset()
    page.reload()

    expect(page.locator("#tour-count")).to_have_text("0 of 5 done")


def test_ask_shows_the_error_of_a_fault(demo, mockapi):
    page = demo.open("/")
    page.locator("main[data-ready]").wait_for()
    with mockapi.fault("status", status=503):
        page.get_by_role("button", name="Ask the API").click()
        expect(page.locator("#notification.problem")).to_contain_text("The API responded with 503")
    with mockapi.fault("connection_reset"):
        page.get_by_role("button", name="Ask the API").click()
        expect(page.locator("#notification.problem")).to_contain_text("The connection ended")
    # A browser repeats a request after a closed connection.
    expect(page.locator("#tiles")).to_contain_text(re.compile(r"[2-9] errors"))


def test_tiles_fill_in_and_follow_the_clock(demo, mockapi):
    page = demo.open("/")
    energy = page.get_by_role("link", name="Electricity, last 30 days")
    expect(energy).to_contain_text(re.compile(r"[\d.]+ GWh\s*[▲▼] [\d.]+ % on the 30 days before"))
    page.locator("main[data-ready]").wait_for()
    before = energy.inner_text()
    mockapi.clock.advance("P7D")

    expect(energy).not_to_have_text(before)
    expect(energy).not_to_contain_text("of 7 sites")
    expect(energy).to_contain_text("GWh")


def test_marker_shows_its_sites(demo):
    page = demo.open("/")
    page.locator("main[data-ready]").wait_for()
    page.locator(".map .wide a", has_text="4").last.click()

    expect(page.locator("#found tbody tr")).to_have_count(4)
    expect(page.locator("#found")).to_contain_text("Heydrich School Munich")


# Links to click from the first page, and what the last page then shows.
ANSWERS = {
    "whose buildings are these": ((), "#content", "Ada Fernsby"),
    "how much energy do they use": (("Electricity, last 30 days",), "#found", r"[\d.]+ MWh"),
    "why does a site have this score": (
        ("Mean energy score",),
        "#explained .sentence",
        r"^\d\d\.\d because it uses \d+ % of a median \w+ building's energy per m²",
    ),
    "what happens when the API fails": (
        ("Active faults",),
        "#presets",
        r"Client sees\s+429 for every request",
    ),
    "what did the client do": (
        ("Requests", "GET /ecostruxure/scoring/v1/sites"),
        "#entry",
        r"Client\s*mockScoringPartnerClient00000001",
    ),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_question_is_answered_within_two_clicks(demo, question):
    page = demo.open("/")
    page.locator("main[data-ready]").wait_for()
    page.get_by_role("button", name="Ask the API").click()
    expect(page.locator("#latest .path")).to_have_count(1)
    links, place, answer = ANSWERS[question]
    for name in links:
        page.get_by_role("main").get_by_role("link", name=name).first.click()

    assert len(links) <= 2
    expect(page.locator(place).first).to_contain_text(re.compile(answer))
