"""Texts of console pages, empty worlds, access, and the initial chart of a site."""

import json
import re
from html import unescape
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from starlette.testclient import TestClient

from mockapi import MockApi, create_app
from mockapi.console import journal
from mockapi.settings import Settings


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> TestClient:
    path = tmp_path_factory.mktemp("scenarios") / "empty.yaml"
    path.write_text("", "utf-8")
    return TestClient(create_app(Settings(scenario=str(path))))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/console/oauth", "The scenario has no customers, so no token can be created."),
        ("/console/oauth", "No consents yet."),
        ("/console/oauth", "No tokens yet."),
        ("/console/oauth/flow", "The scenario has no clients. Add one to use OAuth."),
        ("/console/scenario", "The scenario is empty."),
        ("/console/worlds", "No snapshots."),
    ],
)
def test_empty_world_shows_message(server, path, message):
    response = server.get(path)

    assert (response.status_code, message in response.text) == (200, True)


def test_unknown_scenario_returns_404(server):
    response = server.get("/console/scenarios/nowhere")

    assert response.status_code == 404
    assert "&#39;nowhere&#39; is not a scenario" in response.text


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
def test_page_without_token_shows_no_data(path):
    server = TestClient(create_app(Settings(admin_token="mockAdmin0001")))
    response = server.get(path)

    assert (response.status_code, "mockSecret" in response.text) == (401, False)
    assert "This console is locked" in response.text


@pytest.mark.parametrize(("interval", "days"), [("PT15M", 7), ("PT1H", 30), ("P1D", 30)])
def test_initial_chart_length_depends_on_interval(tmp_path, interval, days):
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
    chart = re.search('data-chart="(.*?)"', page)

    assert json.loads(unescape(chart[1]))["days"] == days


def test_finding_counts_positions_from_1(client):
    text = "sites:\n  - {building: office, city: Lyon}\n  - {building: office, town: Lyon}\n"
    page = client.post("/console/scenarios/demo", data={"text": text}).text
    assert "<code>sites 2, town</code>" in page


def test_request_during_rendering_is_after_the_bookmark(server_url, monkeypatch):
    url = server_url()
    find = journal._find  # noqa: SLF001 - the step between bookmark and page

    def find_and_send(*arguments):
        found = find(*arguments)
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{url}/during-rendering")
        return found

    monkeypatch.setattr(journal, "_find", find_and_send)
    page = urlopen(f"{url}/console/journal").read().decode()
    number = MockApi(url).journal(limit=1)[0]["number"]
    bookmark = re.search(r'id="found" data-bookmark="[0-9a-f]+-(\d+)"', page)[1]
    assert int(bookmark) == number - 1
    assert "during-rendering" not in page


def test_disabled_console_has_no_links_to_its_screens():
    with TestClient(create_app(Settings(admin=False))) as client:
        for path in ("/", "/docs/partner"):
            page = client.get(path).text
            links = set(re.findall(r'href="(/console[^"]*)"', page))
            assert (path, links) == (path, set())
            assert ">Home</a>" in page
            assert ">API docs</a>" in page
