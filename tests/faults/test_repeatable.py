"""The same seed strikes the same requests: in another process, and in parallel."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from fault_steps import BEARER, CLIENTS, SITES

RUN = """
import json
from starlette.testclient import TestClient
from mockapi import create_app

client = TestClient(create_app())
for kind, settings in (("status", {}), ("missing_field", {}), ("wrong_type", {"objects": "one"})):
    wish = {"kind": kind, **settings, "when": {"probability": 0.4}}
    client.post("/__admin/faults", json=wish)
bearer = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
answers = [client.get("/ecostruxure/scoring/v1/sites", headers=bearer) for _ in range(30)]
counts = client.get("/__admin/faults").json()
print(json.dumps([[(each.status_code, each.text) for each in answers], counts]))
"""


def test_two_processes_strike_alike():
    first, second = (
        subprocess.run([sys.executable, "-c", RUN], capture_output=True, check=True).stdout
        for _ in range(2)
    )
    answers, counts = json.loads(first)
    assert first == second
    assert {status for status, _ in answers} == {200, 503}
    assert all(0 < each["hits"] < each["matched"] == 30 for each in counts)


def test_parallel_clients_each_meet_their_own_strikes(server):
    tokens = {
        client: server.token(client_id=client)
        for client in ("mockScoringPartnerClient00000001", "mockPublicClient0000000000000002")
    }

    def statuses(client):
        bearer = {"Authorization": f"Bearer {tokens[client]}"}
        return [CLIENTS["requests"](server.url + SITES, headers=bearer).status for _ in range(20)]

    with server.fault("status", probability=0.5, seed=9, per="client"):
        alone = {client: statuses(client) for client in tokens}
    with (
        server.fault("status", probability=0.5, seed=9, per="client") as fault,
        ThreadPoolExecutor(2) as pool,
    ):
        together = dict(zip(tokens, pool.map(statuses, tokens), strict=True))

    assert together == alone
    assert fault.hits == sum(each.count(503) for each in alone.values()) > 0


def test_parallel_requests_with_headers_of_their_own_meet_those_alone(server):
    def status(number):
        wish = {"X-Mock-Fault": f"status; status={500 + number % 5}"} if number % 2 else {}
        return CLIENTS["requests"](server.url + SITES, headers={**BEARER, **wish}).status

    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(status, range(40)))

    assert met == [500 + number % 5 if number % 2 else 200 for number in range(40)]
