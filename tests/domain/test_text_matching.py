"""Patterns without backtracking, advice for unknown names, and sentences of messages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.domain.text_matching import join_messages, matches, matches_path, suggestion

PATTERNS = st.text("ab/*.", max_size=8)
TEXTS = st.text("ab/.", max_size=8)


def as_regex(pattern, star, double=None):
    pieces = re.split(r"(\*\*+|\*)" if double else r"(\*)", pattern)
    translated = {"*": star}
    return "".join(
        translated.get(each) or (double if double and each.startswith("**") else re.escape(each))
        for each in pieces
    )


@given(PATTERNS, TEXTS)
def test_matches_agrees_with_regular_expression(pattern, text):
    assert matches(pattern, text) == bool(re.fullmatch(as_regex(pattern, ".*"), text))


@given(PATTERNS, TEXTS)
def test_matches_path_agrees_with_regular_expression(pattern, text):
    expected = re.fullmatch(as_regex(pattern, "[^/]*", ".*"), text)
    assert matches_path(pattern, text) == bool(expected)


@pytest.mark.parametrize("match", [matches, matches_path])
@pytest.mark.parametrize("pattern", ["/" + "**a" * 100 + "b", "/" + "*a" * 100 + "*b"])
def test_many_wildcards_take_linear_time(match, pattern):
    # A matcher with backtracking would take very long.
    assert match(pattern, "/" + "a" * 10_000) is False
    assert match(pattern, "/" + "a" * 10_000 + "b") is True


@pytest.mark.parametrize(
    ("name", "names", "options", "expected"),
    [
        pytest.param("areaa", ["area", "name"], {}, "Did you mean area?", id="near"),
        pytest.param("LISTSITE", ["listSites"], {}, "Did you mean listSites?", id="other-case"),
        pytest.param("x", ["area", "name"], {}, "Use one of area, name.", id="not-near"),
        pytest.param("x", ["area"], {"otherwise": "Remove it."}, "Remove it.", id="otherwise"),
        pytest.param(
            "PROT", ["PORT"], {"prefix": "MOCKAPI_"}, "Did you mean MOCKAPI_PORT?", id="prefix"
        ),
        pytest.param("a", ["Lyon Bay"], {"cutoff": 0}, "Did you mean Lyon Bay?", id="cutoff"),
    ],
)
def test_unknown_name_gets_the_nearest_or_all(name, names, options, expected):
    assert suggestion(name, names, **options) == expected


def test_long_lists_of_names_are_not_compared():
    names = [f"name {each}" for each in range(1_001)]
    assert suggestion("name 1", names[1:], "") == "Did you mean name 1?"
    assert suggestion("name 1", names, "") == ""


def test_messages_are_joined_by_their_ends():
    assert join_messages(["a: is required", "b: is 1", "Add it.", "Did you?", "c"]) == (
        "a: is required; b: is 1; Add it. Did you? c"
    )
