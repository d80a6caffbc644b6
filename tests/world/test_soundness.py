"""Invalid data files and snapshots are refused before a world is changed."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mockapi import Settings, create_app
from mockapi.store.database_file import FileInUseError, InvalidDatabaseFileError
from mockapi.world.world import World

TABLES = "its tables are not those of this version of mockapi"
EDITS = [
    pytest.param("CREATE TRIGGER t AFTER INSERT ON token BEGIN DELETE FROM site; END",
                 TABLES, id="trigger"),
    pytest.param("CREATE VIEW v AS SELECT * FROM site", TABLES, id="view"),
    pytest.param("CREATE TABLE other (id)", TABLES, id="table"),
    pytest.param("ALTER TABLE site ADD COLUMN other", TABLES, id="column"),
    pytest.param("DROP INDEX ix_meter_site_id", TABLES, id="index"),
    pytest.param("PRAGMA user_version=3", "its version is 3, but this mockapi reads version 6",
                 id="version"),
    pytest.param("UPDATE site SET gross_area = 'large'",
                 "site.gross_area has a value of the wrong type", id="text for a number"),
    pytest.param("UPDATE site SET latitude = 9e999", "site.latitude has a value of the wrong type",
                 id="infinity"),
    pytest.param("UPDATE site SET name = x'00'", "site.name has a value of the wrong type",
                 id="blob for a text"),
    pytest.param("UPDATE client SET scopes = x'00'", "client.scopes has a value of the wrong type",
                 id="blob for words"),
    pytest.param("UPDATE site SET registered_at = 'June'",
                 "site.registered_at has a value of the wrong type", id="text for an instant"),
    pytest.param("UPDATE customer SET sandbox = 2",
                 "customer.sandbox has a value of the wrong type", id="number for a truth"),
    pytest.param("UPDATE performance_score SET category = 'luck'",
                 "performance_score.category has a value of the wrong type", id="category"),
    pytest.param("UPDATE site SET timezone = 'Mars/Olympus'", "site.timezone cannot be read",
                 id="time zone"),
    pytest.param("UPDATE meter SET interval = 'PT7M'", "meter.interval cannot be read",
                 id="interval"),
    pytest.param("UPDATE site SET scoring = '{'", "site.scoring cannot be read", id="JSON"),
    pytest.param("DELETE FROM customer", "refers to a row of customer that is missing",
                 id="orphans"),
    pytest.param("UPDATE site SET name = CAST(x'ff' AS TEXT)", "Could not decode to UTF-8",
                 id="not UTF-8"),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the path of a sound data file with a score."""
    path = tmp_path / "world.sqlite"
    World.open(Settings(scenario="vendor-samples", data=path)).close()
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("SELECT count(*) FROM performance_score").fetchone() > (0,)
    return path


def edit(path: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, values)


@pytest.mark.parametrize(("statement", "reason"), EDITS)
def test_unsound_data_file_is_refused_and_left_alone(data, statement, reason):
    edit(data, statement)
    before = data.read_bytes()
    with pytest.raises(InvalidDatabaseFileError) as refusal:
        World.open(Settings(data=data)).close()
    assert str(refusal.value).startswith(str(data))
    assert reason in str(refusal.value)
    assert data.read_bytes() == before


def test_unsound_data_file_is_one_line_of_the_command(data):
    edit(data, "UPDATE site SET gross_area = 'large'")
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        (
            f"{data} is damaged: site.gross_area has a value of the wrong type. Replace it with a "
            "copy, or use a new file.\n"
        ),
    )


@pytest.mark.parametrize(("statement", "reason"), EDITS)
def test_unsound_snapshot_is_refused(data, statement, reason):
    edit(data, statement)
    refused(data.read_bytes(), reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "not a world database", id="empty"),
        pytest.param(b"Dear Ada", "not a world database", id="text"),
        pytest.param(b"SQLite format 3\x00" + bytes(84), "not a world database", id="head alone"),
    ],
)
def test_snapshot_that_is_no_database_is_refused(content, reason):
    refused(content, reason)


@pytest.mark.parametrize(
    ("part", "reason"), [(0.25, "malformed"), (0.5, "malformed"), (0.99, "it is truncated")]
)
def test_truncated_snapshot_is_refused(data, part, reason):
    content = data.read_bytes()
    refused(content[: int(len(content) * part)], reason)


def test_snapshot_whose_schema_is_not_utf8_is_refused(data):
    # SQLite quotes the byte in its message, which then is not UTF-8.
    content = data.read_bytes().replace(b"TABLE world_fact (", b"TABLE world_fact \xe3")
    refused(content, "not a world database")


def test_file_whose_schema_is_not_utf8_is_refused(data):
    data.write_bytes(data.read_bytes().replace(b"TABLE world_fact (", b"TABLE world_fact \xe3"))
    with pytest.raises(InvalidDatabaseFileError, match="is not a world database"):
        World.open(Settings(data=data))


@pytest.mark.parametrize(
    "course",
    [
        "{",
        "{}",
        '{"mode": "frozen", "at": "2026-06-01", "since": "2026-06-01T00:00Z", "rate": 1}',
        '{"mode": "wild", "at": "2026-06-01T00:00Z", "since": "2026-06-01T00:00Z", "rate": 1}',
    ],
)
def test_world_whose_time_cannot_be_read_is_refused(data, course):
    edit(data, "INSERT INTO world_fact VALUES ('course', ?)", course)
    with pytest.raises(InvalidDatabaseFileError, match="is damaged"):
        World.open(Settings(data=data))
    refused(data.read_bytes(), "its clock cannot be read")


def refused(content: bytes, reason: str) -> None:
    """Upload *content* as a snapshot: it is refused with *reason*, and the world is as before."""
    app = create_app(Settings(scenario="vendor-samples"))
    with closing(app.state.worlds), TestClient(app) as client:
        before = app.state.world.store.snapshot()
        answer = client.put("/__admin/snapshots/hostile/file", content=content)
        assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
        assert reason in answer.json()["detail"]
        assert client.get("/__admin/snapshots").json() == []
        assert client.post("/__admin/snapshots/hostile/restore").status_code == 404
        assert app.state.world.store.snapshot() == before


def test_sound_snapshot_is_accepted(data):
    app = create_app(Settings(scenario="vendor-samples"))
    with closing(app.state.worlds), TestClient(app) as client:
        kept = client.put("/__admin/snapshots/sound/file", content=data.read_bytes())
        restored = client.post("/__admin/snapshots/sound/restore")
    assert (kept.status_code, restored.status_code) == (201, 200)
    assert kept.json() == restored.json()
    assert (kept.json()["name"], kept.json()["size"]) == ("sound", data.stat().st_size)


def test_symbolic_link_to_a_file_in_use_is_refused(data, tmp_path: Path):
    link = tmp_path / "folder" / "link.sqlite"
    link.parent.mkdir()
    link.symlink_to(data)
    with (
        closing(World.open(Settings(data=data))),
        pytest.raises(FileInUseError, match=r"link\.sqlite is in use"),
    ):
        World.open(Settings(data=link))
    World.open(Settings(data=link)).close()


def test_file_with_a_second_name_is_refused(data, tmp_path: Path):
    link = tmp_path / "link.sqlite"
    with closing(World.open(Settings(data=data))):
        os.link(data, link)
        with pytest.raises(InvalidDatabaseFileError, match=r"link\.sqlite .* has a second name"):
            World.open(Settings(data=link))
    link.unlink()
    World.open(Settings(data=data)).close()
