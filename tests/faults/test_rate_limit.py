"""Rate limits: token bucket and quota, by the world's clock."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fault_steps import BEARER, CLIENTS, SITES
from hypothesis import given
from hypothesis import strategies as st

from mockapi.faults.kinds.rate_limit import Bucket

BEGAN = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def client(test_client, clock):
    """A client of the demo, when the clock shows `BEGAN`."""
    client = test_client(system_clock=clock)
    clock.advance(BEGAN - clock.now())
    return client


def error_text(response):
    return response.status_code, response.headers.get("retry-after"), response.json()["detail"]


def test_spike_arrest_refills_with_the_clock(client, clock):
    client.post("/__admin/faults", json={"kind": "rate_limit", "limit": 2, "seconds": 10})

    def ask():
        return client.get(SITES, headers=BEARER)

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert error_text(ask()) == (429, "5", "Spike arrest violation. Allowed rate : 12pm")
    clock.advance(timedelta(seconds=5))
    assert [ask().status_code for _ in range(2)] == [200, 429]
    clock.advance(timedelta(days=1))
    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    (fault,) = client.get("/__admin/faults").json()
    assert (fault["matched"], fault["hits"]) == (9, 4)


def test_quota_is_reset_at_the_next_interval(client, clock):
    fault = {"kind": "rate_limit", "policy": "quota", "limit": 1, "seconds": 3600}
    client.post("/__admin/faults", json=fault)

    def ask():
        return client.get(SITES, headers=BEARER)

    assert ask().status_code == 200
    assert error_text(ask()) == (
        429,
        "1800",
        (
            "Rate limit quota violation. Quota limit  exceeded. "
            "Identifier : mockScoringPartnerClient00000001"
        ),
    )
    clock.advance(timedelta(minutes=30))
    assert [ask().status_code for _ in range(2)] == [200, 429]


def test_clients_are_counted_separately_by_default(client):
    other = client.post(
        "/__admin/tokens", json={"client_id": "mockPublicClient0000000000000002"}
    ).json()["access_token"]

    def statuses():
        asked = [client.get(SITES, headers=BEARER)]
        asked.append(client.get(SITES, headers={"Authorization": f"Bearer {other}"}))
        return [each.status_code for each in asked]

    fault = client.post("/__admin/faults", json={"kind": "rate_limit", "limit": 1}).json()
    apart = statuses()
    client.delete(f"/__admin/faults/{fault['id']}")
    client.post("/__admin/faults", json={"kind": "rate_limit", "limit": 1, "by": "everybody"})

    assert (apart, statuses()) == ([200, 200], [200, 429])


@pytest.mark.parametrize(
    ("settings", "rate"),
    [
        ({"limit": 1_000_000}, "1000000ps"),
        ({"limit": 5, "seconds": 2}, "2.5ps"),
        ({"limit": 1, "seconds": 2}, "30pm"),
        ({"limit": 1, "seconds": 31_622_400}, "0.000002pm"),
    ],
    ids=["large", "fraction", "per-minute", "small"],
)
def test_rate_in_the_message_has_no_exponent(client, settings, rate):
    client.post("/__admin/faults", json={"kind": "rate_limit", "burst": 1, **settings})
    first, second = (client.get(SITES, headers=BEARER) for _ in range(2))
    assert first.status_code == 200
    assert second.json()["detail"] == f"Spike arrest violation. Allowed rate : {rate}"


@pytest.mark.parametrize("name", ["requests", "httpx2"])
def test_retry_after_is_sent_over_a_socket(server, name):
    with server.fault("rate_limit", limit=1, status=500) as fault:
        came = [CLIENTS[name](server.url + SITES) for _ in range(2)]

    assert [each.status for each in came] == [200, 500]
    assert json.loads(came[1].text)["detail"] == "Spike arrest violation. Allowed rate : 1ps"
    assert (came[1].headers["retry-after"], fault.hits) == ("1", 1)


@given(
    st.lists(st.floats(0, 5), max_size=60),
    st.floats(0.1, 10),
    st.integers(1, 5),
)
def test_window_allows_at_most_burst_plus_refill(pauses, rate, size):
    bucket = Bucket(size, BEGAN)
    now, taken_at = BEGAN, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        if bucket.take(now, rate, size) == 0:
            taken_at.append(now)
    for index, since in enumerate(taken_at):
        for count, until in enumerate(taken_at[index:], 1):
            assert count <= size + rate * (until - since).total_seconds() + 1e-6


@given(st.floats(0.1, 10), st.integers(1, 5))
def test_request_after_retry_after_is_accepted(rate, size):
    bucket = Bucket(size, BEGAN)
    now = BEGAN
    for _ in range(size):
        assert bucket.take(now, rate, size) == 0
    wait = bucket.take(now, rate, size)
    assert wait > 0
    assert bucket.take(now + timedelta(seconds=wait + 1e-5), rate, size) == 0
