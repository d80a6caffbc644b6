"""What a scenario file may say, what is said of its mistakes, and what the shipped ones hold."""

from pathlib import Path

import pytest

from mockapi.domain.catalog import catalog
from mockapi.resources import scenarios
from mockapi.scenario.document import ScenarioError
from mockapi.scenario.load import find, parse, read
from mockapi.settings import Settings
from mockapi.world.world import World

SHIPPED = sorted(path.stem for path in scenarios().glob("*.yaml"))


def mistakes(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "my.yaml")
    return [str(mistake) for mistake in caught.value.mistakes]


def world(name: str, **settings) -> World:
    return World.open(Settings(scenario=name, **settings))


def test_every_mistake_is_told_at_once_with_its_line_and_column():
    text = """\
version: 1
colour: blue
clients:
  - client_id: mockClient
    name: One
    redirect_uris: [not a uri]
customers:
  - email: ada@example.com
    sites:
      - building: castle
        city: Lyon
      - building: office
        city: Lyon
        area: 3
"""
    assert mistakes(text) == [
        "my.yaml:2:9: colour: unknown key",
        (
            "my.yaml:6:21: clients.0.redirect_uris.0: String should match pattern "
            r"'^[A-Za-z][A-Za-z0-9+.-]*://?[^\s#]+$'"
        ),
        (
            "my.yaml:10:9: customers.0.sites.0: building 'castle' is not known; known are office, "
            "school, university, hospital, hotel, restaurant, retail, warehouse, laboratory, "
            "multifamily"
        ),
        "my.yaml:14:15: customers.0.sites.1.area: Input should be greater than or equal to 10",
    ]


def test_a_missing_key_is_told_where_it_should_stand():
    assert mistakes("customers:\n  - name: Ada\n") == [
        "my.yaml:2:5: customers.0.email: this key is required"
    ]


def test_a_key_stated_twice_is_a_mistake():
    assert mistakes("seed: 1\nseed: 2\n") == ["my.yaml:2:1: seed: key stated twice"]


def test_broken_yaml_is_told_with_its_place():
    assert mistakes("seed: [1\nclock: x\n") == ["my.yaml:2:6: did not find expected ',' or ']'"]


def test_an_alias_of_a_node_around_it_does_not_hang_the_reader():
    assert mistakes("clients: &all [*all]\n") != []


def test_words_that_old_yaml_takes_for_numbers_and_booleans_stay_words():
    text = """\
customers:
  - email: ada@example.com
    sites:
      - {type: "no", name: 12:30, zip_code: NO, state_province: on, weekly_operating_hours: 010}
"""
    with pytest.raises(ScenarioError) as caught:
        parse(text.replace("name: 12:30", "name: 12"), "my.yaml")
    assert [mistake.path for mistake in caught.value.mistakes] == ["customers.0.sites.0.name"]
    site = parse(text, "my.yaml").customers[0].sites[0]
    assert (site.name, site.zip_code, site.state_province) == ("12:30", "NO", "on")
    assert site.weekly_operating_hours == 10


def test_two_statements_that_contradict_each_other_are_told():
    text = """\
clients:
  - {client_id: mockA, name: A, redirect_uris: ["http://127.0.0.1/cb"]}
customers:
  - email: ada@example.com
    access_tokens: [{token: mock000000000000000000000001, client_id: mockB}]
"""
    assert mistakes(text) == ["my.yaml:1:1: access token of unknown client 'mockB'"]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("A" * 28, id="not visibly fake"),
        pytest.param("mock123", id="too short"),
        pytest.param("mock" + "-" * 24, id="not alphanumeric"),
    ],
)
def test_a_token_that_is_not_visibly_fake_and_well_shaped_is_a_mistake(secret):
    text = f"customers:\n  - email: a@b\n    personal_access_tokens: [{{token: '{secret}'}}]\n"
    assert mistakes(text) == [
        (
            "my.yaml:3:38: customers.0.personal_access_tokens.0.token: String should match pattern "
            "'^mock[A-Za-z0-9]{24}$'"
        )
    ]


def test_an_unknown_name_lists_the_shipped_scenarios():
    with pytest.raises(ScenarioError, match="no such scenario; shipped are demo, empty"):
        find("nowhere")


def test_a_path_cannot_leave_the_folders_of_scenarios():
    with pytest.raises(ScenarioError, match="no such scenario"):
        find("../pyproject.toml")


def test_a_file_that_is_not_text_is_a_mistake_and_no_crash(tmp_path: Path):
    file = tmp_path / "odd.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read(file)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_becomes_the_same_world_every_time(name):
    first, second = world(name), world(name)
    assert first.store.snapshot() == second.store.snapshot()
    assert first.scenario.description != ""


def test_another_seed_makes_another_world():
    ours, theirs = world("demo"), world("demo", seed=7)
    assert {site.id for site in sites(ours)}.isdisjoint(site.id for site in sites(theirs))


def sites(world: World) -> list:
    return [site for each in world.store.customers() for site in world.store.sites(each.id)]


def test_demo_meters_every_usage_of_the_catalog_somewhere():
    demo = world("demo")
    metered = {
        (meter.commodity, meter.usage)
        for site in sites(demo)
        for meter, _ in demo.store.meters(site.id)
    }
    assert metered == {
        (commodity.name, usage) for commodity in catalog().commodity for usage in commodity.usages
    }


def test_demo_has_the_breadth_that_it_promises():
    demo = world("demo")
    assert len(demo.store.customers()) == 2
    assert len(demo.store.sites(demo.store.customers()[0].id)) == 8
    assert len({site.type for site in sites(demo)}) == 10
    assert {site.country_iso_code for site in sites(demo)} == {
        "AU", "BR", "DE", "FR", "IN", "SG", "US"
    }  # fmt: skip
    assert (
        min(site.latitude for site in sites(demo)) < 0 < max(site.latitude for site in sites(demo))
    )


def test_demo_has_readings_under_every_key_of_a_registered_site():
    demo = world("demo")
    for site in sites(demo):
        flowing = {key: next(iter(readings)) for key, readings in demo.timeseries(site, None, None)}
        keys = {each.key for _, channels in demo.store.meters(site.id) for each in channels}
        assert set(flowing) == (keys if site.registered_at else set())
