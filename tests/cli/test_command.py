"""The command `mockapi` in a terminal."""

import csv
import json
import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result

from mockapi import MockApi
from mockapi.cli import COMMANDS, cli
from mockapi.scenario.discovery import available_scenarios
from mockapi.version import __version__


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, prog_name="mockapi")


@contextmanager
def serving(*words: str) -> Generator[tuple[subprocess.Popen[str], Sequence[str]]]:
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            lines = []
            for line in server.stdout:
                lines.append(line.rstrip("\n"))
                if "curl" in line:
                    break
            else:
                pytest.fail(server.stderr.read())
            yield server, lines
        finally:
            server.kill()


def test_serve_prints_credentials_and_a_curl_command():
    with serving() as (_, lines):
        url = lines[2].split()[-1]
        assert lines == [
            f"mockapi {__version__} serves demo, edition latest, at 2026-06-01 09:00 UTC",
            "",
            f"  address         {url}",
            f"  console         {url}/",
            f"  API docs        {url}/docs",
            "  client id       mockScoringPartnerClient00000001",
            "  client secret   mockSecret000001",
            "  access token    mockAccessToken000000000Ada1",
            "  personal token  mockPAT00000000000000000Ada1",
            "",
            (
                "  curl -H 'Authorization: Bearer mockAccessToken000000000Ada1' "
                f"{url}/ecostruxure/scoring/v1/sites"
            ),
        ]
        command, option, header, address = shlex.split(lines[-1])
        assert (command, option) == ("curl", "-H")
        # Not by curl, which may not be installed.
        with urlopen(Request(address, headers=dict([header.split(": ")]))) as answer:
            assert len(json.load(answer)) == 8


def test_serve_creates_missing_credentials():
    with serving("--scenario", "empty") as (_, lines):
        token = next(line.split()[-1] for line in lines if "personal token" in line)
        assert len(token) == 28 and token.startswith("mock")


def test_serve_ends_with_0_on_sigterm():
    with serving() as (server, _):
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=10)
        assert (server.returncode, out.strip(), err) == (0, "", "")


def test_serve_closes_unfinished_requests():
    with serving() as (server, lines):
        url = lines[2].split()[-1]
        MockApi(url).fault("latency", seconds=60).add()
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as waiting:
            waiting.sendall(b"GET /ecostruxure/scoring/v1/sites HTTP/1.1\r\nHost: x\r\n\r\n")
            # Answered after the other was read: that one waits by now.
            assert run("healthcheck", "--url", url).exit_code == 0
            server.send_signal(signal.SIGTERM)
            waiting.settimeout(20)
            with suppress(ConnectionResetError):
                assert waiting.recv(1000) == b""
        _, err = server.communicate(timeout=20)
    output = "Cancel 1 running task(s), timeout graceful shutdown exceeded"
    assert (server.returncode, err.count("\n"), output in err) == (0, 1, True)


def test_serve_reports_a_used_port():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.output) == (
        2,
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another with --port.\n",
    )


def test_serve_reports_an_unavailable_host():
    result = run("serve", "--host", "192.0.2.1", "--port", "0")
    assert (result.exit_code, result.output) == (
        2,
        (
            "Cannot listen on 192.0.2.1:0: Cannot assign requested address. "
            "Choose another with --host.\n"
        ),
    )


def test_serve_continues_with_its_data_file(tmp_path: Path):
    scenario, data = tmp_path / "s.yaml", tmp_path / "s.db"
    scenario.write_text(Path("scenarios/demo.yaml").read_text("utf-8"))
    with serving("--scenario", str(scenario), "--data", str(data)) as (server, lines):
        url, path = lines[2].split()[-1], "/ecostruxure/scoring/v1/sites"
        site = json.loads(run("get", path).output)[0]["id"]
        path += f"/{site}/performance-scores"
        score = {"date": "2026-05-01", "score": 7, "type": "daily", "category": "fuel"}
        headers = {
            "Authorization": "Bearer mockAccessToken000000000Ada1",
            "Content-Type": "application/json",
        }
        with urlopen(Request(url + path, json.dumps([score]).encode(), headers)) as answer:
            assert answer.status == 201
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
    copy = tmp_path / "copy.db"
    copy.write_bytes(data.read_bytes())
    for file in (data, copy):
        with serving("--scenario", str(scenario), "--data", str(file)) as (_, lines):
            assert "serves s, edition latest" in lines[0]
            asked = Request(lines[2].split()[-1] + path, headers=headers)
            with urlopen(asked) as answer:
                assert 7 in [each["score"] for each in json.load(answer)]


