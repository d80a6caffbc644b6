"""The console as a redirect URI of every client."""

import pytest
from oauth_steps import (
    BASE,
    HOST,
    PUBLIC_ID,
    answer,
    code_of,
    public_question,
    question,
    redeem,
)

CALLBACK = f"{HOST}/console/oauth/callback"


def asked(client, redirect_uri: str, root: str = ""):
    return client.get(f"{root}{BASE}/authorize", params=question(redirect_uri=redirect_uri))


def test_the_console_is_a_redirect_uri_of_every_client(machine):
    code = code_of(machine, question(redirect_uri=CALLBACK))
    assert redeem(machine, code, redirect_uri=CALLBACK).json()["token_type"] == "Bearer"
    answered = machine.get(f"{BASE}/authorize", params=public_question(redirect_uri=CALLBACK))

    assert answered.headers["location"].startswith(f"{CALLBACK}?code=mock")
    assert answer(answered)["state"] == "mock state"


def test_a_code_for_the_console_is_redeemed_for_it_alone(machine):
    refused = redeem(machine, code_of(machine, question(redirect_uri=CALLBACK)))

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "uri",
    [
        "http://elsewhere.example/console/oauth/callback",
        f"{CALLBACK}?more=1",
        f"{CALLBACK}/",
        f"{HOST}/console/oauth",
        f"{HOST}/w/other/console/oauth/callback",
        CALLBACK.replace("http:", "https:"),
    ],
)
def test_other_addresses_are_not_redirect_uris(machine, uri):
    refused = asked(machine, uri)

    assert refused.status_code == 400
    assert "redirect_uri is not one of those that the client registered" in refused.text


def test_callback_is_rejected_without_the_console(test_client):
    refused = asked(test_client(admin=False, auto_consent=True), CALLBACK)

    assert refused.status_code == 400
    assert "redirect_uri is not one of those that the client registered" in refused.text


def test_a_named_world_leads_to_its_own_console(machine):
    machine.post("/__admin/worlds", json={"name": "own", "scenario": "demo"})
    own = f"{HOST}/w/own/console/oauth/callback"

    assert asked(machine, own, "/w/own").headers["location"].startswith(f"{own}?code=mock")
    assert asked(machine, CALLBACK, "/w/own").status_code == 400
    assert "not one of those" in asked(machine, CALLBACK, "/w/own").text
    machine.delete("/__admin/worlds/own")


def test_both_addresses_are_redirect_uris(test_client):
    machine = test_client(public_url="https://mock.example", auto_consent=True)
    for uri in (CALLBACK, "https://mock.example/console/oauth/callback"):
        assert asked(machine, uri).headers["location"].startswith(f"{uri}?code=mock")


def test_pages_mention_the_console_flow(browser):
    led = asked(browser, CALLBACK)
    signing_in = browser.get(led.headers["location"]).headers["location"]

    assert "Step 2 of 8: the customer signs in" in browser.get(signing_in).text
    assert "Step 2" not in browser.get("/signin?next=/authorizations").text
    assert PUBLIC_ID not in browser.get(signing_in).text
