"""The same seed gives the same faults, in another process and in parallel."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from fault_steps import BEARER, CLIENTS, SITES

RUN = """
import json, sys
sys.path.insert(0, {tests!r})
from fault_steps import BEARER, CLIENTS, SITES
from test_fault_counters import SETTINGS, ask

from mockapi import MockApi, create_app, serve_in_thread
from mockapi.faults.kinds import KINDS

app = create_app()
with serve_in_thread(app) as url:
    server = MockApi(url)
    site = server.world()["customers"][0]["sites"][0]
    strikes = {{}}
    for kind in KINDS:
        server.clear_journal()
        minted = server._call("POST", "tokens")["refresh_token"]
        settings = {{**SETTINGS.get(kind, {{}}), "probability": 0.5}}
        with server.fault(kind, **settings):
            for _ in range(8):
                ask(server, "http.client", kind, site, minted)
        strikes[kind] = [(each["status"], each["faults"]) for each in server.journal()]
        if kind == "consent_withdrawn":
            server.reset()
    server.reset()
    with server.fault("missing_field", probability=0.4), server.fault("wrong_type", objects="one"):
        texts = [CLIENTS["http.client"](url + SITES).text for _ in range(30)]
app.state.world.close()
print(json.dumps([strikes, texts]))
"""


def test_two_processes_apply_the_same_faults():
    """Every random kind for eight requests over a socket, and the values of random fields."""
    program = RUN.format(tests=str(Path(__file__).parent))
    with ThreadPoolExecutor(2) as pool:
        first, second = (
            each.stdout
            for each in pool.map(
                partial(subprocess.run, capture_output=True, check=True),
                [[sys.executable, "-c", program]] * 2,
            )
        )
    strikes, texts = json.loads(first)
    assert first == second
    assert {kind for kind, met in strikes.items() if not any(faults for _, faults in met)} == set()
    assert [kind for kind, met in strikes.items() if all(faults for _, faults in met)] == []
    assert len(set(texts)) > 10


def test_parallel_clients_have_their_own_counters(server):
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


def test_parallel_header_faults_are_independent(server):
    def status(number):
        header = {"X-Mock-Fault": f"status; status={500 + number % 5}"} if number % 2 else {}
        return CLIENTS["requests"](server.url + SITES, headers={**BEARER, **header}).status

    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(status, range(40)))

    assert met == [500 + number % 5 if number % 2 else 200 for number in range(40)]
