"""Events of a timeline, each at its own time."""

import pytest
from clock_steps import (
    CLOCK,
    CUSTOMER,
    PARTNER,
    PARTNER_SITE,
    REQUESTS,
    SITE_ID,
    advance,
    scenario,
)

from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse

TIMELINE = "/__admin/timeline"
SITES = "/ecostruxure/scoring/v1/sites"
USER_SITES = "/ecostruxure/user/scoring/v1/sites"
NOT_THERE = (404, "Site Not found")
EXPIRED = (401, "Access Token expired")
REVOKED = (401, "Access Token not approved")


def events(*events: str) -> str:
    return scenario(whole="timeline:\n" + "".join(f"  - {{{each}}}\n" for each in events))


def seen(world, headers=PARTNER, path=SITES):
    answer = world.get(path, headers=headers)
    body = answer.json()
    if answer.status_code != 200:
        return answer.status_code, body["detail"]
    return [each["id"] for each in body]


def meters(world):
    answer = world.get(f"{PARTNER_SITE}/meters", headers=PARTNER)
    return (answer.status_code, answer.json()["detail"]) if answer.status_code != 200 else "there"


def states(world):
    return [
        (each["status"], each["detail"]) for each in world.get(REQUESTS, headers=CUSTOMER).json()
    ]


def test_revoked_consent_revokes_the_tokens_at_once(open_world):
    world = open_world(events("event: consent_revoked, after: P2D"))
    minted = world.post("/__admin/tokens").json()["access_token"]
    advance(world, "P1DT23H59M59S")
    assert seen(world) == [SITE_ID]
    advance(world, "P2D")
    assert seen(world) == REVOKED
    assert seen(world, {"Authorization": f"Bearer {minted}"}) == REVOKED
    assert seen(world, CUSTOMER, USER_SITES) == [SITE_ID]

    store = world.app.state.world.store
    (consent,) = [each for each in store.consents(store.customers()[0].id) if each.client_id]
    event = store.consent_history(consent.id)[0]
    assert (event.at.isoformat(), event.granted) == ("2026-06-03T09:00:00+00:00", False)


def test_consent_after_revocation_is_not_revoked(open_world):
    world = open_world(events("event: consent_revoked, after: P2D"))
    advance(world, "P3D")
    token = world.post("/__admin/tokens").json()["access_token"]
    advance(world, "PT30M")
    assert seen(world, {"Authorization": f"Bearer {token}"}) == [SITE_ID]


def test_a_personal_token_expires_before_its_date(open_world):
    world = open_world(events("event: personal_token_expires, name: mine, after: P2D"))
    request_body = {"name": "mine", "expires_at": "2027-06-01T00:00:00Z"}
    token = world.post("/__admin/pats", json=request_body).json()["token"]
    mine = {"Authorization": f"Bearer {token}"}
    advance(world, "P1DT23H59M59S")
    assert seen(world, mine, USER_SITES) == [SITE_ID]
    advance(world, "PT1S")
    assert seen(world, mine, USER_SITES) == EXPIRED
    assert seen(world, CUSTOMER, USER_SITES) == [SITE_ID]


def test_site_appears_at_its_time(open_world):
    world = open_world(events("event: site_appears, site: mock-site, at: 2026-06-02T00:00:00Z"))
    assert (seen(world), seen(world, CUSTOMER, USER_SITES), meters(world)) == ([], [], NOT_THERE)
    world.put(CLOCK, json={"freeze": "2026-06-02T00:00:00Z"})
    assert (seen(world), meters(world)) == ([SITE_ID], "there")


def test_a_site_is_withdrawn_for_a_while(open_world):
    world = open_world(events("event: site_withdrawn, site: mock-site, after: P1D, for: P2D"))
    days = []
    for _ in range(4):
        days.append((seen(world), meters(world)))
        advance(world, "P1D")
    there, gone = ([SITE_ID], "there"), ([], NOT_THERE)
    assert days == [there, gone, gone, there]


def test_a_pending_request_is_rejected_and_one_made_later_is_not(open_world):
    world = open_world(
        events("event: scoring_request_rejected, site: mock-site, after: P1D, detail: Too small")
    )
    world.post(REQUESTS, headers=CUSTOMER).raise_for_status()
    advance(world, "PT23H")
    assert states(world) == [("PENDING", "Site is being configured")]
    advance(world, "P5D")
    assert states(world) == [("REJECTED", "Too small")]
    world.post(REQUESTS, headers=CUSTOMER).raise_for_status()
    advance(world, "P5D")
    assert states(world)[1] == ("PENDING", "Site is being configured")


