"""Named worlds: independent of each other, and deleted when idle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from starlette.testclient import TestClient

from mockapi import MockApi, Settings, create_app, serve_in_thread
from mockapi.control.schemas.world_bodies import CreateWorldRequest
from mockapi.settings import WORLD_SETTINGS
from mockapi.world.registry import UnknownWorldError, Worlds
from mockapi.world.world import World

SITES = "/ecostruxure/scoring/v1/sites"
OAUTH = "/ecostruxure/v1/oauth"
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
UNSCORED = """\
clock: 2026-06-01T09:00:00Z
scoring: none
sites: [{building: office, city: Lyon}, {building: school, city: Melbourne}]
"""


@pytest.fixture
def server() -> TestClient:
    return TestClient(create_app(Settings(max_worlds=3)), follow_redirects=False)


def make(server: TestClient, name: str, **request_body) -> dict:
    answer = server.post("/__admin/worlds", json={"name": name, **request_body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def token(server: TestClient, root: str = "") -> dict[str, str]:
    minted = server.post(f"{root}/__admin/tokens").json()["access_token"]
    return {"Authorization": f"Bearer {minted}"}


def refusal(answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["detail"]


def test_a_world_is_made_listed_and_deleted(server):
    made = make(server, "blue", scenario="empty", seed=4, edition="2022")
    assert made == {
        "name": "blue",
        "path": "/w/blue",
        "scenario": "empty",
        "seed": 4,
        "edition": "2022",
        "now": "2026-06-01T09:00:00Z",
    }
    assert server.get("/__admin/worlds").json() == [made]
    assert server.get("/__admin/worlds/blue").json() == made
    assert server.delete("/__admin/worlds/blue").status_code == 204
    assert server.get("/__admin/worlds").json() == []
    assert refusal(server.get("/w/blue/healthz")) == (
        404,
        "World 'blue' does not exist or has expired. Create it with PUT /__admin/worlds/{name}.",
    )


def test_a_world_without_a_name_gets_one(server):
    assert server.post("/__admin/worlds").json()["name"] == "world-1"
    assert server.post("/__admin/worlds", json={}).json()["name"] == "world-2"


def put(server: TestClient, name: str, /, **request_body) -> tuple[int, dict]:
    answer = server.put(f"/__admin/worlds/{name}", json=request_body)
    return answer.status_code, answer.json()


def test_put_world_again_changes_nothing(server):
    created, made = put(server, "blue", scenario="dst", seed=4)
    given = token(server, "/w/blue")
    again, found = put(server, "blue", scenario="dst", seed=4, name="blue")
    assert (created, again, found) == (201, 200, made)
    assert server.get(f"/w/blue{SITES}", headers=given).status_code == 200
    assert server.put("/__admin/worlds/green").status_code == 201
    assert server.put("/__admin/worlds/green").status_code == 200


@pytest.mark.parametrize(
    ("name", "request_body", "status", "detail"),
    [
        ("blue", {"seed": 5}, 409, "World 'blue' already exists with other settings."),
        ("blue", {"scenario_text": "{}"}, 409, "World 'blue' already exists with other settings."),
        ("blue", {"name": "green"}, 400, "name is 'green' in the body, but 'blue' in the path."),
        ("new", {"scenario": "absent"}, 400, "absent"),
        ("default", {}, 400, "must not be 'default'"),
        ("-", {}, 400, "must be 1 to 100 letters"),
    ],
)
def test_put_world_is_refused_with_reason(server, name, request_body, status, detail):
    put(server, "blue", seed=4)
    answer = server.put(f"/__admin/worlds/{name}", json=request_body)
    assert (answer.status_code, detail in answer.text) == (status, True), answer.text
    assert [each["name"] for each in server.get("/__admin/worlds").json()] == ["blue"]


def test_put_only_if_new_is_refused_for_an_existing_world(server):
    only_new = {"If-None-Match": "*"}
    created = server.put("/__admin/worlds/blue", json={"seed": 4}, headers=only_new)
    again = server.put("/__admin/worlds/blue", json={"seed": 4}, headers=only_new)
    assert (created.status_code, created.json()["seed"]) == (201, 4)
    assert refusal(again) == (412, "World 'blue' already exists. Delete it first.")
    other = server.put("/__admin/worlds/blue", headers={"If-None-Match": '"x"'})
    assert (other.status_code, "must be '*'" in other.text) == (400, True), other.text


def test_concurrent_puts_create_one_world(server):
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: put(server, "blue", seed=4)[0], range(8)))
    assert sorted(statuses) == [200] * 7 + [201]


def test_all_paths_respond_below_the_world_path(server):
    make(server, "blue", scenario="vendor-samples")
    sites = server.get(f"/w/blue{SITES}", headers=token(server, "/w/blue")).json()
    alone = TestClient(create_app(Settings(scenario="vendor-samples")))
    assert sites == alone.get(SITES, headers=token(alone)).json()
    assert server.get("/w/blue/healthz").json()["scenario"] == "vendor-samples"
    assert server.get("/w/blue/__admin/world").json()["scenario"] == "vendor-samples"
    document = server.get("/w/blue/openapi/partner.json").json()
    assert document["servers"][0] == {"url": "/w/blue/ecostruxure/scoring/v1"}
    assert server.get("/openapi/partner.json").json()["servers"][0] == {
        "url": "/ecostruxure/scoring/v1"
    }


def test_oauth_and_pages_stay_in_their_world(server):
    make(server, "blue")
    for path in (
        "/w/blue/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/w/blue",
    ):
        metadata = server.get(path).json()
        assert metadata["issuer"] == "http://testserver/w/blue"
        assert metadata["token_endpoint"] == f"http://testserver/w/blue{OAUTH}/token"
    client = server.get("/w/blue/__admin/world").json()["clients"][0]
    asked = server.get(
        f"/w/blue{OAUTH}/authorize",
        params={
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": client["redirect_uris"][0],
            "scope": "read:site",
        },
    )
    assert asked.headers["location"].startswith("/w/blue/consent?response_type=code")
    asked = server.get(asked.headers["location"])
    assert asked.headers["location"].startswith("/w/blue/signin?next=%2Fconsent")
    page = server.get(asked.headers["location"])
    assert 'action="/w/blue/signin"' in page.text
    assert page.headers["set-cookie"].startswith("mockapi_session_w_blue=")
    assert "Path=/w/blue/" in page.headers["set-cookie"]


def test_a_token_of_one_world_is_unknown_in_another(server):
    for name in ("blue", "green"):
        make(server, name)
    blue = token(server, "/w/blue")
    assert server.get(f"/w/blue{SITES}", headers=blue).status_code == 200
    for elsewhere in (f"/w/green{SITES}", SITES):
        answer = server.get(elsewhere, headers=blue)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


def test_worlds_do_not_share_data(server):
    for name in ("blue", "green"):
        make(server, name)
    site = server.get("/__admin/world").json()["customers"][0]["sites"][0]
    scores = f"{SITES}/{site}/performance-scores"
    before = server.get(f"/w/green{scores}", headers=token(server, "/w/green")).json()
    score = {"date": "2026-05-01", "score": 1, "type": "daily", "category": "waste"}
    posted = server.post(f"/w/blue{scores}", json=[score], headers=token(server, "/w/blue"))
    assert posted.status_code == 201
    for root in ("/w/green", ""):
        assert server.get(f"{root}{scores}", headers=token(server, root)).json() == before
    server.post("/w/blue/__admin/reset")
    assert server.get(f"/w/blue{scores}", headers=token(server, "/w/blue")).json() == before


def test_the_same_name_mints_the_same_tokens(server):
    make(server, "blue")
    first = token(server, "/w/blue")
    server.delete("/__admin/worlds/blue")
    make(server, "blue")
    assert token(server, "/w/blue") == first


def test_world_is_created_from_scenario_in_request(server):
    make(server, "blue", scenario_text="sites: [{building: office, city: Lyon, area: 12000}]")
    answer = server.get(f"/w/blue{SITES}", headers=token(server, "/w/blue"))
    assert [site["postalAddress"]["city"] for site in answer.json()] == ["Lyon"]


def test_scenario_in_request_has_given_name(server):
    text = "description: Mine.\nsites: 3"
    named = {"scenario_text": "description: Mine.", "scenario_name": "mine.v2"}
    assert make(server, "blue", **named)["scenario"] == "mine.v2"
    assert make(server, "green", scenario_text="description: Mine.")["scenario"] == "inline"
    status, reason = refusal(server.post("/__admin/worlds", json={**named, "scenario_text": text}))
    assert (status, reason.partition(" ")[0]) == (400, "mine.v2:2:8:")


def test_page_of_missing_world_links_to_worlds(server):
    make(server, "blue")
    asked = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = server.get("/w/gone/console/sites", headers=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "World gone does not exist" in answer.text
    links = ('href="/w/blue/console/worlds"', 'href="/console/worlds"')
    assert [each in answer.text for each in links] == [True, True]
    for headers in ({}, {"Accept": "application/json"}, {**asked, "HX-Request": "true"}):
        assert refusal(server.get("/w/gone/", headers=headers))[0] == 404


def test_page_without_access_lists_no_worlds():
    locked = TestClient(create_app(Settings(admin_token="mockSecret", scenario="empty")))
    key = {"Authorization": "Bearer mockSecret"}
    locked.post("/__admin/worlds", json={"name": "blue"}, headers=key)
    answer = locked.get("/w/gone/", headers={"Accept": "text/html"})
    assert (answer.status_code, "World gone does not exist" in answer.text) == (404, True)
    assert "blue" not in answer.text


@pytest.mark.parametrize(
    ("request_body", "status", "detail"),
    [
        pytest.param({"name": "taken"}, 409, "World 'taken' already exists", id="taken"),
        pytest.param({"name": "../up"}, 400, "name: must be 1 to 100 letters", id="path in a name"),
        pytest.param({"name": "a/b"}, 400, "name: must be 1 to 100 letters", id="slash in a name"),
        pytest.param({"name": ""}, 400, "name: must be 1 to 100 letters", id="no name"),
        pytest.param(
            {"scenario": "nope"}, 400, "this scenario does not exist. Use ", id="scenario"
        ),
        pytest.param({"scenario": "/etc/passwd"}, 400, "scenario: must be the name of", id="path"),
        pytest.param({"scenario_text": "sites: 3"}, 400, "inline:1:8: sites", id="mistake"),
        pytest.param(
            {"scenario": "demo", "scenario_text": "{}"}, 400, "cannot be combined", id="both"
        ),
        pytest.param(
            {"scenario_name": "mine"}, 400, "needs the scenario itself", id="name of no text"
        ),
        pytest.param(
            {"name": "Default"}, 400, "the name of the default world", id="name of the first"
        ),
        pytest.param({"colour": "red"}, 400, "colour: is not known here", id="unknown member"),
    ],
)
def test_invalid_world_request_is_refused_with_reason(server, request_body, status, detail):
    make(server, "taken")
    answered, reason = refusal(server.post("/__admin/worlds", json=request_body))
    assert answered == status
    assert detail in reason


def test_worlds_have_a_cap(server):
    for name in ("one", "two", "three"):
        make(server, name)
    assert refusal(server.post("/__admin/worlds")) == (
        429,
        (
            "3 worlds are the maximum of MOCKAPI_MAX_WORLDS. "
            "Delete some with DELETE /__admin/worlds/{name}."
        ),
    )


def test_idle_world_is_deleted():
    settings = Settings(scenario="empty", world_idle=timedelta(minutes=10))
    seconds = [0.0]
    worlds = Worlds(World.open(settings), lambda: seconds[0])
    for name in ("used", "idle"):
        worlds.create(name, {})
    seconds[0] = 9 * 60
    worlds.get("used")
    seconds[0] = 11 * 60
    assert [world.name for world in worlds] == ["used"]
    with pytest.raises(UnknownWorldError):
        worlds.get("idle")
    worlds.close()


def test_every_world_setting_can_be_requested():
    assert (
        set(CreateWorldRequest.model_fields) - {"name", "scenario_text", "scenario_name"}
        == WORLD_SETTINGS
    )


def use(server: MockApi, number: int) -> object:
    """Do to a world of its own what a test does; return everything that it ends as."""
    world = server.create_world(f"w{number}", seed=number, scenario_text=UNSCORED)
    site = world.world()["customers"][0]["sites"][0]
    bearer = {"Authorization": f"Bearer {world.token()}"}
    scores = f"{world.partner_url}/sites/{site}/performance-scores"
    affected = []
    with httpx2.Client(headers=bearer) as web:
        with world.fault("status", status=503, probability=0.5, method="POST") as fault:
            for day in range(1, 9):
                score = {"date": f"2026-05-0{day}", "score": number, "type": "daily"}
                answer = web.post(scores, json=[{**score, "category": "waste"}])
                affected.append(answer.status_code)
            world.clock.advance(f"PT{number}M")
        world.fault("latency", seconds=0.001, times=number % 3 + 1).add()
        world.snapshot("before")
        listed = web.get(scores, params={"category": "waste"}).json()
        web.get(f"{world.user_url}/sites/{number}/performance-scores")
        faults, entries = world.faults(), world.journal()
        kept = [(each["name"], each["at"]) for each in world.snapshots()]
    assert affected.count(503) == fault.hits
    for each in entries:
        for name in ("real_at", "duration_ms", "gap_ms"):
            del each[name]
    return site, bearer, affected, listed, world.clock.now(), faults, entries, kept


def test_fifty_concurrent_worlds_are_independent():
    with serve_in_thread(create_app()) as url, ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda number: use(MockApi(url), number), range(50)))
        assert MockApi(url).journal() == MockApi(url).faults() == []
    for number in (0, 17, 49):
        with serve_in_thread(create_app()) as url:
            assert use(MockApi(url), number) == together[number]
    sites, bearers, affected, listed, times, faults, entries, kept = zip(*together, strict=True)
    assert len({bearer["Authorization"] for bearer in bearers}) == len(set(sites)) == 50
    assert list(times) == [NINE + timedelta(minutes=number) for number in range(50)]
    for number in range(50):
        assert {each["world"] for each in entries[number]} == {f"w{number}"}
        assert [each["status"] for each in entries[number]] == [*affected[number], 200, 404]
        assert [each["score"] for each in listed[number]] == [number] * affected[number].count(201)
        assert [each["hits"] for each in faults[number]] == [min(2, number % 3 + 1)]
        assert [name for name, _ in kept[number]] == ["before"]
    # Each draws by a seed of its own.
    assert len({tuple(each) for each in affected}) > 30
