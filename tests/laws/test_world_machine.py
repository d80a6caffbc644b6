"""Several worlds of one server, used in any order, compared with a model of each."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.settings import Settings

SCENARIO = """\
clock: 2026-06-01T09:00:00Z
scoring: none
sites: [{building: office, city: Lyon}]
"""
BEGAN = datetime.fromisoformat("2026-06-01T09:00:00Z")
PARTNER = "/ecostruxure/scoring/v1/sites"
USER = "/ecostruxure/user/scoring/v1/sites"

NAMES = ("", "blue", "green")
worlds = st.sampled_from(NAMES)
snapshots = st.sampled_from(["first", "second"])


@dataclass
class SavedState:
    """Expected state of a snapshot."""

    now: datetime = BEGAN
    scores: dict[str, float] = field(default_factory=dict)
    personal_tokens: list[str] = field(default_factory=list)
    is_asked_to_score: bool = False


@dataclass
class Model:
    """One world, as somebody with pencil and paper would keep it."""

    kept: SavedState = field(default_factory=SavedState)
    snapshots: dict[str, SavedState] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    serial: int = 0
    requests: list[str] = field(default_factory=list)


class SeveralWorlds(RuleBasedStateMachine):
    """Does to each world what tests do, and knows of each what it must then tell."""

    def __init__(self):
        super().__init__()
        self.server = TestClient(create_app(Settings(scenario="empty", clock=BEGAN.isoformat())))
        self.models: dict[str, Model] = {}
        self.sites: dict[str, str] = {}
        for name in NAMES:
            self._make(name)

    def _make(self, name):
        if name:
            request_body = {"name": name, "scenario_text": SCENARIO, "seed": len(name)}
            self.server.post("/__admin/worlds", json=request_body).raise_for_status()
            (self.sites[name],) = self._get(name, "world")["customers"][0]["sites"]
        self.models[name] = Model()

    def _path(self, name, path):
        return f"/w/{name}{path}" if name else path

    def _get(self, name, path):
        return self.server.get(self._path(name, f"/__admin/{path}")).json()

    def _admin(self, name, method, path, body=None):
        answer = self.server.request(method, self._path(name, f"/__admin/{path}"), json=body)
        answer.raise_for_status()
        return answer

    def _ask(self, name, method, path, body=None, token=None):
        """Ask as a client does, with a token that the journal and the model do not count."""
        token = token or self._admin(name, "POST", "tokens").json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        self.models[name].requests.append(f"{method} {path.partition('?')[0]}")
        return self.server.request(method, self._path(name, path), json=body, headers=bearer)

    def _scores(self, name):
        return f"{PARTNER}/{self.sites[name]}/performance-scores"

    @rule(name=worlds, seconds=st.integers(1, 10**6))
    def advance(self, name, seconds):
        self._admin(name, "PUT", "clock", {"advance": f"PT{seconds}S"})
        self.models[name].kept.now += timedelta(seconds=seconds)

    @rule(name=st.sampled_from(NAMES[1:]), day=st.integers(1, 28), score=st.integers(0, 100))
    def write_a_score(self, name, day, score):
        model = self.models[name]
        date = f"2026-05-{day:02}"
        body = [{"date": date, "score": score, "type": "daily", "category": "waste"}]
        answer = self._ask(name, "POST", self._scores(name), body)
        if model.faults:
            assert answer.status_code == 503
            model.faults = {each: hits + 1 for each, hits in model.faults.items()}
        else:
            assert answer.status_code == 201
            model.kept.scores[date] = score

    @rule(name=st.sampled_from(NAMES[1:]))
    def read_the_scores(self, name):
        model = self.models[name]
        if model.faults:
            return
        result = self._ask(name, "GET", f"{self._scores(name)}?category=waste").json()
        assert {each["date"]: each["score"] for each in result} == model.kept.scores

    @rule(name=st.sampled_from(NAMES[1:]))
    def ask_to_be_scored(self, name):
        model = self.models[name]
        if model.faults:
            return
        answer = self._ask(name, "POST", f"{USER}/{self.sites[name]}/scoring-requests")
        expected = 409 if model.kept.is_asked_to_score else 201
        assert answer.status_code == expected
        model.kept.is_asked_to_score = True

    @rule(name=worlds)
    def mint_a_personal_token(self, name):
        minted = self._admin(name, "POST", "pats", {"expires_at": "2027-01-01T00:00:00Z"}).json()
        self.models[name].kept.personal_tokens.append(minted["token"])

    @rule(name=worlds, elsewhere=worlds)
    def use_a_token_at_home_and_elsewhere(self, name, elsewhere):
        model = self.models[name]
        tokens = model.kept.personal_tokens
        if not tokens or model.faults or self.models[elsewhere].faults:
            return
        is_alive = model.kept.now.year < 2027
        answer = self._ask(name, "GET", USER, token=tokens[-1])
        assert answer.status_code == (200 if is_alive else 401)
        if name != elsewhere and tokens[-1] not in self.models[elsewhere].kept.personal_tokens:
            assert self._ask(elsewhere, "GET", USER, token=tokens[-1]).status_code == 401

    @rule(name=worlds)
    def switch_a_fault_on(self, name):
        model = self.models[name]
        if model.faults:
            return
        model.serial += 1
        made = self._admin(name, "POST", "faults", {"kind": "status", "status": 503}).json()
        assert made["id"] == f"fault-{model.serial}"
        model.faults = {made["id"]: 0}

    @precondition(lambda self: any(model.faults for model in self.models.values()))
    @rule(name=worlds)
    def remove_all_faults(self, name):
        self._admin(name, "DELETE", "faults")
        self.models[name].faults = {}

    @rule(name=worlds, snapshot=snapshots)
    def save(self, name, snapshot):
        self._admin(name, "POST", "snapshots", {"name": snapshot})
        kept = self.models[name].snapshots
        kept.pop(snapshot, None)
        kept[snapshot] = deepcopy(self.models[name].kept)

    @rule(name=worlds, snapshot=snapshots)
    def restore(self, name, snapshot):
        model = self.models[name]
        answer = self.server.post(self._path(name, f"/__admin/snapshots/{snapshot}/restore"))
        assert answer.status_code == (200 if snapshot in model.snapshots else 404)
        if snapshot in model.snapshots:
            model.kept = deepcopy(model.snapshots[snapshot])

    @rule(name=worlds)
    def save_and_restore_at_once(self, name):
        self._admin(name, "POST", "snapshots", {"name": "passing"})
        self._admin(name, "POST", "snapshots/passing/restore")
        self._admin(name, "DELETE", "snapshots/passing")

    @rule(name=worlds)
    def reset(self, name):
        self._admin(name, "POST", "reset")
        kept = self.models[name].snapshots
        self.models[name] = Model(snapshots=kept)

    @rule(name=st.sampled_from(NAMES[1:]))
    def delete_and_make_again(self, name):
        self._admin("", "DELETE", f"worlds/{name}")
        self._make(name)

    @invariant()
    def every_world_is_as_its_model(self):
        for name, model in self.models.items():
            now = datetime.fromisoformat(self._get(name, "clock")["now"])
            result = [each["name"] for each in self._get(name, "snapshots")]
            faults = {each["id"]: each["hits"] for each in self._get(name, "faults")}
            entries = self._get(name, "journal?limit=1000")["entries"]
            assert (now, result, faults) == (model.kept.now, list(model.snapshots), model.faults)
            assert [f"{each['method']} {each['path']}" for each in entries] == model.requests
            assert {each["world"] for each in entries} <= {name or "default"}

    def teardown(self):
        for name, model in self.models.items():
            model.faults = {}
            self._admin(name, "DELETE", "faults")
            if name:
                self.read_the_scores(name)
        self.server.app.state.worlds.close()


SeveralWorlds.TestCase.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
test_worlds_are_what_was_done_to_each = SeveralWorlds.TestCase
