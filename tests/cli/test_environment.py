"""Variables of the environment that are not settings, space around values, and proxies."""

import re
import socket
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from mockapi import Settings
from mockapi.environment import is_service_link, unknown_variable_warnings

LINKS = {
    "MOCKAPI_SERVICE_HOST": "10.0.0.1",
    "MOCKAPI_SERVICE_PORT": "8080",
    "MOCKAPI_SERVICE_PORT_HTTP": "8080",
    "MOCKAPI_PORT": "tcp://10.0.0.1:8080",
    "MOCKAPI_PORT_8080_TCP": "tcp://10.0.0.1:8080",
    "MOCKAPI_PORT_8080_TCP_PROTO": "tcp",
    "MOCKAPI_PORT_8080_TCP_PORT": "8080",
    "MOCKAPI_PORT_8080_TCP_ADDR": "10.0.0.1",
    "MOCKAPI_DATA_SERVICE_HOST": "10.0.0.2",
    "MOCKAPI_DATA_PORT": "tcp://10.0.0.2:5432",
}


@pytest.fixture
def linked(monkeypatch):
    for name, value in LINKS.items():
        monkeypatch.setenv(name, value)


def notes(**variables):
    return [" ".join(each) for each in unknown_variable_warnings(variables, Settings.model_fields)]


def test_service_links_of_kubernetes_change_no_setting(linked):
    assert Settings() == Settings.model_construct()


def test_service_links_of_kubernetes_give_one_note():
    assert notes(**LINKS) == [
        (
            "Ignored: MOCKAPI_DATA_PORT, MOCKAPI_DATA_SERVICE_HOST, MOCKAPI_PORT and 7 more. "
            "Kubernetes sets these for a service called mockapi."
        )
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MOCKAPI_PORT", "8080"), ("MOCKAPI_PORT", "many"), ("MOCKAPI_URL", "http://tcp://x")],
)
def test_settings_are_not_service_links(name, value):
    assert not is_service_link(name, value)


def test_unknown_and_misspelled_variables_give_notes():
    found = notes(MOCKAPI="x", MOCKAPIS_A="x", MOCKAPI_ZZ="1", MOCKAPI_QQ="1", MOCKAPI_PROT="1")

    assert found == [
        "MOCKAPI_PROT is not a setting. Did you mean MOCKAPI_PORT?",
        "Not settings: MOCKAPI_QQ, MOCKAPI_ZZ. `mockapi serve --help` lists all settings.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("PORT", " 8090\n", 8090),
        ("ADMIN_TOKEN", "secret\n", "secret"),
        ("SCENARIO", "\tdemo ", "demo"),
        ("AUTO_CONSENT", " true\r\n", True),
        ("LOG_FORMAT", "JSON\n", "json"),
        ("WORLD_IDLE", " PT5M\n", Settings(world_idle="PT5M").world_idle),
        ("SEED", " \n", None),
    ],
)
def test_space_around_a_value_is_ignored(monkeypatch, name, value, setting):
    monkeypatch.setenv(f"MOCKAPI_{name}", value)

    assert getattr(Settings(), name.lower()) == setting


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("60", 60), ("0.5", 0.5), ("PT1M", 60), ("P1DT2H", 93_600), (60, 60), (timedelta(1), 86_400)],
)
def test_duration_is_iso_8601_or_seconds(value, seconds):
    assert Settings(world_idle=value).world_idle == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["0", "-60", "PT0S", "60s", "soon", "1e3", "nan", "9" * 20])
def test_invalid_duration_names_both_forms(run, monkeypatch, value):
    expected = "must be a duration above zero such as PT1H, or a number of seconds, not "
    result = run("serve", "--world-idle", value)
    assert (result.exit_code, result.stderr) == (2, f"--world-idle: {expected}{value!r}\n")
    monkeypatch.setenv("MOCKAPI_WORLD_IDLE", value)
    result = run("serve")
    assert (result.exit_code, result.stderr) == (2, f"MOCKAPI_WORLD_IDLE: {expected}{value!r}\n")


def test_help_has_the_defaults_of_the_reference(output_of):
    """Each default can be given as the variable."""
    reference = Path("docs/reference/settings.md").read_text("utf-8")
    shown = " ".join(output_of("serve", "--help").split())
    row = re.compile(r"^\| `(MOCKAPI_\w+)` \|[^|]*\|[^|]*\| (?:`(.*?)`)? ?\|", re.MULTILINE)
    defaults = row.findall(reference)
    assert len(defaults) == len(Settings.model_fields)
    for name, default in defaults:
        assert f"[env: {name}{default and f', default: {default}'}]" in shown


def test_commands_find_the_server_despite_links_and_space(linked, monkeypatch, server, run):
    host, port = server.url.removeprefix("http://").split(":")
    monkeypatch.setenv("MOCKAPI_URL", f" {server.url}\n")

    assert run("healthcheck").exit_code == 0
    assert run("clock", "show").exit_code == 0
    monkeypatch.delenv("MOCKAPI_URL")
    monkeypatch.setenv("MOCKAPI_HOST", f"{host}\n")
    monkeypatch.setenv("MOCKAPI_PORT", f"{port}\n")
    assert run("healthcheck").exit_code == 0
    assert run("worlds", "list").exit_code == 0


@pytest.fixture
def dead_proxy(monkeypatch):
    """A proxy in the environment that refuses every connection."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        yield url


@pytest.mark.parametrize(
    "words",
    [
        ("healthcheck",),
        ("token",),
        ("pat",),
        ("clock", "show"),
        ("faults", "list"),
        ("worlds", "list"),
    ],
)
def test_commands_reach_loopback_without_the_proxy(dead_proxy, server, run, words):
    result = run(*words)

    assert (result.exit_code, "No response" in result.output) == (0, False)


def test_doctor_reaches_loopback_without_the_proxy(dead_proxy, server, run):
    assert f"serves demo at {server.url}" in run("doctor").output


def test_journal_stream_reaches_loopback_without_the_proxy(dead_proxy, server):
    with server.tail() as entries:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{server.url}/.well-known/oauth-authorization-server", timeout=30
        ).close()

        assert next(entries)["operation"] == "getOAuthMetadata"


def test_other_machines_are_reached_through_the_proxy(dead_proxy, run):
    result = run("worlds", "list", "--url", "http://mock.example:8080")

    assert result.exit_code == 2
    assert "Connection refused" in result.output
