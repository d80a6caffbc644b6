"""The store of a world with threads, resets, restarts and killed processes."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mockapi.domain.oauth import ALL_SCOPES
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.seeding.portfolios import Portfolios
from mockapi.settings import Settings
from mockapi.store.database_access import ReadCache
from mockapi.store.database_file import FileInUseError, InvalidDatabaseFileError
from mockapi.store.scores import NewScore
from mockapi.store.tables import Meter, Site
from mockapi.world.initial_state import WorldMismatchError
from mockapi.world.sites import all_sites
from mockapi.world.world import World

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
NEEDS_PROC = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder like /proc")


def first_site(world: World) -> Site:
    return world.store.sites(world.store.customers()[0].id)[0]


def rows(world: World) -> list[str]:
    """Everything in the store, as SQL; the bytes of a database also count its changes."""
    copy = sqlite3.connect(":memory:")
    copy.deserialize(world.store.snapshot())
    dump = list(copy.iterdump())
    copy.close()
    return dump


def portfolio_world(folder: Path, portfolio: str, seed: int = 1) -> World:
    """A world with *portfolio*, all of whose sites are registered."""
    file = folder / "portfolio.yaml"
    text = portfolio.replace("{", "{registered: 1, countries: [FR], ", 1)
    file.write_text(f"clock: 2026-06-01T09:00:00Z\nportfolio: {text}\n", "utf-8")
    return World.open(Settings(scenario=str(file), seed=seed))


def put(world: World, day: int, score: float = 50.0) -> None:
    new = NewScore(f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}", score, ScoreType.DAILY,
                   ScoreCategory.FUEL)  # fmt: skip
    world.store.put_scores(first_site(world).id, [new], NOW, world.seed)


def fuel_scores(world: World) -> list[tuple[str, float]]:
    rows = world.store.scores(first_site(world).id, (), {ScoreCategory.FUEL})
    return [(row.date, row.score) for row in rows]


@pytest.mark.parametrize("kept_in", ["memory", "file"])
def test_threads_that_write_at_once_lose_nothing(tmp_path: Path, kept_in):
    path = tmp_path / "world.sqlite" if kept_in == "file" else None
    world = World.open(Settings(data=path))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda day: put(world, day), range(160)))
    stamps = [
        row.updated_at_ns
        for row in world.store.scores(first_site(world).id, (), {ScoreCategory.FUEL})
    ]
    assert len(fuel_scores(world)) == 160
    assert len(set(stamps)) == 160
    world.close()


def test_two_worlds_in_memory_share_nothing():
    ours, theirs = World.open(Settings()), World.open(Settings())
    put(ours, 1)
    assert (len(fuel_scores(ours)), len(fuel_scores(theirs))) == (1, 0)


def test_reset_restores_the_initial_state():
    world = World.open(Settings())
    before = rows(world)
    put(world, 1)
    customer, client = world.store.customers()[0], world.store.clients()[0]
    world.tokens.issue_tokens(customer, client, ALL_SCOPES)
    assert rows(world) != before
    world.reset()
    assert rows(world) == before
    assert fuel_scores(world) == []


def test_reset_repeats_the_same_secrets():
    world = World.open(Settings())
    customer, client = world.store.customers()[0], world.store.clients()[0]
    first = world.tokens.issue_tokens(customer, client, ALL_SCOPES)
    world.reset()
    assert world.tokens.issue_tokens(customer, client, ALL_SCOPES) == first


def test_a_restart_on_a_file_resumes_exactly(tmp_path: Path):
    settings = Settings(data=tmp_path / "world.sqlite", seed=77, edition="2023-java")
    world = World.open(settings)
    put(world, 1, 12.5)
    before, token = rows(world), world.demo_credentials()
    world.close()

    again = World.open(Settings(data=settings.data))
    assert rows(again) == before
    assert (again.seed, again.edition.name, again.now()) == (77, "2023-java", NOW)
    assert again.demo_credentials() == token
    assert fuel_scores(again) == [("2026-01-02", 12.5)]
    again.reset()
    assert fuel_scores(again) == []
    again.close()


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"scenario": "empty"}, "contains a world with scenario 'demo', not 'empty'"),
        ({"seed": 5}, "contains a world with seed '20260601', not '5'"),
        ({"edition": "2022"}, "contains a world with edition 'latest', not '2022'"),
        ({"clock": "system"}, "contains a world with clock '2026-06-01 09:00:00"),
    ],
)
def test_a_file_with_another_world_than_asked_for_is_refused(tmp_path: Path, asked, complaint):
    path = tmp_path / "world.sqlite"
    World.open(Settings(data=path)).close()
    with pytest.raises(WorldMismatchError, match="use another file") as caught:
        World.open(Settings(data=path, **asked))
    assert complaint in str(caught.value)


def scenario_file(folder: Path, text: str = "version: 1\nseed: 5\n") -> str:
    path = folder / "mine.yaml"
    path.write_text(text)
    return str(path)


def test_restart_with_same_settings_resumes(tmp_path: Path):
    scenario, data = scenario_file(tmp_path), tmp_path / "world.sqlite"
    for _ in range(2):
        world = World.open(Settings(scenario=scenario, data=data))
        assert (world.scenario_name, world.seed) == ("mine", 5)
        world.close()


def test_path_and_name_of_scenario_give_equal_names():
    worlds = [World.open(Settings(scenario=each)) for each in ("empty", "scenarios/empty.yaml")]
    assert [world.scenario_name for world in worlds] == ["empty", "empty"]


def test_missing_scenario_file_resumes_the_stored_one(tmp_path: Path):
    scenario, data = scenario_file(tmp_path), tmp_path / "world.sqlite"
    World.open(Settings(scenario=scenario, data=data)).close()
    Path(scenario).unlink()
    World.open(Settings(scenario=scenario, data=data)).close()
    with pytest.raises(ScenarioError, match="does not exist"):
        World.open(Settings(scenario=str(tmp_path / "other.yaml"), data=data))
    World.open(Settings(data=data)).close()


def test_edited_scenario_is_refused(tmp_path: Path):
    scenario, data = scenario_file(tmp_path), tmp_path / "world.sqlite"
    World.open(Settings(scenario=scenario, data=data)).close()
    scenario_file(tmp_path, "version: 1\nseed: 6\n")
    with pytest.raises(WorldMismatchError) as caught:
        World.open(Settings(scenario=scenario, data=data))
    assert str(caught.value) == (
        f"{data} contains a world with scenario 'mine' but with another text than {scenario}. "
        "Delete the file, use another file, or remove the setting scenario to continue with the "
        "world in the file."
    )


def test_closed_world_is_one_file(tmp_path: Path):
    world = World.open(Settings(data=tmp_path / "world.sqlite"))
    put(world, 1, 12.5)
    world.close()
    world.close()
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes((tmp_path / "world.sqlite").read_bytes())
    world = World.open(Settings(data=copy))
    assert fuel_scores(world) == [("2026-01-02", 12.5)]
    world.close()


def test_foreign_database_is_refused_and_unchanged(tmp_path: Path):
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE t(x)")
    before = path.read_bytes()
    with pytest.raises(InvalidDatabaseFileError, match="it belongs to another program"):
        World.open(Settings(data=path))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {path.name: before}


def test_an_empty_file_becomes_a_worlds_store(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    path.touch()
    World.open(Settings(data=path)).close()
    assert path.stat().st_size > 0


@pytest.mark.parametrize("name", ["a b#c?d.db", "file:x?mode=memory", ":memory:", "50%20.db"])
def test_a_file_may_be_called_anything(tmp_path: Path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    World.open(Settings(data=name)).close()
    assert {each.name for each in tmp_path.iterdir()} == {name, f"{name}.lock"}


def test_a_tilde_means_the_home_folder(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    World.open(Settings(data="~/world.sqlite")).close()
    assert (tmp_path / "world.sqlite").is_file()


def test_an_empty_name_of_a_file_means_memory():
    assert Settings(data="").data is None


def test_damaged_database_is_refused(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    World.open(Settings(data=path)).close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[4096 * page : 4096 * page + 200] = b"x" * 200
    path.write_bytes(content)
    with pytest.raises(
        InvalidDatabaseFileError, match=r"world\.sqlite is (damaged|not a world database): "
    ):
        World.open(Settings(data=path))


def test_database_with_invalid_metadata_is_refused(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    World.open(Settings(data=path)).close()
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE world_fact SET value = 'x' WHERE name = 'seed'")
    with pytest.raises(InvalidDatabaseFileError, match="is damaged: ValueError"):
        World.open(Settings(data=path))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/world.sqlite", "the folder {}/missing does not exist"),
        ("letter.txt/world.sqlite", "the folder {}/letter.txt is not a folder"),
        ("", "it is not a file"),
        pytest.param("/proc/world.sqlite", "No such file or directory", marks=NEEDS_PROC),
    ],
)
def test_invalid_database_path_is_refused(tmp_path: Path, name, reason):
    (tmp_path / "letter.txt").write_text("Dear Ada")
    path = tmp_path / name
    with pytest.raises(InvalidDatabaseFileError) as caught:
        World.open(Settings(data=path))
    assert str(caught.value) == f"{path} cannot store a world: {reason.format(tmp_path)}"
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="to the superuser nothing is read-only")
@pytest.mark.parametrize("kept", ["folder", "file"])
def test_read_only_database_is_refused(tmp_path: Path, kept):
    path = tmp_path / "world.sqlite"
    World.open(Settings(data=path)).close()
    (tmp_path if kept == "folder" else path).chmod(0o500)
    with pytest.raises(InvalidDatabaseFileError, match="cannot store a world"):
        World.open(Settings(data=path if kept == "file" else tmp_path / "new.sqlite"))
    tmp_path.chmod(0o700)


def test_other_file_is_refused_and_unchanged(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ada, this is a letter and no database. " * 40)
    before = path.read_bytes()
    with pytest.raises(InvalidDatabaseFileError, match="is not a world database"):
        World.open(Settings(data=path))
    assert path.read_bytes() == before


def test_a_file_is_served_by_one_world_at_a_time(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    world = World.open(Settings(data=path))
    with pytest.raises(FileInUseError, match="in use by another mockapi"):
        World.open(Settings(data=path))
    world.close()
    World.open(Settings(data=path)).close()


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", "--data", str(path)]
    acknowledged = 0
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            url = next(line.split()[1] for line in server.stdout if "address" in line)
            sites = json.load(urlopen(_request(f"{url}/ecostruxure/scoring/v1/sites")))
            scores = f"{url}/ecostruxure/scoring/v1/sites/{sites[0]['id']}/performance-scores"
            for _ in range(30):
                day = f"2025-{1 + acknowledged // 28:02d}-{1 + acknowledged % 28:02d}"
                score = {"date": day, "score": 5, "type": "daily", "category": "fuel"}
                with urlopen(_request(scores, [score])) as answer:
                    acknowledged += answer.status == 201
            os.kill(server.pid, signal.SIGKILL)
    assert acknowledged == 60
    world = World.open(Settings(data=path))
    assert len(fuel_scores(world)) == acknowledged
    world.close()


def _request(url: str, body: object = None) -> Request:
    headers = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
    data = None
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    return Request(url, data, headers)


def test_unvalidated_row_equals_validated_row():
    given = {"id": "m", "site_id": "s", "position": 0, "name": "main_meter", "gateway_id": "100"}
    given |= {"commodity": "Electricity", "usage": "Purchased from Grid"}
    drawn, made = Meter.create_unvalidated(**given), Meter(**given)
    assert drawn.model_dump() == made.model_dump()
    assert (drawn.interval, drawn.share) == (None, None)


def test_full_read_cache_keeps_the_newest_results(monkeypatch):
    monkeypatch.setattr("mockapi.store.database_access._MOST_ENTRIES", 3)
    cache, made = ReadCache(), []

    def look(key):
        return cache.get_or_compute("site", key, lambda: made.append(key) or key)

    assert [look(each) for each in (1, 2, 3, 4, 4, 3, 2, 1)] == [1, 2, 3, 4, 4, 3, 2, 1]
    assert made == [1, 2, 3, 4, 1]


def drawn_sites(monkeypatch) -> list[str]:
    """The ids of the sites whose equipment is generated from now on."""
    calls, draw = [], Portfolios.equipment

    def noting(portfolios, site):
        calls.append(site.id)
        return draw(portfolios, site)

    monkeypatch.setattr(Portfolios, "equipment", noting)
    return calls


def test_equipment_of_the_newest_sites_only_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("mockapi.store.database_access._MOST_OF_TOPIC", {"equipment": 3})
    world = portfolio_world(tmp_path, "{count: 8}")
    sites, calls = [each.id for each in all_sites(world)], drawn_sites(monkeypatch)
    meters = [[meter.id for meter, _ in world.store.meters(each)] for each in sites]
    assert [[meter.id for meter, _ in world.store.meters(each)] for each in sites] == meters
    assert calls == sites * 2
    assert [meter.id for meter, _ in world.store.meters(sites[-3])] == meters[-3]
    assert calls == sites * 2


@pytest.mark.parametrize(("defects", "drawn"), [("[]", 0), ("[{kind: spike, share: 0.5}]", 2)])
def test_only_sites_with_defects_are_drawn_for_incidents(tmp_path, monkeypatch, defects, drawn):
    world = portfolio_world(tmp_path, f"{{count: 8, defects: {defects}}}", seed=1)
    calls = drawn_sites(monkeypatch)
    having = [each for each in all_sites(world) if world.store.has_defects(each)]
    for each in all_sites(world):
        list(world.reader.incidents(each, None, None, None))
    assert len(having) == drawn
    assert set(calls) == {each.id for each in having}
    assert [each for each in all_sites(world) if world.store.defects(each.id)] == having


def test_sites_with_defects_are_found_without_reading_meters():
    world = World.open(Settings(scenario="messy-data"))
    for each in all_sites(world):
        assert world.store.has_defects(each) == bool(world.store.defects(each.id))
