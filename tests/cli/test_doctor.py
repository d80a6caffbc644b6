"""The command `mockapi doctor`."""

import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mockapi import Settings, create_app, serve_in_thread
from mockapi.store.database_file import acquire_lock
from mockapi.version import __version__


@pytest.fixture
def found(run, monkeypatch):
    """Return the exit code, and the results by check, in an environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MOCKAPI_PORT", str(free.getsockname()[1]))

    def found(**settings: str) -> tuple[int, dict[str, dict[str, str]]]:
        for name, value in settings.items():
            monkeypatch.setenv(f"MOCKAPI_{name}", value)
        result = run("doctor", "--json")
        return result.exit_code, {each["check"]: each for each in json.loads(result.stdout)}

    return found


def test_all_checks_pass(found):
    code, seen = found()
    assert code == 0
    assert {each["state"] for each in seen.values()} == {"ok"}
    assert seen["version"]["detail"].startswith(f"mockapi {__version__}, Python ")
    assert set(seen) == {
        "version", "sqlite", "variables", "extras", "scenario", "data", "control API", "port",
        "server",
    }  # fmt: skip


def test_used_port_is_reported_with_its_process(found):
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        port = str(other.server_port)
        code, seen = found(PORT=port)
        other.shutdown()
    owner = f", process {os.getpid()}" if Path("/proc/net/tcp").exists() else ""
    assert (code, seen["port"]["state"], seen["server"]["state"]) == (1, "fail", "warn")
    assert seen["server"]["detail"] == f"http://127.0.0.1:{port} is not the URL of a mockapi"
    assert seen["port"]["detail"].startswith(f"Cannot listen on 127.0.0.1:{port}: Address already")
    assert seen["port"]["detail"].endswith(owner)
    assert "MOCKAPI_PORT" in seen["port"]["remedy"]


def test_running_mockapi_is_not_a_failure(found):
    with serve_in_thread(create_app(Settings(scenario="empty"))) as url:
        code, seen = found(PORT=url.rpartition(":")[2])
    assert (code, seen["port"]["state"], seen["server"]["state"]) == (0, "warn", "ok")
    assert seen["server"]["detail"] == f"mockapi {__version__} serves empty at {url}"


def test_open_control_api_gives_a_warning(found):
    _, open_ = found(HOST="0.0.0.0")  # noqa: S104 - looked at, not served on
    assert (open_["control API"]["state"], open_["control API"]["remedy"]) == (
        "warn",
        "Set MOCKAPI_ADMIN_TOKEN, or MOCKAPI_ADMIN=false.",
    )
    _, closed = found(ADMIN_TOKEN="sesame")
    assert closed["control API"]["state"] == "ok"


@pytest.mark.parametrize(
    ("extra", "module"),
    [("tls", "trustme"), ("metrics", "prometheus_client"), ("mcp", "mcp")],
)
def test_missing_package_of_a_setting_fails(found, monkeypatch, extra, module):
    monkeypatch.setitem(sys.modules, module, None)
    assert found()[1]["extras"]["state"] == "ok"
    code, seen = found(**{extra.upper(): "true"})
    assert (code, seen["extras"]["state"]) == (1, "fail")
    assert seen["extras"]["detail"].startswith(f"MOCKAPI_{extra.upper()} needs ")
    assert seen["extras"]["remedy"] == f"Run pip install 'mockapi-ecostruxure[{extra}]'."


def test_invalid_scenario_fails(found, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("sede: 1\n")
    code, seen = found(SCENARIO=str(file))
    assert (code, seen["scenario"]["state"], seen["scenario"]["detail"]) == (
        1,
        "fail",
        f"{file}:1:7: sede: unknown key. Did you mean seed?",
    )
    assert seen["scenario"]["remedy"] == f"`mockapi check {file}` lists all errors."


def test_data_file_in_use_fails(found, tmp_path: Path):
    file = tmp_path / "world.db"
    with acquire_lock(file):
        code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"], seen["data"]["detail"]) == (
        1,
        "fail",
        f"{file} is in use by another mockapi",
    )
    code, seen = found()
    assert (code, seen["data"]["detail"]) == (0, f"{file} can store a world")


@pytest.fixture(scope="module")
def world_file(tmp_path_factory) -> bytes:
    """Return the content of a valid data file."""
    file = tmp_path_factory.mktemp("worlds") / "valid.db"
    create_app(Settings(scenario="empty", data=file)).state.worlds.close()
    return file.read_bytes()


@pytest.mark.parametrize("size", [50, 1_000, 4_096, 20_000, 60_000])
def test_truncated_data_file_fails(found, world_file, tmp_path: Path, size):
    file = tmp_path / "world.db"
    file.write_bytes(world_file[:size])
    code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"]) == (1, "fail")
    assert seen["data"]["detail"].startswith(f"{file} is not a world database: ")
    assert seen["data"]["remedy"] == "Choose another file with MOCKAPI_DATA."


@pytest.mark.parametrize("start", [0, 100, 30_000])
def test_overwritten_data_file_fails(found, world_file, tmp_path: Path, start):
    file = tmp_path / "world.db"
    file.write_bytes(world_file[:start] + bytes([255]) * 4_000 + world_file[start + 4_000 :])
    code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"]) == (1, "fail")
    assert not seen["data"]["detail"].endswith(".")
    assert seen["data"]["remedy"].endswith(".")


def test_text_file_as_data_file_fails(found, tmp_path: Path):
    file = tmp_path / "world.db"
    file.write_text("Dear Ada")
    code, seen = found(DATA=str(file))
    detail = f"{file} is not a world database: file is not a database"
    assert (code, seen["data"]["detail"]) == (1, detail)


def test_folder_as_data_file_fails(found, tmp_path: Path):
    code, seen = found(DATA=str(tmp_path))
    detail = f"{tmp_path} cannot store a world: it is not a file"
    assert (code, seen["data"]["detail"]) == (1, detail)


@pytest.mark.parametrize("ending", [".lock", "-wal"])
def test_folder_with_the_name_of_a_companion_fails(found, world_file, tmp_path: Path, ending):
    file = tmp_path / "world.db"
    file.write_bytes(world_file)
    (tmp_path / f"world.db{ending}").mkdir()
    code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"]) == (1, "fail")
    assert seen["data"]["detail"].startswith(f"{file} cannot store a world: ")


def test_unreadable_data_file_fails(found, world_file, tmp_path: Path, monkeypatch):
    file = tmp_path / "world.db"
    file.write_bytes(world_file)
    # Because the superuser may read every file.
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.R_OK)
    code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"]) == (1, "fail")
    assert seen["data"]["detail"].endswith("this process has no permission to read it")


@pytest.mark.parametrize("log", [b"", b"Dear Ada", bytes(5_000)])
def test_data_file_with_an_invalid_log_passes(found, world_file, tmp_path: Path, log):
    """SQLite ignores frames whose checksum is wrong."""
    file = tmp_path / "world.db"
    file.write_bytes(world_file)
    (tmp_path / "world.db-wal").write_bytes(log)
    code, seen = found(DATA=str(file))
    assert (code, seen["data"]["state"]) == (0, "ok")


def test_empty_data_file_passes(found, tmp_path: Path):
    file = tmp_path / "world.db"
    file.touch()
    assert found(DATA=str(file))[0] == 0


def test_missing_folder_fails_and_leaves_no_file(found, tmp_path: Path):
    code, seen = found(DATA=str(tmp_path / "nowhere" / "world.db"))
    assert (code, seen["data"]["state"]) == (1, "fail")
    assert found(DATA=str(tmp_path / "world.db"))[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_unknown_variable_gives_a_warning(found):
    _, seen = found(PROT="1")
    assert (seen["variables"]["detail"], seen["variables"]["remedy"]) == (
        "MOCKAPI_PROT is not a setting",
        "Did you mean MOCKAPI_PORT?",
    )


def test_running_server_and_its_clock_are_checked(found, server):
    _, seen = found()
    assert seen["server"]["detail"] == f"mockapi {__version__} serves demo at {server.url}"
    assert seen["clock"] == {
        "check": "clock",
        "state": "ok",
        "detail": "the server's Date agrees with this machine's clock",
        "remedy": "",
    }


def test_invalid_setting_is_wrong_input(run, monkeypatch):
    monkeypatch.setenv("MOCKAPI_PORT", "many")
    result = run("doctor")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("MOCKAPI_PORT: must be a whole number")


def test_text_has_state_detail_and_remedy(run, monkeypatch):
    monkeypatch.setenv("MOCKAPI_NOPE", "1")
    lines = run("doctor", "--url", "http://127.0.0.1:1").stdout.splitlines()
    assert "ok    sqlite: has the required features" in lines
    note = "Not settings: MOCKAPI_NOPE. `mockapi serve --help` lists all settings."
    assert f"warn  variables: {note}" in lines
