"""Errors of scenario files: messages and places."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType
from scenario_steps import issues_of, sites

from mockapi.domain.buildings import building_types, places
from mockapi.domain.clock import ManualClock
from mockapi.domain.validation import describe_error
from mockapi.scenario.discovery import available_scenarios, find_scenario
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import document_of, parse, read
from mockapi.scenario.seeding.scenario_checks import check_document
from mockapi.settings import Settings
from mockapi.world.world import World

TWICE = "is used more than once. Change or remove it."


def test_all_errors_are_listed_with_line_and_column():
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
    assert issues_of(text) == [
        "my.yaml:2:9: colour: unknown key",
        (
            "my.yaml:6:21: clients.0.redirect_uris.0 (client 'mockClient'): must be a URI without "
            "fragment such as "
            "http://127.0.0.1:8765/callback, not 'not a uri'"
        ),
        (
            "my.yaml:10:19: customers.0.sites.0.building (customer 'ada@example.com'): "
            f"'castle' is not a known building. Use one of {', '.join(building_types())}."
        ),
        (
            "my.yaml:14:15: customers.0.sites.1.area (customer 'ada@example.com'): "
            "must be at least 10, not 3"
        ),
    ]


def test_missing_key_is_reported_at_its_object():
    assert issues_of("customers:\n  - name: Ada\n") == [
        "my.yaml:2:5: customers.0.email (customer 'Ada'): this key is required"
    ]


def test_duplicate_key_is_rejected():
    assert issues_of("seed: 1\nseed: 2\n") == ["my.yaml:2:1: seed: duplicate key"]


def test_invalid_yaml_is_reported_with_its_place():
    assert issues_of("seed: [1\nclock: x\n") == [
        "my.yaml:2:6: the list in brackets needs ',' or ']' here. Add it."
    ]


def test_recursive_alias_is_rejected():
    assert issues_of("clients: &all [*all]\n") != []


def test_booleans_and_times_of_yaml_1_1_are_texts():
    text = """\
customers:
  - email: ada@example.com
    sites:
      - {type: "no", name: 12:30, zip_code: NO, state_province: on, weekly_operating_hours: 010}
"""
    with pytest.raises(ScenarioError) as caught:
        parse(text.replace("name: 12:30", "name: 12"), "my.yaml")
    assert [issue.path for issue in caught.value.issues] == ["customers.0.sites.0.name"]
    site = parse(text, "my.yaml").customers[0].sites[0]
    assert (site.name, site.zip_code, site.state_province) == ("12:30", "NO", "on")
    assert site.weekly_operating_hours == 10


def test_unknown_client_of_a_token_is_rejected():
    text = """\
clients:
  - {client_id: mockA, name: A, redirect_uris: ["http://127.0.0.1/cb"]}
customers:
  - email: ada@example.com
    access_tokens: [{token: mock000000000000000000000001, client_id: mockB}]
