"""The request log of a server."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from mockapi import Settings, create_app, serve_in_thread
from mockapi.logging_config import JsonFormatter, TextFormatter

SITES = "/ecostruxure/scoring/v1/sites"
TOKEN = "mockAccessToken000000000Ada1"


def ask(url: str) -> None:
    try:
        urlopen(Request(url, headers={"Authorization": f"Bearer {TOKEN}"})).close()
    except HTTPError as error:
        error.close()


def request_as_java(url: str) -> None:
    """Offer HTTP/2, as `java.net.http.HttpClient` does with each request by default."""
    parts = urlsplit(url)
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEA"}
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", parts.path, headers={**offer, "Authorization": f"Bearer {TOKEN}"})
    assert connection.getresponse().status == 200
    connection.close()


def logged(
    *words: str, ask_for: list[str], ask: Callable[[str], None] = ask
) -> tuple[str, list[str]]:
    """Return the first line of a server's stdout, and the lines of its log."""
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKAPI_")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kept
    ) as server:
        first = server.stdout.readline()
        text = first
        while not (address := re.search(r"http://127\.0\.0\.1:\d+", text)):
            text = server.stdout.readline()
        for path in ask_for:
            ask(address[0] + path)
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=20)
    return first, errors.splitlines()


def test_request_is_logged_as_json_line():
    first, lines = logged(
        "--log-format", "json", "--log-level", "INFO", ask_for=[SITES, "/healthz", "/w/none/x"]
    )
    greeting = json.loads(first)
    assert (greeting["message"], greeting["scenario"]) == ("mockapi serves", "demo")
    assert (greeting["level"], greeting["logger"], greeting["time"][-1]) == ("info", "mockapi", "Z")
    sites, unknown = map(json.loads, lines)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", sites.pop("time"))
    assert sites.pop("duration_ms") > 0
    assert sites.pop("message").startswith(f"GET {SITES} 200 ")
    assert sites == {
        "level": "info",
        "logger": "mockapi.requests",
        "method": "GET",
        "path": SITES,
        "status": 200,
        "world": "default",
    }
    assert (unknown["path"], unknown["status"], unknown["world"]) == ("/w/none/x", 404, None)


def test_request_is_logged_as_text_line():
    _, lines = logged("--log-level", "info", ask_for=[f"{SITES}?page=2"])
    (line,) = lines
    assert re.fullmatch(
        rf"\S+Z INFO GET {re.escape(SITES)}\?page=2 200 [\d.]+ ms, world default", line
    )


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (["--scenario", "nowhere"], "nowhere: this scenario does not exist. ", 2),
        (["--seed", "x"], "--seed: must be a whole number, not 'x'", 2),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1:0: ", 2),
    ],
)
def test_start_errors_are_json_if_the_log_is(words, message, code):
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", *words]
    odd = {"MOCKAPI_LOG_FORMAT": "json", "MOCKAPI_SCENARI": "demo"}
    ran = subprocess.run(
        command, env={**os.environ, **odd}, capture_output=True, text=True, check=False
    )
    warning, failure = map(json.loads, ran.stderr.splitlines())
    assert (ran.returncode, ran.stdout) == (code, "")
    assert (warning["level"], failure["level"]) == ("warning", "error")
    assert warning["message"] == "MOCKAPI_SCENARI is not a setting. Did you mean MOCKAPI_SCENARIO?"
    assert failure["message"].startswith(message)


def test_requests_are_not_logged_by_default():
    assert logged(ask_for=[SITES, "/nowhere"])[1] == []
    assert logged(ask_for=[SITES], ask=request_as_java)[1] == []


@pytest.fixture
def logged_request(caplog):
    """Function that requests a path and returns its log records at level debug."""

    def logged_request(path: str) -> list[tuple[str, dict]]:
        caplog.set_level(logging.DEBUG, "mockapi.requests")
        app = create_app(Settings(scenario="empty", log_level="debug"))
        with serve_in_thread(app) as url:
            ask(url + path)
        return [
            (each.levelname, each.request)
            for each in caplog.records
            if each.name == "mockapi.requests"
        ]

    return logged_request


def test_secrets_in_the_query_are_redacted(logged_request):
    ((_, request),) = logged_request(f"{SITES}?access_token={TOKEN}&page=2")
    assert request["path"] == f"{SITES}?access_token=mock…Ada1&page=2"


def test_tokens_in_path_and_parameters_are_redacted(logged_request):
    ((_, request),) = logged_request(f"{SITES}/{TOKEN}/meters?note={TOKEN}&{TOKEN}=1")
    assert request["path"] == f"{SITES}/mock…Ada1/meters?note=mock…Ada1&mock…Ada1=…"


def test_log_line_cannot_be_forged(logged_request):
    ((_, request),) = logged_request("/a%0d%0aforged?b=%0a%e2%80%a8c")
    assert request["path"] == "/a%0D%0Aforged?b=%0A%E2%80%A8c"


def test_health_is_logged_at_level_debug_only(logged_request):
    ((level, request),) = logged_request("/healthz")
    assert (level, request["status"]) == ("DEBUG", 200)


@pytest.mark.parametrize("form", [TextFormatter, JsonFormatter])
def test_log_record_is_one_line(form):
    record = logging.makeLogRecord({"msg": "one\r\ntwo\x1b[31m\u2028three", "levelname": "INFO"})
    line = form().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_text_log_escapes_control_characters():
    record = logging.makeLogRecord({"msg": "one\r\ntwo\x1b[31m", "levelname": "INFO"})
    assert TextFormatter().format(record).endswith(r" INFO one\r\ntwo\x1b[31m")
