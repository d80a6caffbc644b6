"""Recordings of mockapi, imported and served again."""

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import yaml
from import_steps import (
    PARTNER,
    USER,
    get,
    har,
    har_entry,
    imported,
    read_sites,
    run,
    serving,
    token,
    write,
)

from mockapi import MockApi, Settings

FIXTURES = Path(__file__).parents[2] / "fixtures" / "recorded"
VENDOR_TOKENS = (
    "mockAccessToken00Partner2022",
    "mockAccessToken00000User2022",
    "mockAccessToken00000User2023",
)
ADA = "mockAccessToken000000000Ada1"
GRACE = "mockAccessToken00000000Grace"


def customer_of(client, original, exchanges):
    """Return the token of the imported customer who lists the sites that *original* listed."""
    wanted = next(
        body for used, target, _, body in exchanges if (used, target) == (original, PARTNER)
    )
    return next(each for each in map(token, (1, 2, 3)) if get(client, each, PARTNER)[1] == wanted)


@pytest.mark.parametrize(
    ("scenario", "tokens"),
    [
        pytest.param("vendor-samples", VENDOR_TOKENS[:2], id="vendor-samples"),
        pytest.param("demo", (ADA, GRACE), id="demo"),
    ],
)
def test_imported_recording_serves_the_same_bodies(test_client, tmp_path, scenario, tokens):
    client = test_client(scenario=scenario)
    exchanges = [each for original in tokens for each in read_sites(client, original, 8)]
    with serving(imported(tmp_path, har(exchanges))) as served:
        again = {original: customer_of(served, original, exchanges) for original in tokens}
        for original, target, status, body in exchanges:
            if status == 200:
                assert get(served, again[original], target) == (status, body), target


def test_own_journal_is_imported_with_its_customers(server_url, tmp_path):
    url = server_url(scenario="vendor-samples")
    exchanges = []
    for original in VENDOR_TOKENS:
        headers = {"Authorization": f"Bearer {original}"}
        with urlopen(Request(url + PARTNER, headers=headers)) as response:
            exchanges.append((original, json.load(response)))
    har_of_journal = MockApi(url).har()
    with serving(imported(tmp_path, har_of_journal)) as served:
        for number, (_, body) in enumerate(exchanges, 1):
            assert get(served, token(number), PARTNER) == (200, body)


def test_published_samples_are_served_as_recorded(tmp_path):
    out = tmp_path / "mine.yaml"
    files = sorted(FIXTURES.glob("*.json"))
    exit_code, summary, _ = run("import", *files, "--out", out)
    assert exit_code == 0
    assert summary.startswith(f"{out}: 2 customers, 9 sites, 1 meter, 1 project, 6 scores, ")
    assert summary.endswith("1 scoring request, 1 reading\n")
    assert run("check", out)[0] == 0
    with serving(out) as served:
        for name, number in (
            ("partner-sites", 1),
            ("partner-meters", 1),
            ("partner-timeseries", 1),
            ("partner-scores-read", 1),
            ("user-sites", 2),
            ("user-scores-read", 2),
            ("user-scoring-requests", 2),
        ):
            sample = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
            request = sample["request"]
            target = f"{request['path']}?{request.get('query', '')}"
            assert get(served, token(number), target) == (200, sample["response"]["body"]), name


def test_postman_collection_is_imported(tmp_path):
    """A collection with variables, folders and saved responses, as Postman exports it."""
    sites = [{"id": "one", "name": "One", "type": "Retail"}]
    meters = [{"id": "m", "name": "Main", "usage": "Natural Gas", "measurements": []}]
    url = "{{baseUrl}}/sites/:siteId/meters"
    collection = {
        "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "site", "value": "one"}],
        "item": [
            {
                "name": "Sites",
                "item": [
                    {
                        "name": "List",
                        "request": {"method": "GET", "url": "{{baseUrl}}/sites"},
                        "response": [{"name": "ok", "code": 200, "body": json.dumps(sites)}],
                    },
                    {
                        "name": "Meters",
                        "request": {"method": "GET"},
                        "response": [
                            {
                                "originalRequest": {
                                    "method": "GET",
                                    "url": {
                                        "raw": url,
                                        "variable": [{"key": "siteId", "value": "{{site}}"}],
                                    },
                                },
                                "code": 200,
                                "body": json.dumps(meters),
                            },
                            {"originalRequest": {"url": {"raw": url}}, "code": 200, "body": "[]"},
                        ],
                    },
                ],
            }
        ],
    }
    exit_code, text, problems = run("import", write(tmp_path, collection))
    assert exit_code == 0
    (site,) = yaml.safe_load(text)["customers"][0]["sites"]
    assert (site["id"], site["name"], site["meters"][0]["id"]) == ("one", "One", "m")
    assert "3. GET {{baseUrl}}/sites/:siteId/meters: its site is a variable" in problems


