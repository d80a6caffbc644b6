"""Scenario texts in YAML and JSON, valid and invalid."""

import gzip
import json
from pathlib import Path

import pytest
from scenario_steps import issues_of

from mockapi.domain.text_matching import MEANINGS, STATUS, WORD
from mockapi.domain.urls import WORLD_NAME
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.document import compose
from mockapi.scenario.errors import DEPTH, MAX_ISSUES, REQUEST_LIMITS, ScenarioError
from mockapi.scenario.json_schema import json_schema
from mockapi.scenario.loading import document_of, parse, read
from mockapi.scenario.seeding.scenario_checks import check_document

DOCS = Path(__file__).parents[2] / "docs"
OFFICE = "{building: office, city: Lyon}"
KEY_ADVICE = (
    "Use a word, and replace placeholders such as `{{ name }}` before mockapi reads the file."
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("clock: {{ now }}\n", "1:9: clock: a mapping is not a key.", id="template"),
        pytest.param("? {a: b}\n: c\n", "1:3: a mapping is not a key.", id="mapping"),
        pytest.param("? [a]\n: c\n", "1:3: a list is not a key.", id="list"),
    ],
)
def test_key_that_is_not_text_is_rejected(text, message):
    assert issues_of(text) == [f"my.yaml:{message} {KEY_ADVICE}"]


@pytest.mark.parametrize("key", ["1", "true", "~", '""', ".nan", "2026-01-01"])
def test_key_of_another_type_is_unknown(key):
    name = key.strip('"')
    assert issues_of(f"{key}: x\n")[0].endswith(f"{name}: unknown key" if name else ": unknown key")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("!!bool perhaps", "'perhaps' is not true or false. Correct it, or remove the tag."),
        ("!!int x", "'x' is not a whole number. Correct it, or remove the tag."),
        ("!!float x", "'x' is not a number. Correct it, or remove the tag."),
        ("!!null x", "'x' is not null. Correct it, or remove the tag."),
        ("!!timestamp x", "the tag '!!timestamp' is not supported. Remove it."),
        ("!!binary x", "the tag '!!binary' is not supported. Remove it."),
        ("!!set {a}", "the tag '!!set' is not supported. Remove it."),
        ("!secret x", "the tag '!secret' is not supported. Remove it."),
        (
            "!!python/object/apply:os.getpid []",
            "the tag '!!python/object/apply:os.getpid' is not supported. Remove it.",
        ),
        (
            "9223372036854775808",
            (
                "'9223372036854775808' is not a 64-bit integer. "
                "Use a smaller number, or quote the text."
            ),
        ),
        (
            "-0x80000000000000010",
            "must be a whole number, not '-0x80000000000000010'",
        ),
        (".nan", "'.nan' is not a finite number. Use a number, or quote the text."),
        ("-.INF", "'-.INF' is not a finite number. Use a number, or quote the text."),
        ("1e999", "'1e999' is not a finite number. Use a number, or quote the text."),
    ],
)
def test_value_that_does_not_match_its_tag_is_rejected(value, message):
    assert issues_of(f"seed: {value}\n") == [f"my.yaml:1:7: seed: {message}"]


def test_very_long_integer_is_rejected():
    (line,) = issues_of(f"seed: {'9' * 100_000}\n")
    assert line == (
        f"my.yaml:1:7: seed: '{'9' * 100}…' is not a 64-bit integer. Use a smaller number, or "
        "quote the text."
    )


def test_value_that_matches_its_tag_is_read():
    assert parse("seed: !!int 7\ndescription: !!str 5\n", "my.yaml").seed == 7


def test_numbers_of_json_are_read():
    assert parse('{"seed": 1e5, "history": "P1D"}', "my.yaml").seed == 100_000


