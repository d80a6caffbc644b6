"""Parsing of `Authorization` headers."""

import base64

import pytest

from mockapi.http.auth_headers import Credentials, find_credentials, parse_authorization


def basic(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", Credentials()),
        ("Bearer abc", Credentials("bearer", "abc")),
        ("bearer   abc  ", Credentials("bearer", "abc")),
        ("BEARER a b", Credentials("bearer", "a b")),
        ("Bearer", Credentials("bearer")),
        ("Bearer  ", Credentials("bearer")),
        ("Digest abc", Credentials("digest")),
        (f"Basic {basic('id:secret')}", Credentials("basic", None, "id", "secret")),
        (f"basic  {basic('id:secret')} ", Credentials("basic", None, "id", "secret")),
        (f"Basic {basic('a%3Ab:c:%20d')}", Credentials("basic", None, "a:b", "c: d")),
        (f"Basic {basic(':')}", Credentials("basic", None, "", "")),
        (f"Basic {basic('no colon')}", Credentials("basic")),
        ("Basic", Credentials("basic")),
        ("Basic !!!!", Credentials("basic")),
        ("Basic /w==", Credentials("basic")),
    ],
)
def test_authorization_header_is_parsed_by_its_scheme(header, expected):
    assert parse_authorization(header) == expected


def test_first_authorization_header_counts():
    headers = [(b"host", b"x"), (b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
    assert find_credentials(headers).bearer_token == "a"
    assert find_credentials(headers[:1]) == Credentials()


@pytest.mark.parametrize(
    ("header", "is_expected"),
    [("Bearer secret", True), ("Bearer other", False), ("Bearer", False), ("Basic secret", False)],
)
def test_only_the_expected_bearer_token_is_accepted(header, is_expected):
    assert parse_authorization(header).has_bearer_token("secret") is is_expected
