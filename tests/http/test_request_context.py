"""Each request is recognized once, by the world routing middleware."""

import pytest

from mockapi.http import auth_headers, context
from mockapi.middleware import world_routing

SITES = "/ecostruxure/scoring/v1/sites"
BEARER = {"Authorization": "Bearer mockAccessToken000000000Ada1"}


@pytest.fixture
def counted(monkeypatch):
    """The paths that were matched and the headers that were parsed."""
    matched, parsed = [], []
    match, find = world_routing.match_path, auth_headers.find_credentials

    def counting_match(method, path):
        matched.append(path)
        return match(method, path)

    def counting_find(headers):
        parsed.append(headers)
        return find(headers)

    monkeypatch.setattr(world_routing, "match_path", counting_match)
    monkeypatch.setattr(context, "find_credentials", counting_find)
    return matched, parsed


@pytest.mark.parametrize("world", ["", "/w/blue"])
def test_request_with_fault_and_journal_is_recognised_once(client, counted, world):
    client.post("/__admin/worlds", json={"name": "blue"})
    client.post(f"{world}/__admin/faults", json={"kind": "latency", "seconds": 0.001})
    client.delete(f"{world}/__admin/journal")
    for calls in counted:
        calls.clear()
    assert client.get(world + SITES, headers=BEARER).status_code == 200

    matched, parsed = counted
    assert matched == [SITES]
    assert len(parsed) == 1
    (entry,) = client.get(f"{world}/__admin/journal").json()["entries"]
    assert (entry["product"], entry["operation"]) == ("partner", "listSites")


def test_token_request_parses_basic_credentials_once(client, counted):
    client.post(
        "/ecostruxure/v1/oauth/token",
        data={"grant_type": "refresh_token", "refresh_token": "unknown"},
        auth=("mockScoringPartnerClient00000001", "mockSecret000001"),
    )
    matched, parsed = counted
    assert matched == ["/ecostruxure/v1/oauth/token"]
    assert len(parsed) == 1


def test_path_with_a_trailing_line_feed_has_its_operation(client):
    assert client.get(f"{SITES}%0A", headers=BEARER).status_code == 200
    (entry,) = client.get("/__admin/journal").json()["entries"]
    assert entry["operation"] == "listSites"