"""
    assert issues_of(text) == [
        (
            "my.yaml:5:70: customers.0.access_tokens.0.client_id (customer 'ada@example.com'): "
            "'mockB' is not the `client_id` of a client. Use one under `clients`."
        )
    ]


def test_duplicates_are_listed_with_all_other_errors():
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
    assert issues_of(text) == [
        f"my.yaml:3:17: clients.1.client_id (client 'mockA'): 'mockA' {TWICE}",
        (
            "my.yaml:7:43: customers.0.sites.1.id (site 'one' of customer 'ada@example.com'): "
            f"'one' {TWICE}"
        ),
        (
            "my.yaml:8:12: customers.1.email (customer 'Ada@example.com'): "
            f"'Ada@example.com' {TWICE}"
        ),
        (
            "my.yaml:9:38: customers.1.personal_access_tokens.0.token "
            f"(customer 'Ada@example.com'): 'mock000000000000000000000001' {TWICE}"
        ),
        (
            "my.yaml:10:12: customers.1.sees.0 (customer 'Ada@example.com'): "
            "'two' is not the `id` of a site. Give a site that id, or remove it."
        ),
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
def test_token_of_another_format_is_rejected(secret):
    text = f"customers:\n  - email: a@b\n    personal_access_tokens: [{{token: '{secret}'}}]\n"
    assert issues_of(text) == [
        (
            "my.yaml:3:38: customers.0.personal_access_tokens.0.token (customer 'a@b'): "
            f"must be 'mock' and 24 letters and digits, not {secret!r}"
        )
    ]


def test_unknown_name_lists_the_available_scenarios(tmp_path: Path, monkeypatch):
    (tmp_path / "mine.yml").write_text("sites: []\n", "utf-8")
    monkeypatch.setattr("mockapi.scenario.discovery.MOUNT", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        find_scenario("nowhere")
    assert str(caught.value) == (
        "nowhere: this scenario does not exist. Use a-year-of-a-campus, demo, dst, empty, "
        "messy-data, mine, one-of-everything, partner-onboarding, portfolio, "
        "southern-hemisphere, vendor-samples, or a file that ends in .yaml."
    )


def test_unknown_name_suggests_the_nearest_scenario(tmp_path: Path, monkeypatch):
    (tmp_path / "mine.yml").write_text("sites: []\n", "utf-8")
    monkeypatch.setattr("mockapi.scenario.discovery.MOUNT", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        find_scenario("mime")
    assert str(caught.value) == "mime: this scenario does not exist. Did you mean mine?"


@pytest.mark.parametrize(
    ("name", "folders", "places"),
    [
        ("mine.yaml", (), ["{current}/mine.yaml", "/scenarios/mine.yaml"]),
        ("../mine.yml", (), ["{parent}/mine.yml"]),
        (
            "./a/mine.json",
            ("/tests", "."),
            ["/tests/a/mine.json", "{current}/a/mine.json", "/scenarios/a/mine.json"],
        ),
    ],
)
def test_missing_file_lists_the_searched_places(
    tmp_path: Path, monkeypatch, name: str, folders: Sequence[str], places: Sequence[str]
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        find_scenario(name, [Path(each) for each in folders])
    searched = ", ".join(places).format(current=tmp_path, parent=tmp_path.parent)
    assert str(caught.value) == (
        f"{name}: this file does not exist. Searched: {searched}. "
        f"Correct the path, or use {', '.join(available_scenarios())}."
    )


def test_missing_file_with_an_absolute_path_is_not_searched(tmp_path: Path):
    with pytest.raises(ScenarioError) as caught:
        find_scenario(f"{tmp_path}/mine.yaml", [tmp_path])
    assert str(caught.value).startswith(
        f"{tmp_path}/mine.yaml: this file does not exist. Correct the path, or use "
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (("b.yaml", "a.yml", "c.txt"), "this is a folder. Use a file in it: a.yml, b.yaml."),
        ((), "this is a folder without a .yaml file. Use a scenario file."),
    ],
    ids=["two files", "empty"],
)
def test_folder_is_rejected_with_its_files(tmp_path: Path, files, message):
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(ScenarioError) as caught:
        find_scenario(str(tmp_path))
    assert str(caught.value) == f"{tmp_path}: {message}"


@pytest.mark.parametrize("text", ["sites: [{building: office", "sites: [{building: office\n"])
def test_missing_end_is_reported_at_the_end_of_the_text(text):
    (line,) = issues_of(text)
    assert line.startswith("my.yaml:1:26: ")


@pytest.mark.parametrize("word", ["a/b", "a?b", "a#b", "100%", "a b", ".."])
def test_id_that_paths_cannot_contain_is_rejected(word):
    (line,) = issues_of(f"sites: [{{building: office, city: Lyon, id: '{word}'}}]\n")
    assert line.startswith(
        f"my.yaml:1:44: sites.0.id (site {word!r}): must be without spaces and without / ? # % \\, "
    )


def test_path_outside_of_the_folders_is_rejected():
    with pytest.raises(ScenarioError, match="this scenario does not exist"):
        find_scenario("../pyproject.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_file_is_reported_with_a_remedy(tmp_path: Path):
    file = tmp_path / "shut.yaml"
    file.touch(0o200)
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value) == f"{file}: cannot be read by this user. Run `chmod a+r` on it"


def test_binary_file_is_rejected(tmp_path: Path):
    file = tmp_path / "odd.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value) == f"{file}: is UTF-16. Save it as UTF-8."


def test_unknown_city_is_rejected_with_a_similar_one():
    assert issues_of("sites: [{building: office, city: Lyons}]\n") == [
        (
            "my.yaml:1:34: sites.0.city: 'Lyons' is not a known city. Did you mean Lyon? "
            f"`mockapi schema` lists all {len(places())}. For another city, add "
            "`country_iso_code`, `timezone`, `latitude`, `longitude`."
        )
    ]


def test_unknown_preset_and_defect_list_the_known_ones():
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
    assert [each.split(" Use ")[0] for each in issues_of(text)] == [
        "my.yaml:4:13: sites.0.meters: 'basics' is not a known preset. Did you mean basic?",
        "my.yaml:6:16: sites.0.defects.0.kind: 'spikes' is not a known kind. Did you mean spike?",
        "my.yaml:7:9: sites.0.defects.1.kind: this key is required",
        "my.yaml:8:28: sites.0.defects.2.for: unknown key",
        "my.yaml:9:31: sites.0.defects.3.at: `at` and `rate` exclude each other. Remove one.",
    ]


@pytest.mark.parametrize(
    ("site", "message"),
    [
        pytest.param(
            "meters: basic, defects: [{kind: spike, usage: Diesel}]",
            "a defect is of usage 'Diesel', which the site does not meter. Use ",
            id="usage of another site",
        ),
        pytest.param(
            "meters: basic, defects: [{kind: swapped_meters, with: Diesel}]",
            "a defect is of usage 'Diesel', which the site does not meter. Use ",
            id="swapped usage",
        ),
        pytest.param(
            "defects: [{kind: spike, share: 0.5}]",
            "`share` is allowed in defects of a portfolio only. Remove it.",
            id="share of one site",
        ),
        pytest.param(
            "meters: [{usage: CO2, defects: [{kind: spike, usage: CO2}]}]",
            "`usage` is not allowed in a defect of one meter. Remove it.",
            id="usage of one meter",
        ),
        pytest.param(
            "meters: [{usage: CO2, submeters: [{name: a, share: 0.7}, {name: b, share: 0.4}]}]",
            "the shares of the submeters sum to 1.1. Use at most 1.",
            id="more than all",
        ),
        pytest.param(
            "meters: [{usage: CO2, measurements: [], submeters: [{name: a, share: 1}]}]",
            "`measurements` and `submeters` exclude each other. Remove one.",
            id="channels and submeters",
        ),
        pytest.param(
            "timezone: Europe/Lyon",
            "'Europe/Lyon' is not a known time zone. Example: Europe/Paris",
            id="time zone",
        ),
        pytest.param(
            "registered: true, projects: [{leed_id: 1, leed_name: One}]",
            "`registered` and `projects` exclude each other. Remove one.",
            id="registered twice",
        ),
        pytest.param(
            "interval: PT30M",
            "must be 'PT15M', 'PT1H', 'P1D' or 'P1M', not 'PT30M'",
            id="interval",
        ),
    ],
)
def test_inconsistent_site_is_rejected(site, message):
    (line,) = issues_of(f"sites: [{{building: office, city: Lyon, {site}}}]\n")
    assert line.split(": ", 2)[2].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "portfolio: {mix: {castle: 1}}\n", "'castle' is not a known building.", id="building"
        ),
        pytest.param(
            "portfolio: {countries: [XX]}\n", "'XX' is not a known country.", id="country"
        ),
        pytest.param(
            "portfolio: {countries: []}\n", "the list is empty. Add an item.", id="no country"
        ),
        pytest.param(
            "portfolio: {countries: [FR], cities: [Lyon]}\n",
            "`countries` and `cities` exclude each other. Remove one.",
            id="countries and cities",
        ),
        pytest.param(
            "customers: [{email: a@b}]\nportfolio: {customer: c@d}\n",
            "the owner of the portfolio, 'c@d', is not the `email` of a customer.",
            id="unknown owner",
        ),
        pytest.param(
            "customers: [{email: a@b, portfolio: {}}]\nportfolio: {}\n",
            "'a@b' has two portfolios. Remove one.",
            id="two",
        ),
        pytest.param(
            "customers: [{email: a@b, portfolio: {customer: c@d}}]\n",
            "the portfolio is that of this customer. Remove `portfolio.customer`.",
            id="another owner",
        ),
    ],
)
def test_invalid_portfolio_is_rejected(text, message):
    (line,) = issues_of(text)
    assert message in line


def test_all_errors_are_listed_next_to_an_unknown_base():
    text = """\
