"""Addresses in responses: behind proxies, below prefixes, and as configured."""

import re

import pytest
from starlette.testclient import TestClient

METADATA = "/.well-known/oauth-authorization-server"
OAUTH = "/ecostruxure/v1/oauth"
LOOPBACK = ("127.0.0.1", 50000)
FORWARDED = {
    "X-Forwarded-Host": "mock.example.com",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/energy",
}
URL = "https://mock.example.com/energy"


@pytest.fixture
def browse(shared_app):
    """Open a browser on an app with the given settings, through a proxy at *peer*."""

    def open_with(peer=LOOPBACK, headers=FORWARDED, **settings) -> TestClient:
        app = shared_app(**settings)
        if "green" not in app.state.worlds:
            app.state.worlds.create("green", {})
        return TestClient(
            app,
            base_url="http://127.0.0.1:8080",
            headers=headers,
            client=peer,
            follow_redirects=False,
        )

    return open_with


def issuer(client, path=METADATA):
    return client.get(path).json()["issuer"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "http://127.0.0.1:8080"),
        (FORWARDED, URL),
        ({"X-Forwarded-Host": "a.example:8443, b.example"}, "http://a.example:8443"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Port": "8443"}, "http://a.example:8443"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Port": "80"}, "http://a.example"),
        ({"X-Forwarded-Host": "[2001:db8::1]:81"}, "http://[2001:db8::1]:81"),
        ({"X-Forwarded-Prefix": "/a/, /b"}, "http://127.0.0.1:8080/a/b"),
        ({"X-Forwarded-Prefix": "/"}, "http://127.0.0.1:8080"),
        ({"Forwarded": 'for=1.2.3.4;host="a.example:81";proto=HTTPS'}, "https://a.example:81"),
        ({"Forwarded": "host=a.example;proto=https, host=b.example"}, "https://a.example"),
        ({**FORWARDED, "Forwarded": "host=a.example"}, "https://a.example/energy"),
        # Invalid values are ignored.
        ({"X-Forwarded-Host": "http://["}, "http://127.0.0.1:8080"),
        ({"X-Forwarded-Host": "a b"}, "http://127.0.0.1:8080"),
        ({"X-Forwarded-Proto": "ftp"}, "http://127.0.0.1:8080"),
        ({"X-Forwarded-Prefix": "//evil.example"}, "http://127.0.0.1:8080"),
        ({"X-Forwarded-Prefix": "/a;b"}, "http://127.0.0.1:8080"),
        ({"X-Forwarded-Port": "9" * 400, "X-Forwarded-Host": "a.example"}, "http://a.example"),
        ({"Forwarded": 'host="a.example'}, "http://127.0.0.1:8080"),
        ({"Forwarded": ";;=,="}, "http://127.0.0.1:8080"),
    ],
)
def test_issuer_is_the_address_given_by_the_proxy(browse, headers, expected):
    client = browse(headers=headers)

    assert issuer(client) == expected
    assert issuer(client, f"{METADATA}/w/green") == f"{expected}/w/green"


@pytest.mark.parametrize(
    ("peer", "allowed", "expected"),
    [
        ("127.0.0.1", None, URL),
        ("::1", None, URL),
        ("192.0.2.7", None, "http://127.0.0.1:8080"),
        ("testclient", None, "http://127.0.0.1:8080"),
        ("127.0.0.1", "none", "http://127.0.0.1:8080"),
        ("172.17.0.1", "172.16.0.0/12", URL),
        ("172.15.0.1", "10.0.0.1, 172.16.0.0/12", "http://127.0.0.1:8080"),
        ("192.0.2.7", "*", URL),
        ("testclient", "*", URL),
    ],
)
def test_headers_of_untrusted_proxies_are_ignored(browse, peer, allowed, expected):
    settings = {} if allowed is None else {"forwarded_allow_ips": allowed}

    assert issuer(browse(peer=(peer, 1), **settings)) == expected


def test_journal_names_the_client_behind_trusted_proxies(browse):
    listed = {"X-Forwarded-For": "192.0.2.7, 198.51.100.9, 127.0.0.1"}
    browse(headers=listed).get("/ecostruxure/scoring/v1/sites")

    control = browse(headers={})
    number = control.get("/__admin/journal").json()["newest"]

    assert control.get(f"/__admin/journal/{number}").json()["address"] == "198.51.100.9"


def own_links(text):
    return re.findall(r'(?:href|src|action|data-[a-z]+|hx-get)="(/[^"]*)"', text)


PAGES = [
    "/",
    "/console/sites",
    "/console/clock",
    "/console/faults",
    "/console/journal",
    "/console/oauth",
    "/console/oauth/flow",
    "/console/scores",
    "/console/worlds",
    "/console/nowhere",
    "/docs/partner",
    "/signin",
    "/nowhere",
]


@pytest.mark.parametrize("root", ["", "/w/green"])
@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_begins_with_the_prefix(browse, root, path):
    links = own_links(browse().get(root + path).text)

    assert links
    assert [each for each in links if not f"{each}/".startswith("/energy/")] == []
    statics = [each for each in links if each.startswith("/energy/static/")]
    assert statics
    answers = {browse().get(each.removeprefix("/energy")).status_code for each in statics}
    assert answers == {200}


