"""Exit codes and messages of failed commands."""

import json
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mockapi import Settings, create_app, serve_in_thread

UNREACHABLE = "No response from "


class AnotherProgram(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404 if "elsewhere" in self.path else 200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_):
        pass


@pytest.fixture
def other_program():
    with HTTPServer(("127.0.0.1", 0), AnotherProgram) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def unused_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    "words", [["token"], ["pat"], ["faults", "list"], ["clock", "show"], ["worlds", "list"]]
)
def test_unreachable_server_is_2_with_a_remedy(run, unused_url, words):
    result = run(*words, "--url", unused_url)
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        (
            f"{UNREACHABLE}{unused_url}: Connection refused. "
            "Start a server with `mockapi serve`, or give its URL with --url.\n"
        ),
    )


def test_default_server_is_that_of_serve(run, unused_url, monkeypatch):
    monkeypatch.setenv("MOCKAPI_PORT", unused_url.rpartition(":")[2])
    result = run("clock", "show")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{UNREACHABLE}{unused_url}: ")


@pytest.mark.parametrize("url", ["localhost", "http://", "ftp://127.0.0.1", "http://127.0.0.1:x"])
@pytest.mark.parametrize("command", [["token"], ["doctor"]])
def test_invalid_url_is_2(run, command, url):
    result = run(*command, "--url", url)
    assert (result.exit_code, result.stderr) == (
        2,
        f"--url: {url!r} is not a valid URL. Example: http://127.0.0.1:8080\n",
    )


@pytest.mark.parametrize("command", ["token", "healthcheck"])
def test_invalid_port_is_2(run, monkeypatch, command):
    monkeypatch.setenv("MOCKAPI_PORT", "many")
    result = run(command)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "many" in result.stderr


def test_another_program_is_2(run, other_program):
    result = run("clock", "show", "--url", other_program)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{other_program} is not the URL of a mockapi. Give another one with --url.\n",
    )


def test_unknown_world_is_2(server, run):
    result = run("clock", "show", "--world", "unknown")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "'unknown'" in result.stderr
    assert "`mockapi worlds create`" in result.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["clock", "advance", "tomorrow"], "advance: "),
        (["clock", "rate", "-1"], "rate: "),
        (["faults", "add", "nope"], "kind: must be one of status, latency, "),
        (["token", "--scope", "read"], "scope: 'read' is not a scope; use read:site, "),
        (["worlds", "create", "a b"], "name: must be 1 to 100 letters, "),
        (["faults", "add", "latency", "seconds"], "'seconds' is not a setting. Use KEY=VALUE."),
        (["faults", "add", "slow-backend", "seconds=1", "--preset"], "A preset has no settings"),
        (["faults", "add", "status", "status=abc"], "status: must be a whole number, not 'abc'"),
        (["faults", "add", "latency", "seconds=x"], "seconds: must be a number, not 'x'"),
        (["faults", "add", "stale_data", "by=soon"], "by: must be an ISO 8601 duration such as "),
        (["faults", "add", "status", "match=x"], "match: must be a mapping of keys to values"),
        (["faults", "add", "status", "kind=latency"], "'kind' is not a setting. KIND is the first"),
        (["faults", "add", "latency", "times=1", "times=2"], "times is given twice. Remove one."),
        (["worlds", "create", "--scenario", "nowhere.yaml"], "--scenario: nowhere.yaml cannot"),
    ],
)
def test_wrong_input_is_2_in_one_line(server, run, words, line):
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("serv", "'serv' is not a command. Did you mean serve? See `mockapi --help`."),
        ("zzz", "'zzz' is not a command. See `mockapi --help`."),
        ("--nope", "'--nope' is not an option of `mockapi`. See `mockapi --help`."),
        ("get /x --tokn a", "'--tokn' is not an option of `mockapi get`. Did you mean --token?"),
        ("get", "`mockapi get` needs PATH. See `mockapi get --help`."),
        ("replay x.har", "`mockapi replay` needs --to. See `mockapi replay --help`."),
        ("get /x --token", "--token needs a value. See `mockapi get --help`."),
        ("--env-file", "--env-file needs a value. See `mockapi --help`."),
        ("--version=3", "--version takes no value. Use --version alone. See `mockapi --help`."),
        ("get --help=3", "--help takes no value. Use --help alone. See `mockapi get --help`."),
        ("serve --tls=maybe", "--tls takes no value. Use --tls or --no-tls. See `mockapi serve "),
        ("serve --no-tls=1", "--no-tls takes no value. Use --tls or --no-tls. See `mockapi serve "),
        ("serve --watch=1", "--watch takes no value. Use --watch alone. See `mockapi serve "),
        ("sites list --json=1", "--json takes no value. Use --json alone. See `mockapi sites "),
        ("sites list --url", "--url needs a value. See `mockapi sites list --help`."),
        ("serve more", "'more' is not expected after `mockapi serve`. Remove it. See `mockapi "),
        (
            "worlds crate",
            "'crate' is not a command of `mockapi worlds`. See `mockapi worlds --help`.",
        ),
        ("clock rate abc", "SECONDS: 'abc' is not a number. See `mockapi clock rate --help`."),
        ("clock rate nan", "SECONDS: 'nan' is not a number. See `mockapi clock rate --help`."),
        ("healthcheck --wait -1", "--wait: '-1' is not a number of at least 0. See `mockapi "),
        ("healthcheck --hold x", "--hold: 'x' is not a number of at least 0. See `mockapi "),
        ("healthcheck --port x", "--port: 'x' is not a whole number. See `mockapi healthcheck "),
        (
            "token --expires-in 1.5",
            "--expires-in: '1.5' is not a whole number. See `mockapi token ",
        ),
        (
            "worlds create --seed x",
            "--seed: 'x' is not a whole number. See `mockapi worlds create ",
        ),
        ("export --interval 1h", "--interval: '1h' is not known. Use PT15M, PT1H, P1D, P1M. See "),
    ],
)
def test_wrong_usage_is_2_in_one_line(run, words, line):
    result = run(*words.split())
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)
    assert result.stderr.endswith(" --help`.\n")