extends: demoo
timelin: []
clients: [{client_id: mockA}]
customers:
  - email: ada@example.com
    sees: [site-of-the-base]
    sites:
      - {name: Depot, building: office}
      - {name: Hub, building: office, city: Lyon, area: -1}
"""
    lines = issues_of(text)
    assert [line.split(": ")[1] for line in lines] == [
        "extends",
        "timelin",
        "customers.0.sites.0.building (site 'Depot' of customer 'ada@example.com')",
        "customers.0.sites.1.area (site 'Hub' of customer 'ada@example.com')",
    ]


def test_all_errors_are_listed_next_to_an_unreadable_base(tmp_path: Path):
    (tmp_path / "base.yaml").write_text("seed: [1\nclock: x\n")
    (tmp_path / "my.yaml").write_text("extends: base.yaml\ncolour: blue\nseed: -1\n")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / "my.yaml")
    assert [(each.line, each.path) for each in caught.value.issues] == [
        (2, ""),
        (2, "colour"),
        (3, "seed"),
    ]


def test_validators_run_next_to_unknown_keys_and_values():
    text = """\
zzz: 1
clients: []
sites:
  - {id: one, type: x, zzz: 1}
  - {id: two, type: x, registered: true, projects: [{leed_id: 1, leed_name: One}], zzz: 1}
  - {id: three, type: x, area: -1}
