"""Writes to a data file on a full disk, locked by another program, or damaged."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

SITES = "/ecostruxure/scoring/v1/sites"
BEARER = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
SCORES = [
    {"date": f"2026-05-{day:02d}", "score": 7, "type": kind, "category": category}
    for day in range(1, 29)
    for kind in ("daily", "monthly", "average")
    for category in ("water", "waste", "fuel")
]


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """Yield a folder on a file system of 1 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        done = None
    if done is None or done.returncode:
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def serving(data: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            address = next(line for line in process.stdout if "address" in line)
            yield process, address.split()[-1]
        finally:
            process.kill()


def written(process: subprocess.Popen[str]) -> list[str]:
    """End *process*, and return the lines that it wrote to standard error."""
    process.terminate()
    return process.communicate(timeout=20)[1].splitlines()


def call(method: str, url: str, **options: object) -> httpx2.Response:
    # The busy timeout of SQLite is as long as the client's default.
    return httpx2.request(method, url, headers=BEARER, timeout=60, **options)


def put(url: str, site: str) -> httpx2.Response:
    return call("POST", f"{url}{SITES}/{site}/performance-scores", json=SCORES)


def sites(url: str) -> list[str]:
    answer = call("GET", f"{url}{SITES}")
    assert answer.status_code == 200
    return [each["id"] for each in answer.json()]


def test_full_disk_refuses_writes_until_there_is_space(small_disk: Path):
    data, filler = small_disk / "world.sqlite", small_disk / "filler"
    with serving(data) as (process, url):
        site = sites(url)[0]
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(bytes(2 << 20))
        refused = [
            put(url, site),
            call("POST", f"{url}/__admin/tokens"),
            call("POST", f"{url}/__admin/reset"),
            call("PUT", f"{url}/__admin/clock", json={"advance": "PT1H"}),
        ]
        result = {each.status_code for each in refused}, {each.json()["title"] for each in refused}
        assert result == ({507}, {"Insufficient Storage"})
        detail = (
            "The world's data cannot be read or written: database or disk is full. Free space on "
            "its disk."
        )
        assert {each.json()["detail"] for each in refused} == {detail}
        # Reads go on: both APIs, the console and the control API.
        assert sites(url)[0] == site
        for path in (f"{SITES}/{site}/performance-scores", "/", "/__admin/world"):
            assert call("GET", f"{url}{path}").status_code == 200
        filler.unlink()
        assert put(url, site).status_code == 201
        lines = written(process)
    assert process.returncode == 0
    assert len(lines) == len(refused)
    assert {line.partition(": ")[2] for line in lines} == {
        "database or disk is full. Free space on its disk."
    }


def test_file_size_limit_refuses_writes_until_removed(tmp_path: Path):
    data = tmp_path / "world.sqlite"
    with serving(data) as (process, url):
        site = sites(url)[0]
        hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        answer = put(url, site)
        assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
        assert sites(url)[0] == site
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert put(url, site).status_code == 201
        (line,) = written(process)
    assert (process.returncode, "disk I/O error" in line) == (0, True)


def test_locked_file_refuses_writes_until_it_is_released(tmp_path: Path):
    data = tmp_path / "world.sqlite"
    with (
        serving(data) as (process, url),
        closing(sqlite3.connect(data, isolation_level=None)) as other,
    ):
        site = sites(url)[0]
        other.execute("BEGIN IMMEDIATE")
        for answer in (put(url, site), call("POST", f"{url}/__admin/reset")):
            assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
        assert sites(url)[0] == site
        other.execute("ROLLBACK")
        assert put(url, site).status_code == 201
        lines = written(process)
    assert [line.partition(": ")[2] for line in lines] == [
        "database is locked. Close the other program that uses the file."
    ] * 2


def test_full_disk_at_the_start_is_one_line(small_disk: Path):
    (small_disk / "filler").write_bytes(bytes(900 * 1024))
    data = small_disk / "world.sqlite"
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        f"{data} cannot store a world: database or disk is full\n",
    )


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.jsonl", "x.parquet", "x.sqlite"])
def test_export_to_a_full_disk_is_one_line_and_leaves_nothing(small_disk: Path, name):
    command = [sys.executable, "-m", "mockapi", "export", "--out", str(small_disk / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Cannot write {small_disk / name}: ")
    assert line.endswith("No space left on device.")
    assert list(small_disk.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_greeting_to_a_full_disk_is_one_line():
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (
        2,
        "Cannot write the output: No space left on device.\n",
    )
