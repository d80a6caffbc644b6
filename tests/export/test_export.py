"""What `mockapi export` writes, and what it refuses."""

import csv
import gzip
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.cli import cli
from mockapi.export.readings import ExportWindow
from mockapi.export.writers import COLUMNS

MAY = ("--from", "2026-05-20", "--to", "2026-05-23")
DST = ("--scenario", "dst", "--interval", "PT15M", "--local")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in words], prog_name="mockapi")


def rows_of(text: str) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def exported(*words: str | Path) -> Sequence[dict[str, str]]:
    result = run("export", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return rows_of(result.stdout)


def answered(path: str) -> list:
    return json.loads(run("get", f"/ecostruxure/scoring/v1{path}").stdout)


@pytest.fixture(scope="module")
def over_http() -> Sequence[dict[str, object]]:
    """What a client reads of the first three sites for the window, as rows of an export."""
    found = []
    for site in answered("/sites")[:3]:
        labels = {
            each["timeseries"]["key"]: {
                "key": each["timeseries"]["key"],
                "site": site["id"],
                "meter": meter["id"],
                "commodity": meter["commodity"],
                "usage": meter["usage"],
                "measurement": each["name"],
                "unit": each["unit"],
            }
            for meter in answered(f"/sites/{site['id']}/meters")
            for each in meter["measurements"]
        }
        window = "updatedAt[gte]=2026-05-19T00:00:00Z&updatedAt[lt]=2026-06-01T00:00:00Z"
        for series in answered(f"/sites/{site['id']}/timeseries?{window}"):
            found += [
                {**each, **labels[series["key"]]}
                for each in series["values"]
                if "2026-05-20" <= each["date"] < "2026-05-23"
            ]
    assert len(found) > 1_000
    return found


@pytest.fixture(scope="module")
def three_sites() -> Sequence[str]:
    return [word for site in answered("/sites")[:3] for word in ("--site", site["id"])]


def as_numbers(rows: Sequence[dict]) -> list[dict]:
    return [{**row, "value": float(row["value"])} for row in rows]


def test_csv_has_the_readings_of_the_api(over_http, three_sites):
    rows = exported(*MAY, *three_sites)
    assert tuple(rows[0]) == COLUMNS
    assert as_numbers(rows) == as_numbers(over_http)


def test_values_are_formatted_as_by_the_api(three_sites):
    site = answered("/sites")[0]["id"]
    text = run("get", f"/ecostruxure/scoring/v1/sites/{site}/timeseries").stdout
    for row in exported(*MAY, *three_sites)[:100]:
        one = f'{{"date":"{row["date"]}","updatedAt":"{row["updatedAt"]}","value":{row["value"]}}}'
        assert one in text


def test_json_lines_have_the_readings_of_the_api(over_http, three_sites):
    result = run("export", *MAY, *three_sites, "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert tuple(rows[0]) == COLUMNS
    assert as_numbers(rows) == as_numbers(over_http)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_compressed_file_has_the_readings_of_the_api(form, three_sites, tmp_path: Path):
    plain, first, second = (
        tmp_path / name for name in (f"a.{form}", f"A.{form}.GZ", f"b.{form}.gz")
    )
    for out in (plain, first, second):
        assert run("export", *MAY, *three_sites, "--out", out).exit_code == 0
    assert gzip.decompress(first.read_bytes()) == plain.read_bytes()
    assert first.read_bytes() == second.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {plain.name, first.name, second.name}


def test_sqlite_has_the_readings_of_the_api(over_http, three_sites, tmp_path: Path):
    file = tmp_path / "readings.db"
    result = run("export", *MAY, *three_sites, "--out", file)
    assert (result.exit_code, result.stdout) == (0, "")
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM readings ORDER BY rowid")]
    connection.close()
    assert tuple(rows[0]) == COLUMNS
    assert rows == as_numbers(over_http)


def test_files_have_one_series_each_and_an_index(over_http, three_sites, tmp_path):
    out = tmp_path / "series"
    result = run("export", *MAY, *three_sites, "--files", "--out", out)
    index = rows_of((out / "index.csv").read_text("utf-8"))
    read = [row for each in index for row in rows_of((out / each["file"]).read_text("utf-8"))]
    assert as_numbers(read) == as_numbers(over_http)
    assert {each["file"] for each in index} | {"index.csv"} == {p.name for p in out.iterdir()}
    assert index[0]["file"].startswith("fouquet-office-lyon.purchased-from-grid.active-energy.")
    columns = {name: index[0][name] for name in ("siteName", "building", "area", "timezone")}
    assert columns == {
        "siteName": "Fouquet Office Lyon",
        "building": "office",
        "area": "12000",
        "timezone": "Europe/Paris",
    }
    assert result.stderr == f"{len(over_http):,} readings of {len(index)} series in {out}\n"


def test_every_format_supports_one_file_per_series(three_sites, tmp_path: Path):
    for form in ("jsonl", "sqlite", "parquet"):
        out = tmp_path / form
        run("export", *MAY, *three_sites, "--files", "--format", form, "--out", out)
        files = [path for path in out.iterdir() if path.name != "index.csv"]
        assert len(files) > 3 and {path.suffix for path in files} == {f".{form}"}


def test_given_readings_are_exported():
    rows = exported("--scenario", "vendor-samples", "--from", "2020", "--to", "2030")
    first = run("get", "/ecostruxure/scoring/v1/sites", "--scenario", "vendor-samples").stdout
    site = json.loads(first)[0]["id"]
    path = f"/ecostruxure/scoring/v1/sites/{site}/timeseries"
    series = json.loads(run("get", path, "--scenario", "vendor-samples").stdout)
    keys = {each["key"] for each in series}
    assert [
        (row["key"], row["date"], row["updatedAt"], float(row["value"]))
        for row in rows
        if row["key"] in keys
    ] == [
        (each["key"], one["date"], one["updatedAt"], one["value"])
        for each in series
        for one in each["values"]
    ]


def test_unregistered_site_is_exported_as_if_registered(tmp_path: Path):
    sites = "sites: [{building: office, city: Lyon, id: 3f0b1ba4-0000-4000-8000-000000000001"
    for name, rest in (("no", ""), ("yes", ", registered: true, history: P1D")):
        text = f"seed: 3\nclock: 2026-06-01T09:00:00Z\n{sites}{rest}}}]\narrival: punctual\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    words = ("--from", "2024-02-28", "--to", "2024-03-01", "--scenario")
    no, yes = (exported(*words, tmp_path / f"{name}.yaml") for name in ("no", "yes"))
    assert [row["value"] for row in no] == [row["value"] for row in yes]
    assert no[0]["updatedAt"] == "2024-02-28T01:10:00Z"
    assert yes[0]["updatedAt"] == "2026-05-31T09:00:00Z"


@pytest.mark.parametrize(
    ("city", "day", "count"),
    [
        pytest.param("Lyon", "2026-03-29", 92, id="an-hour-less"),
        pytest.param("Lyon", "2025-10-26", 100, id="an-hour-more"),
        pytest.param("Lyon", "2026-05-29", 96, id="an-ordinary-day"),
        pytest.param("Lord Howe Island", "2025-10-05", 94, id="half-an-hour-less"),
        pytest.param("Lord Howe Island", "2026-04-05", 98, id="half-an-hour-more"),
        pytest.param("Phoenix", "2026-03-08", 96, id="a-place-that-never-changes"),
    ],
)
def test_local_day_has_its_number_of_quarter_hours(city, day, count):
    world = json.loads(run("describe", "dst", "--json").stdout)
    site = next(s["id"] for s in world["customers"][0]["sites"] if s["city"] == city)
    after = date.fromisoformat(day) + timedelta(days=1)
    rows = exported(*DST, "--site", site, "--from", day, "--to", after.isoformat())
    by_key = Counter(row["key"] for row in rows)
    assert set(by_key.values()) == {count}
    assert len({row["date"] for row in rows}) == count
    assert rows[0]["date"].startswith(f"{day}T00:00:00") and {r["date"][:10] for r in rows} == {day}


def test_local_dates_are_the_same_instants_as_in_utc(three_sites):
    window = ("--from", "2026-05-20T00:00Z", "--to", "2026-05-21T00:00Z", *three_sites)
    utc, local = exported(*window), exported(*window, "--local")
    assert local[0]["date"] == "2026-05-20T02:00:00+02:00"
    for name in ("date", "updatedAt"):
        assert [instant(row[name]) for row in utc] == [instant(row[name]) for row in local]
    assert [row["value"] for row in utc] == [row["value"] for row in local]


def instant(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def test_same_options_write_same_bytes(tmp_path: Path):
    scenario = tmp_path / "one.yaml"
    scenario.write_text("seed: 1\nsites: [{building: office, city: Lyon, meters: utilities}]\n")
    words = ("export", *MAY, "--scenario", scenario)
    first, second, seeded, other = (
        run(*words, *more).stdout_bytes for more in ((), (), ("--seed", "1"), ("--seed", "2"))
    )
    assert first == second == seeded != other
    assert first.count(b"\n") == other.count(b"\n") > 300


@pytest.mark.parametrize("interval", ["PT1H", "P1D"])
def test_coarser_interval_has_the_sums_of_the_finer_one(interval, tmp_path: Path):
    scenario = tmp_path / "one.yaml"
    scenario.write_text(
        "seed: 5\nsites: [{building: office, city: Lyon, area: 1500, meters: electricity}]\n"
    )
    window = ("--scenario", scenario, "--from", "2026-03-28", "--to", "2026-03-31")
    fine, coarse = (exported(*window, "--interval", each) for each in ("PT15M", interval))
    length = 13 if interval == "PT1H" else 10
    sums: Counter[str] = Counter()
    for row in fine:
        sums[row["date"][:length]] += float(row["value"])
    assert {row["date"][:length]: float(row["value"]) for row in coarse} == pytest.approx(sums)


def test_months_begin_on_their_first_day(tmp_path: Path):
    scenario = tmp_path / "one.yaml"
    scenario.write_text(
        "seed: 5\nsites: [{building: office, city: Lyon, area: 1500, meters: electricity}]\n"
    )
    words = ("--scenario", scenario, "--interval", "p1m", "--from", "2025-01-15", "--to", "2025-05")
    assert [row["date"] for row in exported(*words)] == [
        f"2025-0{month}-01T00:00:00Z" for month in (2, 3, 4)
    ]


def test_default_window_is_the_year_before_now(tmp_path: Path):
    scenario = tmp_path / "one.yaml"
    site = "building: office, city: Lyon, area: 1500, meters: electricity"
    scenario.write_text(f"seed: 5\nclock: 2026-06-01T09:00:00Z\nsites: [{{{site}}}]\n")
    rows = exported("--scenario", scenario, "--interval", "P1D")
    assert (len(rows), rows[0]["date"], rows[-1]["date"]) == (
        365,
        "2025-06-02T00:00:00Z",
        "2026-06-01T00:00:00Z",
    )


def test_site_is_selected_by_id_or_name_in_any_case():
    site = answered("/sites")[0]
    by_id, by_name = (
        run("export", *MAY, "--site", word).stdout for word in (site["id"], "fouquet office LYON")
    )
    assert by_id == by_name
    assert {row["site"] for row in rows_of(by_id)} == {site["id"]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ["--site", "Fouquet Ofice Lyon"],
            "--site: 'Fouquet Ofice Lyon' is not the id or name of a site. "
            "Did you mean Fouquet Office Lyon?",
            id="a-name-misspelled",
        ),
        pytest.param(
            ["--site", "OFFICE LYON"],
            "--site: 'OFFICE LYON' is not the id or name of a site. "
            "Did you mean Fouquet Office Lyon?",
            id="a-part-of-a-name",
        ),
        pytest.param(
            ["--site", "%%%"],
            "--site: '%%%' is not the id or name of a site. `mockapi describe` lists the sites.",
            id="unknown-name",
        ),
        pytest.param(
            ["--from", "2026-05-20", "--to", "2026-05-19"],
            "--from: '2026-05-20' is not before --to '2026-05-19'. Change one.",
            id="a-window-reversed",
        ),
        pytest.param(
            ["--from", "yesterday"],
            "--from: 'yesterday' is not a date. Use 2025, 2025-01, 2025-01-31, "
            "2025-01-31T06:00 or 2025-01-31T06:00:00+01:00.",
            id="word-for-a-date",
        ),
        pytest.param(
            ["--to", "2999"],
            "--to: '2999' is not in the years 1900 to 2200. Change it.",
            id="a-far-year",
        ),
        pytest.param(
            ["--format", "sqlite"],
            "--format sqlite cannot write to stdout. Give a path with --out.",
            id="sqlite-to-a-pipe",
        ),
        pytest.param(
            ["--format", "parquet"],
            "--format parquet cannot write to stdout. Give a path with --out.",
            id="parquet-to-a-pipe",
        ),
        pytest.param(
            ["--files"],
            "--files cannot write to stdout. Give a path with --out.",
            id="files-to-a-pipe",
        ),
        pytest.param(
            ["--out", "nowhere/x.csv"],
            "--out: the folder 'nowhere' does not exist. Create it.",
            id="missing-folder",
        ),
        pytest.param(
            ["--out", "README.md", "--format", "csv"],
            "--out: README.md exists already. Add --force to overwrite it.",
            id="existing-file",
        ),
        pytest.param(
            ["--out", "may.xlsx"],
            "--out: 'may.xlsx' has an unknown ending. "
            "Use .csv, .jsonl, .sqlite, .db, .parquet, .csv.gz, .jsonl.gz, or give --format.",
            id="unknown-ending",
        ),
        pytest.param(
            ["--out", "may.gz"],
            "--out: 'may.gz' has an unknown ending. "
            "Use .csv, .jsonl, .sqlite, .db, .parquet, .csv.gz, .jsonl.gz, or give --format.",
            id="compressed-without-format",
        ),
        pytest.param(
            ["--out", "may.sqlite.gz"],
            "--out: 'may.sqlite.gz': SQLite cannot be compressed. Remove .gz.",
            id="compressed-sqlite",
        ),
        pytest.param(
            ["--out", "may.parquet.gz"],
            "--out: 'may.parquet.gz': Parquet cannot be compressed. Remove .gz.",
            id="compressed-parquet",
        ),
        pytest.param(
            ["--out", "may.jsonl", "--format", "csv"],
            "--out: 'may.jsonl' is not the name of a csv file. Change it or --format.",
            id="ending-of-another-format",
        ),
        pytest.param(
            ["--out", "mockapi"],
            "--out: mockapi is a folder. Add --files to write into it.",
            id="a-folder-for-a-file",
        ),
        pytest.param(
            ["--files", "--out", "mockapi"],
            "--out: mockapi is not empty. Add --force to overwrite its files.",
            id="a-folder-with-files",
        ),
    ],
)
def test_wrong_input_is_rejected_in_one_line(words, message):
    result = run("export", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{message}\n")


def test_existing_file_is_overwritten_with_force(three_sites, tmp_path: Path):
    file = tmp_path / "readings.csv"
    file.write_text("mine")
    assert run("export", *MAY, *three_sites, "--out", file).exit_code == 2
    assert file.read_text() == "mine"
    assert run("export", *MAY, *three_sites, "--out", file, "--force").exit_code == 0
    assert file.read_text("utf-8").startswith("date,value,updatedAt,key,")


def test_failed_write_is_reported_and_leaves_no_file(tmp_path: Path):
    (tmp_path / "taken.csv.part").mkdir()
    result = run("export", *MAY, "--out", tmp_path / "taken.csv")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--out: {tmp_path / 'taken.csv'} cannot be written: ")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv.part"]


def test_progress_is_shown_on_terminals_only(tmp_path: Path):
    scenario = tmp_path / "one.yaml"
    scenario.write_text(
        "seed: 5\nsites: [{building: office, city: Lyon, area: 1500, meters: electricity}]\n"
    )
    command = [sys.executable, "-m", "mockapi", "export", *MAY, "--scenario", scenario]
    command += ["--out", tmp_path / "a.csv"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    leader, follower = pty.openpty()
    subprocess.run([*command, "--force"], stderr=follower, check=True)
    seen = os.read(leader, 100_000).decode()
    os.close(follower)
    os.close(leader)
    assert "exporting" in seen and "100%" in seen
    assert piped == f"72 readings of 1 series in {tmp_path / 'a.csv'}\n"


MEASURE = """
import resource, sys
from mockapi.cli import cli
cli(sys.argv[1:], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def test_memory_does_not_grow_with_the_window(tmp_path: Path):
    world = json.loads(run("describe", "portfolio", "--json").stdout)
    sites = [site["id"] for site in world["customers"][0]["sites"][:2]]
    words = [word for each in sites for word in ("--site", each)]
    peaks, sizes = [], []
    for until in ("2025-02-01", "2026-01-01"):
        out = tmp_path / f"{until}.csv"
        process = subprocess.run(
            [sys.executable, "-c", MEASURE, "export", "--scenario", "portfolio", *words,
             "--from", "2025-01-01", "--to", until, "--interval", "PT15M", "--out", out],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(int(process.stderr.splitlines()[-1]) * 1024)
        sizes.append(out.stat().st_size)
    assert sizes[1] > 50_000_000
    # The caches of the models grow to their limit; the rows are not kept in memory.
    assert peaks[1] - peaks[0] < min(70_000_000, sizes[1] / 2)


@settings(deadline=None, max_examples=30)
@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_local_window_begins_at_local_midnight(day, timezone):
    from zoneinfo import ZoneInfo

    window = ExportWindow.of(day.isoformat(), (day + timedelta(days=1)).isoformat(), local=True)
    since, until = (each.astimezone(ZoneInfo(timezone)) for each in window.bounds_in(timezone))
    assert (since.date(), until.date()) == (day, day + timedelta(days=1))
    assert (since.hour, since.minute, until.hour, until.minute) == (0, 0, 0, 0)
