"""HTTPS with a given certificate, or with one of the server's own authority."""

import ssl
import subprocess
import sys
from contextlib import closing
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest
import trustme

import mockapi
from mockapi import MockApi, Settings
from mockapi.environment import MissingPackageError
from mockapi.settings import HttpParser
from mockapi.tls import TlsError, server_tls


def connect(server: MockApi, host: str | None = None) -> HTTPSConnection:
    parts = urlsplit(server.url)
    context = ssl.create_default_context(cafile=server.ca_file)
    return HTTPSConnection(host or parts.hostname, parts.port, timeout=10, context=context)


@pytest.fixture(scope="module")
def server():
    with mockapi.run(tls=True) as server:
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_clients_that_trust_the_authority_reach_both_apis(server, host):
    with closing(connect(server, host)) as connection:
        bearer = {"Authorization": f"Bearer {server.token()}"}
        connection.request("GET", "/ecostruxure/scoring/v1/sites", headers=bearer)
        response = connection.getresponse()
        assert (response.status, len(response.read()) > 1000) == (200, True)


def test_addresses_and_cookies_follow_the_scheme(server):
    with closing(connect(server)) as connection:
        connection.request("GET", "/.well-known/oauth-authorization-server")
        metadata = connection.getresponse().read().decode()
        assert f'"token_endpoint":"{server.url}/' in metadata.replace(" ", "")
        connection.request("GET", "/signin")
        response = connection.getresponse()
        response.read()
        assert "; Secure" in response.headers["set-cookie"].replace("secure", "Secure")


def test_other_clients_do_not_trust_the_server(server):
    with pytest.raises(mockapi.client.MockApiError, match="certificate"):
        MockApi(server.url).world()


def test_file_of_the_authority_is_removed_with_the_server():
    with mockapi.run(tls=True, scenario="empty") as server:
        path = server.ca_file
        assert path.exists()
    assert not path.exists()


@pytest.mark.parametrize("parser", HttpParser)
def test_faults_below_http_work_over_tls(parser):
    with mockapi.run(tls=True, http_parser=parser) as server:
        bearer = {"Authorization": f"Bearer {server.token()}"}
        with closing(connect(server)) as connection, server.fault("connection_reset", times=1):
            connection.request("GET", "/ecostruxure/scoring/v1/sites", headers=bearer)
            with pytest.raises((ConnectionError, ssl.SSLError)):
                connection.getresponse()
        server.verify(operation="listSites", times=1)


@pytest.fixture
def pem(tmp_path):
    """Paths of an authority, a certificate and its key."""
    authority = trustme.CA()
    made = authority.issue_cert("localhost", "127.0.0.1")
    paths = [tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")]
    authority.cert_pem.write_to_path(str(paths[0]))
    made.cert_chain_pems[0].write_to_path(str(paths[1]))
    made.private_key_pem.write_to_path(str(paths[2]))
    return paths


def test_given_certificate_is_served(pem):
    ca, cert, key = pem
    with mockapi.run(tls_cert=cert, tls_key=key, tls_ca_file=ca, scenario="empty") as server:
        assert server.url.startswith("https://")
        assert server.world()["scenario"] == "empty"


def test_settings_that_exclude_each_other_are_refused(pem):
    _, cert, key = pem
    for settings, message in (
        ({"tls_cert": cert}, "MOCKAPI_TLS_CERT also requires MOCKAPI_TLS_KEY. Give both."),
        ({"tls_key": key}, "MOCKAPI_TLS_KEY also requires MOCKAPI_TLS_CERT. Give both."),
        (
            {"tls": True, "tls_cert": cert, "tls_key": key},
            "MOCKAPI_TLS makes a certificate, but MOCKAPI_TLS_CERT gives one. Remove either.",
        ),
    ):
        with pytest.raises(TlsError) as caught:
            server_tls(Settings(**settings))
        assert str(caught.value) == message


def test_files_that_cannot_be_used_are_named(pem, tmp_path):
    ca, cert, key = pem
    missing = tmp_path / "missing.pem"
    for settings, message in (
        ({"tls_cert": missing, "tls_key": key}, f"MOCKAPI_TLS_CERT: {missing} cannot be read"),
        ({"tls_cert": cert, "tls_key": missing}, f"MOCKAPI_TLS_KEY: {missing} cannot be read"),
        ({"tls_cert": cert, "tls_key": ca}, "are not a certificate and its key in PEM"),
        ({"tls": True, "tls_ca_file": key}, f"{key} exists and was not written by mockapi"),
        ({"tls": True, "tls_ca_file": tmp_path / "no/ca.pem"}, "no/ca.pem cannot be written"),
    ):
        with pytest.raises(TlsError) as caught:
            server_tls(Settings(**settings))
        assert message in str(caught.value)


def test_own_file_is_replaced_by_the_next_start(tmp_path):
    path = tmp_path / "ca.pem"
    texts = set()
    for _ in range(2):
        assert server_tls(Settings(tls=True, tls_ca_file=path)).ca_file == path
        texts.add(path.read_text("ascii"))
    assert len(texts) == 2


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'mockapi-ecostruxure\[tls\]'"):
        server_tls(Settings(tls=True))


def test_command_serves_https_and_others_find_it(tmp_path):
    command = [sys.executable, "-m", "mockapi"]
    with subprocess.Popen(
        [*command, "serve", "--tls", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = []
            while not lines or "trustStore=" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            url = next(line.split()[1] for line in lines if "address" in line)
            path = tmp_path / "mockapi-ca.pem"
            assert f"curl --cacert {path} " in "".join(lines)
            assert f"NODE_EXTRA_CA_CERTS={path}" in "".join(lines)
            environment = {"MOCKAPI_TLS": "true", "MOCKAPI_PORT": str(urlsplit(url).port)}
            for words in (["healthcheck"], ["clock", "show"]):
                done = subprocess.run(
                    [*command, *words],
                    cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
                )  # fmt: skip
                assert (done.returncode, done.stderr) == (0, "")
        finally:
            process.terminate()
