"""Request targets other than a path: absolute form, authority form, asterisk, nonsense."""

import pytest

SITES = "/ecostruxure/scoring/v1/sites"
METADATA = "/.well-known/oauth-authorization-server"
ADA = "Authorization: Bearer mockAccessToken000000000Ada1"
FOREIGN = "http://api.example.com"


@pytest.fixture
def server(server):
    """The demo on a port, with a second world."""
    server.create_world("green")
    return server


def test_absolute_target_leads_to_the_first_world(ask, server):
    server.clear_journal()

    reply = ask(f"GET {FOREIGN}{SITES}?a=%20b HTTP/1.1\nHost: other.example\n{ADA}")

    entry = server.journal()[-1]
    assert (reply.status, len(reply.json())) == (200, 8)
    assert (entry["path"], entry["query"]) == (SITES, [["a", " b"]])
    assert entry["operation"] == "listSites"
    server.verify(path=SITES, times=1)


@pytest.mark.parametrize("path", [f"/w/green{SITES}", "/w/green/healthz", f"{METADATA}/w/green"])
def test_absolute_target_leads_to_a_named_world(ask, server, path):
    reply = ask(f"GET {FOREIGN}{path} HTTP/1.1\nHost: api.example.com\n{ADA}")

    assert reply.status == 200
    assert FOREIGN + "/w/green" in reply.body or METADATA not in path


def test_har_has_the_url_of_an_absolute_target(ask, server):
    ask(f"GET {FOREIGN}{SITES} HTTP/1.1\nHost: other.example\n{ADA}")

    assert server.har()["log"]["entries"][-1]["request"]["url"] == FOREIGN + SITES


@pytest.mark.parametrize(
    "path", ["/healthz", "/__admin/world", "/docs/partner", "/static/console/docs.css"]
)
def test_journal_omits_the_same_paths_of_absolute_targets(ask, server, path):
    server.clear_journal()

    ask(f"GET http://127.0.0.1{path} HTTP/1.1\nHost: 127.0.0.1")

    assert server.journal() == []


def test_absolute_target_without_a_path_leads_home(ask, server):
    reply = ask("GET http://localhost HTTP/1.1\nHost: localhost")

    assert (reply.status, 'data-server=""' in reply.body) == (200, True)


def test_path_with_a_url_in_it_stays_a_path(ask, server):
    reply = ask(f"GET /ecostruxure/x://[ HTTP/1.1\nHost: localhost\n{ADA}")

    assert (reply.status, reply.json()["title"]) == (404, "Not Found")


def test_connect_is_refused_as_a_method(ask, server):
    reply = ask("CONNECT api.example.com:443 HTTP/1.1\nHost: api.example.com:443")

    assert (reply.status, "CONNECT" in reply.headers["allow"]) == (405, False)
    assert reply.json()["detail"] == (
        "CONNECT is not supported. Send requests to this server directly."
    )


def test_options_of_the_whole_server_lists_its_methods(ask, server):
    reply = ask("OPTIONS * HTTP/1.1\nHost: localhost")

    assert (reply.status, reply.body) == (204, "")
    assert reply.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


@pytest.mark.parametrize(
    "target",
    [
        "http://[/x",
        "http:///x",
        "http://a b/x",
        "http://me@localhost/x",
        "ftp://localhost/x",
        "*",
        "x",
    ],
)
def test_invalid_target_is_refused(ask, server, target):
    reply = ask(f"GET {target.replace(' ', '%20@')} HTTP/1.1\nHost: localhost")

    assert (reply.status, reply.json()["title"]) == (400, "Bad Request")


@pytest.mark.parametrize("host", ["[", "a/b", "http://["])
def test_invalid_host_of_any_path_is_refused(ask, server, host):
    for path in (SITES, "/", "/__admin/world", "/nowhere"):
        reply = ask(f"GET {path} HTTP/1.1\nHost: {host}\n{ADA}")

        assert (reply.status, reply.json()["detail"]) == (
            400,
            f"Host: {host!r} is not a host. Use a name and a port.",
        )


def test_request_without_a_host_is_answered_with_the_socket(ask, server):
    reply = ask(f"GET {METADATA} HTTP/1.0")

    assert (reply.status, reply.json()["issuer"]) == (200, server.url)
