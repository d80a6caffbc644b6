"""What it means that one scenario extends another."""

from pathlib import Path

import pytest
from scenario_steps import NOW, made_of, mistakes, sites

from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse, read
from mockapi.settings import Settings
from mockapi.world.world import World

DEMO = parse("extends: demo\n", "my.yaml")


def test_what_the_extending_file_says_wins_and_the_rest_stays():
    extended = parse("extends: demo\nseed: 7\nhistory: P10D\n", "my.yaml")
    assert extended == DEMO.model_copy(update={"seed": 7, "history": extended.history})
    assert extended.history.days == 10


def test_what_a_base_says_of_itself_is_not_said_of_what_it_becomes():
    assert DEMO.description == ""
    assert parse("extends: demo\ndescription: Mine.\n", "my.yaml").description == "Mine."


def test_customers_of_the_same_email_merge_and_new_ones_follow():
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


def test_a_list_takes_the_place_of_the_other_one():
    text = "extends: demo\ncustomers: [{email: ada@example.com, sites: []}]\n"
    ada, _ = parse(text, "my.yaml").customers
    assert ada == DEMO.customers[0].model_copy(update={"sites": ()})


def test_a_mistake_is_told_in_the_file_that_makes_it(tmp_path: Path):
    base, over = tmp_path / "base.yaml", tmp_path / "over.yaml"
    base.write_text("customers:\n  - {email: ada@example.com, colour: red}\n")
    over.write_text(
        "extends: base.yaml\nseed: -1\ncustomers:\n  - {email: ada@example.com, id: a b}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        read(over)
    assert [str(each) for each in caught.value.mistakes] == [
        f"{base}:2:38: customers.0.colour: unknown key",
        f"{over}:2:7: seed: must be at least 0, not -1",
        (
            f"{over}:4:34: customers.0.id: "
            "must be free of blanks and of / ? # % \\ to stand in paths, not 'a b'"
        ),
    ]


def test_a_key_that_the_base_states_twice_is_a_mistake_of_the_base(tmp_path: Path):
    (tmp_path / "base.yaml").write_text("seed: 1\nseed: 2\n")
    (tmp_path / "over.yaml").write_text("extends: base.yaml\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / "over.yaml")
    assert str(caught.value) == f"{tmp_path}/base.yaml:2:1: seed: key stated twice"


def test_a_scenario_that_extends_itself_is_refused(tmp_path: Path):
    (tmp_path / "one.yaml").write_text("extends: two.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: one.yaml\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / "one.yaml")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    assert str(caught.value) == f"{two}:1:10: extends: extends itself: {one} -> {two} -> {one}"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param("nowhere", "no such scenario; there are ", id="unknown"),
        pytest.param("[demo, empty]", "must name one scenario or one file", id="two"),
    ],
)
def test_a_base_that_cannot_be_had_is_a_mistake(named, told):
    (mistake,) = mistakes(f"seed: 1\nextends: {named}\n")
    assert mistake.startswith(f"my.yaml:2:10: extends: {told}")


def test_a_world_in_a_file_goes_on_without_the_base(tmp_path: Path):
    base = tmp_path / "base.yaml"
    base.write_text(f"{NOW}sites:\n  - {{building: office, city: Lyon, zip_code: '010'}}\n")
    data = tmp_path / "world.sqlite"
    world = made_of("extends: base.yaml\nseed: 12\n", tmp_path, data=data)
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
        pytest.param("below/../../base.yaml", id="above by a detour"),
        pytest.param("{folder}/base.yaml", id="absolute"),
        pytest.param("link.yaml", id="through a link"),
        pytest.param("linked/base.yaml", id="through a linked folder"),
    ],
)
def test_file_above_the_extending_one_is_not_read(tmp_path: Path, name):
    (tmp_path / "base.yaml").write_text("customers: [{email: ada@example.com, secret: door}]\n")
    folder = tmp_path / "scenarios"
    (folder / "below").mkdir(parents=True)
    (folder / "link.yaml").symlink_to(tmp_path / "base.yaml")
    (folder / "linked").symlink_to(tmp_path)
    over = folder / "over.yaml"
    over.write_text(f"extends: {name.format(folder=tmp_path)}\n")
    with pytest.raises(ScenarioError) as caught:
        read(over)
    assert str(caught.value) == (
        f"{over}:1:10: extends: no such file in {folder} or in a folder below. Put it there."
    )


def test_file_below_the_extending_one_is_read(tmp_path: Path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "base.yml").write_text("seed: 9\n")
    (tmp_path / "over.yaml").write_text("extends: below/base.yml\n")
    assert read(tmp_path / "over.yaml")[0].seed == 9


def test_text_cannot_extend_a_file(tmp_path: Path, monkeypatch):
    (tmp_path / "base.yaml").write_text("seed: 9\n")
    monkeypatch.chdir(tmp_path)
    for name in ("base.yaml", tmp_path / "base.yaml", "./base.yaml"):
        assert mistakes(f"extends: {name}\n") == [
            (
                "my.yaml:1:10: extends: a scenario that is sent as text cannot extend a file. "
                "Name a shipped scenario."
            )
        ]
