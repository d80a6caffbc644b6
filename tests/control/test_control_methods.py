"""`Allow` header of the control API."""

import re

import pytest

from documents.openapi import documents

# Without the tail, whose response does not end.
PATHS = [path for path in documents()["control"]["paths"] if path != "/journal/tail"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


@pytest.fixture
def client(test_client):
    return test_client(scenario="empty")


@pytest.mark.parametrize("path", PATHS)
def test_allow_lists_exactly_the_methods_of_the_path(client, path):
    url = "/__admin" + re.sub("{[^}]*}", "1", path)
    answers = {method: client.request(method, url) for method in METHODS}
    refused = {method: each for method, each in answers.items() if each.status_code == 405}
    answered = sorted(answers.keys() - refused.keys())

    assert {method.lower() for method in documents()["control"]["paths"][path]} <= {
        method.lower() for method in answered
    }
    assert refused != {}
    for method, response in refused.items():
        assert response.headers["allow"] == ", ".join(answered), method
        body = (
            response.json()
            if method != "HEAD"
            else {
                "detail": f"{method} is not a method of this path. Use one of the `Allow` header."
            }
        )
        assert (
            body["detail"]
            == f"{method} is not a method of this path. Use one of the `Allow` header."
        )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "faults/kinds", "GET, HEAD"),
        ("DELETE", "faults/presets", "GET, HEAD"),
        ("GET", "journal/verify", "POST"),
        ("GET", "scenarios/check", "POST"),
    ],
)
def test_literal_path_excludes_methods_of_parameter_routes(client, method, path, allowed):
    response = client.request(method, f"/__admin/{path}")

    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json()["title"] == "Method Not Allowed"
