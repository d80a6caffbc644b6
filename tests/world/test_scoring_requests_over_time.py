"""Scoring requests settled by the clock, the scenario or a provider."""

import pytest
from clock_steps import CUSTOMER, PARTNER, PARTNER_SITE, REQUESTS, advance, scenario

PENDING = ("PENDING", "Site is being configured")
CONFIGURED = ("CONFIGURED", "site is configured successfully")
REJECTED = ("REJECTED", "Site could not be configured")
CONFLICT = "Already site is being configured,Conflict occured cannot create a new request"


def ask(world):
    return world.post(REQUESTS, headers=CUSTOMER)


def states(world):
    return [
        (each["status"], each["detail"]) for each in world.get(REQUESTS, headers=CUSTOMER).json()
    ]


def register(world, leed_id=1):
    project = {"leedId": leed_id, "leedName": "Lyon"}
    world.post(
        f"{PARTNER_SITE}/scoring-providers", json=project, headers=PARTNER
    ).raise_for_status()


def is_refused(world):
    answer = ask(world)
    return (answer.status_code, answer.json().get("detail")) == (409, CONFLICT)


def test_request_is_pending_until_registration(open_world):
    world = open_world(scenario())
    asked = ask(world).json()
    advance(world, "P2Y")
    assert states(world) == [PENDING]
    assert is_refused(world)

    register(world)
    assert world.get(REQUESTS, headers=CUSTOMER).json() == [
        asked | {"status": CONFIGURED[0], "detail": CONFIGURED[1]}
    ]
    assert is_refused(world)


def test_request_for_registered_site_is_configured_in_29_s(open_world):
    world = open_world(scenario(site="registered: true"))
    assert ask(world).json()["status"] == "PENDING"
    advance(world, "PT28.999S")
    assert states(world) == [PENDING]
    assert is_refused(world)
    advance(world, "PT0.001S")
    assert states(world) == [CONFIGURED]
    assert is_refused(world)


@pytest.mark.parametrize("place", ["site", "whole"])
def test_rejected_request_may_be_repeated(open_world, place):
    verdict = "scoring_verdict: {takes: P2D, status: REJECTED, detail: No meters}"
    world = open_world(scenario(**{place: verdict}))
    first = ask(world).json()
    advance(world, "P1DT23H59M59S")
    assert states(world) == [PENDING]
    assert is_refused(world)

    advance(world, "PT1S")
    assert states(world) == [("REJECTED", "No meters")]
    second = ask(world).json()
    assert second["createdAt"] == "2026-06-03T09:00:00Z"
    assert second["id"] != first["id"]
    assert states(world) == [("REJECTED", "No meters"), PENDING]


def test_decision_of_site_overrides_scenario(open_world):
    world = open_world(
        scenario(
            site="scoring_verdict: {takes: PT1H}",
            whole="scoring_verdict: {takes: P2D, status: REJECTED}",
        )
    )
    ask(world)
    advance(world, "PT1H")
    assert states(world) == [CONFIGURED]


def test_registration_prevents_a_later_rejection(open_world):
    world = open_world(scenario(whole="scoring_verdict: {takes: P2D, status: REJECTED}"))
    ask(world)
    advance(world, "P1D")
    register(world)
    assert states(world) == [CONFIGURED]
    advance(world, "P9D")
    assert states(world) == [CONFIGURED]


def test_registration_does_not_undo_a_rejection(open_world):
    world = open_world(scenario(whole="scoring_verdict: {takes: P2D, status: REJECTED}"))
    ask(world)
    advance(world, "P2D")
    register(world)
    assert states(world) == [REJECTED]


def test_request_in_scenario_gets_the_decision(open_world):
    world = open_world(
        scenario(
            site=(
                "scoring_verdict: {takes: P3D}, "
                "scoring_requests: [{created_at: 2026-05-30T09:00:00Z, detail: Soon}]"
            )
        )
    )
    assert states(world) == [("PENDING", "Soon")]
    advance(world, "P1D")
    assert states(world) == [CONFIGURED]


def test_decision_of_portfolio_applies_to_its_sites(open_world):
    world = open_world(
        """
clock: 2026-06-01T09:00:00Z
scoring_verdict: {takes: PT1H}
sites: [{building: office, city: Lyon}]
portfolio: {count: 2, registered: 1, scoring_verdict: {takes: PT2H, status: REJECTED}}
"""
    )
    token = world.post("/__admin/pats").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    sites = world.get("/ecostruxure/user/scoring/v1/sites", headers=headers).json()
    paths = [f"/ecostruxure/user/scoring/v1/sites/{site['id']}/scoring-requests" for site in sites]
    for path in paths:
        world.post(path, headers=headers).raise_for_status()
    seen = []
    for _ in range(3):
        seen.append([world.get(path, headers=headers).json()[0]["status"] for path in paths])
        advance(world, "PT1H")
    assert seen == [
        ["PENDING", "PENDING", "PENDING"],
        ["CONFIGURED", "PENDING", "PENDING"],
        ["CONFIGURED", "REJECTED", "REJECTED"],
    ]
