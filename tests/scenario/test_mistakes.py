"""What a scenario file may not say, and what is said of it."""

import os
from pathlib import Path

import pytest
from scenario_steps import mistakes

from mockapi.domain.buildings import building_types, places
from mockapi.scenario.discovery import find
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse, read


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
            "my.yaml:6:21: clients.0.redirect_uris.0: must be a URI without fragment such as "
            "http://127.0.0.1:8765/callback, not 'not a uri'"
        ),
        (
            "my.yaml:10:19: customers.0.sites.0.building: building 'castle' is not known; "
            f"known are {', '.join(building_types())}"
        ),
        "my.yaml:14:15: customers.0.sites.1.area: must be at least 10, not 3",
    ]


def test_a_missing_key_is_told_where_it_should_stand():
    assert mistakes("customers:\n  - name: Ada\n") == [
        "my.yaml:2:5: customers.0.email: this key is required"
    ]


def test_a_key_stated_twice_is_a_mistake():
    assert mistakes("seed: 1\nseed: 2\n") == ["my.yaml:2:1: seed: key stated twice"]


def test_broken_yaml_is_told_with_its_place():
    assert mistakes("seed: [1\nclock: x\n") == [
        "my.yaml:2:6: the list in brackets needs ',' or ']' here. Add it."
    ]


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
    assert mistakes(text) == [
        "my.yaml:5:70: customers.0.access_tokens.0.client_id: no client has the client_id 'mockB'"
    ]


def test_contradictions_are_told_together_with_all_other_mistakes_each_at_its_place():
    text = """\
clients:
  - {client_id: mockA, name: A, redirect_uris: ["http://127.0.0.1/cb"]}
  - {client_id: mockA, name: B, redirect_uris: ["http://127.0.0.1/cb"]}
customers:
  - email: ada@example.com
    personal_access_tokens: [{token: mock000000000000000000000001}]
    sites: [{id: one, type: Office}, {id: one, type: Office}]
  - email: Ada@example.com
    personal_access_tokens: [{token: mock000000000000000000000001}]
    sees: [two]
colour: blue
"""
    assert mistakes(text) == [
        "my.yaml:3:17: clients.1.client_id: 'mockA' is stated before",
        "my.yaml:7:43: customers.0.sites.1.id: 'one' is stated before",
        "my.yaml:8:12: customers.1.email: 'Ada@example.com' is stated before",
        (
            "my.yaml:9:38: customers.1.personal_access_tokens.0.token: "
            "'mock000000000000000000000001' is stated before"
        ),
        "my.yaml:10:12: customers.1.sees.0: no site states the id 'two'",
        "my.yaml:11:9: colour: unknown key",
    ]


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
            "my.yaml:3:38: customers.0.personal_access_tokens.0.token: must be 'mock' and 24 "
            f"letters and digits, not {secret!r}"
        )
    ]