@pytest.mark.parametrize("file", ["my.json", "my.yaml"])
def test_every_json_text_is_read_as_json(file):
    name = '\U0001f600 \x7f \u2028 \ufeff \x85 / \\ " \t'
    data = {"description": name, "sites": [{"building": "office", "city": "Lyon", "name": name}]}
    for text in (
        json.dumps(data),
        json.dumps(data, ensure_ascii=False, indent="\t"),
        f"\ufeff\t\n{json.dumps(data)}".replace('"sites":', '"sites"\n\t:\n'),
        json.dumps({**data, f"x-{'k' * 2_000}": 1}).replace("/", "\\/"),
    ):
        scenario = parse(text, file)
        assert (scenario.description, scenario.sites[0].name) == (name, name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"seed": -1}', "my.json:1:10: seed: must be at least 0, not -1", id="value"),
        pytest.param(
            '{"seed": 1,\n "seed": 2}', "my.json:2:2: seed: duplicate key", id="key twice"
        ),
        pytest.param(
            '{"description": "\\ud83d"}',
            "my.json:1:17: description: half of a surrogate pair is not text. Correct the escape.",
            id="surrogate",
        ),
        pytest.param(
            "seed: 1\n",
            "my.json:1:1: the JSON needs a value here. Correct it, or save YAML in a .yaml file.",
            id="yaml",
        ),
        pytest.param(
            '{"seed": 1,}',
            "my.json:1:12: the JSON needs a key in double quotes here. Correct it, or save YAML in "
            "a .yaml file.",
            id="comma",
        ),
    ],
)
def test_error_in_json_has_its_place(text, message):
    assert issues_of(text, "my.json")[0].replace("JSON is wrong", "JSON needs") == message


def test_merge_key_adds_missing_keys():
    text = f"""\
x-base: &base {OFFICE}
x-area: &area {{area: 900, city: Paris}}
sites:
  - {{<<: *base, area: 500}}
  - <<: [*base, *area]
  - {{<<: *area, building: office}}
"""
    sites = parse(text, "my.yaml").sites
    assert [(each.city, each.area) for each in sites] == [
        ("Lyon", 500),
        ("Lyon", 900),
        ("Paris", 900),
    ]


def test_second_merge_key_is_rejected():
    text = f"x-a: &a {OFFICE}\nsites: [{{<<: *a, <<: *a}}]\n"
    assert issues_of(text) == ["my.yaml:2:18: sites.0.<<: duplicate key"]


def test_merge_key_of_json_is_an_unknown_key():
    assert issues_of('{"<<": {"seed": 1}}') == ["my.yaml:1:8: <<: unknown key"]


def test_merge_of_another_value_is_rejected():
    assert issues_of(f"sites: [{OFFICE}, {{<<: 5, type: x}}]\n") == [
        "my.yaml:1:46: sites.1.<<: `<<` merges mappings only. Use the anchor of a mapping."
    ]


def test_error_in_an_anchor_has_its_place():
    text = """\
x-area: &area large
x-base: &base {building: office, city: Lyon, area: 3}
sites:
  - *base
  - {building: office, city: Lyon, area: *area}
"""
    assert issues_of(text) == [
        "my.yaml:2:52: sites.0.area: must be at least 10, not 3",
        "my.yaml:5:42: sites.1.area: must be a whole number, not 'large'",
    ]


def test_merge_key_below_its_own_key_gives_a_warning(tmp_path: Path):
    file = tmp_path / "my.yaml"
    file.write_text(f"x-base: &base {OFFICE}\nsites:\n  - {{city: Paris, <<: *base}}\n")
    scenario, warnings = check_document(document_of(file)[0])
    assert scenario.sites[0].city == "Paris"
    assert list(map(str, warnings)) == [
        (
            f"{file}:3:19: sites.0: `city` above `<<` takes precedence here, but not in every "
            "YAML parser. Put `<<` first."
        )
    ]


