"""Partitioned data sets: the same bytes for any number of jobs and shards, and resumption."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from watchfiles import watch

from mockapi import datasets
from mockapi.cli import cli
from mockapi.export.shards import InvalidShardError, Shard
from mockapi.export.workers import available_processors

# More sites than a file of a month has.
SCENARIO = """\
seed: 5
clock: 2026-06-01T09:00:00Z
portfolio: {count: 18, mix: {office: 1}, countries: [FR, US], meters: electricity}
"""
WINDOW = ("2026-03-30", "2026-04-02")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in words], prog_name="mockapi")


def exported(scenario: Path, out: Path, *words: object) -> str:
    """Return the summary of an export to *out*."""
    window = ("--from", WINDOW[0], "--to", WINDOW[1])
    result = run("export", "--scenario", scenario, *window, "--out", out, *words)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    return result.stderr


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below *folder*."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "offices.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(scope="module")
def whole(scenario, tmp_path_factory) -> dict[str, Path]:
    """The data set in one process, by partition."""
    folder = tmp_path_factory.mktemp("whole")
    for each in ("site", "month"):
        exported(scenario, folder / each, "--partition", each, "--jobs", 1)
    return {each: folder / each for each in ("site", "month")}


def sorted_rows(table) -> list[dict]:
    return sorted(table.to_pylist(), key=lambda row: (row["key"], row["date"]))


@pytest.mark.parametrize("partition", ["site", "month"])
def test_data_set_has_all_readings_once(partition, scenario, whole):
    table = datasets.readings(str(scenario), None, *WINDOW)
    found = ds.dataset(whole[partition], partitioning="hive").to_table()
    rows = sorted_rows(found.select([each for each in found.column_names if each != "month"]))
    expected = sorted_rows(table)
    assert [sorted(row.items()) for row in rows] == [sorted(row.items()) for row in expected]
    if partition == "month":
        months = {f"{row['date']:%Y-%m}" for row in found.to_pylist()}
        assert {row["month"] for row in found.to_pylist()} == months == {"2026-03", "2026-04"}


def test_partition_is_the_name_of_a_folder_only(whole):
    site, month = (sorted(files_of(whole[each])) for each in ("site", "month"))
    assert (len(site), site[0]) == (19, "_mockapi.json")
    assert month == [
        "_mockapi.json",
        "month=2026-03/part-00000.parquet",
        "month=2026-03/part-00001.parquet",
        "month=2026-04/part-00000.parquet",
        "month=2026-04/part-00001.parquet",
    ]
    assert "site" not in pq.read_schema(whole["site"] / site[1]).names
    assert pq.read_schema(whole["month"] / month[1]).metadata[b"mockapi.seed"] == b"5"


@pytest.mark.parametrize("partition", ["site", "month"])
def test_shards_write_the_bytes_of_the_whole(partition, scenario, whole, tmp_path: Path):
    seen = []
    for index in (2, 0, 1):
        words = ("--partition", partition, "--jobs", 1, "--shard", f"{index}/3")
        exported(scenario, tmp_path / "a", *words)
        seen.append(len(files_of(tmp_path / "a")))
    assert files_of(tmp_path / "a") == files_of(whole[partition])
    assert seen[0] < seen[-1]


@pytest.mark.parametrize("partition", ["site", "month"])
def test_two_processes_write_the_same_bytes(partition, scenario, whole, tmp_path: Path):
    exported(scenario, tmp_path / "a", "--partition", partition, "--jobs", 2)
    assert files_of(tmp_path / "a") == files_of(whole[partition])


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_two_processes_write_the_same_file(ending, scenario, tmp_path: Path):
    one, two = (tmp_path / f"{jobs}.{ending}" for jobs in (1, 2))
    for path, jobs in ((one, 1), (two, 2)):
        exported(scenario, path, "--jobs", jobs)
    assert one.read_bytes() == two.read_bytes()


def test_csv_shards_are_the_whole_file_in_order(scenario, tmp_path: Path):
    exported(scenario, tmp_path / "whole.csv")
    lines = []
    for index in range(4):
        path = tmp_path / f"{index}.csv"
        exported(scenario, path, "--shard", f"{index}/4")
        lines += path.read_text().splitlines()[1:]
    assert lines == (tmp_path / "whole.csv").read_text().splitlines()[1:]


def test_moved_dates_are_in_the_folder_of_their_month(tmp_path: Path):
    # A clock of this scenario is wrong by hours, so that dates are in the month before.
    words = ("--from", "2025-12-01", "--to", "2025-12-02", "--partition", "month", "--jobs", 1)
    exported(Path("messy-data"), tmp_path / "a", *words)
    found = {}
    for path in (tmp_path / "a").rglob("*.parquet"):
        months = {f"month={each:%Y-%m}" for each in pq.read_table(path)["date"].to_pylist()}
        found[path.parent.name] = months
    assert found == {each: {each} for each in ("month=2025-11", "month=2025-12")}


def test_finished_files_are_kept(scenario, whole, tmp_path: Path):
    words = ("--partition", "site", "--jobs", 1)
    exported(scenario, tmp_path, *words, "--shard", "0/2")
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    leftover = next(iter(kept)).with_name(".part-0.parquet.elsewhere.1.part")
    next(iter(kept)).unlink()
    leftover.write_text("unfinished")
    assert exported(scenario, tmp_path, *words).endswith("; 8 parts kept\n")
    assert files_of(tmp_path) == files_of(whole["site"])
    changed = [path for path, at in kept.items() if path.stat().st_mtime_ns != at]
    assert changed == [next(iter(kept))]
    assert exported(scenario, tmp_path, *words) == f"0 readings in {tmp_path}; 18 parts kept\n"


def wait_for_file(folder: Path) -> None:
    """Wait until a data set below *folder* has a complete file."""
    for changes in watch(folder):
        if any(path.endswith(".parquet") for _, path in changes):
            return


def test_killed_export_is_continued(scenario, whole, tmp_path: Path):
    words = ["--scenario", scenario, "--from", WINDOW[0], "--to", WINDOW[1], "--jobs", "2"]
    command = [sys.executable, "-m", "mockapi", "export", *words, "--partition", "site", "--out"]
    with subprocess.Popen([*command, tmp_path], stderr=subprocess.DEVNULL) as process:
        wait_for_file(tmp_path)
        process.kill()
    exported(scenario, tmp_path, "--partition", "site", "--jobs", 1)
    complete = {
        name: text for name, text in files_of(tmp_path).items() if not name.endswith(".part")
    }
    assert complete == files_of(whole["site"])


def children_of(process: subprocess.Popen) -> list[int]:
    """Return the ids of the worker processes."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found = [int(each) for each in path.read_text().split()]
    return [each for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="/proc is not available")
