"""A reset restores the initial state after any changes."""

import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.settings import Settings

ONE_SITE = Path(__file__).parents[1] / "world" / "one-site.yaml"
PARTNER = {"Authorization": "Bearer mockAccessToken0000000000001"}
CUSTOMER = {"Authorization": "Bearer mockPAT000000000000000000001"}
names = st.sampled_from(["first", "second", "third"])


def opened() -> TestClient:
    return TestClient(create_app(Settings(scenario=str(ONE_SITE), auto_consent=True)))


def state(world: TestClient) -> tuple:
    """Everything that the world keeps and tells, and how its time goes."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(world.app.state.world.store.snapshot())
        rows = list(copy.iterdump())
    result = [world.get(f"/__admin/{path}").json() for path in ("world", "clock")]
    return rows, result


class AnyUse(RuleBasedStateMachine):
    """Does to one world what a test may do, in any order."""

    world = opened()
    fresh = state(opened())
    site = fresh[1][0]["customers"][0]["sites"][0]
    partner_site = f"/ecostruxure/scoring/v1/sites/{site}"

    @rule(seconds=st.integers(0, 10**8))
    def advance(self, seconds):
        self.world.put("/__admin/clock", json={"advance": f"PT{seconds}S"})

    @rule(rate=st.sampled_from([0, 1, 60, 86400]))
    def run(self, rate):
        self.world.put("/__admin/clock", json={"rate": rate})

    @rule()
    def follow_the_system(self):
        self.world.put("/__admin/clock", json={"follow": "system"})

    @rule(seconds=st.integers(0, 10**6))
    def mint_a_token(self, seconds):
        self.world.post("/__admin/tokens", json={"expires_in": seconds}).raise_for_status()

    @rule()
    def mint_a_personal_token(self):
        self.world.post("/__admin/pats").raise_for_status()

    @rule(name=names)
    def save(self, name):
        self.world.post("/__admin/snapshots", json={"name": name}).raise_for_status()

    @rule(name=names)
    def restore(self, name):
        self.world.post(f"/__admin/snapshots/{name}/restore")

    @rule(name=names)
    def discard(self, name):
        self.world.delete(f"/__admin/snapshots/{name}")

    @rule(score=st.integers(0, 100))
    def post_a_score(self, score):
        body = [{"date": "2026-05-31", "score": score, "type": "daily", "category": "energy"}]
        self.world.post(f"{self.partner_site}/performance-scores", json=body, headers=PARTNER)

    @rule(leed_id=st.integers(1, 3))
    def register(self, leed_id):
        body = {"leedId": leed_id, "leedName": "Lyon"}
        self.world.post(f"{self.partner_site}/scoring-providers", json=body, headers=PARTNER)

    @rule()
    def ask_for_a_score(self):
        base = self.partner_site.replace("/scoring/", "/user/scoring/")
        self.world.post(f"{base}/scoring-requests", headers=CUSTOMER)

    def teardown(self):
        self.world.post("/__admin/reset").raise_for_status()
        assert state(self.world) == self.fresh


AnyUse.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
test_a_reset_makes_any_world_a_fresh_one = AnyUse.TestCase
