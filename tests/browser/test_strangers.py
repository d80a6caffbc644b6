"""Keeps out who should be out, and lets names be text."""

import json

import pytest
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def test_hostile_names_stay_text(show, tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_text(
        f"""
description: {json.dumps(HOSTILE)}
clients:
  - {{client_id: mockClient, name: {json.dumps(HOSTILE)}, redirect_uris: ["http://127.0.0.1/"]}}
customers:
  - email: eve@example.com
    name: {json.dumps(HOSTILE)}
    sites:
      - {{building: office, city: Lyon, name: {json.dumps(HOSTILE)}, registered: true}}
""",
        "utf-8",
    )
    shown = show(scenario=str(path))
    for screen in ("/", "/console/sites", "/console/scores"):
        expect(shown.open(screen).locator("body")).to_contain_text("<img src=x onerror=alert(1)>")
        assert shown.page.locator("main img").count() == 0
    page = shown.open("/console/sites")
    page.locator("#found tbody a").click()
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    assert page.locator("h1").inner_text() == HOSTILE


def test_a_search_for_a_script_finds_nothing_and_runs_nothing(demo):
    page = demo.open("/console/sites?search=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    expect(page.locator("#found")).to_contain_text("<script>alert(1)</script>")


@pytest.mark.parametrize("screen", ["/", "/console/sites", "/console/faults"])
def test_a_locked_console_asks_for_the_token(show, screen):
    shown = show(admin_token="mockSecretOfTheLock")
    page = shown.open(screen)
    assert page.locator("h1").inner_text() == "This console is locked"
    assert shown.violations() == []
    page.get_by_label("Control API token").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the token.")
    page.get_by_label("Control API token").fill("sésame☃")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the token.")
    page.get_by_label("Control API token").fill("mockSecretOfTheLock")
    page.get_by_role("button", name="Unlock").click()
    titles = {"/": "demo", "/console/sites": "Sites", "/console/faults": "Faults"}
    expect(page.locator("h1")).to_have_text(titles[screen])
    page.get_by_role("link", name="Clock", exact=True).click()
    expect(page.locator("h1")).to_have_text("Clock")


def test_a_console_that_is_switched_off_says_so(show):
    shown = show(admin=False)
    expect(shown.open("/").locator("main")).to_contain_text("MOCKAPI_ADMIN is false")
    expect(shown.open("/console/sites").locator("h1")).to_have_text("The console is switched off")


def test_a_named_world_has_a_console_of_its_own(demo, mockapi):
    mockapi.create_world("blue", scenario="dst")
    page = demo.open("/w/blue/")
    expect(page.locator("h1")).to_have_text("dst")
    expect(page.locator("#status")).to_contain_text("World blue")
    page.get_by_role("link", name="Sites", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/blue/console/sites")
