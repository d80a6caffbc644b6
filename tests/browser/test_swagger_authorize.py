"""Authorization in Swagger UI with the clients of its world."""

import pytest
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
