"""Scenarios that extend another one."""

from pathlib import Path

import pytest
from scenario_steps import NOW, issues_of, sites, world_from

from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse, read
from mockapi.settings import Settings
from mockapi.world.world import World

DEMO = parse("extends: demo\n", "my.yaml")


def test_values_of_the_extension_replace_those_of_the_base():
    extended = parse("extends: demo\nseed: 7\nhistory: P10D\n", "my.yaml")
    assert extended == DEMO.model_copy(update={"seed": 7, "history": extended.history})
    assert extended.history.days == 10


def test_description_of_the_base_is_not_inherited():
    assert DEMO.description == ""
    assert parse("extends: demo\ndescription: Mine.\n", "my.yaml").description == "Mine."


def test_customers_merge_by_email_and_new_ones_follow():
    text = """\
extends: demo
customers:
  - email: new@example.com
  - {email: grace@example.com, password: mockPassword}
"""
    ada, grace, new = parse(text, "my.yaml").customers
    assert ada == DEMO.customers[0]
    assert grace == DEMO.customers[1].model_copy(update={"password": "mockPassword"})
    assert new.email == "new@example.com"


def test_list_replaces_that_of_the_base():
    text = "extends: demo\ncustomers: [{email: ada@example.com, sites: []}]\n"
    ada, _ = parse(text, "my.yaml").customers
    assert ada == DEMO.customers[0].model_copy(update={"sites": ()})


def test_error_has_the_place_in_its_own_file(tmp_path: Path):
    base, extension = tmp_path / "base.yaml", tmp_path / "over.yaml"
    base.write_text("customers:\n  - {email: ada@example.com, colour: red}\n")
    extension.write_text(
        "extends: base.yaml\nseed: -1\ncustomers:\n  - {email: ada@example.com, id: a b}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        read(extension)
    assert [str(each) for each in caught.value.issues] == [
        (
            f"{base}:2:38: customers.0.colour (customer 'ada@example.com'): unknown key. "
            "Remove it. `mockapi schema` lists the keys of every part."
        ),
        f"{extension}:2:7: seed: must be at least 0, not -1",
        (
            f"{extension}:4:34: customers.0.id (customer 'ada@example.com'): "
            "must be without spaces and without / ? # % \\, not 'a b'"
        ),
    ]


def test_duplicate_key_of_the_base_is_rejected(tmp_path: Path):
    (tmp_path / "base.yaml").write_text("seed: 1\nseed: 2\n")
    (tmp_path / "over.yaml").write_text("extends: base.yaml\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / "over.yaml")
    assert str(caught.value) == f"{tmp_path}/base.yaml:2:1: seed: duplicate key. Remove one `seed`."


def test_scenario_that_extends_itself_is_rejected(tmp_path: Path):
    (tmp_path / "one.yaml").write_text("extends: two.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: one.yaml\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / "one.yaml")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    assert str(caught.value) == (
        f"{two}:1:10: extends: the file extends itself: {one} -> {two} -> {one}. "
        "Remove one `extends`."
    )


@pytest.mark.parametrize(
    ("base", "message"),
    [
        pytest.param("nowhere", "'nowhere': this scenario does not exist. Use ", id="unknown"),
        pytest.param(
            "[demo, empty]",
            "this is not a name. Use the name of a scenario or of a file.",
            id="two",
        ),
    ],
)
def test_unknown_base_is_rejected(base, message):
    (line,) = issues_of(f"seed: 1\nextends: {base}\n")
    assert line.startswith(f"my.yaml:2:10: extends: {message}")


def test_stored_world_does_not_need_the_base(tmp_path: Path):
    base = tmp_path / "base.yaml"
    base.write_text(f"{NOW}sites:\n  - {{building: office, city: Lyon, zip_code: '010'}}\n")
    data = tmp_path / "world.sqlite"
    world = world_from("extends: base.yaml\nseed: 12\n", tmp_path, data=data)
    before = sites(world)
    world.close()
    base.unlink()
    again = World.open(Settings(data=data))
    assert (again.seed, sites(again)) == (12, before)
    again.reset()
    assert [site.zip_code for site in sites(again)] == ["010"]
    again.close()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../base.yaml", id="above"),
        pytest.param("below/../../base.yaml", id="above through below"),
        pytest.param("{folder}/base.yaml", id="absolute"),
        pytest.param("link.yaml", id="through a link"),
        pytest.param("linked/base.yaml", id="through a linked folder"),
    ],
)
def test_file_outside_of_the_folder_is_not_read(tmp_path: Path, name):
    (tmp_path / "base.yaml").write_text("customers: [{email: ada@example.com, secret: door}]\n")
    folder = tmp_path / "scenarios"
    (folder / "below").mkdir(parents=True)
    (folder / "link.yaml").symlink_to(tmp_path / "base.yaml")
    (folder / "linked").symlink_to(tmp_path)
    extension = folder / "over.yaml"
    file = name.format(folder=tmp_path)
    extension.write_text(f"extends: {file}\n")
    with pytest.raises(ScenarioError) as caught:
        read(extension)
    assert str(caught.value) == (
        f"{extension}:1:10: extends: {file!r} is not a file in {folder} or below. "
        "Add it, or correct the name."
    )


def test_file_below_the_folder_is_read(tmp_path: Path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "base.yml").write_text("seed: 9\n")
    (tmp_path / "over.yaml").write_text("extends: below/base.yml\n")
    assert read(tmp_path / "over.yaml")[0].seed == 9


def test_text_cannot_extend_a_file(tmp_path: Path, monkeypatch):
    (tmp_path / "base.yaml").write_text("seed: 9\n")
    monkeypatch.chdir(tmp_path)
    for name in ("base.yaml", tmp_path / "base.yaml", "./base.yaml"):
        assert issues_of(f"extends: {name}\n") == [
            (
                f"my.yaml:1:10: extends: '{name}': a scenario that is sent as text cannot "
                "extend a file. Use the name of a shipped scenario."
            )
        ]