def test_responses_by_operation_are_imported(tmp_path):
    tree = {
        "listSites": [{"id": "one", "name": "One", "type": "Retail"}],
        "listProjects": {"one": [{"leedId": 5, "leedName": "Tower"}]},
    }
    exit_code, text, _ = run("import", write(tmp_path, tree))
    (site,) = yaml.safe_load(text)["customers"][0]["sites"]
    assert (exit_code, site["projects"]) == (0, [{"leed_id": 5, "leed_name": "Tower"}])


def test_newest_of_contradictory_responses_wins(tmp_path):
    old = har_entry(
        "t", PARTNER, 200, [{"id": "s", "name": "Old", "type": "A"}], "2026-06-01T10:00:00Z"
    )
    new = har_entry(
        "t", PARTNER, 200, [{"id": "s", "name": "New", "type": "A"}], "2026-06-01T11:00:00Z"
    )
    exit_code, text, problems = run("import", write(tmp_path, {"log": {"entries": [new, old]}}))
    assert exit_code == 0
    assert yaml.safe_load(text)["customers"][0]["sites"][0]["name"] == "New"
    assert (
        "1. GET /ecostruxure/scoring/v1/sites: site s: its data differs from an earlier" in problems
    )


def test_two_tokens_of_one_customer_are_one_customer(tmp_path):
    site, other = ({"id": name, "name": name, "type": "A"} for name in ("one", "two"))
    text = run(
        "import",
        write(
            tmp_path,
            har([("a", PARTNER, 200, [site]), ("b", USER, 200, [site]), ("c", USER, 200, [other])]),
        ),
    )[1]
    listed = [[each["id"] for each in one["sites"]] for one in yaml.safe_load(text)["customers"]]
    assert listed == [["one"], ["two"]]


def test_value_that_a_scenario_cannot_have_is_reported(tmp_path):
    site = {
        "id": "s",
        "type": "A",
        "metadata": {"grossArea": 3, "weeklyOperatingHours": 40},
        "postalAddress": {"timezone": "Mars/Base", "city": "Mars"},
        "colour": "red",
    }
    path = imported(tmp_path, har([("t", PARTNER, 200, [site])]))
    (spec,) = yaml.safe_load(path.read_text("utf-8"))["customers"][0]["sites"]
    assert spec == {"id": "s", "type": "A", "weekly_operating_hours": 40, "city": "Mars"}
    problems = run("import", tmp_path / "session.har")[2]
    assert "site s: `area` is left out:" in problems
    assert "site s: `timezone` is left out:" in problems
    assert "site s: has `colour`, which mockapi does not have" in problems


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param("nope", "1:1: is not JSON. Use a HAR file, a Postman", id="not JSON"),
        pytest.param("{}", "is not a recording. Use a HAR file, a Postman", id="other JSON"),
        pytest.param("[]", "is not a recording. Use a HAR file, a Postman", id="empty list"),
        pytest.param('{"log": {}}', "log.entries is missing. Use a HAR file.", id="no entries"),
    ],
)
def test_file_that_is_not_a_recording_is_refused(tmp_path, content, complaint):
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    exit_code, text, problems = run("import", path)
    assert (exit_code, text) == (2, "")
    assert problems.removeprefix(f"{path}:").lstrip().startswith(complaint)


def test_recording_without_usable_response_is_refused(tmp_path):
    path = write(tmp_path, har([("t", PARTNER, 401, {}), ("t", "/other", 200, [])]))
    exit_code, _, problems = run("import", path, "--out", tmp_path / "mine.yaml")
    assert exit_code == 2
    assert problems == (
        f"not used: session.har: 1. GET {PARTNER}: has status 401\n"
        "not used: session.har: 2. GET /other: was sent to another host\n"
        "session.har: no usable response. Record `GET /sites` of a real API.\n"
    ).replace("was sent to another host", "is not a request to the scoring APIs")
    assert not (tmp_path / "mine.yaml").exists()


def test_existing_file_is_not_overwritten(tmp_path):
    out = tmp_path / "mine.yaml"
    out.write_text("mine", "utf-8")
    path = write(tmp_path, har([("t", PARTNER, 200, [{"id": "s", "type": "A"}])]))
    exit_code, _, problems = run("import", path, "--out", out)
    message = f"--out: {out} exists already. Add --force to overwrite it.\n"
    assert (exit_code, problems) == (2, message)
    assert out.read_text("utf-8") == "mine"


def test_clock_is_the_time_of_the_last_response(tmp_path):
    path = imported(tmp_path, har([("t", PARTNER, 200, [{"id": "s", "type": "A"}])]))
    assert Settings(scenario=str(path)).scenario == str(path)
    assert yaml.safe_load(path.read_text("utf-8"))["clock"] == "2026-06-01T09:00:00Z"