customers:
  - {email: ada@example.com, access_tokens: [{token: mock000000000000000000000001}]}
timeline:
  - {event: retrofit, savings: 0.1, site: one, zzz: 1}
"""
    assert [line.split(": ")[1] for line in issues_of(text)] == [
        "zzz",
        "sites.0.zzz (site 'one')",
        "sites.1.registered (site 'two')",
        "sites.1.zzz (site 'two')",
        "sites.2.area (site 'three')",
        "timeline.0",
        "timeline.0.zzz",
    ]


def test_misspelled_key_hides_errors_that_follow_from_it():
    assert issues_of("sites: [{buildng: office, city: Lyon}]\n") == [
        "my.yaml:1:19: sites.0.buildng: unknown key"
    ]


@pytest.mark.parametrize(
    ("site", "subject"),
    [
        pytest.param("name: HQ, id: one", "site 'HQ'", id="name"),
        pytest.param("id: one", "site 'one'", id="id"),
        pytest.param("city: Lyon", "", id="unnamed"),
    ],
)
def test_error_has_the_name_or_id_of_its_site(site, subject):
    with pytest.raises(ScenarioError) as caught:
        parse(f"sites: [{{building: castle, {site}}}]\n", "my.yaml")
    assert [each.subject for each in caught.value.issues] == [subject]


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_messages_of_pydantic_are_replaced(kind):
    limits = dict.fromkeys(("gt", "ge", "lt", "le", "min_length", "max_length"), 1)
    context = {"pattern": "^x$", "expected": "1", **limits}
    error = {"type": kind, "msg": "Input should be raw", "input": {}, "ctx": context}
    assert kind == "value_error" or "raw" not in describe_error(error)


METER = """\
customers:
  - email: ada@example.com
    sites: [{building: office, city: Lyon, meters: [{usage: Natural Gas, yearly: %s}]}]
