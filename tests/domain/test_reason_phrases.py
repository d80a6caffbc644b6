"""Reason phrases of statuses, which newer Pythons renamed."""

from http import HTTPStatus

import pytest

from mockapi.domain.errors import reason_phrase


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "Not Found"),
        (413, "Request Entity Too Large"),
        (414, "Request-URI Too Long"),
        (416, "Requested Range Not Satisfiable"),
        (422, "Unprocessable Entity"),
        (429, "Too Many Requests"),
    ],
)
def test_reason_phrase_is_the_same_on_every_python(status, words):
    assert reason_phrase(status) == reason_phrase(HTTPStatus(status)) == words