def test_configured_request_is_not_rejected(open_world):
    world = open_world(
        scenario(site="registered: true", whole="timeline: [{event: scoring_request_rejected, "
                 "site: mock-site, after: P1D}]\n")
    )  # fmt: skip
    world.post(REQUESTS, headers=CUSTOMER)
    advance(world, "P2D")
    assert states(world) == [("CONFIGURED", "site is configured successfully")]


def test_events_keep_their_order_on_large_clock_steps(open_world):
    world = open_world(
        events(
            "event: site_appears, site: mock-site, after: P3D",
            "event: site_withdrawn, site: mock-site, after: P1D",
        )
    )
    assert seen(world) == [SITE_ID]
    advance(world, "P9D")
    assert seen(world) == [SITE_ID]


def test_timeline_lists_past_present_and_future_events(open_world):
    world = open_world(
        events(
            "event: consent_revoked, at: 2026-07-01T00:00:00+02:00",
            "event: site_withdrawn, site: mock-site, after: P1D, for: P2D",
            "event: personal_token_expires, name: mine, after: PT0S",
        )
    )
    advance(world, "P2D")
    expected = [
        {
            "event": "personal_token_expires",
            "at": "2026-06-01T09:00:00Z",
            "state": "past",
            "settings": {"name": "mine"},
        },
        {
            "event": "site_withdrawn",
            "at": "2026-06-02T09:00:00Z",
            "until": "2026-06-04T09:00:00Z",
            "state": "active",
            "settings": {"site": "mock-site"},
        },
        {
            "event": "consent_revoked",
            "at": "2026-06-30T22:00:00Z",
            "state": "upcoming",
            "settings": {},
        },
    ]
    assert world.get(TIMELINE).json() == expected
    advance(world, "P1Y")
    assert [each["state"] for each in world.get(TIMELINE).json()] == ["past"] * 3


def test_a_world_without_events_has_an_empty_timeline(world):
    assert world.get(TIMELINE).json() == []


def test_reset_and_restore_undo_events(open_world):
    world = open_world(events("event: site_withdrawn, site: mock-site, after: P1D"))
    world.post("/__admin/snapshots", json={"name": "before"})
    advance(world, "P1D")
    assert seen(world) == []
    world.post("/__admin/snapshots/before/restore")
    assert seen(world) == [SITE_ID]
    advance(world, "P1D")
    assert seen(world) == []
    world.post("/__admin/reset")
    assert seen(world) == [SITE_ID]
    advance(world, "P1D")
    assert seen(world) == []


def test_events_are_applied_once_across_restarts(tmp_path, open_world):
    data = tmp_path / "world.sqlite"
    world = open_world(events("event: consent_revoked, after: P1D"), data=data)
    advance(world, "P2D")
    token = world.post("/__admin/tokens").json()["access_token"]
    world.app.state.world.close()
    again = open_world(data=data)
    assert seen(again) == REVOKED
    assert seen(again, {"Authorization": f"Bearer {token}"}) == [SITE_ID]
    again.post("/__admin/reset")
    assert seen(again) == [SITE_ID]
    advance(again, "P1D")
    assert seen(again) == REVOKED


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        ("event: rain", "timeline.0.event: 'rain' is not a known event. Use"),
        ("site: mock-site", "timeline.0.event: this key is required"),
        ("event: consent_revoked", "timeline.0: an event needs either `at` or `after`."),
        (
            "event: consent_revoked, after: P1D, at: 2026-07-01T00:00:00Z",
            "timeline.0: an event needs either `at` or `after`.",
        ),
        ("event: site_appears, after: P1D, site: x, for: P1D", "timeline.0.for: unknown key"),
        (
            "event: consent_revoked, after: P1D, customer: x@example.com",
            "timeline.0.customer: 'x@example.com' is not the `email` of a customer.",
        ),
        (
            "event: consent_revoked, after: P1D, client_id: x",
            "timeline.0.client_id: 'x' is not the `client_id` of a client.",
        ),
    ],
)
def test_invalid_event_is_reported_with_position(event, complaint):
    with pytest.raises(ScenarioError) as caught:
        parse(events(event), "scenario.yaml")
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("scenario.yaml:16:")


def test_an_event_of_a_customer_needs_one():
    with pytest.raises(ScenarioError, match=r"consent_revoked needs a customer. Add one under"):
        parse("timeline: [{event: consent_revoked, after: P1D}]", "scenario.yaml")
