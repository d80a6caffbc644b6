"""Any sequence of additions, changes and removals of a world's state, in any order."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.settings import Settings

SCENARIO = {
    "clock": "2026-06-01T09:00:00Z",
    "history": "P2D",
    "sites": [{"building": "office", "city": "Lyon", "registered": True}],
    "portfolio": {"count": 3, "meters": "basic"},
    "timeline": [
        {"event": "heat_wave", "country": "FR", "degrees": 9, "after": "PT1H", "for": "P9D"},
        {"event": "consent_revoked", "after": "P1D"},
    ],
}
KINDS = ("sites", "meters", "customers", "clients", "scores", "scoring-requests")
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "remove"]), st.sampled_from(KINDS), st.integers(0)),
    max_size=10,
)
SCORE = {"date": "2026-05-01", "type": "daily", "category": "energy", "score": 5}


@pytest.fixture(scope="module")
def client():
    app = create_app(Settings(scenario=SCENARIO))
    with closing(app.state.worlds):
        yield TestClient(app)


def rows(client: TestClient) -> list[str]:
    """Return the rows of the world, whose references are valid."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(client.app.state.world.store.snapshot())
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        # Without the metadata, which contain real times of the clock.
        return [each for each in copy.iterdump() if "world_fact" not in each]


def apply(client: TestClient, action: str, kind: str, draw: int) -> tuple[int, object]:
    """Send one call about an existing part of the world, and return its status and body."""
    world = client.get("/__admin/world").json()
    sites = [each["id"] for each in client.get("/__admin/sites").json()]
    site = sites[draw % len(sites)] if sites else "none"
    meters = client.app.state.world.store.meters(site)
    ids = {
        "sites": [site],
        "meters": [meter.id for meter, _ in meters],
        "customers": [each["id"] for each in world["customers"]],
        "clients": [each["client_id"] for each in world["clients"]],
    }.get(kind, [])
    chosen = f"{kind}/{ids[draw % len(ids)] if ids else 'none'}"
    added = {
        "sites": {"building": "hotel", "city": "Paris", "registered": bool(draw % 2)},
        "meters": {"site": site, "usage": "Diesel"},
        "scores": {"site": site, "scores": [SCORE]},
        "scoring-requests": {"site": site},
    }
    changed = {"sites": {"building": "school", "name": None}}
    if kind == "scoring-requests" or action == "add":
        response = client.post(f"/__admin/{kind}", json=added.get(kind, {}))
    elif kind == "scores":
        request = {"change": ("PATCH", "scores"), "remove": ("DELETE", f"scores?site={site}")}
        method, path = request[action]
        body = {"site": site, **SCORE} if method == "PATCH" else None
        response = client.request(method, f"/__admin/{path}", json=body)
    elif action == "change":
        response = client.patch(f"/__admin/{chosen}", json=changed.get(kind, {"name": "New"}))
    else:
        response = client.delete(f"/__admin/{chosen}")
    return response.status_code, response.json() if response.content else None


@settings(max_examples=8)
@given(STEPS)
def test_state_calls_repeat_and_keep_the_world_sound(client, steps):
    outcomes = []
    for _ in range(2):
        client.post("/__admin/reset")
        answers = [apply(client, *step) for step in steps]
        assert {status for status, _ in answers} <= {200, 201, 204, 404}
        client.put("/__admin/clock", json={"advance": "P2D"})
        shown = [client.get(f"/__admin/{path}").status_code for path in ("world", "sites")]
        assert shown == [200, 200]
        outcomes.append((answers, rows(client)))
    assert outcomes[0] == outcomes[1]


@settings(max_examples=8)
@given(STEPS)
def test_reset_restores_the_scenario_after_state_calls(client, steps):
    client.post("/__admin/reset")
    before = rows(client)
    for step in steps:
        apply(client, *step)
    client.post("/__admin/reset")
    assert rows(client) == before
