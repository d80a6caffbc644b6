"""Commands of a server with HTTPS: which authorities they trust, and what they report."""

import json
from pathlib import Path
from shutil import copy
from urllib.parse import urlsplit

import httpx2
import pytest

import mockapi
from mockapi import MockApi
from mockapi.client.transport import tls_context

AUTHORITY = "Set MOCKAPI_TLS_CA_FILE to the file with the server's authority."
TOKEN = "mockAccessToken000000000Ada1"


@pytest.fixture(scope="module")
def tls_server():
    with mockapi.run(tls=True) as server:
        yield server


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def recording(folder, tls_server) -> Path:
    """A session with a redacted token, so that a replay needs the control API."""
    url = f"{tls_server.partner_url}/sites"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    httpx2.get(url, headers=headers, verify=tls_context(tls_server.ca_file)).raise_for_status()
    file = folder / "session.har"
    file.write_text(json.dumps(tls_server.har()), "utf-8")
    return file


def commands(url: str, recording: Path) -> list[list[str]]:
    return [
        ["clock", "show", "--url", url],
        ["doctor", "--url", url],
        ["replay", str(recording), "--to", url],
        ["replay", str(recording), "--to", url, "--token", TOKEN],
    ]


@pytest.fixture(params=["file in the folder", "variable"])
def _trusted(request, tls_server, folder, monkeypatch):
    if request.param == "variable":
        monkeypatch.setenv("MOCKAPI_TLS_CA_FILE", str(tls_server.ca_file))
    else:
        copy(tls_server.ca_file, folder / "mockapi-ca.pem")


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("number", range(4))
def test_all_commands_trust_the_authority(run, tls_server, recording, number):
    result = run(*commands(tls_server.url, recording)[number])
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(("number", "code"), [(0, 2), (1, 1), (2, 2), (3, 2)])
def test_untrusted_certificate_names_the_variable(run, tls_server, recording, number, code):
    result = run(*commands(tls_server.url, recording)[number])
    assert result.exit_code == code
    line = result.output.splitlines()[-1]
    assert f"No response from {tls_server.url}" in line
    assert ": its certificate is not trusted: " in line
    assert line.endswith(AUTHORITY)


def test_untrusted_default_server_is_a_problem(run, tls_server, folder, monkeypatch):
    monkeypatch.setenv("MOCKAPI_TLS", "true")
    monkeypatch.setenv("MOCKAPI_PORT", str(urlsplit(tls_server.url).port))
    result = run("doctor", "--json")
    seen = {each["check"]: each for each in json.loads(result.stdout)}
    assert (result.exit_code, seen["server"]["state"], seen["server"]["remedy"]) == (
        1,
        "fail",
        AUTHORITY,
    )


@pytest.fixture
def trusting(folder, monkeypatch):
    """Return a function that trusts the authority in a file of the folder."""
    (folder / "empty.pem").touch()
    return lambda file: monkeypatch.setenv("MOCKAPI_TLS_CA_FILE", file)


@pytest.mark.parametrize(
    ("file", "reason"),
    [("missing.pem", "No such file or directory"), ("empty.pem", "is not a certificate in PEM")],
)
def test_unusable_authority_is_named(run, tls_server, trusting, file, reason):
    trusting(file)
    result = run("clock", "show", "--url", tls_server.url)
    assert (result.exit_code, result.stderr) == (2, f"{file}: {reason}. {AUTHORITY}\n")


def test_wrong_scheme_is_named(run, server, tls_server):
    https = server.url.replace("http:", "https:")
    result = run("clock", "show", "--url", https)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith("Use http:// if it does not serve HTTPS.\n")
    result = run("clock", "show", "--url", tls_server.url.replace("https:", "http:"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith("use https:// if it serves HTTPS.\n")


def test_client_uses_the_authority_of_the_environment(tls_server, folder, monkeypatch):
    monkeypatch.setenv("MOCKAPI_TLS_CA_FILE", str(tls_server.ca_file))
    assert MockApi(tls_server.url).world()["scenario"] == "demo"


def test_given_server_without_a_response_is_a_problem(run):
    result = run("doctor", "--url", "http://127.0.0.1:1")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == (
        "fail  server: No response from http://127.0.0.1:1: Connection refused. "
        "Start a server with `mockapi serve`, or give its URL with --url."
    )
