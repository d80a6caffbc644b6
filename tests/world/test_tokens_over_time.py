"""Lifetimes of tokens by the world's clock."""

from urllib.parse import parse_qs, urlsplit

import pytest
from clock_steps import CLOCK, advance, scenario

SITES = "/ecostruxure/scoring/v1/sites"
USER_SITES = "/ecostruxure/user/scoring/v1/sites"
OAUTH = "/ecostruxure/v1/oauth"
CLIENT = ("mockClient0000000000000000000001", "mockSecret000001")
CALLBACK = "http://127.0.0.1:8765/callback"
OPEN = (200, ["mock-site"])
EXPIRED = (401, "Access Token expired")


def seen_with(world, token, path=SITES):
    answer = world.get(path, headers={"Authorization": f"Bearer {token}"})
    body = answer.json()
    if answer.status_code == 200:
        return answer.status_code, [site["id"] for site in body]
    return answer.status_code, body["detail"]


def code_of(world) -> str:
    answer = world.get(
        f"{OAUTH}/authorize",
        params={
            "response_type": "code",
            "client_id": CLIENT[0],
            "redirect_uri": CALLBACK,
            "scope": "read:site",
        },
        follow_redirects=False,
    )
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def token_for(world, **form: str):
    return world.post(f"{OAUTH}/token", data=form, auth=CLIENT).json()


def redeemed(world, code: str):
    return token_for(world, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)


@pytest.fixture
def world(open_world):
    return open_world(scenario(), auto_consent=True)


def test_access_token_expires_after_expires_in(world):
    issued = redeemed(world, code_of(world))
    assert issued["expires_in"] == "3599"
    advance(world, "PT3598.999S")
    assert seen_with(world, issued["access_token"]) == OPEN
    advance(world, "PT0.001S")
    assert seen_with(world, issued["access_token"]) == EXPIRED


def test_control_api_token_has_requested_lifetime(world):
    token = world.post("/__admin/tokens", json={"expires_in": 60}).json()["access_token"]
    advance(world, "PT59S")
    assert seen_with(world, token) == OPEN
    advance(world, "PT1S")
    assert seen_with(world, token) == EXPIRED


def test_personal_token_expires_on_its_date(world):
    request_body = {"expires_at": "2026-07-15T00:00:00Z"}
    token = world.post("/__admin/pats", json=request_body).json()["token"]
    world.put(CLOCK, json={"freeze": "2026-07-14T23:59:59.999Z"})
    assert seen_with(world, token, USER_SITES) == OPEN
    world.put(CLOCK, json={"freeze": "2026-07-15T00:00:00Z"})
    assert seen_with(world, token, USER_SITES) == EXPIRED


def test_personal_token_lives_ninety_days_by_default(world):
    issued = world.post("/__admin/pats").json()
    assert issued["expires_at"] == "2026-08-30T09:00:00Z"
    advance(world, "P89DT23H59M59S")
    assert seen_with(world, issued["token"], USER_SITES) == OPEN
    advance(world, "PT1S")
    assert seen_with(world, issued["token"], USER_SITES) == EXPIRED


def test_code_expires_after_ten_minutes(world):
    first, second = code_of(world), code_of(world)
    advance(world, "PT9M59.999S")
    assert redeemed(world, first)["scope"] == "read:site"
    advance(world, "PT0.001S")
    assert redeemed(world, second)["error"] == "invalid_grant"


def test_refresh_token_expires_after_thirty_days(world):
    refresh = redeemed(world, code_of(world))["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    advance(world, "P29DT23H59M59S")
    renewed = token_for(world, **form)
    assert seen_with(world, renewed["access_token"]) == OPEN
    advance(world, "PT1S")
    assert token_for(world, **form)["error"] == "invalid_grant"
    assert seen_with(world, renewed["access_token"]) == OPEN


def test_expired_token_is_valid_in_an_earlier_snapshot(world):
    token = world.post("/__admin/tokens").json()["access_token"]
    world.post("/__admin/snapshots", json={"name": "young"})
    advance(world, "PT1H")
    assert seen_with(world, token) == EXPIRED
    world.post("/__admin/snapshots/young/restore")
    assert seen_with(world, token) == OPEN


def test_scores_and_consents_are_stamped_by_the_worlds_clock(world):
    advance(world, "P100D")
    token = redeemed(world, code_of(world))["access_token"]
    assert seen_with(world, token) == OPEN
    kept = world.app.state.world.store
    (consent,) = [each for each in kept.consents(kept.customers()[0].id) if each.client_id]
    newest = kept.consent_history(consent.id)[0]
    assert newest.at == world.app.state.world.now()

    full = world.post("/__admin/tokens").json()["access_token"]
    headers = {"Authorization": f"Bearer {full}"}
    score = {"date": "2026-09-08", "score": 1, "type": "daily", "category": "energy"}
    scores = f"{SITES}/mock-site/performance-scores"
    (posted,) = world.post(scores, json=[score], headers=headers).json()
    assert posted["updatedAt"].startswith("2026-09-09T09:00:00.")
    assert world.get(scores, headers=headers).json() == [
        score | {"updatedAt": "2026-09-09T09:00:00Z"}
    ]


def test_tokens_of_a_scenario_expire_after_ten_years(test_client):
    world = test_client(scenario="demo")
    token = "mockAccessToken000000000Ada1"
    world.put(CLOCK, json={"freeze": "2036-06-01T08:59:59Z"}).raise_for_status()
    assert seen_with(world, token)[0] == 200
    advance(world, "PT1S")
    assert seen_with(world, token) == EXPIRED