ANYWHERE = ("--host", "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ((), False),
        (ANYWHERE, True),
        ((*ANYWHERE, "--admin-token", "mockAdmin0001"), False),
        ((*ANYWHERE, "--no-admin"), False),
    ],
)
def test_serve_warns_of_an_open_control_api(words, noted):
    with serving(*words) as (server, _):
        server.terminate()
        notes = server.communicate(timeout=20)[1].splitlines()

    expected = (
        "The control API on 0.0.0.0 is open to all clients, under any host name. "
        "Set MOCKAPI_ADMIN_TOKEN to protect it."
    )
    assert notes == ([expected] if noted else [])


def test_serve_warns_of_unknown_variables(monkeypatch):
    for name in ("PROT", "NOPE", "URL"):
        monkeypatch.setenv(f"MOCKAPI_{name}", "1")
    result = run("serve", "--port", "many")
    assert result.output.splitlines()[:2] == [
        "MOCKAPI_PROT is not a setting. Did you mean MOCKAPI_PORT?",
        "Not settings: MOCKAPI_NOPE. `mockapi serve --help` lists all settings.",
    ]
    assert result.output.splitlines()[2].startswith("--port: ")


def test_empty_option_counts_as_unset():
    assert run("get", "/healthz", "--data", "", "--seed", "").exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--port", "90000"], "--port: must be at most 65535, not '90000'\n"),
        (
            ["--edition", "2021"],
            "--edition: must be 'latest', '2022', '2023-user' or '2023-java', not '2021'\n",
        ),
        (
            ["--clock", "0001-01-01T00:00:00Z"],
            (
                "--clock: must be 'system' or an instant in the years 1900 to 2200, "
                "not '0001-01-01T00:00:00Z'\n"
            ),
        ),
        (
            ["--clock", "9999-12-31T23:59:59Z"],
            (
                "--clock: must be 'system' or an instant in the years 1900 to 2200, "
                "not '9999-12-31T23:59:59Z'\n"
            ),
        ),
        (
            ["--data", "README.md/x.db"],
            "README.md/x.db cannot store a world: the folder README.md is not a folder\n",
        ),
        (
            ["--data", "nowhere/x.db"],
            "nowhere/x.db cannot store a world: the folder nowhere does not exist\n",
        ),
        (
            ["--public-url", "http://proxy.example/below?x=1"],
            (
                "--public-url: must be a URL such as http://mockapi:8080 or "
                "https://example.com/mock, not 'http://proxy.example/below?x=1'\n"
            ),
        ),
        (["--seed", "-1"], "--seed: must be at least 0, not '-1'\n"),
        (
            ["--scenario", "nowhere"],
            (
                f"nowhere: this scenario does not exist. Use {', '.join(available_scenarios())}, "
                "or a file that ends in .yaml.\n"
            ),
        ),
    ],
)
def test_serve_rejects_wrong_input_in_one_line(words, message):
    result = run("serve", *words)
    assert (result.exit_code, result.output) == (2, message)


def test_serve_reports_an_invalid_variable(monkeypatch):
    monkeypatch.setenv("MOCKAPI_PORT", "many")
    result = run("serve")
    assert result.exit_code == 2
    assert result.output.startswith("MOCKAPI_PORT: must be a whole number")


def test_serve_has_an_option_per_setting():
    from mockapi.settings import Settings

    text = run("serve", "--help").output
    for name in Settings.model_fields:
        assert f"--{name.replace('_', '-')}" in text
        assert f"MOCKAPI_{name.upper()}" in "".join(text.split())


def test_get_responds_without_a_server():
    result = run("get", "/ecostruxure/scoring/v1/sites")
    assert result.exit_code == 0
    assert len(json.loads(result.output)) == 8


