"""Page of a recorded request: reason, command, links and comparison; findings; coverage."""

import re
import shlex
from html import unescape

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.journal import DOCUMENT, HELP, QUOTA_PRESET
from mockapi.journal.request_checks import CODES, FIXES, GUIDES
from mockapi.oauth.pages.page import format_gap
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"
TOKEN = "mockAccessToken000000000Ada1"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def server():
    app = create_app(Settings())
    with TestClient(app) as client:
        yield client
    app.state.worlds.close()


def entry_page(server, number: int) -> str:
    return unescape(server.get(f"/console/journal/{number}").text)


@pytest.mark.parametrize(
    ("headers", "path", "meaning"),
    [
        ({}, SITES, "The request has no bearer token."),
        ({"Authorization": "Bearer x"}, SITES, "The bearer token is not known in this world."),
        (BEARER, f"{SITES}/x/meters", "The site does not exist, or the token has no access to it."),
        (BEARER, "/ecostruxure/nowhere/v1/sites", "No API has this base path."),
    ],
)
def test_reason_of_error_is_before_headers(server, headers, path, meaning):
    server.get(path, headers=headers)
    page = entry_page(server, 1)

    assert meaning in page
    assert page.index('class="reason"') < page.index("<h3>Decisions</h3>")
    assert page.index("<h3>Decisions</h3>") < page.index("<h3>Request</h3>")


def test_invalid_parameter_is_before_the_meaning(server):
    site = server.get(SITES, headers=BEARER).json()[0]["id"]
    server.post(f"{SITES}/{site}/performance-scores", headers=BEARER, content=b"{no")
    json = {"Content-Type": "application/json", **BEARER}
    server.post(f"{SITES}/{site}/performance-scores", headers=json, content=b"{no")
    server.post(f"{SITES}/{site}/performance-scores", headers=json, json=[{}, {}])
    server.get(f"{SITES}/{site}/timeseries?updatedAt[gte]=x", headers=BEARER)

    assert '<div class="reason"><p><b>body is not JSON: Expecting' in entry_page(server, 3)
    assert "[0].date: Field required; [0].score: Field required; " in entry_page(server, 4)
    assert "and 3 more</b>" in entry_page(server, 4)
    assert "<b>updatedAt[gte] must be an RFC 3339" in entry_page(server, 5)


def test_fault_is_the_reason_of_its_error(server):
    server.post("/__admin/faults", json={"kind": "status", "status": 502})
    server.get(SITES, headers=BEARER)
    page = entry_page(server, 1)

    assert "The response is that of a fault, not of the API." in page
    assert "Fault: status." in page
    assert "Create a token" not in page


def test_successful_request_has_no_reason(server):
    server.post("/__admin/faults", json={"kind": "latency", "seconds": 0.001})
    server.get(SITES, headers=BEARER)

    assert 'class="reason"' not in entry_page(server, 1)


