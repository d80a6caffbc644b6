"""Host names for the control API and the console, against DNS rebinding."""

import pytest
from click.testing import CliRunner
from http_steps import exchange
from starlette.testclient import TestClient

from mockapi import serve_in_thread
from mockapi.cli import cli

SITES = "/ecostruxure/scoring/v1/sites"
ADA = "Authorization: Bearer mockAccessToken000000000Ada1"
GUARDED = ["/__admin/world", "/__admin", "/", "/console", "/console/sites"]
OPEN = [
    ("/healthz", 200),
    ("/__admin/health", 200),
    ("/.well-known/oauth-authorization-server", 200),
    (SITES, 200),
    ("/ecostruxure/v1/oauth/authorize", 400),
    ("/signin", 200),
    ("/docs/partner", 200),
    ("/openapi/partner.json", 200),
    ("/static/pages.css", 200),
]


def of_host(ask, path, name, **settings):
    return ask(f"GET {path} HTTP/1.1\nHost: {name}\n{ADA}", **settings)


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example"])
def test_foreign_host_is_misdirected(ask, path, host):
    reply = of_host(ask, path, host)
    line = (
        f"Host {host!r} is not allowed for the control API and the console. "
        "Add it to MOCKAPI_ALLOWED_HOSTS."
    )

    assert reply.status == 421
    if path.startswith("/__admin"):
        assert reply.json() == {
            "type": "about:blank",
            "title": "Misdirected Request",
            "status": 421,
            "detail": line,
        }
    else:
        assert reply.body == f"{line}\n"


def test_foreign_host_is_misdirected_in_worlds_and_targets(ask):
    statuses = [
        of_host(ask, "/w/any/__admin/world", "evil.example").status,
        of_host(ask, "/w/any", "evil.example").status,
        of_host(ask, "http://evil.example/__admin/world", "localhost").status,
        of_host(ask, "http://evil.example/", "localhost").status,
    ]

    assert statuses == [421] * 4


def test_forwarded_host_does_not_replace_the_host(ask):
    reply = ask("GET /__admin/world HTTP/1.1\nHost: evil.example\nX-Forwarded-Host: localhost")

    assert reply.status == 421


@pytest.mark.parametrize(("path", "status"), OPEN)
def test_everything_else_answers_under_any_host(ask, path, status):
    assert of_host(ask, path, "anything.example").status == status


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "app.localhost", "127.0.0.1", "127.8.9.1:80", "[::1]:8080"]
)
def test_loopback_hosts_are_allowed(ask, host):
    assert of_host(ask, "/__admin/world", host).status == 200
    assert of_host(ask, "/", host).status == 200


def test_request_without_a_host_is_allowed(ask):
    assert ask("GET /__admin/world HTTP/1.0").status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("mock.local:8080", 200),
        ("MOCK.local", 200),
        ("a.test", 200),
        ("a.b.test", 200),
        ("test", 421),
        ("atest", 421),
        ("public.example", 200),
        ("other.example", 421),
    ],
)
def test_settings_allow_more_hosts(ask, host, status):
    settings = {"allowed_hosts": "mock.local, *.test", "public_url": "https://public.example:44/x"}

    assert of_host(ask, "/__admin/world", host, **settings).status == status


def test_name_that_the_server_is_bound_by_is_allowed(new_app):
    with serve_in_thread(new_app(host="Build-Machine")) as url:
        own, other = (
            exchange(url, f"GET /__admin/world HTTP/1.1\nHost: {host}:8080")
            for host in ("build-machine", "machine")
        )

    assert (own.status, own.json()["scenario"]) == (200, "demo")
    assert (other.status, other.json()["title"]) == (421, "Misdirected Request")


def test_asterisk_allows_every_host(ask):
    assert of_host(ask, "/__admin/world", "any.example", allowed_hosts="*").status == 200


def test_server_on_all_addresses_allows_every_host(ask):
    reply = of_host(ask, "/__admin/world", "mockapi:8080", host="0.0.0.0")  # noqa: S104

    assert (reply.status, reply.json()["scenario"]) == (200, "demo")


@pytest.mark.parametrize("host", ["testserver", "mockapi", "evil.example"])
def test_app_without_a_socket_allows_every_host(shared_app, host):
    client = TestClient(shared_app(), base_url=f"http://{host}")
    assert client.get("/__admin/world").json()["scenario"] == "demo"
    assert 'data-root=""' in client.get("/").text


@pytest.mark.parametrize("value", ["http://mock.local", "mock.local:8080", "a b", "*x"])
def test_invalid_host_setting_is_rejected(value):
    refused = CliRunner().invoke(cli, ["serve", "--allowed-hosts", value])

    assert refused.exit_code == 2
    assert refused.stderr.startswith("--allowed-hosts: must list host names such as mock.local")