def test_get_uses_a_personal_token_for_the_user_api():
    result = run("get", "/ecostruxure/user/scoring/v1/sites")
    assert len(json.loads(result.output)) == 8


def test_get_prints_the_same_bytes_every_time():
    site_id = json.loads(run("get", "/ecostruxure/scoring/v1/sites").output)[0]["id"]
    path = f"/ecostruxure/scoring/v1/sites/{site_id}/timeseries?updatedAt[gte]=2026-05-31T00:00:00Z"
    assert run("get", path).output == run("get", path).output != "[]\n"


def test_get_shows_status_and_headers_and_fails_on_401():
    result = run("get", "/ecostruxure/scoring/v1/sites", "--token", "wrong", "--include")
    assert result.exit_code == 1
    assert result.output.startswith("HTTP/1.1 401\nwww-authenticate: Bearer")
    assert result.output.splitlines()[-1] == (
        '{"type":"https://ecostructure-openapi.se.com/problem/unauthorized",'
        '"title":"Unauthorized","status":401,"detail":"Invalid Access Token"}'
    )


@pytest.mark.parametrize("path", ["//", "//__admin/world", "/docs", "/?", "/é"])
def test_get_prints_a_response_to_every_path(path):
    assert run("get", path).output.strip()


def test_get_leaves_only_the_data_file(tmp_path: Path):
    assert run("get", "/healthz", "--data", str(tmp_path / "s.db")).exit_code == 0
    assert {each.name for each in tmp_path.iterdir()} <= {"s.db", "s.db.lock"}


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        pytest.param(
            "/sites?limit=1",
            "Use /ecostruxure/scoring/v1/sites?limit=1 or "
            "/ecostruxure/user/scoring/v1/sites?limit=1.",
            id="short path",
        ),
        pytest.param(
            "/v2/sites/abc/meters",
            "Use /ecostruxure/scoring/v1/sites/abc/meters.",
            id="path of one API",
        ),
        pytest.param(
            "/nothing",
            "The APIs are below /ecostruxure/scoring/v1 and /ecostruxure/user/scoring/v1. "
            "Try /ecostruxure/scoring/v1/sites.",
            id="unknown path",
        ),
    ],
)
def test_get_of_an_unknown_path_suggests_paths(path, advice):
    result = run("get", path)
    found = (result.exit_code, result.stdout, result.stderr)
    assert found == (2, "", f"{path} is not a path. {advice}\n")


def test_get_requires_a_path():
    result = run("get", "sites")
    assert (result.exit_code, result.output) == (2, "PATH: 'sites' is not a path. Use /sites.\n")