def test_pages_without_a_proxy_link_without_a_prefix(browse):
    links = own_links(browse(headers={}).get("/").text)

    assert "/static/pages.css" in links
    assert "/console/sites" in links


@pytest.mark.parametrize("root", ["", "/w/green"])
def test_openapi_documents_name_the_prefix(browse, root):
    partner = browse().get(f"{root}/openapi/partner.json").json()
    control = browse().get(f"{root}/openapi/control.json").json()

    assert partner["servers"][0] == {"url": f"/energy{root}/ecostruxure/scoring/v1"}
    assert control["servers"] == [{"url": f"/energy{root}/__admin"}]
    flow = partner["components"]["securitySchemes"]["Oauth2AuthCode"]["flows"]["authorizationCode"]
    assert flow["tokenUrl"] == f"/energy{root}{OAUTH}/token"


@pytest.mark.parametrize("root", ["", "/w/green"])
def test_redirects_lead_below_the_prefix(browse, root):
    client = browse()
    asked = {
        "response_type": "code",
        "client_id": "mockScoringPartnerClient00000001",
        "redirect_uri": "http://127.0.0.1:8765/callback",
    }

    documents = client.get(f"{root}/docs")
    consent = client.get(f"{root}{OAUTH}/authorize", params=asked)
    home = client.get(f"{root}/console")

    assert documents.headers["location"] == f"/energy{root}/docs/partner"
    assert consent.headers["location"].startswith(f"/energy{root}/consent?")
    assert home.headers["location"] == f"/energy{root}/"


def test_redirect_to_the_client_has_the_forwarded_issuer(browse):
    asked = {
        "response_type": "code",
        "client_id": "mockScoringPartnerClient00000001",
        "redirect_uri": "http://127.0.0.1:8765/callback",
    }
    sent = browse(auto_consent=True).get(f"{OAUTH}/authorize", params=asked).headers["location"]

    assert sent.startswith("http://127.0.0.1:8765/callback?code=mock")
    assert sent.endswith("&iss=https%3A%2F%2Fmock.example.com%2Fenergy")


@pytest.mark.parametrize("root", ["", "/w/green"])
def test_cookie_is_secure_and_below_the_prefix(browse, root):
    cookie = browse().get(f"{root}/signin").headers["set-cookie"]

    assert f"; Path=/energy{root}/;" in cookie
    assert cookie.endswith("; Secure")
    assert cookie.startswith(f"mockapi_session{root.replace('/', '_')}=")


def test_console_callback_is_a_redirect_uri_below_the_prefix(browse):
    asked = {
        "response_type": "code",
        "client_id": "mockScoringPartnerClient00000001",
        "redirect_uri": f"{URL}/console/oauth/callback",
    }
    answer = browse(auto_consent=True).get(f"{OAUTH}/authorize", params=asked)

    assert answer.headers["location"].startswith(f"{URL}/console/oauth/callback?code=mock")


def test_console_may_use_the_control_api_through_the_proxy(browse):
    own = {"Origin": "https://mock.example.com"}

    allowed = browse().get("/__admin/world", headers=own)
    refused = browse(headers={}).get("/__admin/world", headers=own)

    assert (allowed.status_code, allowed.json()["scenario"]) == (200, "demo")
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "Pages of other origins cannot use the control API. Send the request without `Origin`.",
    )


@pytest.mark.parametrize("kept", ["", "/energy"])
@pytest.mark.parametrize("root", ["", "/w/green"])
def test_public_url_path_is_optional_in_requests(browse, kept, root):
    client = browse(headers={}, public_url=f"{URL}/")

    home = client.get(f"{kept}{root}/")
    sites = client.get(
        f"{kept}{root}/ecostruxure/scoring/v1/sites",
        headers={"Authorization": "Bearer mockAccessToken000000000Ada1"},
    )

    assert f'data-root="/energy{root}"' in home.text
    assert f"{URL}{root}/ecostruxure/scoring/v1/sites" in home.text
    assert (sites.status_code, len(sites.json())) == (200, 8)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (METADATA, URL),
        (f"{METADATA}/energy", URL),
        (f"{METADATA}/energy/w/green", f"{URL}/w/green"),
        (f"/energy{METADATA}", URL),
        (f"/energy{METADATA}/w/green", f"{URL}/w/green"),
    ],
)
def test_metadata_are_where_the_issuer_puts_them(browse, path, expected):
    assert issuer(browse(headers={}, public_url=URL), path) == expected
    assert issuer(browse(headers={}, public_url=URL), path.replace("/energy", "")) == expected


def test_public_url_overrides_proxy_headers(browse):
    client = browse(public_url="http://other.example")

    assert issuer(client) == "http://other.example"
    assert "/static/pages.css" in own_links(client.get("/").text)


def test_app_that_is_mounted_below_a_path_links_below_it(shared_app):
    from starlette.applications import Starlette
    from starlette.routing import Mount

    routes = [Mount("/mock", shared_app())]
    client = TestClient(Starlette(routes=routes), follow_redirects=False)

    assert issuer(client, f"/mock{METADATA}") == "http://testserver/mock"
    assert "/mock/static/pages.css" in own_links(client.get("/mock/").text)
    assert client.get("/mock/docs").headers["location"] == "/mock/docs/partner"
