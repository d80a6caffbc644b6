"""Access control of the console, and escaping of names."""

import json

import pytest
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def test_names_are_escaped(show, tmp_path):
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
    view = show(scenario=str(path))
    for screen in ("/", "/console/sites", "/console/scores"):
        expect(view.open(screen).locator("body")).to_contain_text("<img src=x onerror=alert(1)>")
        assert view.page.locator("main img").count() == 0
    page = view.open("/console/sites")
    page.locator("#found tbody a").click()
    page.locator("main[data-shown]:not([data-shown='0'])").wait_for()
    assert page.locator("h1").inner_text() == HOSTILE


def test_search_text_is_escaped(demo):
    page = demo.open("/console/sites?search=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    expect(page.locator("#found")).to_contain_text("<script>alert(1)</script>")


@pytest.mark.parametrize("screen", ["/", "/console/sites", "/console/faults"])
def test_locked_console_needs_token(show, screen):
    view = show(admin_token="mockSecretOfTheLock")
    page = view.open(screen)
    assert page.locator("h1").inner_text() == "This console is locked"
    assert view.violations() == []
    page.get_by_label("Control API token").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text("The token is not correct.")
    page.get_by_label("Control API token").fill("sésame☃")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text("The token is not correct.")
    page.get_by_label("Control API token").fill("mockSecretOfTheLock")
    page.get_by_role("button", name="Unlock").click()
    titles = {"/": "demo", "/console/sites": "Sites", "/console/faults": "Faults"}
    expect(page.locator("h1")).to_have_text(titles[screen])
    page.get_by_role("link", name="Clock", exact=True).click()
    expect(page.locator("h1")).to_have_text("Clock")


def test_disabled_console_is_explained(show):
    view = show(admin=False)
    expect(view.open("/").locator("main")).to_contain_text("MOCKAPI_ADMIN is false")
    expect(view.open("/console/sites").locator("h1")).to_have_text("The console is disabled")


def test_named_world_has_console(demo, mockapi):
    mockapi.create_world("blue", scenario="dst")
    page = demo.open("/w/blue/")
    expect(page.locator("h1")).to_have_text("dst")
    expect(page.locator("#status")).to_contain_text("World blue")
    page.get_by_role("link", name="Sites", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/blue/console/sites")