def test_killed_worker_is_reported_in_one_line(tmp_path: Path):
    words = ["--scenario", "portfolio", "--from", "2019", "--to", "2020", "--jobs", "2"]
    command = [sys.executable, "-m", "mockapi", "export", *words, "--partition", "site", "--out"]
    with subprocess.Popen([*command, tmp_path], stderr=subprocess.PIPE, text=True) as process:
        wait_for_file(tmp_path)
        os.kill(children_of(process)[0], signal.SIGKILL)
        message = process.communicate()[1]
    expected = "A process of the export was killed. Give it more memory, or fewer --jobs.\n"
    assert (process.returncode, message) == (2, expected)


USAGE = r"""
import re
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from mockapi.cli import cli
cli(sys.argv[1:], standalone_mode=False)
# Not by getrusage, which includes the memory of the process that started this one.
own = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
print(own, getrusage(RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc is not available")
@pytest.mark.skipif(available_processors() < 2, reason="there is only one processor")
def test_large_data_sets_use_all_processors(scenario, tmp_path: Path):
    kilobytes = {}
    for until, count in (("2025-02", 0), ("2027", 2)):
        out = tmp_path / until
        words = ["export", "--scenario", scenario, "--interval", "PT15M", "--partition", "month"]
        window = ["--from", "2025", "--to", until, "--out", out]
        found = subprocess.run(
            [sys.executable, "-c", USAGE, *words, *window],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        kilobytes[count] = [int(each) for each in found.stdout.split()]
    assert kilobytes[0][1] == 0 < kilobytes[2][1]
    assert max(kilobytes[2]) < 500_000


def test_other_parameters_are_refused(scenario, whole, tmp_path: Path):
    out = whole["site"]
    base = ("export", "--scenario", scenario, "--from", WINDOW[0], "--to", WINDOW[1])
    base = (*base, "--out", out, "--partition", "site")
    for words, message in (
        (("--seed", 6), "seed '5', not '6'"),
        (
            ("--to", "2026-04-03"),
            "until '2026-04-02T00:00:00+00:00', not '2026-04-03T00:00:00+00:00'",
        ),
        (("--interval", "PT1H"), "interval 'as metered', not 'PT1H'"),
        (("--partition", "month"), "partition 'site', not 'month'"),
    ):
        result = run(*base, *words)
        text = f"--out: {out} is a data set with {message}. Give another folder.\n"
        assert (result.exit_code, result.stderr) == (2, text)
    site = datasets.sites(str(scenario))["site"][0].as_py()
    assert "is a data set with sites '18 sites " in run(*base, "--site", site).stderr


def test_folder_of_something_else_is_refused(scenario, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    words = ("--partition", "site")
    for out, message in (
        (tmp_path, "is not empty and not a data set. Give another folder."),
        (tmp_path / "mine.txt", "is a file. Give a folder for --partition."),
    ):
        result = run("export", "--scenario", scenario, "--out", out, *words)
        assert (result.exit_code, result.stderr) == (2, f"--out: {out} {message}\n")
    (tmp_path / "mine.txt").rename(tmp_path / "_mockapi.json")
    result = run("export", "--scenario", scenario, "--out", tmp_path, *words)
    manifest = tmp_path / "_mockapi.json"
    assert result.stderr == f"--out: {manifest} is damaged. Give another folder.\n"


def test_manifest_has_the_parameters(whole):
    manifest = json.loads((whole["month"] / "_mockapi.json").read_text("utf-8"))
    assert manifest["partition"] == "month" and manifest["since"] == "2026-03-30T00:00:00+00:00"
    assert manifest["sites"].startswith("18 sites ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--partition site", "--partition cannot write to stdout. Give a folder with --out."),
        ("--partition site --files", "--files cannot be used with --partition. Remove one."),
        ("--partition site --force", "--force cannot be used with --partition. Remove one."),
        (
            "--partition site --format csv",
            "--format csv cannot be used with --partition. Remove one.",
        ),
        ("--shard 4/4", "--shard: '4/4' is not a shard. Use 0/4 to 3/4."),
        ("--shard x", "--shard: 'x' is not a shard. Use I/N, for example 0/8."),
    ],
)
def test_wrong_options_are_rejected_in_one_line(words, message):
    result = run("export", *words.split())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{message}\n")


def test_data_file_is_opened_by_one_process(scenario, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("MOCKAPI_DATA", str(tmp_path / "world.db"))
    words = ("export", "--scenario", scenario, "--from", WINDOW[0], "--to", WINDOW[1])
    words = (*words, "--out", tmp_path / "a.parquet")
    assert run(*words).exit_code == 0
    result = run(*words, "--force", "--jobs", 2)
    assert result.stderr == "--jobs: only one process can open MOCKAPI_DATA. Remove one.\n"


@pytest.mark.parametrize("count", [1, 3, 7, 20])
def test_shards_divide_all_units_in_order(count):
    units = list(range(11))
    shards = [Shard.of(f"{index}/{count}").of_units(units) for index in range(count)]
    assert [each for shard in shards for each in shard] == units
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.mark.parametrize(
    "text", ["", "1", "1/", "-1/2", "0/0", "2/2", "1/2/3", "a/b", "\u0660/\u0661"]
)
def test_invalid_shard_is_rejected(text):
    with pytest.raises(InvalidShardError, match=r"is not a shard\. Use "):
        Shard.of(text)


def test_progress_of_parts_is_shown_on_terminals(scenario, tmp_path: Path):
    words = ["--scenario", scenario, "--from", WINDOW[0], "--to", WINDOW[1], "--jobs", "1"]
    command = [sys.executable, "-m", "mockapi", "export", *words, "--partition", "site", "--out"]
    leader, follower = pty.openpty()
    subprocess.run([*command, tmp_path], stderr=follower, check=True)
    seen = os.read(leader, 100_000).decode()
    os.close(follower)
    os.close(leader)
    assert "exporting" in seen and "100%" in seen
