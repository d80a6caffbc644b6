"""Four replicas behind nginx, with the files of `deploy/nginx`."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from balanced_replicas import NGINX, REPLICA, ask, nginx, replicas
from click.testing import CliRunner

from mockapi import MockApi
from mockapi.cli import cli
from mockapi.client import MockApiError

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

REPLICAS = 4
THREADS = 16
WORLDS = 200
SAMPLE = 25
ONE_SITE = """
seed: 3
clock: 2026-06-01T09:00:00Z
history: P1D
scoring: none
clients:
  - client_id: mockClient0000000000000000000001
    client_secret: mockSecret000001
    name: Test Partner
    redirect_uris: [http://127.0.0.1:8765/callback]
customers:
  - email: ada@example.com
    sites:
      - building: office
        city: Lyon
        area: 5000
        projects: [{leed_id: 8000015697, leed_name: Lyon Office}]
"""
METADATA = "/.well-known/oauth-authorization-server"


@pytest.fixture(scope="module")
def running():
    with replicas(REPLICAS) as started:
        yield started


@pytest.fixture(scope="module")
def balancer(running, tmp_path_factory) -> MockApi:
    with nginx(tmp_path_factory.mktemp("all") / "nginx", [each.port for each in running]) as port:
        yield MockApi(f"http://127.0.0.1:{port}")


@pytest.fixture
def port(balancer) -> int:
    return int(balancer.url.rpartition(":")[2])


@pytest.fixture
def in_new_world(balancer, port) -> Callable[..., MockApi]:
    """Function that creates a world with one site, replacing one of another test."""

    def in_new_world(name: str) -> MockApi:
        ask(port, "DELETE", f"/__admin/worlds/{name}")
        return balancer.create_world(name, scenario_text=ONE_SITE)

    return in_new_world


def call(world: MockApi, path: str, body: Any = None, token: str | None = None) -> Any:
    """Return the response of the Partner API of *world*; POST if *body* is given."""
    bearer = f"Bearer {token or world.token()}"
    headers = {"Authorization": bearer, "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    with urlopen(Request(world.partner_url + path, content, headers)) as response:
        return json.load(response)


def story(server: MockApi, number: int) -> tuple[Any, ...]:
    """Use a new world with writes of its own. Return everything that a client sees of it."""
    world = server.create_world(f"world.of-{number}", scenario_text=ONE_SITE, seed=number)
    (site,) = world.world()["customers"][0]["sites"]
    score = {"date": "2026-05-31", "score": number / 2, "type": "monthly", "category": "energy"}
    token = world.token(expires_in=86_400)
    posted = call(world, f"/sites/{site}/performance-scores", [score], token)
    now = world.clock.advance(f"PT{number}M")
    scores = call(world, f"/sites/{site}/performance-scores", token=token)
    requests = [(each["operation"], each["status"]) for each in world.journal()]
    return site, token, posted, now, scores, requests


def test_200_worlds_of_16_clients_end_as_if_alone(balancer, start_server, port):
    with ThreadPoolExecutor(THREADS) as clients:
        seen = dict(enumerate(clients.map(lambda number: story(balancer, number), range(WORLDS))))
    alone = MockApi(start_server(scenario="empty"))
    for number in range(0, WORLDS, WORLDS // SAMPLE):
        assert seen[number] == story(alone, number)

    held = [
        [world["name"] for world in ask(port, "GET", f"/replicas/{number}/__admin/worlds").body]
        for number in range(1, REPLICAS + 1)
    ]
    everywhere = Counter(name for names in held for name in names if name.startswith("world.of-"))
    assert everywhere == Counter(f"world.of-{number}" for number in range(WORLDS))
    assert min(map(len, held)) >= WORLDS / REPLICAS / 3

    balancer.named_world("world.of-7").delete()
    with pytest.raises(MockApiError, match="does not exist") as gone:
        balancer.named_world("world.of-7")
    assert gone.value.status == 404


def test_all_paths_of_a_world_reach_the_same_replica(in_new_world, port):
    in_new_world("blue")
    answers = [
        ask(port, "GET", "/__admin/worlds/blue"),
        ask(port, "GET", "/w/blue/healthz"),
        ask(port, "GET", "/w/bl%75e/healthz?at=/w/red/"),
        ask(port, "GET", "/%77/blue/__admin/world"),
        ask(port, "GET", f"{METADATA}/w/blue"),
        ask(port, "PUT", "/__admin/worlds/blue", {"scenario_text": ONE_SITE}),
    ]
    assert {each.status for each in answers} == {200}
    assert len({each.headers[REPLICA] for each in answers}) == 1


def test_default_world_is_on_the_first_replica(running, port):
    paths = ("/healthz", "/__admin/clock", "/__admin/worlds", METADATA, "/console/worlds")
    found = {ask(port, "GET", path).headers[REPLICA] for path in paths}
    assert found == {f"127.0.0.1:{running[0].port}"}


def test_world_without_a_name_is_refused(port, balancer):
    refused = ask(port, "POST", "/__admin/worlds", {"seed": 1})
    assert (refused.status, refused.headers["Content-Type"]) == (405, "application/problem+json")
    with pytest.raises(MockApiError, match=r"Use PUT /__admin/worlds/\{name\}") as raised:
        balancer.create_world()
    assert raised.value.status == 405


def test_urls_are_those_of_the_balancer(in_new_world, port, balancer):
    in_new_world("blue")
    forged = {"Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    for path, root in ((METADATA, ""), (f"{METADATA}/w/blue", "/w/blue")):
        found = ask(port, "GET", path, headers={**forged, "X-Forwarded-Host": "evil.example"})
        assert found.body["issuer"] == balancer.url + root
    named = ask(port, "GET", METADATA, headers={"Host": "mock.localhost:81"})
    assert named.body["issuer"] == "http://mock.localhost:81"


def test_events_arrive_while_the_response_is_open(in_new_world):
    world = in_new_world("blue")
    with world.tail() as requests:
        call(world, "/sites")
        assert next(requests)["operation"] == "listSites"


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("connection_reset", ConnectionResetError),
        ("empty_reply", ConnectionResetError),
        # nginx sends nothing if it reads the head together with the mistake.
        ("truncated_body", (IncompleteRead, ConnectionResetError)),
        ("malformed_chunk", (IncompleteRead, ConnectionResetError)),
        ("garbage", BadStatusLine),
    ],
)
def test_connection_fault_reaches_the_client_once(in_new_world, kind, raised):
    world = in_new_world("blue")
    with world.fault(kind, operation="listSites", times=1), pytest.raises(raised):
        call(world, "/sites")
    assert len(call(world, "/sites")) == 1
    assert len(world.journal(operation="listSites")) == 2


def test_lost_write_is_not_repeated_elsewhere(in_new_world):
    world = in_new_world("blue")
    (site,) = world.world()["customers"][0]["sites"]
    score = {"date": "2026-05-31", "score": 87.5, "type": "monthly", "category": "energy"}
    with world.fault("lost_answer", times=1), pytest.raises(ConnectionResetError):
        call(world, f"/sites/{site}/performance-scores", [score])
    assert [each["score"] for each in world.scores(site, type="monthly")] == [87.5]
    assert len(world.journal(method="POST")) == 1


def test_plugin_and_client_work_unchanged(balancer, pytester, run_suite):
    pytester.makepyfile(
        """
        import pytest
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        def listed(world):
            headers = {"Authorization": f"Bearer {world.token()}"}
            return urlopen(Request(world.partner_url + "/sites", headers=headers)).status

        @pytest.mark.parametrize("number", range(6))
        def test_world(mockapi, make_mockapi, number):
            other = make_mockapi(seed=number)
            assert (listed(mockapi), listed(other)) == (200, 200)
            mockapi.snapshot("before")
            mockapi.clock.advance("P1D")
            mockapi.restore("before")
            mockapi.verify(operation="listSites", status=200, times=1)
            assert mockapi.lint() == []

        @pytest.mark.mockapi(faults=[{"kind": "status", "status": 503, "times": 1}])
        def test_marker(mockapi):
            with pytest.raises(HTTPError, match="503"):
                listed(mockapi)
            assert listed(mockapi) == 200
        """
    )
    run_suite(f"--mockapi-url={balancer.url}").assert_outcomes(passed=7)


def test_command_creates_and_deletes_a_world(balancer, port):
    for command, status in (("create", 200), ("delete", 404)):
        run = CliRunner().invoke(cli, ["worlds", command, "typed", "--url", balancer.url])
        assert run.exit_code == 0, run.output
        assert ask(port, "GET", "/w/typed/healthz").status == status


def replicas_of(port: int, names: list[str]) -> dict[str, str]:
    """Return the replica that responds for each of *names*."""
    found = {}
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for name in names:
            connection.request("GET", f"/w/{quote(name)}/healthz")
            response = connection.getresponse()
            response.read()
            found[name] = response.headers[REPLICA]
    return found


def test_one_replica_more_moves_its_share_of_the_names(running, port, tmp_path):
    names = [f"moving-{number}" for number in range(300)]
    with nginx(tmp_path / "three", [each.port for each in running[:-1]]) as of_three:
        before = replicas_of(of_three, names)
    after = replicas_of(port, names)
    moved = {name for name in names if before[name] != after[name]}
    # A quarter, and a hash by the remainder would move three quarters.
    assert 0.1 < len(moved) / len(names) < 0.45
    assert {after[name] for name in moved} == {f"127.0.0.1:{running[-1].port}"}


def test_killed_replica_takes_its_worlds_until_it_is_back(balancer, running, port):
    names = [f"mortal-{number}" for number in range(24)]
    for name in names:
        balancer.create_world(name, scenario="empty")
    dead = f"127.0.0.1:{running[1].port}"
    lost = {name for name, replica in replicas_of(port, names).items() if replica == dead}
    assert 0 < len(lost) < len(names)

    running[1].kill()
    for name in names:
        found = ask(port, "GET", f"/w/{name}/healthz")
        assert found.status == (404 if name in lost else 200)
        assert found.headers[REPLICA] != dead
    (one, *_) = lost
    post = ask(port, "POST", f"/w/{one}/__admin/tokens", {})
    assert (post.status, post.headers["Content-Type"]) == (404, "application/problem+json")
    assert post.body["detail"].startswith(f"World '{one}' does not exist")
    down = ask(port, "GET", "/replicas/2/healthz")
    assert (down.status, down.body["title"]) == (503, "Service Unavailable")

    # It is on the next replica until the outage ends.
    assert balancer.create_world(one, scenario="empty").health()["scenario"] == "empty"
    running[1].restart()
    assert ask(port, "GET", f"/w/{one}/healthz").status == 404
    for name in lost:
        balancer.create_world(name, scenario="empty")
    after = replicas_of(port, names)
    assert {name for name, replica in after.items() if replica == dead} == lost


def test_default_world_has_no_substitute(running, port):
    running[0].kill()
    found = ask(port, "GET", "/__admin/world")
    assert (found.status, found.headers["Content-Type"]) == (503, "application/problem+json")
    assert ask(port, "PUT", "/__admin/worlds/during-the-outage").status == 201
    running[0].restart()
    assert ask(port, "GET", "/healthz").status == 200