def test_command_repeats_the_request(server):
    body = [{"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}]
    site = server.get(SITES, headers=BEARER).json()[0]["id"]
    path = f"{SITES}/{site}/performance-scores"
    first = server.post(path, json=body, headers=BEARER)
    code = re.search(
        r'aria-label="the request as curl"><code>(.*?)</code>', entry_page(server, 2), re.DOTALL
    )
    words = shlex.split(code[1].replace("\\\n", ""))

    assert words[:4] == ["curl", "-X", "POST", f"http://testserver{path}"]
    headers = dict(words[at + 1].split(": ") for at, word in enumerate(words) if word == "-H")
    content = words[words.index("-d") + 1]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert server.post(path, content=content, headers=headers).status_code == first.status_code


def test_command_omits_headers_of_browsers(server):
    server.get(SITES, headers={**BEARER, "Sec-Fetch-Site": "same-origin", "X-Trace": "1"})
    page = entry_page(server, 1)
    command = page[page.index("<code>curl") : page.index("</code></pre>")]

    assert "x-trace: 1" in command
    assert "sec-fetch-site" not in command


def test_secret_of_other_token_is_not_in_command(server):
    created = server.post("/__admin/tokens").json()["access_token"]
    server.get(SITES, headers={"Authorization": f"Bearer {created}"})
    page = entry_page(server, 1)

    assert created not in page
    assert "Bearer ACCESS_TOKEN" in page


def test_client_token_and_consent_are_linked(server):
    server.get(SITES, headers=BEARER)
    links = re.findall(r'href="(/console/oauth[?#][^"]+)"', entry_page(server, 1))
    page = server.get(links[1]).text

    assert links[0] == "/console/oauth#client-mockScoringPartnerClient00000001"
    assert 'id="client-mockScoringPartnerClient00000001"' in page
    assert (page.count("data-token="), page.count("data-consent=")) == (1, 1)
    assert "does not have it any more" in server.get("/console/oauth?token=unknown").text


def test_comparison_shows_fields_and_lines_that_differ(server):
    server.get(SITES, headers=BEARER)
    server.get(f"{SITES}?limit=5", headers={"Authorization": "Bearer x"})
    page = unescape(server.get("/console/journal/compare?first=1&second=2").text)
    differing = page[page.index("differing-title") : page.index("equal fields")]
    rows = dict(re.findall(r'<th scope="row">(.*?)</th><td>.*?</td><td>(.*?)</td>', differing))

    assert (rows["status"], rows["error"], rows["query limit"]) == ("401", "TokenUnknown", "5")
    assert "path" not in rows
    assert 'row added">+   "detail": "Invalid Access Token"' in page


@pytest.mark.parametrize("query", ["", "?first=1", "?first=a&second=1", "?first=1&second=99"])
def test_comparison_without_two_requests_is_not_found(server, query):
    server.get(SITES, headers=BEARER)
    response = server.get(f"/console/journal/compare{query}")

    assert response.status_code == 404
    assert "Give two numbers" in response.text or "Entry 99 is not in the journal" in response.text


def test_comparison_of_long_bodies_is_bounded(server):
    for page in (1, 2):
        server.get(f"{SITES}?page={page}", headers=BEARER)
    text = server.get("/console/journal/compare?first=1&second=2").text

    assert text.count('class="row ') <= 500


def test_finding_has_fix_and_help(server):
    server.get(f"{SITES}?limit=5", headers=BEARER)
    page = server.get("/console/journal?view=lint").text

    assert "1 finding" in page
    assert "<b>Fix:</b> Remove the parameter" in page
    assert 'href="/docs/partner">API docs</a>' in page


@pytest.mark.parametrize("preset", ["quota-exhausted", "spike-arrest"])
def test_missing_back_off_links_the_preset_that_repeats_it(server, preset):
    server.post(f"/__admin/faults/presets/{preset}")
    for _ in range(8):
        server.get(SITES, headers=BEARER)
    page = server.get("/console/journal?view=lint").text

    assert re.findall(r"#preset-([\w-]+)", page) == [preset]
    assert "Guide: docs/how-to/faults.md, in the source of mockapi" in page


def test_each_lint_code_has_fix_and_guide():
    assert list(FIXES) == list(GUIDES) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_page_that_helps_exists(server, code):
    for each in (HELP.get(code, DOCUMENT), QUOTA_PRESET):
        path, _, anchor = each.path.partition("#")
        page = server.get(path).text
        assert "<h1>" in page
        assert f'id="{anchor}"' in page or not anchor


def test_coverage_has_a_stable_denominator(server):
    counted = []
    for path in ("", "?again", "/x/meters"):
        server.get(SITES + path, headers=BEARER)
        server.post("/__admin/faults", json={"kind": "status", "status": 418})
        server.get(SITES, headers=BEARER)
        server.delete("/__admin/faults")
        page = server.get("/console/journal?view=coverage").text
        counted.append(re.search(r"<b>(\d+) of (\d+)</b>", page).groups())

    assert [covered for covered, _ in counted] == ["1", "1", "2"]
    assert len({documented for _, documented in counted}) == 1


def test_empty_journal_shows_a_command_with_a_valid_token(server):
    page = unescape(server.get("/console/journal").text)
    assert "Send the first request" in page
    token = re.search(r"Bearer (\w+)", page)[1]

    assert server.get(SITES, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert "Send the first request" not in server.get("/console/journal").text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0.4, "0 ms"), (999, "999 ms"), (1_500, "1.5 s"), (90_000, "1.5 min"), (9e6, "2.5 h")],
)
def test_gap_has_a_readable_unit(milliseconds, text):
    assert format_gap(milliseconds) == text