def test_check_accepts_shipped_scenarios_and_files(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\n")
    result = run("check", "demo", str(file))
    assert (result.exit_code, result.stdout) == (
        0,
        f"demo: ok (2 customers, 12 sites)\n{file}: ok (0 customers, 0 sites)\n",
    )
    assert result.stderr == (
        f"{file}:1:1: warning: the scenario is empty. Add `sites` or `customers`.\n"
    )


def test_check_prints_json(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("sede: 1\n")
    result = run("check", str(file), "dst", "nowhere", "--json")
    wrong, right, none = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (2, "")
    assert wrong == {
        "scenario": str(file),
        "ok": False,
        "customers": None,
        "sites": None,
        "errors": [
            {
                "file": None,
                "line": 1,
                "column": 7,
                "path": "sede",
                "message": "unknown key",
                "remedy": "Did you mean seed?",
            }
        ],
        "warnings": [],
    }
    assert (right["scenario"], right["ok"], right["errors"]) == ("dst", True, [])
    assert (none["ok"], none["errors"][0]["line"]) == (False, 0)


def test_check_lists_all_errors_of_all_files(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("version: 2\nsede: 1\n")
    result = run("check", str(file), "empty")
    assert (result.exit_code, sorted(result.output.splitlines())) == (
        1,
        [
            f"{file}:1:10: version: must be 1, not 2",
            f"{file}:2:7: sede: unknown key. Did you mean seed?",
            "empty: ok (1 customer, 0 sites)",
        ],
    )


def test_check_names_customers_and_sites_and_prints_remedies(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "extends: demoo\n"
        "seed: 1\n"
        "seed: 2\n"
        "customers:\n"
        "  - email: ada@example.com\n"
        "    sites:\n"
        "      - {name: Depot, building: office, city: Lyon, aera: 900}\n"
        "      - {id: hub, building: office, city: Lyon, area: -1}\n"
        "xyzzy: 1\n"
    )
    result = run("check", str(file))
    lines = result.stderr.splitlines()
    ada = "of customer 'ada@example.com'"
    assert (result.exit_code, result.stdout, len(lines)) == (1, "", 5)
    assert lines == [
        f"{file}:1:10: extends: 'demoo': this scenario does not exist. Did you mean demo?",
        f"{file}:3:1: seed: duplicate key. Remove one `seed`.",
        (
            f"{file}:7:59: customers.0.sites.0.aera (site 'Depot' {ada}): "
            "unknown key. Did you mean area?"
        ),
        f"{file}:8:55: customers.0.sites.1.area (site 'hub' {ada}): must be at least 10, not -1",
        (
            f"{file}:9:8: xyzzy: unknown key. Remove it. "
            "`mockapi schema` lists the keys of every part."
        ),
    ]


def test_check_lists_unknown_sites_next_to_unknown_keys(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "xyzzy: 1\n"
        "sites: [{building: office, city: Lyon, name: Depot}]\n"
        "timeline: [{event: site_withdrawn, site: Depto, after: P1D}]\n"
    )
    _, line = run("check", str(file)).stderr.splitlines()
    assert line == (
        f"{file}:3:42: timeline.0.site: 'Depto' is not the id or name of a site. "
        "Did you mean Depot?"
    )


def test_check_prints_warnings_with_exit_code_0(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("sites: [{building: office, city: Lyon, weekly_operating_hours: 0}]\n")
    result = run("check", str(file))
    assert (result.exit_code, result.stderr, result.stdout) == (
        0,
        (
            f"{file}:1:64: sites.0.weekly_operating_hours: warning: 0 hours per week; "
            "this office is never open\n"
        ),
        f"{file}: ok (1 customer, 1 site)\n",
    )


def test_describe_shows_customers_and_sites(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    site = "building: hotel, city: Lyon, area: 12000, name: My Hotel, meters: basic"
    file.write_text(f"seed: 3\nclock: 2026-06-01T09:00:00Z\nsites: [{{{site}}}]\n")
    result = run("describe", str(file))
    lines = [line for line in result.output.splitlines() if "leak: water" not in line]
    owner = lines[3].partition(" <")[0]
    assert (result.exit_code, lines) == (
        0,
        [
            "mine: a world",
            "seed 3, edition latest, at 2026-06-01 09:00 UTC",
            "",
            f"{owner} <owner@example.com>: 1 sites",
            "",
            "  site      building  city          area  registered  meters  defects",
            "  My Hotel  hotel     Lyon FR  12,000 m2  no               3        0",
            "",
            "  meters, Jun 2025 to May 2026 by month; the year, and by m2",
            "  My Hotel",
            *lines[-3:],
        ],
    )
    assert [line[4:28].rstrip() for line in lines[-3:]] == [
        "Purchased from Grid",
        "Natural Gas",
        "Municipality supplied...",
    ]


def test_describe_prints_the_causes_of_each_site(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    site = "building: office, city: Lyon, area: 12000"
    file.write_text(f"seed: 1\nclock: 2026-06-01T09:00:00Z\nsites: [{{{site}}}]\n")
    lines = run("describe", str(file)).output.splitlines()
    output = json.loads(run("describe", str(file), "--json").output)
    assert lines[-6:] == [
        "    2025-08-01/2025-08-23  shutdown: people 0.60",
        "    2025-08-01/2025-08-14  leak: water 1.11",
        "    2025-09-05/2026-05-12  shorter_hours: hours -1.1",
        "    2025-10-25/2025-11-06  leak: water 1.23",
        "    2025-12-23/2026-01-03  shutdown: people 0.40",
        "    2026-05-03/2026-05-14  leak: water 1.33",
    ]
    assert output["customers"][0]["sites"][0]["causes"][2:4] == [
        {
            "kind": "shorter_hours",
            "begins_at": "2025-09-04T22:00:00Z",
            "ends_at": "2026-05-11T22:00:00Z",
            "factors": {"hours": -1.0958},
        },
        {
            "kind": "leak",
            "begins_at": "2025-10-25T18:45:00Z",
            "ends_at": "2025-11-06T06:15:00Z",
            "factors": {"water": 1.2313},
        },
    ]


def test_describe_draws_the_readings(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    site = "building: office, city: Lyon, area: 12000, meters: basic"
    file.write_text(f"seed: 4\nclock: 2026-06-01T09:00:00Z\nsites: [{{{site}}}]\n")
    words = ("--from", "2025-06", "--to", "2026-06", "--local", "--interval", "PT1H")
    rows = csv.DictReader(run("export", "--scenario", str(file), *words).stdout.splitlines())
    months = dict.fromkeys([*range(6, 13), *range(1, 6)], 0.0)
    for row in rows:
        if row["usage"] == "Natural Gas":
            months[int(row["date"][5:7])] += float(row["value"])
    bars = "▁▂▃▄▅▆▇█"
    drawn = "".join(bars[round(each / max(months.values()) * 7)] for each in months.values())
    total = sum(months.values())
    line = next(x for x in run("describe", str(file)).output.splitlines() if "Natural" in x)
    assert line.split() == [
        "Natural", "Gas", drawn, f"{total:,.0f}", "m3", f"{total / 12_000:.2f}", "m3/m2",
    ]  # fmt: skip


def test_describe_draws_weeks_in_wide_terminals(monkeypatch, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\nsites: [{building: hotel, city: Lyon, meters: utilities}]\n")
    for columns, drawn in ((80, [12]), (120, [12, 21])):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = run("describe", str(file)).output.partition("  meters, ")[2].splitlines()
        assert max(map(len, lines)) <= columns
        for line in (each for each in lines[2:] if "leak: water" not in each):
            assert [len(word) for word in line.split() if set(word) <= set("▁▂▃▄▅▆▇█")] == drawn


def test_describe_has_colours_on_terminals_only(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\nsites: [{building: office, city: Lyon, meters: electricity}]\n")
    command = [sys.executable, "-m", "mockapi", "describe", str(file)]
    seen = {}
    for name, rest in (("terminal", {}), ("no colour", {"NO_COLOR": "1"})):
        leader, follower = pty.openpty()
        subprocess.run(command, stdout=follower, check=True, env={**os.environ, **rest})
        os.close(follower)
        seen[name] = os.read(leader, 100_000).decode()
        os.close(leader)
    piped = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "\x1b[36m" in seen["terminal"]
    assert "\x1b" not in seen["no colour"] + piped


def test_describe_draws_in_ascii_if_necessary(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\nsites: [{building: office, city: Lyon, meters: electricity}]\n")
    output = subprocess.run(
        [sys.executable, "-m", "mockapi", "describe", str(file)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:replace"},
    ).stdout.decode("ascii")
    drawn = next(line for line in output.splitlines() if "Purchased" in line).split()[3]
    assert len(drawn) == 12 and set(drawn) <= set("_.-:=+*#")


def test_describe_shows_the_first_of_many_sites():
    lines = run("describe", "portfolio").output.splitlines()
    assert lines[3] == "Hedy Marlow <hedy@example.com>: 1000 sites"
    assert "  ... and 980 more; --all lists them" in lines
    assert any(line.startswith("  buildings: office 250, retail 200, ") for line in lines)
    assert (
        lines[-1] == "  ... meters of the first 2 sites; --meters shows those of all listed sites"
    )
    every = run("describe", "portfolio", "--all", "--no-meters").output.splitlines()
    assert len(every) == 1006


def test_describe_prints_sites_and_meters_as_json():
    result = run("describe", "one-of-everything", "--json")
    output = json.loads(result.output)
    first, second, *_ = output["customers"][0]["sites"]
    assert (output["scenario"], output["seed"], output["now"]) == (
        "one-of-everything", 20260704, "2026-06-01T09:00:00Z",
    )  # fmt: skip
    assert first["defects"][:2] == ["short_gap", "long_outage"]
    assert second["meters"][1] == {
        "name": "lighting",
        "commodity": "Electricity",
        "usage": "Purchased from Grid",
        "share": 0.25,
    }


def test_describe_lists_the_errors_of_a_scenario(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("sede: 1\n")
    result = run("describe", str(file))
    assert (result.exit_code, result.output) == (
        2,
        f"{file}:1:7: sede: unknown key. Did you mean seed?\n",
    )


def test_schema_prints_the_json_schema_of_scenarios():
    result = run("schema")
    assert result.exit_code == 0
    assert json.loads(result.output)["title"] == "mockapi scenario"


def test_healthcheck_of_a_running_server():
    with serving() as (_, lines):
        port = lines[2].rpartition(":")[2]
        result = run("healthcheck", "--port", port)
        assert result.exit_code == 0
        assert json.loads(result.output)["status"] == "ready"


def test_command_does_not_import_other_commands():
    program = (
        "import sys; from mockapi.cli import cli; cli(['healthcheck', '-h'], 'm', None, False)"
    )
    listed = f"{program}; print(*sys.modules)"
    process = subprocess.run(
        [sys.executable, "-c", listed], capture_output=True, text=True, check=True
    )
    loaded = set(process.stdout.split())
    assert {name for name in loaded if name.startswith("mockapi.cli.")} == {
        "mockapi.cli.completers",
        "mockapi.cli.healthcheck",
        "mockapi.cli.command_errors",
        "mockapi.cli.env_file",
        "mockapi.cli.server_client",
    }
    assert not loaded & {"fastapi", "pydantic", "sqlmodel", "numpy"}


def test_help_lists_commands_without_heavy_imports():
    listed = "import sys; from mockapi.cli import cli; cli(['-h'], 'm', None, False)"
    process = subprocess.run(
        [sys.executable, "-c", f"{listed}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    text, _, loaded = process.stdout.rstrip("\n").rpartition("\n")
    named = [line.split()[0] for line in text.partition("Commands:\n")[2].splitlines()]
    assert named == list(COMMANDS)
    assert not set(loaded.split()) & {"fastapi", "pydantic", "sqlmodel", "numpy"}


def test_healthcheck_of_an_unreachable_server_fails():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = run("healthcheck", "--port", str(port))
    assert result.exit_code == 1
    assert result.output.startswith(f"No response from http://127.0.0.1:{port}: ")


def test_healthcheck_waits_for_a_starting_server():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "mockapi"]
    asking = subprocess.Popen(
        [*command, "healthcheck", "--port", str(port), "--wait", "30"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with (
        asking,
        subprocess.Popen(
            [*command, "serve", "--port", str(port)], stdout=subprocess.PIPE
        ) as serving,
    ):
        answer = asking.communicate(timeout=30)[0]
        serving.terminate()
    assert (asking.returncode, json.loads(answer)["status"]) == (0, "ready")


def test_healthcheck_holds_in_an_old_container():
    with serving() as (_, lines):
        began = monotonic()
        result = run("healthcheck", "--url", lines[2].split()[-1], "--hold", "0.5")
        took = monotonic() - began
    assert (result.exit_code, json.loads(result.output)["status"]) == (0, "ready")
    # Not in a container that has just started.
    assert age_of_first_process() < 60 or took >= 0.5


def age_of_first_process() -> float:
    """Return its age in seconds, by ps; 0 where there is no such command."""
    try:
        process = subprocess.run(
            ["ps", "-o", "etimes=", "-p", "1"], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    return float(process.stdout)


def test_healthcheck_fails_after_the_wait():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = run("healthcheck", "--port", str(port), "--wait", "0.05")
    assert result.exit_code == 1
    assert result.output.startswith(f"No response from http://127.0.0.1:{port}: ")


def test_get_refuses_a_stream_that_does_not_end(run):
    result = run("get", "/__admin/journal/tail")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.endswith("Use `mockapi journal --follow` with a server.\n")
