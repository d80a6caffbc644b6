"""Patterns match as regular expressions would, without their backtracking."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.domain.text_matching import matches, matches_path

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