def test_error_in_a_sent_file_has_the_name_of_the_file(server, run, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("sites:\n  - {building: castle, city: Lyon}\n", "utf-8")
    result = run("worlds", "create", "--scenario", str(file))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:2:16: sites.0.building: ")


WRITERS = [["schema"], ["get", "/healthz"], ["export", "--to", "2026"]]
"""Commands that write to stdout."""


@pytest.mark.parametrize("words", WRITERS)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_failed_write_is_2_in_one_line(words):
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "mockapi", *words],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (process.returncode, process.stderr.count("\n")) == (2, 1)
    assert "No space left on device" in process.stderr


@pytest.mark.parametrize("words", WRITERS)
def test_too_large_output_is_2_in_one_line(words, tmp_path):
    limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", sys.executable, "-m", "mockapi", *words]
    with (tmp_path / "output").open("w") as file:
        process = subprocess.run(
            limited, check=False, stdout=file, stderr=subprocess.PIPE, text=True
        )
    assert (process.returncode, process.stderr) == (
        2,
        "Cannot write the output: File too large.\n",
    )


def test_healthcheck_of_any_url(server, run, monkeypatch):
    monkeypatch.delenv("MOCKAPI_URL")
    assert json.loads(run("healthcheck", "--url", server.url).stdout)["status"] == "ready"
    monkeypatch.setenv("MOCKAPI_URL", f"{server.url}/")
    assert json.loads(run("healthcheck").stdout)["status"] == "ready"


def test_url_and_port_exclude_each_other(run, unused_url):
    result = run("healthcheck", "--url", unused_url, "--port", "8080")
    assert (result.exit_code, result.stderr) == (
        2,
        "--url has host and port already. Remove --host and --port.\n",
    )


def test_server_that_is_not_ready_is_1(run, other_program):
    result = run("healthcheck", "--url", f"{other_program}/elsewhere")
    assert (result.exit_code, result.stdout) == (1, "")


def test_missing_admin_token_is_2_with_a_remedy(run, monkeypatch):
    settings = Settings(scenario="empty", admin_token="sesame")
    with serve_in_thread(create_app(settings)) as url:
        monkeypatch.setenv("MOCKAPI_URL", url)
        refused = run("worlds", "list")
        assert (refused.exit_code, refused.stderr) == (
            2,
            "The control API requires a token. Set MOCKAPI_ADMIN_TOKEN or --admin-token.\n",
        )
        assert json.loads(run("worlds", "list", "--json", "--admin-token", "sesame").stdout) == []
        monkeypatch.setenv("MOCKAPI_ADMIN_TOKEN", "sesame")
        assert json.loads(run("worlds", "list", "--json").stdout) == []
