"""The journal methods of the client, over a port."""

import json
from urllib.request import Request, urlopen

import pytest

from mockapi.client import MockApiError, journal_mixin


def get(mockapi, path, **headers):
    headers = {"Authorization": f"Bearer {mockapi.token()}", **headers}
    with urlopen(Request(mockapi.partner_url + path, headers=headers)) as answer:
        return json.load(answer)


def test_journal_calls_of_the_client(mockapi):
    site = get(mockapi, "/sites?limit=1")[0]["id"]
    get(mockapi, f"/sites/{site}/meters")

    assert [each["operation"] for each in mockapi.journal(status="2xx")] == [
        "listSites",
        "listMeters",
    ]
    assert mockapi.journal_entry(1)["ignored_parameters"] == ["limit"]
    assert mockapi.verify(operation="listMeters", site=site, times=1) == [2]
    assert mockapi.verify(in_order=[{"operation": "listSites"}, {"status": 200}]) == [1, 2]
    assert [each["code"] for each in mockapi.lint()] == ["unknown-parameter"]
    assert mockapi.coverage()["statuses"] == {"200": 2}
    assert len(mockapi.har(operation="listSites")["log"]["entries"]) == 1
    mockapi.clear_journal()
    assert mockapi.journal() == []


def test_journal_returns_all_requests_in_pages(mockapi, monkeypatch):
    for _ in range(6):
        get(mockapi, "/sites")
    assert len(mockapi.journal()) == 6
    monkeypatch.setattr(journal_mixin, "_PAGE", 3)
    assert [each["number"] for each in mockapi.journal()] == [1, 2, 3, 4, 5, 6]
    assert [each["number"] for each in mockapi.journal(since=1)] == [2, 3, 4, 5, 6]
    assert [each["number"] for each in mockapi.journal(limit=2)] == [5, 6]
    assert [each["number"] for each in mockapi.journal(limit=2, since=2)] == [3, 4]
    assert mockapi.journal(status=404) == []


def test_journal_has_more_than_100_requests(mockapi):
    for _ in range(101):
        get(mockapi, "/sites")
    assert len(mockapi.journal()) == 101


def test_failed_expectation_lists_the_nearest_misses(mockapi):
    get(mockapi, "/sites")
    with pytest.raises(AssertionError) as caught:
        mockapi.verify(operation="listSites", times=2)
    assert str(caught.value) == "Expected listSites exactly 2 times, received 1 (request 1)."
    with pytest.raises(AssertionError) as caught:
        mockapi.verify(in_order=[{"operation": "listMeters"}])
    assert str(caught.value) == (
        "Expected in order:\n"
        "  1. listMeters: not received\n"
        "Nearest miss:\n"
        "  1. GET /ecostruxure/scoring/v1/sites -> 200\n"
        '      operation: expected "listMeters", was "listSites"'
    )


def test_invalid_expectation_raises_mockapi_error(mockapi):
    with pytest.raises(MockApiError) as caught:
        mockapi.verify(operation="listMeter")
    assert str(caught.value) == (
        "POST /__admin/journal/verify: 'listMeter' is not a known operation. "
        "Did you mean listMeters?"
    )


def test_new_test_has_an_empty_journal(mockapi):
    assert mockapi.journal() == []
