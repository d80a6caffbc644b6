"""Laws of `when`: which of the matching requests a fault is applied to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mockapi.faults.context import RequestInfo
from mockapi.faults.kinds.status import Status
from mockapi.faults.model import When
from mockapi.faults.plan import FaultPlan

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

counts = st.integers(0, 60)
seeds = st.integers(0, 2**63 - 1)


def request_of(client="one"):
    return RequestInfo("GET", "/sites", api="partner", operation="listSites", client=client)


def outcomes(when, clients, seed=1, now=NOON):
    """Return the status of the fault per request; None if it was not applied."""
    plan = FaultPlan(seed, [Status(status=503, when=When(**when))])
    affected = []
    for client in clients:
        decisions = plan.decide(request_of(client), now)
        affected.append(decisions[0].fault.status if decisions else None)
    return affected


def places(affected):
    return [number for number, status in enumerate(affected, 1) if status is not None]


@given(counts, st.integers(1, 20))
def test_times_limits_the_applications(asked, times):
    assert places(outcomes({"times": times}, ["one"] * asked)) == list(
        range(1, min(asked, times) + 1)
    )


@given(counts, st.integers(0, 20), st.integers(1, 10))
def test_every_counts_after_the_skipped_requests(asked, after, every):
    affected = outcomes({"after": after, "every": every}, ["one"] * asked)
    assert places(affected) == list(range(after + every, asked + 1, every))


@given(
    counts,
    st.lists(st.sampled_from(["ok", "fault", 429, 500]), min_size=1, max_size=8),
    st.booleans(),
)
def test_sequence_is_followed(asked, sequence, repeat):
    affected = outcomes({"sequence": sequence, "repeat": repeat}, ["one"] * asked)
    meaning = {"ok": None, "fault": 503, 429: 429, 500: 500}
    wanted = [meaning[each] for each in sequence]
    endless = wanted * 60 if repeat else wanted + [None] * 60
    assert affected == endless[:asked]


def test_sequence_can_be_text():
    assert outcomes({"sequence": "ok, 503,504,ok"}, ["one"] * 5) == [
        None,
        503,
        504,
        None,
        None,
    ]


@given(seeds, counts, st.floats(0.01, 1))
def test_same_seed_gives_the_same_decisions(seed, asked, probability):
    when = {"probability": probability, "seed": seed}
    clients = ["one"] * asked
    assert outcomes(when, clients, seed=1) == outcomes(when, clients, seed=2)


@given(seeds, counts, st.floats(0.01, 0.99), st.floats(0.01, 1))
def test_lower_probability_applies_to_a_subset(seed, asked, one, other):
    low, high = sorted((one, other))
    clients = ["one"] * asked
    fewer = places(outcomes({"probability": low, "seed": seed}, clients))
    more = places(outcomes({"probability": high, "seed": seed}, clients))
    assert set(fewer) <= set(more)


def test_probability_holds_over_many_requests():
    affected = places(outcomes({"probability": 0.3, "seed": 7}, ["one"] * 10_000))
    assert 2_850 < len(affected) < 3_150


@given(
    st.permutations(["one"] * 6 + ["two"] * 6 + ["three"] * 6),
    st.sampled_from(
        [
            {"times": 2},
            {"every": 3},
            {"sequence": "ok,503,fault"},
            {"probability": 0.5},
            {"after": 1, "times": 1, "probability": 0.7},
        ]
    ),
)
def test_separate_counters_are_independent(order, when):
    affected = outcomes({**when, "per": "client"}, order)
    for client in ("one", "two", "three"):
        own = [status for name, status in zip(order, affected, strict=True) if name == client]
        assert own == outcomes({**when, "per": "client"}, [client] * 6)


@given(st.integers(-100, 100))
def test_window_includes_start_and_excludes_end(minutes):
    when = {"since": NOON, "until": NOON + timedelta(minutes=30)}
    affected = outcomes(when, ["one"], now=NOON + timedelta(minutes=minutes))
    assert bool(places(affected)) == (0 <= minutes < 30)


def test_requests_outside_the_window_are_not_counted():
    plan = FaultPlan(1, [Status(when=When(since=NOON, after=1))])
    for _ in range(5):
        plan.decide(request_of(), NOON - timedelta(hours=1))
    assert [len(plan.decide(request_of(), NOON)) for _ in range(2)] == [0, 1]
    (standing,) = plan
    assert standing.matched == 2


@given(st.data())
def test_reset_equals_a_new_plan(data):
    when = When(probability=0.5, after=2)
    plan, fresh = (FaultPlan(3, [Status(when=when)]) for _ in range(2))
    for _ in range(data.draw(counts)):
        plan.decide(request_of(), NOON)
        if data.draw(st.booleans()):
            plan.add(Status())
    plan.reset()

    def next_decisions(each):
        return [[d.applied for d in each.decide(request_of(), NOON)] for _ in range(20)]

    assert next_decisions(plan) == next_decisions(fresh)
    assert plan.add(Status()).id == fresh.add(Status()).id


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        pytest.param(
            {"sequence": ["ok"], "every": 2}, "give `sequence` or `every`, not both", id="both"
        ),
        pytest.param({"repeat": True}, "`repeat` needs a `sequence`", id="nothing to repeat"),
        pytest.param(
            {"since": NOON, "until": NOON}, "`until` must be later than `since`", id="no time"
        ),
        pytest.param(
            {"sequence": "ok,no"},
            "must be `ok`, `fault` or a status from 400 to 599",
            id="unknown word",
        ),
        pytest.param({"probability": 0}, "Input should be greater than 0", id="never"),
    ],
)
def test_contradiction_is_rejected(when, reason):
    with pytest.raises(ValidationError, match=reason):
        When(**when)
