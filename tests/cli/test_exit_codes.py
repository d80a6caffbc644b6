"""What commands end in when the server does not do what they ask."""

import json
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mockapi import Settings, create_app, serve_in_thread


class SomethingElse(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404 if "elsewhere" in self.path else 200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_):
        pass


@pytest.fixture
def something_else():
    with HTTPServer(("127.0.0.1", 0), SomethingElse) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def nowhere() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    "words", [["token"], ["pat"], ["faults", "list"], ["clock", "show"], ["worlds", "list"]]
)
def test_nobody_who_answers_is_1_with_a_remedy(run, nowhere, words):
    result = run(*words, "--url", nowhere)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        (
            f"Nobody answers at {nowhere}: Connection refused. "
            "Start one with `mockapi serve`, or name it with --url.\n"
        ),
    )


def test_the_server_is_looked_for_where_serve_would_listen(run, nowhere, monkeypatch):
    monkeypatch.setenv("MOCKAPI_PORT", nowhere.rpartition(":")[2])
    result = run("clock", "show")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Nobody answers at {nowhere}: ")


@pytest.mark.parametrize("url", ["localhost", "http://", "ftp://127.0.0.1", "http://127.0.0.1:x"])
@pytest.mark.parametrize("command", [["token"], ["doctor"]])
def test_what_is_no_address_is_2(run, command, url):
    result = run(*command, "--url", url)
    assert (result.exit_code, result.stderr) == (
        2,
        f"--url: {url} is no address; write http://127.0.0.1:8080\n",
    )


@pytest.mark.parametrize("command", ["token", "healthcheck"])
def test_a_port_that_is_none_is_2(run, monkeypatch, command):
    monkeypatch.setenv("MOCKAPI_PORT", "many")
    result = run(command)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "many" in result.stderr


def test_another_program_is_1(run, something_else):
    result = run("clock", "show", "--url", something_else)
    assert (result.exit_code, result.stderr) == (
        1,
        f"What answers at {something_else} is no mockapi; name another with --url.\n",
    )


def test_an_unknown_world_is_1(server, run):
    result = run("clock", "show", "--world", "nobodys")
    assert (result.exit_code, result.stderr) == (
        1,
        "World 'nobodys' does not exist or has expired. Create it with `mockapi worlds create`.\n",
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["clock", "advance", "tomorrow"], "advance: "),
        (["clock", "rate", "-1"], "rate: "),
        (["faults", "add", "nope"], "kind: must be one of status, latency, "),
        (["token", "--scope", "read"], "scope: 'read' is not a scope; use read:site, "),
        (["worlds", "create", "a b"], "name: must be 1 to 100 letters, "),
        (["faults", "add", "latency", "seconds"], "'seconds' is no setting; write KEY=VALUE."),
        (["faults", "add", "slow-backend", "seconds=1", "--preset"], "A preset has no settings"),
        (["faults", "add", "status", "status=abc"], "status: must be a whole number, not 'abc'"),
        (["faults", "add", "latency", "seconds=x"], "seconds: must be a number, not 'x'"),
        (["faults", "add", "stale_data", "by=soon"], "by: must be an ISO 8601 duration such as "),
        (["faults", "add", "status", "match=x"], "match: must be a mapping of keys to values"),
        (["faults", "add", "status", "kind=latency"], "'kind' is not a setting. KIND is the first"),
        (["faults", "add", "latency", "times=1", "times=2"], "A setting is given twice."),
        (["worlds", "create", "--scenario", "nowhere.yaml"], "--scenario: nowhere.yaml cannot"),
    ],
)
def test_wrong_input_is_2_and_told_in_one_line(server, run, words, line):
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("serv", "No such command 'serv'. Did you mean 'serve'? `mockapi --help` tells"),
        ("zzz", "No such command 'zzz'. `mockapi --help` tells"),
        ("--nope", "No such option"),
        ("get", "Missing argument 'PATH'. `mockapi get --help` tells"),
        ("serve more", "Got unexpected extra argument (more). `mockapi serve --help` tells"),
        ("worlds crate", "No such command 'crate'."),
        ("clock rate much", "Invalid value for 'SECONDS': 'much' is not a valid float. `mockapi "),
    ],
)
def test_a_wrong_call_is_2_and_told_in_one_line(run, words, line):
    result = run(*words.split())
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)
    assert result.stderr.endswith(" tells what there is.\n")


def test_a_mistake_in_a_file_that_is_sent_names_the_file(server, run, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("sites:\n  - {building: castle, city: Lyon}\n", "utf-8")
    result = run("worlds", "create", "--scenario", str(file))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:2:16: sites.0.building: ")


@pytest.mark.parametrize("words", [["schema"], ["get", "/healthz"], ["export", "--to", "2026"]])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_what_cannot_be_written_is_1_and_told_in_one_line(words):
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "mockapi", *words],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "No space left on device" in told.stderr


def test_the_health_of_any_server_can_be_asked(server, run, monkeypatch):
    monkeypatch.delenv("MOCKAPI_URL")
    assert json.loads(run("healthcheck", "--url", server.url).stdout)["status"] == "ready"
    monkeypatch.setenv("MOCKAPI_URL", f"{server.url}/")
    assert json.loads(run("healthcheck").stdout)["status"] == "ready"


def test_where_the_server_is_may_be_said_once(run, nowhere):
    result = run("healthcheck", "--url", nowhere, "--port", "8080")
    assert (result.exit_code, result.stderr) == (
        2,
        "--url: names host and port already; leave --host and --port out\n",
    )


def test_a_server_that_is_not_ready_is_1(run, something_else):
    result = run("healthcheck", "--url", f"{something_else}/elsewhere")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_control_api_that_demands_a_token_says_where_to_put_it(run, monkeypatch):
    settings = Settings(scenario="empty", admin_token="sesame")
    with serve_in_thread(create_app(settings)) as url:
        monkeypatch.setenv("MOCKAPI_URL", url)
        refused = run("worlds", "list")
        assert (refused.exit_code, refused.stderr) == (
            1,
            "The control API demands a token; give MOCKAPI_ADMIN_TOKEN or --admin-token.\n",
        )
        assert json.loads(run("worlds", "list", "--json", "--admin-token", "sesame").stdout) == []
        monkeypatch.setenv("MOCKAPI_ADMIN_TOKEN", "sesame")
        assert json.loads(run("worlds", "list", "--json").stdout) == []
