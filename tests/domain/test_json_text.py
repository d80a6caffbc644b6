"""JSON of clients is parsed strictly, and within bounds."""

import json

import pytest

from mockapi.domain.input_text import MOST_DEPTH, MOST_VALUES, JsonBoundsError, parse


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        pytest.param("[" * 100_000, (), "is nested deeper than 100 levels", id="torn and deep"),
        pytest.param(
            "[" * 101 + "]" * 101, (0, 0, 0), "is nested deeper than 100 levels", id="deep"
        ),
        pytest.param(
            f"[{'{},' * MOST_VALUES}1]", (), "holds more than 100,000 values", id="objects"
        ),
        pytest.param(
            f"[{'1,' * MOST_VALUES}1]", (), "holds more than 100,000 values", id="numbers"
        ),
        pytest.param("9223372036854775808", (), "is an integer beyond 64 bits", id="root"),
        pytest.param(
            '{"a":[1,-9223372036854775809]}', ("a", 1), "is an integer beyond 64 bits", id="within"
        ),
        pytest.param("9" * 5_000, (), "holds an integer beyond 64 bits", id="unreadable"),
        pytest.param("[NaN]", (0,), "is not a number that JSON has", id="NaN"),
        pytest.param("-Infinity", (), "is not a number that JSON has", id="infinity"),
        pytest.param('{"a":1e999}', ("a",), "is not a number that JSON has", id="overflow"),
        pytest.param('["\\ud800"]', (0,), "is not valid Unicode", id="lone surrogate"),
        pytest.param(
            '{"a":{"\\udfff":1}}', ("a",), "has a name that is not valid Unicode", id="name"
        ),
        pytest.param(
            '{"a":{"\\udfff":[NaN]}}',
            ("a",),
            "has a name that is not valid Unicode",
            id="value below an invalid name",
        ),
        pytest.param('{"\\udfff":1e999}', (), "is not a number that JSON has", id="both invalid"),
        pytest.param(
            '{"a":{"\\udfff":' + "[" * 101 + "]" * 101 + "}}",
            ("a",),
            "is nested deeper than 100 levels",
            id="deep below an invalid name",
        ),
    ],
)
def test_json_outside_the_bounds_is_rejected(text, place, reason):
    with pytest.raises(JsonBoundsError) as refused:
        parse(text)
    assert (refused.value.place, str(refused.value)) == (place, reason)


@pytest.mark.parametrize(
    "value",
    [
        None,
        2**63 - 1,
        -(2**63),
        "\U0001f600 \x00",
        {"": [1.5, True, {"a": []}]},
        [0] * (MOST_VALUES - 1),
    ],
)
def test_json_within_bounds_is_parsed(value):
    assert parse(json.dumps(value)) == value


def test_brackets_in_text_are_not_values():
    text = '- {}\n"[\\' * MOST_VALUES
    assert parse(json.dumps({"text": text})) == {"text": text}


def test_deepest_json_is_parsed():
    assert parse("[" * MOST_DEPTH + "]" * MOST_DEPTH) == json.loads("[" * 100 + "]" * 100)


def test_malformed_json_differs_from_out_of_bounds_json():
    with pytest.raises(json.JSONDecodeError):
        parse('{"a"')
