"""Authorization in Swagger UI with the clients of its world."""

import pytest
from browser_constants import WATCH
from playwright.sync_api import Page, expect

from mockapi.client.mockapi import MockApi

CLIENTS = {
    "vendor-samples": ("mockVendorSamplesClient000000001", "mockSecret000001"),
    "demo": ("mockScoringPartnerClient00000001", "mockSecret000001"),
}


def authorize(page: Page, client_id: str, secret: str) -> None:
    """Complete the authorization code flow in the dialog."""
    page.get_by_role("button", name="Authorize").first.click()
    form = page.locator(".auth-container").first
    form.locator("#client_id_authorizationCode").fill(client_id)
    form.locator("#client_secret_authorizationCode").fill(secret)
    form.get_by_text("select all").click()
    with page.expect_popup():
        form.locator("button.authorize").click()
    expect(form.get_by_text("Logout")).to_be_visible()
    page.locator(".modal-ux .btn-done").first.click()


@pytest.mark.parametrize(
    ("scenario", "world"),
    [("vendor-samples", ""), ("vendor-samples", "blue"), ("demo", "")],
    ids=["other-scenario", "named-world", "demo"],
)
def test_swagger_ui_obtains_a_token_and_uses_it(show, scenario, world):
    view = show(scenario="demo" if world else scenario, auto_consent=True)
    if world:
        MockApi(view.url).create_world(world, scenario=scenario, auto_consent=True)
    page = view.open(f"/w/{world}/docs/partner" if world else "/docs/partner")
    authorize(page, *CLIENTS[scenario])

    operation = page.locator("#operations-Site-listSites")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text(
        "200"
    )


@pytest.mark.parametrize(("theme", "is_dark"), [("light", False), ("dark", True)])
def test_api_docs_are_in_the_frame_and_theme_of_the_console(show, theme, is_dark):
    view = show(theme=theme)
    MockApi(view.url).create_world("blue")
    page = view.open("/w/blue/docs/user")
    page.locator("#operations-Site-listSites").wait_for()
    navigation = page.get_by_role("navigation", name="Console")
    expect(navigation.get_by_role("link", name="API docs")).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.locator("#status")).to_contain_text("World blue")
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html.dark-mode")).to_have_count(int(is_dark))
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    page.get_by_role("navigation", name="Documents").get_by_role("link", name="Control API").click()
    expect(page.locator("#swagger-ui .title").first).to_contain_text("control API")
    MockApi(view.url).named_world("blue").delete()


@pytest.mark.parametrize("width", [1280, 380])
def test_api_docs_have_no_layout_shift(show, width):
    view = show(width=width)
    view.page.add_init_script(WATCH)
    page = view.open("/docs/partner")
    page.locator("#swagger-ui .opblock").first.wait_for()

    assert page.evaluate("window.moved") == []
