"""Safety of all pages: not framed, without scripts, not cached."""

import re
from pathlib import Path

import pytest
from oauth_steps import consent_page, csrf_in, question, sign_in

from mockapi.resources import PAGE_TEMPLATES, STATIC

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "content-type": "text/html; charset=utf-8",
}
PAGES = ("/signin", "/signout", "/authorizations", "/personal-access-tokens")
OURS = [
    path for path in sorted(PAGE_TEMPLATES.glob("*.html")) if "pages.css" in path.read_text("utf-8")
] + [
    path
    for path in sorted(PAGE_TEMPLATES.glob("*.html"))
    if 'extends "base' in path.read_text("utf-8")
]


def without_target(headers):
    policy = headers["content-security-policy"].replace(" http://127.0.0.1:8765", "")
    return dict(headers) | {"content-security-policy": policy}


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/signin/", "/consent", "/docs-of-old"])
def test_every_page_has_the_headers(browser, path):
    sign_in(browser)

    assert HEADERS.items() <= dict(browser.get(path).headers).items()


def test_consent_page_has_the_headers(browser):
    sign_in(browser)

    assert HEADERS.items() <= without_target(consent_page(browser).headers).items()


def test_rejected_forms_have_the_headers(browser):
    assert HEADERS.items() <= dict(browser.post("/signin").headers).items()


def test_redirects_between_pages_have_the_headers(browser):
    wanted = {name: value for name, value in HEADERS.items() if name != "content-type"}

    assert wanted.items() <= dict(browser.get("/authorizations").headers).items()
    assert wanted.items() <= dict(sign_in(browser).headers).items()


@pytest.mark.parametrize("path", PAGES)
def test_every_form_has_the_csrf_token(browser, path):
    sign_in(browser)
    page = browser.get(path).text

    assert page.count("<form") == page.count('name="csrf_token"')
    assert page.count('method="post"') == page.count("<form")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_templates_have_no_inline_script_or_style(path: Path):
    text = path.read_text("utf-8")

    assert re.findall(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?://", text) == []
    assert re.findall(r"\|\s*safe", text) == []


def test_the_templates_are_found():
    assert len(OURS) == 7


def test_stylesheet_has_no_external_resources(browser):
    response = browser.get("/static/pages.css")

    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.text == (STATIC / "pages.css").read_text("utf-8")
    assert "url(" not in response.text
    assert "@import" not in response.text


def test_unknown_page_has_a_message(browser):
    response = browser.get("/nowhere")

    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in response.text


@pytest.mark.parametrize("path", PAGES)
def test_page_rejects_other_methods(browser, path):
    response = browser.put(path)
    allowed = "GET, HEAD" if path in ("/", "/authorizations") else "GET, HEAD, POST"

    assert (response.status_code, response.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", PAGES)
def test_page_supports_head(browser, path):
    sign_in(browser)
    head, page = browser.head(path), browser.get(path)

    assert (head.status_code, head.text) == (page.status_code, "")
    assert head.headers.multi_items() == page.headers.multi_items()


def test_invalid_form_is_rejected_with_a_message(browser):
    page = browser.get("/signin")
    response = browser.post("/signin", json={"csrf_token": csrf_in(page)})

    assert response.status_code == 400
    assert "The body must be application/x-www-form-urlencoded." in response.text


def test_large_form_is_rejected_with_a_message(test_client):
    browser = test_client(max_body_bytes=1_000)
    response = browser.post("/signin", data={"customer": "x" * 2_000})

    assert response.status_code == 413
    assert "larger than 1000 bytes" in response.text


def test_front_page_commands_work(browser):
    page = browser.get("/").text
    found = re.findall(r"Bearer (\w+)&#34; \\\n  http://mock:8080([\w/]+)(?=\s|</code>)", page)
    status = [
        browser.get(path, headers={"Authorization": f"Bearer {token}"}).status_code
        for token, path in found
    ]

    assert status == [200, 200]


@pytest.mark.parametrize("settings", [{"admin": False}, {"admin_token": "mock admin"}])
def test_front_page_has_no_secret_with_an_admin_token(test_client, settings):
    page = test_client(**settings).get("/").text

    assert "mockSecret" not in page
    assert "mockPAT" not in page
    assert "mockAccessToken" not in page


def test_a_page_shows_no_client_secret_to_a_customer(browser):
    sign_in(browser)

    assert "mockSecret" not in consent_page(browser, question()).text
