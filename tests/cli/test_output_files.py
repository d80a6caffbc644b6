"""Output files of commands: checked before the work, and never an input."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SITES = "/ecostruxure/scoring/v1/sites"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    exchange = {
        "request": {"method": "GET", "path": SITES},
        "response": {"status": 200, "body": [{"id": "a", "name": "A"}]},
    }
    Path("q.json").write_text(json.dumps(exchange), "utf-8")
    entries = [{"request": {"method": "GET", "url": f"http://a{SITES}"}, "response": {"status": 1}}]
    Path("s.har").write_text(json.dumps({"log": {"entries": entries}}), "utf-8")
    Path("s.md").symlink_to("s.har")
    Path("mine.csv").write_text("seed: 1\ncustomers: [{email: a@example.com}]\n", "utf-8")
    Path("reports").mkdir()
    Path("reports.md").mkdir()
    return tmp_path


IMPORT = ["import", "q.json", "--out"]
REPLAY = ["replay", "s.har", "--to", "http://127.0.0.1:1", "--report"]
EXPORT = ["export", "--scenario", "./mine.csv", "--format", "csv", "--out"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([*IMPORT, "q.json", "--force"], "--out: q.json is an input of this command. Give another"),
        ([*IMPORT, "./q.json"], "--out: q.json is an input of this command. Give another file."),
        ([*IMPORT, "reports"], "--out: reports is a folder. Give the path of a file."),
        ([*IMPORT, "no/x.yaml"], "--out: the folder 'no' does not exist. Create it."),
        ([*IMPORT, "s.har"], "--out: s.har exists already. Add --force to overwrite it."),
        ([*IMPORT, "q.json/x.yaml"], "--out: q.json/x.yaml cannot be written: Not a directory."),
        ([*REPLAY, "reports.md"], "--report: reports.md is a folder. Give the path of a file."),
        ([*REPLAY, "no/x.md"], "--report: the folder 'no' does not exist. Create it."),
        ([*REPLAY, "s.md"], "--report: s.md is an input of this command. Give another file."),
        ([*REPLAY, "x.pdf"], "--report: 'x.pdf' has an unknown ending. Use "),
        ([*EXPORT, "mine.csv", "--force"], "--out: mine.csv is an input of this command. Give "),
        ([*EXPORT, "no/x.csv"], "--out: the folder 'no' does not exist. Create it."),
    ],
)
def test_unusable_output_is_2_before_any_work(run, folder, words, line):
    before = {each: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)
    assert {each: each.read_bytes() for each in folder.iterdir() if each.is_file()} == before


def test_data_file_is_not_overwritten(run, folder, monkeypatch):
    monkeypatch.setenv("MOCKAPI_DATA", "world.db")
    Path("world.db").write_bytes(b"x")
    result = run("export", "--out", "world.db", "--force")
    assert (result.exit_code, Path("world.db").read_bytes()) == (2, b"x")
    assert result.stderr == "--out: world.db is an input of this command. Give another file.\n"


def test_output_may_be_a_device_or_a_link(run, folder):
    assert run(*IMPORT, "/dev/null").exit_code == 0
    Path("link.yaml").symlink_to("linked.yaml")
    Path("linked.yaml").write_text("old")
    assert run(*IMPORT, "link.yaml", "--force").exit_code == 0
    assert Path("link.yaml").is_symlink()
    assert "customers:" in Path("linked.yaml").read_text("utf-8")
    assert not [each for each in folder.iterdir() if each.name.endswith(".part")]


DAY = ("export", "--from", "2026-05-01", "--to", "2026-05-02", "--interval", "P1D")


def test_export_follows_a_link(run, folder):
    Path("link.csv").symlink_to("linked.csv")
    Path("linked.csv").write_text("old")
    assert run(*DAY, "--out", "link.csv", "--force").exit_code == 0
    assert Path("link.csv").is_symlink()
    assert Path("linked.csv").read_text("utf-8").startswith("date,value,")
    assert not [each for each in folder.iterdir() if each.name.endswith(".part")]


def test_export_writes_into_a_pipe_and_keeps_it(run, folder):
    os.mkfifo("pipe")
    with ThreadPoolExecutor() as pool:
        read = pool.submit(Path("pipe").read_text, "utf-8")
        result = run(*DAY, "--out", "pipe", "--format", "csv", "--force")
        assert (result.exit_code, Path("pipe").is_fifo()) == (0, True)
    assert read.result().startswith("date,value,")
    result = run(*DAY, "--out", "pipe", "--format", "sqlite")
    assert (result.exit_code, Path("pipe").is_fifo()) == (2, True)
    assert result.stderr == (
        "--out: pipe is a device or a pipe, which cannot hold sqlite. Give the path of a file.\n"
    )
