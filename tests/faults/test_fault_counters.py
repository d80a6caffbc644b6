"""Every fault kind with two clients over a socket: counters and journal agree."""

import json
from urllib.parse import urlencode

import pytest
from fault_steps import BEARER, CLIENT, CLIENTS, SITES, TOKEN

from mockapi import MockApi
from mockapi.client import MockApiError
from mockapi.faults.kinds import KINDS

TWO = ("http.client", "requests")
SCORES = "createPerformanceScores"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {**BEARER, "Content-Type": "application/json"}

SETTINGS = {
    "latency": {"seconds": 0.01},
    "rate_limit": {"limit": 1, "by": "everybody", "burst": 1, "seconds": 3600},
    "slow_dribble": {"seconds": 0.01},
    "null_for_absent": {"field": "zipCode"},
    "consent_withdrawn": {"times": 1},
    "stale_data": {"by": "P1D"},
    "lost_answer": {"ending": "reset"},
    "patch": {"merge": {"type": "mockPatched"}, "items": True},
}
"""What a kind needs to strike at all, or to strike soon."""

WRITES = {"lost_answer", "answer_without_write"}
OF_OAUTH = {"refresh_refused", "authorization_server_down"}


def ask(server: MockApi, client: str, kind: str, site: str, refresh_token: str) -> None:
    """Send one request with *client* that *kind* applies to."""
    if kind in OF_OAUTH:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
        }
        CLIENTS[client](server.url + TOKEN, "POST", headers=FORM, data=urlencode(form))
        return
    if kind in WRITES:
        score = {"date": "2026-05-01", "score": 1, "type": "daily", "category": "waste"}
        url = f"{server.url}{SITES}/{site}/performance-scores"
        CLIENTS[client](url, "POST", headers=JSON, data=json.dumps([score]))
    elif kind == "unknown_enum_value":
        CLIENTS[client](f"{server.url}{SITES}/{site}/meters")
    else:
        CLIENTS[client](server.url + SITES)


@pytest.mark.parametrize("kind", KINDS)
def test_journal_lists_a_fault_once_per_hit(either, kind):
    minted = either._call("POST", "tokens")  # noqa: SLF001 - the client has no method for refresh tokens
    customer = either.world()["customers"][0]
    with either.fault(kind, **SETTINGS.get(kind, {})) as fault:
        for client in TWO * 2:
            ask(either, client, kind, customer["sites"][0], minted["refresh_token"])

    affected = either.journal(fault=fault.id)
    once = kind == "consent_withdrawn"
    missed = 1 if kind == "rate_limit" else 0
    assert fault.hits == len(affected) == (1 if once else fault.matched - missed) > 0
    assert affected == either.journal(fault=kind)
    assert {json.dumps(each["faults"]) for each in affected} == {
        json.dumps([{"id": fault.id, "kind": kind}])
    }
    assert either.coverage()["faults"] == {kind: fault.hits}
    assert {each["operation"] for each in affected} <= {
        "listSites",
        "listMeters",
        SCORES,
        "token",
    }
    if kind not in OF_OAUTH:
        assert {each["customer"] for each in affected} == {customer["id"]}
    either.verify(fault=fault.id, times=fault.hits)
    either.verify(fault=kind, times=fault.hits)


def test_header_fault_has_its_own_id_in_the_journal(either):
    with either.fault("latency", seconds=0.01) as fault:
        CLIENTS["requests"](
            either.url + SITES, headers={**BEARER, "X-Mock-Fault": "status; status=502"}
        )

    (result,) = either.journal()
    assert (result["status"], result["operation"], result["faults"]) == (
        502,
        "listSites",
        [{"id": fault.id, "kind": "latency"}, {"id": "header-1", "kind": "status"}],
    )


def test_fault_that_is_not_applied_is_not_in_the_journal(either):
    with either.fault("missing_field", field="no.such.member") as fault:
        for client in TWO:
            CLIENTS[client](either.url + SITES)

    assert (fault.matched, fault.hits, either.journal(fault=fault.id)) == (2, 0, [])
    assert [each["faults"] for each in either.journal()] == [[], []]


def test_unknown_fault_in_a_filter_is_rejected(either):
    with pytest.raises(MockApiError, match=r"'latencie' is not a known fault kind\. Did you mean"):
        either.verify(fault="latencie", times=0)
