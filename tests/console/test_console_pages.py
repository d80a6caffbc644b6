"""What pages of the console say: of a site at first, and where there is little to say."""

import json
import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.settings import Settings


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> TestClient:
    path = tmp_path_factory.mktemp("scenarios") / "void.yaml"
    path.write_text("", "utf-8")
    return TestClient(create_app(Settings(scenario=str(path))))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/console/oauth", "Nobody is there whom a token could speak for."),
        ("/console/oauth", "Nobody agreed to anything yet."),
        ("/console/oauth", "No token was minted yet."),
        ("/console/oauth/flow", "The scenario states no clients, so nobody can ask for consent."),
        ("/console/scenario", "It is empty: a world without anything."),
        ("/console/worlds", "None is kept."),
    ],
)
def test_a_world_without_anything_says_so(server, path, says):
    answer = server.get(path)

    assert (answer.status_code, says in answer.text) == (200, True)


def test_a_scenario_that_there_is_not_is_not_shown(server):
    answer = server.get("/console/scenarios/nowhere")

    assert answer.status_code == 404
    assert "No scenario is called &#39;nowhere&#39;" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/console/oauth",
        "/console/oauth/flow",
        "/console/oauth/callback",
        "/console/worlds",
        "/console/scenario",
        "/console/scenarios/demo",
    ],
)
def test_the_pages_tell_nothing_without_the_token_of_the_control_api(path):
    server = TestClient(create_app(Settings(admin_token="mockAdmin0001")))
    answer = server.get(path)

    assert (answer.status_code, "mockSecret" in answer.text) == (401, False)
    assert "This console is locked" in answer.text


@pytest.mark.parametrize(("interval", "days"), [("PT15M", 7), ("PT1H", 30), ("P1D", 30)])
def test_the_first_chart_of_a_site_is_of_so_many_days_as_weigh_little(tmp_path, interval, days):
    site = {
        "id": "office",
        "building": "office",
        "city": "Lyon",
        "registered": True,
        "meters": [{"usage": "Purchased from Grid", "interval": interval}],
    }
    path = tmp_path / "one.yaml"
    path.write_text(json.dumps({"sites": [site]}), "utf-8")
    page = TestClient(create_app(Settings(scenario=str(path)))).get("/console/sites/office").text
    charted = re.search('data-charted="(.*?)"', page)

    assert json.loads(unescape(charted[1]))["days"] == days