def test_an_unknown_name_lists_the_scenarios_there_are(tmp_path: Path, monkeypatch):
    (tmp_path / "mine.yml").write_text("sites: []\n", "utf-8")
    monkeypatch.setattr("mockapi.scenario.discovery.MOUNT", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        find("mime")
    assert str(caught.value) == (
        "mime: no such scenario; there are a-year-of-a-campus, demo, dst, empty, messy-data, mine, "
        "one-of-everything, partner-onboarding, portfolio, southern-hemisphere, vendor-samples, "
        "or name a file ending in .yaml"
    )


def test_a_file_that_is_missing_is_told_as_a_file(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        find("mine.yaml")
    assert str(caught.value) == (
        f"mine.yaml: no such file below {tmp_path}; "
        "a scenario that is shipped is named without an ending"
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [(("b.yaml", "a.yml", "c.txt"), "a.yml, b.yaml"), ((), "it holds no .yaml")],
    ids=["some", "none"],
)
def test_a_folder_is_told_as_one_with_the_files_to_name(tmp_path: Path, files, told):
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(ScenarioError) as caught:
        find(str(tmp_path))
    assert str(caught.value) == f"{tmp_path}: is a folder; name a file in it: {told}"


@pytest.mark.parametrize("text", ["sites: [{building: office", "sites: [{building: office\n"])
def test_what_lacks_its_end_is_told_where_the_text_ends(text):
    (told,) = mistakes(text)
    assert told.startswith("my.yaml:1:26: ")


@pytest.mark.parametrize("word", ["a/b", "a?b", "a#b", "100%", "a b", ".."])
def test_an_id_that_could_not_stand_in_a_path_is_a_mistake(word):
    (told,) = mistakes(f"sites: [{{building: office, city: Lyon, id: '{word}'}}]\n")
    assert told.startswith("my.yaml:1:44: sites.0.id: must be free of blanks and of / ? # % \\ to ")


def test_a_path_cannot_leave_the_folders_of_scenarios():
    with pytest.raises(ScenarioError, match="no such scenario"):
        find("../pyproject.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_told_with_the_remedy(tmp_path: Path):
    file = tmp_path / "shut.yaml"
    file.touch(0o200)
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value) == f"{file}: may not be read by this user; `chmod a+r` lets everybody"


def test_a_file_that_is_not_text_is_a_mistake_and_no_crash(tmp_path: Path):
    file = tmp_path / "odd.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value) == f"{file}: is UTF-16. Save it as UTF-8."


def test_a_city_of_the_wrong_spelling_is_told_what_it_may_have_meant():
    assert mistakes("sites: [{building: office, city: Lyons}]\n") == [
        (
            "my.yaml:1:9: sites.0: city 'Lyons' is not known; did you mean Lyon? "
            f"{len(places())} are known, `mockapi schema` lists them; or state "
            "`country_iso_code`, `timezone`, `latitude`, `longitude` beside it"
        )
    ]


def test_a_preset_and_a_defect_that_do_not_exist_are_told_with_those_that_do():
    text = """\
sites:
  - building: office
    city: Lyon
    meters: basics
    defects:
      - {kind: spikes}
      - {factor: 3}
      - {kind: spike, for: PT1H}
      - {kind: short_gap, at: 2026-01-01T00:00:00Z, rate: 2}
"""
    told = mistakes(text)
    assert [each.split(" known are ")[0] for each in told] == [
        "my.yaml:4:13: sites.0.meters: preset 'basics' is not known;",
        "my.yaml:6:16: sites.0.defects.0.kind: 'spikes' is not known;",
        "my.yaml:7:9: sites.0.defects.1.kind: this key is required",
        "my.yaml:8:28: sites.0.defects.2.for: unknown key",
        "my.yaml:9:9: sites.0.defects.3: state `at` or `rate`, not both",
    ]


@pytest.mark.parametrize(
    ("site", "mistake"),
    [
        pytest.param(
            "meters: basic, defects: [{kind: spike, usage: Diesel}]",
            "a defect is of usage 'Diesel', which the site does not meter",
            id="defect of no meter",
        ),
        pytest.param(
            "meters: basic, defects: [{kind: swapped_meters, with: Diesel}]",
            "a defect is of usage 'Diesel', which the site does not meter",
            id="swapped with no meter",
        ),
        pytest.param(
            "defects: [{kind: spike, share: 0.5}]",
            "`share` is for the defects of a portfolio, of whose sites it speaks",
            id="share of one site",
        ),
        pytest.param(
            "meters: [{usage: CO2, defects: [{kind: spike, usage: CO2}]}]",
            "a defect of one meter has no `usage`: it is the meter's",
            id="usage of one meter",
        ),
        pytest.param(
            "meters: [{usage: CO2, submeters: [{name: a, share: 0.7}, {name: b, share: 0.4}]}]",
            "the shares of submeters sum to 1.1, which is more than 1",
            id="more than all",
        ),
        pytest.param(
            "meters: [{usage: CO2, measurements: [], submeters: [{name: a, share: 1}]}]",
            "a meter has `measurements` or `submeters`, not both",
            id="channels and submeters",
        ),
        pytest.param(
            "timezone: Europe/Lyon",
            "time zone 'Europe/Lyon' is not known; state one such as 'Europe/Paris'",
            id="time zone",
        ),
        pytest.param(
            "registered: true, projects: [{leed_id: 1, leed_name: One}]",
            "state `registered` or `projects`, not both",
            id="registered twice",
        ),
        pytest.param(
            "interval: PT30M",
            "must be 'PT15M', 'PT1H', 'P1D' or 'P1M', not 'PT30M'",
            id="interval",
        ),
    ],
)
def test_a_site_that_does_not_agree_with_itself_is_a_mistake(site, mistake):
    (told,) = mistakes(f"sites: [{{building: office, city: Lyon, {site}}}]\n")
    assert told.split(": ", 2)[2] == mistake


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "portfolio: {mix: {castle: 1}}\n", "building 'castle' is not known;", id="building"
        ),
        pytest.param("portfolio: {countries: [XX]}\n", "country 'XX' is not known;", id="country"),
        pytest.param(
            "portfolio: {countries: []}\n", "must hold at least one item", id="no country"
        ),
        pytest.param(
            "portfolio: {countries: [FR], cities: [Lyon]}\n",
            "state `countries` or `cities`, not both",
            id="countries and cities",
        ),
        pytest.param(
            "customers: [{email: a@b}]\nportfolio: {customer: c@d}\n",
            "the portfolio is of 'c@d', who is no customer",
            id="nobody's",
        ),
        pytest.param(
            "customers: [{email: a@b, portfolio: {}}]\nportfolio: {}\n",
            "a@b has a portfolio already; state one of the two",
            id="two",
        ),
        pytest.param(
            "customers: [{email: a@b, portfolio: {customer: c@d}}]\n",
            "a customer's portfolio is its own; leave `portfolio.customer` out",
            id="another's",
        ),
    ],
)
def test_a_portfolio_that_cannot_be_is_a_mistake(text, told):
    (mistake,) = mistakes(text)
    assert told in mistake
