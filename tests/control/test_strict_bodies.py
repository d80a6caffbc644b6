"""Strict types of JSON numbers and booleans in request bodies."""

from functools import reduce
from operator import getitem

import pytest

INTEGER = "must be a whole number"
NUMBER = "must be a number"
BOOLEAN = "must be true or false"
STATUS = {"kind": "status", "status": 503}


@pytest.mark.parametrize(
    ("call", "body", "name", "reason"),
    [
        ("POST tokens", {"expires_in": False}, "expires_in", INTEGER),
        ("POST tokens", {"expires_in": "60"}, "expires_in", INTEGER),
        ("POST tokens", {"expires_in": 60.5}, "expires_in", INTEGER),
        ("POST worlds", {"seed": True}, "seed", INTEGER),
        ("POST worlds", {"strict_paths": "yes"}, "strict_paths", BOOLEAN),
        ("POST worlds", {"strict_paths": 1}, "strict_paths", BOOLEAN),
        ("POST faults", {**STATUS, "status": "503"}, "status", INTEGER),
        ("POST faults", {"kind": "latency", "seconds": True}, "seconds", NUMBER),
        ("POST faults", {**STATUS, "when": {"times": True}}, "when.times", INTEGER),
        ("POST faults", {**STATUS, "when": {"probability": "1"}}, "when.probability", NUMBER),
        ("POST journal/verify", {"times": False}, "times", INTEGER),
        ("PUT clock", {"rate": True}, "rate", NUMBER),
    ],
)
def test_value_of_another_json_type_is_rejected(client, call, body, name, reason):
    method, path = call.split()
    response = client.request(method, f"/__admin/{path}", json=body)

    given = reduce(getitem, name.split("."), body)
    (invalid,) = response.json()["invalid-params"]
    assert (response.status_code, invalid["name"]) == (400, name)
    assert invalid["reason"] == f"{reason}, not {given!r}"


@pytest.mark.parametrize(
    ("call", "body", "name"),
    [
        ("POST sites", {"name": 5}, "name"),
        ("POST faults", {"kind": "respond", "headers": {"X-A": 1}}, "headers.X-A"),
    ],
)
def test_number_for_text_has_a_remedy_and_a_code(client, call, body, name):
    method, path = call.split()
    response = client.request(method, f"/__admin/{path}", json=body)

    (invalid,) = response.json()["invalid-params"]
    assert (response.status_code, invalid["name"], invalid["code"]) == (400, name, "string_type")
    assert invalid["reason"].endswith(". Put text in double quotes.")


def test_messages_with_remedies_are_joined_as_sentences(client):
    body = {"kind": "respond", "text": 5, "jsn": 1}
    detail = client.post("/__admin/faults", json=body).json()["detail"]
    assert "quotes. jsn: " in detail
    assert ".;" not in detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("seed: false", "inline:1:7: seed: must be a whole number, not False"),
        ("seed: '7'", "inline:1:7: seed: must be a whole number, not '7'"),
        ("version: true", "inline:1:10: version: must not be a boolean"),
        ("history: true", "inline:1:10: history: must not be a boolean"),
    ],
)
def test_scenario_value_of_another_type_is_rejected(client, text, detail):
    response = client.post("/__admin/worlds", json={"scenario_text": text})

    assert (response.status_code, response.json()["detail"]) == (400, detail)


def test_whole_number_with_a_decimal_point_is_an_integer(client):
    response = client.post("/__admin/tokens", json={"expires_in": 60.0})

    assert (response.status_code, response.json()["expires_in"]) == (200, "60")