"""
PERIOD = "{total: 5, since: 2026-01-01T00:00:00Z, until: %s}"


@pytest.mark.parametrize(
    ("yearly", "message"),
    [
        ("0", "must be at least 1e-06, not 0"),
        ("much", "must be a number, not 'much'"),
        ("[]", "must be a number"),
        ("{total: 5}", "since (customer 'ada@example.com'): this key is required"),
        (PERIOD % "2026-01-01T00:00:00Z", "the period must have a quarter of an hour to three"),
        (PERIOD % "2025-01-01T00:00:00Z", "the period must have a quarter of an hour to three"),
        (PERIOD % "2030-01-01T00:00:00Z", "the period must have a quarter of an hour to three"),
        (PERIOD % "soon", "must be an RFC 3339 date-time"),
        (
            "{total: -5, since: 2026-01-01T00:00:00Z, until: 2026-02-01T00:00:00Z}",
            "must be at least 1e-06",
        ),
    ],
)
def test_total_of_a_meter_is_checked(yearly, message):
    first = issues_of(METER % yearly)[0]
    assert first.startswith("my.yaml:3:")
    assert ".yearly" in first
    assert message in first


def test_total_of_a_meter_may_be_that_of_a_period():
    found = parse(METER % (PERIOD % "2026-02-01T00:00:00Z"), "my.yaml")
    assert found.customers[0].sites[0].meters[0].yearly.total == 5


REGISTERED = """\
clock: {clock}
sites:
  - {{building: office, city: Lyon, projects: [{{leed_id: 1, leed_name: A, registered_at: {at}}}]}}
customers:
  - email: ada@example.com
    sites:
      - building: office
        city: Oslo
        projects:
          - {{leed_id: 2, leed_name: B, registered_at: 2026-01-01T00:00:00Z}}
          - {{leed_id: 3, leed_name: C, registered_at: {at}}}
"""


@pytest.mark.parametrize("clock", ["2026-06-01T09:00:00Z", "system"])
def test_registration_before_ten_years_is_rejected(tmp_path: Path, clock: str):
    file = tmp_path / "old.yaml"
    file.write_text(REGISTERED.format(clock=clock, at="2016-05-31T08:59:59Z"), "utf-8")
    began_at = ManualClock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    with pytest.raises(ScenarioError) as caught:
        World.open(Settings(scenario=str(file)), began_at)
    assert [str(each) for each in caught.value.issues] == [
        f"{file}:{place}: 2016-05-31T08:59:59Z is more than ten years before the time of the "
        "world, 2026-06-01T09:00:00Z. Use 2016-06-01T00:00:00Z or later."
        for place in (
            "3:89: sites.0.projects.0.registered_at",
            "11:55: customers.0.sites.0.projects.1.registered_at (customer 'ada@example.com')",
        )
    ]
    with pytest.raises(ScenarioError, match="is more than ten years before"):
        check_document(document_of(file)[0])


@pytest.mark.parametrize("now", [None, "2040-06-01T09:00:00Z"])
def test_registration_of_ten_years_is_accepted(tmp_path: Path, now: str | None):
    # A setting that moves the clock does not make a scenario invalid.
    file = tmp_path / "old.yaml"
    file.write_text(
        REGISTERED.format(clock="2026-06-01T09:00:00Z", at="2016-05-31T09:00:00Z"), "utf-8"
    )
    world = World.open(Settings(scenario=str(file), clock=now))
    assert [f"{each.registered_at:%Y-%m-%d}" for each in sites(world)] == ["2016-05-31"] * 2
