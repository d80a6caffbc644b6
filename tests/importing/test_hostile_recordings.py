"""Recordings with any content are imported or refused, never fail."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_steps import PARTNER, USER, har, imported, run, write

from mockapi.domain.text_matching import printable
from mockapi.importing.imported_scenario import import_scenario
from mockapi.importing.observations import observe
from mockapi.replay.recorded_request import InvalidHarError
from mockapi.replay.recording_formats import read_recording
from mockapi.scenario.loading import parse

TEXTS = st.sampled_from(["", "a", "\x85\u2028", "\ud800", "- x: [", "no", "2026-01-01", "Retail"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)
MEMBERS = [
    "log", "entries", "item", "request", "response", "url", "raw", "variable", "body", "code",
    "path", "method", "status", "header", "listSites", "listMeters",
]  # fmt: skip
"""Members of all formats of recordings."""

NAMES = {
    "": ["id", "name", "type", "metadata", "postalAddress", "sourceSystemId"],
    "/meters": ["id", "name", "gatewayId", "commodity", "usage", "measurements"],
    "/projects": ["leedId", "leedName"],
    "/performance-scores": ["date", "score", "type", "category", "updatedAt"],
    "/scoring-requests": ["id", "status", "detail", "createdAt"],
    "/timeseries": ["key", "values"],
}
IDENTITIES = {
    "id": "s",
    "leedId": 5,
    "key": "k",
    "date": "2026-01-01",
    "type": "t",
    "category": "c",
}
INVALID_IDS = ["a b", "x" * 300, 0, -1, "\ud800", "."]
NESTED = {
    "metadata": st.fixed_dictionaries({"grossArea": VALUES, "visitDuration": VALUES}),
    "postalAddress": st.fixed_dictionaries({"city": VALUES, "coordinates": VALUES}),
    "measurements": st.lists(
        st.fixed_dictionaries({"id": VALUES, "name": VALUES, "timeseries": VALUES}), max_size=1
    ),
    "values": st.lists(st.fixed_dictionaries({"date": VALUES, "value": VALUES}), max_size=1),
}


@st.composite
def sessions(draw):
    """Responses of every operation, valid but for a member or two."""
    exchanges = []
    for part, names in NAMES.items():
        item = {
            name: draw(NESTED.get(name, VALUES) | VALUES)
            for name in draw(st.sets(st.sampled_from(names)))
        }
        item |= {
            name: draw(st.just(IDENTITIES[name]) | st.sampled_from(INVALID_IDS))
            for name in names
            if name in IDENTITIES
        }
        base = USER if part == "/scoring-requests" else PARTNER
        exchanges.append(("t", base if not part else f"{base}/s{part}", 200, [item]))
    return exchanges


@given(sessions(), st.booleans())
def test_any_values_give_a_valid_scenario(exchanges, anonymise):
    with TemporaryDirectory() as folder:
        recording = read_recording(write(Path(folder), har(exchanges)))
    result = import_scenario(observe([("x", recording)]), anonymise=anonymise, title="x\ny: 1")
    assert parse(result.text, "mine.yaml").count()[1] <= 1
    assert all(str(each).isprintable() for each in result.unused)


@given(
    st.recursive(
        VALUES,
        lambda inner: st.dictionaries(
            st.sampled_from(MEMBERS),
            inner | st.lists(inner, max_size=2),
            max_size=4,
        ),
        max_leaves=8,
    )
)
def test_any_json_is_a_recording_or_refused(tree):
    with TemporaryDirectory() as folder:
        path = write(Path(folder), tree)
        try:
            recording = read_recording(path)
        except InvalidHarError:
            return
    result = import_scenario(observe([("x", recording)]))
    assert parse(result.text, "mine.yaml")


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    site = {"id": "a\x1b[2J", "type": "A"}
    problems = run("import", write(tmp_path, har([("t", PARTNER, 200, [site])])))[2]
    assert "\x1b" not in problems
    assert printable("a\x1b\n\ud800b") == "a???b"


def test_ids_that_are_used_twice_are_replaced(tmp_path):
    meter = {
        "id": "m",
        "name": "m",
        "gatewayId": "1",
        "commodity": "C",
        "usage": "U",
        "measurements": [],
    }
    path = imported(
        tmp_path,
        har(
            [
                ("t", PARTNER, 200, [{"id": each, "type": "A"} for each in "ab"]),
                ("t", f"{PARTNER}/a/meters", 200, [meter]),
                ("t", f"{PARTNER}/b/meters", 200, [meter]),
            ]
        ),
    )
    assert path.read_text("utf-8").count("id: m\n") == 1
    assert "'m' is used more than once" in run("import", tmp_path / "session.har")[2]


@pytest.mark.parametrize("name", ["list", "object"])
def test_missing_file_is_refused(tmp_path, name):
    exit_code, _, problems = run("import", tmp_path / name)
    assert (exit_code, problems) == (
        2,
        f"{tmp_path / name}: cannot be read: No such file or directory\n",
    )


def test_json_is_not_confused_with_yaml(tmp_path):
    """Texts that YAML would read as other values are served as texts."""
    site = {
        "id": "s",
        "type": "no",
        "name": "1e3",
        "postalAddress": {"zipCode": "0x1F", "city": "~"},
    }
    path = imported(tmp_path, har([("t", PARTNER, 200, [site])]))
    scenario = parse(path.read_text("utf-8"), "mine.yaml")
    (spec,) = scenario.customers[0].sites
    assert json.dumps([spec.type, spec.name, spec.zip_code, spec.city]) == (
        '["no", "1e3", "0x1F", "~"]'
    )
