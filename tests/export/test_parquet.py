"""Parquet files of `mockapi export`, and the tables of `mockapi.datasets`."""

import csv
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from mockapi import datasets
from mockapi.cli import cli
from mockapi.export.readings import InvalidWindowError, UnknownSiteError
from mockapi.export.writers import COLUMNS, CONSTANT
from mockapi.timeseries.models.noise import VERSION
from mockapi.version import __version__

WINDOW = ("2026-03-28", "2026-04-02")
SCENARIO = """\
seed: 5
clock: 2026-06-01T09:00:00Z
sites:
  - {building: office, city: Lyon, area: 1500, meters: utilities}
  - {building: school, city: Chicago, area: 1500, meters: electricity}
  - {building: retail, city: Sydney, area: 1500, meters: electricity}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "three.yaml"
    path.write_text(SCENARIO)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in words], prog_name="mockapi")


def exported(scenario: Path, out: Path, *words: object) -> Path:
    window = ("--from", WINDOW[0], "--to", WINDOW[1])
    result = run("export", "--scenario", scenario, *window, "--out", out, *words)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    return out


def rows_of(table: pa.Table) -> list[dict]:
    """Return the rows with instants as in the API."""
    rows = table.to_pylist()
    for row in rows:
        for name in ("date", "updatedAt"):
            row[name] = f"{row[name]:%Y-%m-%dT%H:%M:%SZ}"
    return rows


@pytest.mark.parametrize("name", [str, "one-of-everything", "messy-data", "vendor-samples"])
def test_parquet_has_the_readings_of_csv(name, scenario, tmp_path: Path):
    source = scenario if name is str else name
    window = ("--from", "2020", "--to", "2024") if name == "vendor-samples" else ()
    text, binary = tmp_path / "a.csv", tmp_path / "a.parquet"
    exported(source, text, *window)
    exported(source, binary, *window)
    with text.open(encoding="utf-8", newline="") as file:
        expected = [{**row, "value": float(row["value"])} for row in csv.DictReader(file)]
    found = [{**row, "unit": row["unit"] or ""} for row in rows_of(pq.read_table(binary))]
    assert found == expected != []


def test_parquet_has_units_and_provenance(scenario, tmp_path: Path):
    schema = pq.read_schema(exported(scenario, tmp_path / "a.parquet", "--interval", "PT1H"))
    label = pa.dictionary(pa.int32(), pa.string())
    assert tuple(schema.names) == COLUMNS
    assert {schema.field(name).type for name in CONSTANT} == {label}
    assert schema.field("date").type == schema.field("updatedAt").type == pa.timestamp("ms", "UTC")
    units = json.loads(schema.field("value").metadata[b"units"])
    assert units["Electricity"]["Active Energy"] == "kWh"
    found = {name.decode(): text.decode() for name, text in schema.metadata.items()}
    assert len(found.pop("mockapi.scenario_sha256")) == 64
    assert found == {
        "mockapi.version": __version__,
        "mockapi.generator": str(VERSION),
        "mockapi.scenario": "three",
        "mockapi.seed": "5",
        "mockapi.clock": "2026-06-01T09:00:00+00:00",
        "mockapi.since": "2026-03-28T00:00:00+00:00",
        "mockapi.until": "2026-04-02T00:00:00+00:00",
        "mockapi.local": "false",
        "mockapi.interval": "PT1H",
    }


def test_ids_and_labels_are_stored_as_dictionaries(scenario, tmp_path: Path):
    group = pq.read_metadata(exported(scenario, tmp_path / "a.parquet")).row_group(0)
    encodings = {
        group.column(at).path_in_schema: set(group.column(at).encodings)
        for at in range(group.num_columns)
    }
    assert all("RLE_DICTIONARY" in encodings[name] for name in CONSTANT)
    assert "DELTA_BINARY_PACKED" in encodings["date"] & encodings["updatedAt"]


def test_same_options_write_same_parquet_bytes(scenario, tmp_path: Path):
    first, second, other = (
        exported(scenario, tmp_path / f"{name}.parquet", "--seed", seed).read_bytes()
        for name, seed in (("a", 5), ("b", 5), ("c", 6))
    )
    assert first == second != other


def test_local_window_has_the_instants_of_the_site(scenario, tmp_path: Path):
    table = pq.read_table(exported(scenario, tmp_path / "a.parquet", "--local"))
    days = {row["site"]: row["date"] for row in reversed(rows_of(table))}
    assert sorted(days.values()) == [
        "2026-03-27T13:00:00Z",
        "2026-03-27T23:00:00Z",
        "2026-03-28T05:00:00Z",
    ]


def test_table_is_that_of_the_exported_file(scenario, tmp_path: Path):
    table = datasets.readings(str(scenario), None, *WINDOW)
    assert table.equals(
        pq.read_table(exported(scenario, tmp_path / "a.parquet")).combine_chunks(),
        check_metadata=True,
    )


def test_tables_of_parts_give_the_whole_table(scenario):
    ids = datasets.sites(str(scenario))["site"].to_pylist()
    whole = datasets.readings(str(scenario), None, *WINDOW)
    parts = [datasets.readings(str(scenario), [each], *WINDOW) for each in ids]
    joined = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    assert joined.equals(whole, check_metadata=True)
    days = [datasets.readings(str(scenario), ids, *each) for each in (
        (WINDOW[0], "2026-03-30"), (datetime(2026, 3, 30, tzinfo=UTC), WINDOW[1])
    )]  # fmt: skip
    by_date = pa.concat_tables([each.replace_schema_metadata() for each in days])
    assert sorted(map(str, by_date.to_pylist())) == sorted(map(str, whole.to_pylist()))


def test_no_sites_give_an_empty_table(scenario):
    table = datasets.readings(str(scenario), [], *WINDOW)
    assert table.num_rows == 0
    assert table.schema == datasets.readings(str(scenario), None, *WINDOW).schema


def test_environment_does_not_change_the_tables(scenario, monkeypatch, tmp_path: Path):
    expected = datasets.readings(str(scenario), None, *WINDOW)
    # A changed text is another world, which is not cached.
    scenario.write_text(f"# another text\n{scenario.read_text()}")
    for name, text in (("SEED", "9"), ("CLOCK", "2020-01-01T00:00:00Z"), ("DATA", tmp_path / "x")):
        monkeypatch.setenv(f"MOCKAPI_{name}", str(text))
    assert datasets.readings(str(scenario), None, *WINDOW).equals(expected)
    assert not (tmp_path / "x").exists()


def test_changed_scenario_file_is_read_again(scenario):
    before = datasets.sites(str(scenario)).num_rows
    scenario.write_text("".join(scenario.read_text().splitlines(keepends=True)[:-1]))
    assert (before, datasets.sites(str(scenario)).num_rows) == (3, 2)


def test_sites_have_places_and_units(scenario):
    table = datasets.sites(str(scenario))
    assert table.schema.field("area").metadata == {b"unit": b"m2"}
    assert table.select(["building", "area", "timezone", "country"]).to_pylist()[1] == {
        "building": "school",
        "area": 1500,
        "timezone": "America/Chicago",
        "country": "US",
    }


def test_functions_can_be_pickled():
    for each in (datasets.readings, datasets.sites):
        assert pickle.loads(pickle.dumps(each)) is each  # noqa: S301 - written here


def test_wrong_arguments_are_rejected(scenario, tmp_path: Path):
    name = str(scenario)
    with pytest.raises(UnknownSiteError, match=r"^sites: 'Atlantis' is not the id or name"):
        datasets.readings(name, ["Atlantis"], *WINDOW)
    with pytest.raises(InvalidWindowError, match=r"^until: 'soon' is not a date"):
        datasets.readings(name, None, "2026", "soon")
    scenario.write_text(SCENARIO.replace("2026-06-01T09:00:00Z", "system"))
    with pytest.raises(ValueError, match=r"follows the system clock.* Give clock"):
        datasets.sites(name)
    assert datasets.sites(name, clock=datetime(2026, 6, 1, tzinfo=UTC)).num_rows == 3


WITHOUT = "import sys; sys.modules['pyarrow'] = None; "


def test_missing_pyarrow_is_reported_in_one_line(tmp_path: Path):
    hint = "Parquet needs pyarrow. Run pip install 'mockapi-ecostruxure[parquet]'."
    code = WITHOUT + "from mockapi.cli import cli; cli(sys.argv[1:])"
    words = ["export", "--from", "2026-05-01", "--to", "2026-05-02", "--out"]
    found = subprocess.run(
        [sys.executable, "-c", code, *words, tmp_path / "a.parquet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout, found.stderr) == (2, "", f"{hint}\n")
    assert list(tmp_path.iterdir()) == []
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT + "import mockapi.datasets"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stderr.splitlines()[-1].endswith(f"MissingPackageError: {hint}")


def test_other_formats_do_not_import_pyarrow(tmp_path: Path):
    code = (
        "import sys; from mockapi.cli import cli; cli(sys.argv[1:], standalone_mode=False); "
        "print('pyarrow' in sys.modules)"
    )
    words = ["export", "--from", "2026-05-01", "--to", "2026-05-02", "--out"]
    imported = {
        ending: subprocess.run(
            [sys.executable, "-c", code, *words, tmp_path / f"a.{ending}"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for ending in ("csv", "parquet")
    }  # fmt: skip
    assert imported == {"csv": "False", "parquet": "True"}


def test_servers_do_not_import_pyarrow():
    code = (
        "import sys; from mockapi.loading import import_all; import_all(); "
        "print({'numpy', 'pyarrow'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "{'numpy'}\n"