def test_extension_keys_are_ignored_except_in_faults():
    text = f"x-a: 1\nsites: [{OFFICE[:-1]}, x-b: 2, surveys: {{x-c: 3}}}}]\ntimeline: []\n"
    assert len(parse(text, "my.yaml").sites) == 1
    assert issues_of("faults: [{kind: token_expired, x-a: 1}]\n") == [
        "my.yaml:1:37: faults.0.x-a: unknown key"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sites:\n\t- a\n", "2:1: a tab cannot indent. Use spaces."),
        ("seed: 1\n\tclock: x\n", "2:1: a tab cannot indent. Use spaces."),
        ("description: @x\n", "1:14: '@' cannot begin a value. Put the text in quotes."),
        ("description: 'x\n", "1:14: this quoted text has no end. Add the closing quote."),
        (
            "description: a: b\n",
            (
                "1:15: a key with ':' cannot stand here. Quote a text with ': ', or check the "
                "indentation."
            ),
        ),
        ("seed: 1\n---\nseed: 2\n", "2:1: a second YAML document begins here. Use one document"),
        ("seed: *one\n", "1:7: seed: the anchor '&one' is missing above this alias. Add it."),
        (
            "clients: &all [*all]\n",
            "1:16: clients.0: '*all' refers to a part that contains it. Remove it.",
        ),
        ("seed: \x07\n", "1:7: the character U+0007 is not allowed here. Remove or escape it."),
        ("seed: [1, 2\n", "1:12: the list in brackets needs ',' or ']' here. Add it."),
        ("a: b\n c: d\n", "2:3: a key with ':' cannot stand here."),
    ],
)
def test_invalid_yaml_is_reported_in_plain_words(text, message):
    (found,) = issues_of(text)
    assert found.startswith(f"my.yaml:{message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("auto_consent: perhaps", "1:15: auto_consent: must be true or false, not 'perhaps'"),
        ("sites: 5", "1:8: sites: must be a list, not 5"),
        ("sites: [5]", "1:9: sites.0: must be a mapping of keys to values, not 5"),
        ("[]", "1:1: must be a mapping of keys to values"),
        ("history: long", "1:10: history: must be an ISO 8601 duration such as PT1H, not 'long'"),
        ("history: P3654D", "1:10: history: must be a duration of at most ten years. Use P3653D"),
        ("history: -P1D", "1:10: history: must be a duration of at most ten years. Use P3653D"),
        (
            "clock: noon",
            (
                "1:8: clock: must be 'system' or an RFC 3339 date-time such as "
                "2026-06-01T09:00:00Z, not 'noon'"
            ),
        ),
        ("version: 2", "1:10: version: must be 1, not 2"),
        ("faults: [{kind: status, status: abc}]", "1:33: faults.0.status: must be a whole number"),
        ("clock: 9999-12-31T23:59:59Z", "1:8: clock: must be 'system' or an instant in the years"),
    ],
)
def test_wrong_type_is_reported_in_plain_words(text, message):
    (found,) = issues_of(text)
    assert found.startswith(f"my.yaml:{message}")


@pytest.mark.parametrize("unit", ["- ", "[", "? ", '{"a":', "[{a: "])
def test_deep_nesting_is_rejected(unit):
    (found,) = issues_of(unit * 50_000)
    assert f"more than {DEPTH} lists and mappings are nested. Remove some." in found


def test_mapping_with_too_many_keys_is_rejected():
    (found,) = issues_of("\n".join(f"k{number}: 1" for number in range(30_000)))
    assert found == "my.yaml:1001:1: k1000: a mapping has more than 1000 keys. Remove some."


def test_aliases_count_at_each_use():
    text = "x-0: &a0 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
    for level in range(1, 10):
        text += f"x-{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    (found,) = issues_of(text)
    assert "the scenario has more than 5000000 keys and values, including those of aliases" in found


