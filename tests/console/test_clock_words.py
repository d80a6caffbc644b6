"""Events of the timeline and changes between two instants, in words."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.event_words import event_words, join_words
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.scenario.timeline import EVENT_KINDS
from mockapi.settings import Settings

SITE = {"site": "office"}
NAMES = {"office": "Harbour Office"}
SETTINGS = {
    "gateway_outage": (SITE, "Gateway outage at Harbour Office"),
    "meter_replacement": (SITE | {"usage": "Natural Gas"}, "Meter replaced at Harbour Office"),
    "occupancy_change": (SITE | {"factor": 0.5}, "Occupancy change at Harbour Office"),
    "retrofit": (SITE | {"savings": 0.2, "of": ["electricity", "fuel"]}, "Retrofit at Harbour"),
    "heat_wave": ({"degrees": 5.0, "sites": ["office"]}, "Heat wave in Harbour Office"),
    "consent_revoked": ({}, "Consent of the first customer revoked"),
    "personal_token_expires": ({"name": "demo"}, "Personal access tokens of the first customer"),
    "site_appears": (SITE, "Site Harbour Office appears"),
    "site_withdrawn": (SITE, "Site Harbour Office withdrawn"),
    "scoring_request_rejected": (SITE, "Scoring requests of Harbour Office rejected"),
}


def view(kind, settings, until=None):
    return EventView(
        event=kind, at="2026-06-09T12:00:00Z", until=until, state="upcoming", settings=settings
    )


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS))
def test_event_is_described_without_internals(kind):
    settings, title = SETTINGS[kind]
    words = event_words(view(kind, settings), NAMES)

    assert words.title.startswith(title)
    assert not re.search(r"[\[\]{}_]|None", " ".join(words))


def test_details_of_event_have_units_and_end():
    retrofit = view("retrofit", SETTINGS["retrofit"][0], "2026-07-01T00:00:00Z")

    assert event_words(retrofit, NAMES).details == (
        "20 % less electricity and fuel, until 2026-07-01 00:00:00"
    )


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c and 2 more"),
    ],
)
def test_words_are_joined_as_a_list(words, joined):
    assert join_words(words) == joined


@pytest.fixture(scope="module")
def server():
    app = create_app(Settings(scenario="partner-onboarding"))
    with TestClient(app) as client:
        yield client
    app.state.worlds.close()


def effects(server, since: str, until: str) -> list[tuple[str, str]]:
    page = server.get("/console/clock/effects", params={"since": since, "until": until}).text
    return re.findall(r"<li><b>(.*?)</b> <span>(.*?)</span></li>", unescape(page))


def test_future_changes_are_planned(server):
    found = effects(server, "2026-06-08T08:00:00Z", "2026-06-16T00:00:00Z")
    outage = "its readings arrive afterwards, until 2026-06-11 06:00:00"

    assert found[0][1].startswith("readings will arrive")
    assert [words for number, words in found if number == "event"] == [
        f"Gateway outage at Harbour Office ({outage})",
        "Scoring requests of Harbour Café rejected (“The building is too small”)",
        "Meter replaced at Harbour Office (Purchased from Grid)",
        "Consent of freya@example.com revoked (to all clients)",
    ]


def test_planned_changes_equal_those_of_the_move(server):
    since, until = "2026-06-08T08:00:00Z", "2026-06-09T08:00:00Z"
    planned = effects(server, since, until)
    server.put("/__admin/clock", json={"freeze": until})
    happened = effects(server, since, until)
    counted = server.get("/__admin/changes", params={"since": since, "until": until}).json()

    assert [number for number, _ in planned] == [number for number, _ in happened]
    assert happened[0] == (f"{counted['readings_arrived']:,}", happened[0][1])
    assert happened[0][1].startswith("readings arrived")


@pytest.mark.parametrize("query", [{}, {"since": "banana", "until": "2026-06-09T08:00:00Z"}])
def test_changes_need_two_instants(server, query):
    response = server.get("/console/clock/effects", params=query)

    assert response.status_code == 404
    assert "Give two instants" in response.text