def test_many_errors_are_limited_and_counted():
    found = issues_of("sites:\n" + "- {}\n" * 20_000)
    assert len(found) == MAX_ISSUES + 1
    assert found[-1] == "my.yaml: and 19900 more. Correct the ones above first."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "sites:\n" + "- {}\n" * 300_000,
            "my.yaml:99999:3: sites.99997: the scenario has more than 100000 keys and values",
            id="nodes",
        ),
        pytest.param(
            f"sites: [&a {OFFICE}{', *a' * 1_000}]\n",
            "my.yaml:1:1: 1001 sites are too many. List at most 1000, or use a `portfolio`.",
            id="listed sites",
        ),
        pytest.param(
            "portfolio: {count: 10001}\n",
            "my.yaml:1:20: portfolio.count: 10001 sites are too many. Use at most 10000.",
            id="portfolio",
        ),
        pytest.param(
            "#" * 2_000_001,
            "my.yaml: 2000001 characters are too many. Use at most 2000000.",
            id="characters",
        ),
    ],
)
def test_text_of_a_request_is_limited(text, message):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "my.yaml", REQUEST_LIMITS)
    assert str(caught.value).startswith(message)


def test_merged_text_gives_the_same_scenario(tmp_path: Path):
    (tmp_path / "base.json").write_text('{"x-b": 1, "seed": 5, "description": "\\ud83d\\ude00"}')
    file = tmp_path / "my.yaml"
    file.write_text(
        f"extends: base.json\nx-a: &a {OFFICE}\nhistory: P1D\n"
        'sites: [*a, {<<: *a, name: "no", zip_code: "010"}]\n'
    )
    scenario, text = read(file)
    assert parse(text, "again.yaml") == scenario
    assert "&" not in text
    assert "*" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(gzip.compress(b"seed: 1"), "is compressed by gzip. Decompress it", id="gzip"),
        pytest.param("seed: 1".encode("utf-16"), "is UTF-16. Save it as UTF-8.", id="utf-16"),
        pytest.param(b"a: \xe4", "is not UTF-8 from byte 3 on; save it as UTF-8", id="latin-1"),
        pytest.param(b"seed: \x00", "1:7: the character U+0000 is not allowed here.", id="zero"),
    ],
)
def test_file_in_another_encoding_is_refused(tmp_path: Path, content, message):
    file = tmp_path / "my.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read(file)
    assert str(caught.value).removeprefix(f"{file}:").lstrip().startswith(message)


def test_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path):
    file = tmp_path / "my.yaml"
    file.write_bytes(b"\xef\xbb\xbfseed: 7\r\ncolour: x\r\n")
    with pytest.raises(ScenarioError, match=r"my.yaml:2:9: colour: unknown key"):
        read(file)


def test_name_that_is_too_long_is_unknown():
    with pytest.raises(ScenarioError, match="this scenario does not exist"):
        find_scenario("x" * 300)
    with pytest.raises(ScenarioError, match="this file does not exist"):
        find_scenario(f"{'x' * 300}.yaml")
    (line,) = issues_of(f"extends: {'x' * 300}\n")
    assert line.startswith("my.yaml:1:10: extends: 'xxx")


def test_file_without_a_known_ending_is_refused(tmp_path: Path):
    (tmp_path / "my.txt").write_text("seed: 1\n")
    with pytest.raises(ScenarioError, match=r"the ending is not one of a scenario. Use \.yaml"):
        find_scenario(str(tmp_path / "my.txt"))


def test_data_has_the_values_of_the_text():
    data = compose("a: [1, no, ~, 1.5, 0o17, 0x1F, 010, 12:30]\n", "my.yaml").data()
    assert data == {"a": [1, "no", None, 1.5, 15, 31, 10, "12:30"]}


def patterns(tree):
    """Yield each pattern of a JSON Schema within *tree*."""
    if isinstance(tree, dict):
        if isinstance(tree.get("pattern"), str):
            yield tree["pattern"]
        tree = list(tree.values())
    for each in tree if isinstance(tree, list) else ():
        yield from patterns(each)


def test_every_pattern_has_a_description():
    control = json.loads((DOCS / "openapi" / "control.json").read_text("utf-8"))
    found = {
        *patterns(json_schema()),
        *patterns(control["paths"]),
        *patterns(control["components"]),
    }
    # The names of worlds have a validator of their own.
    assert found - MEANINGS.keys() <= {WORLD_NAME}
    assert found >= {WORD, STATUS}
