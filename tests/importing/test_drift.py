"""Drift of a server from a recording, in reports and with rules that ignore some of it."""

import copy
import json
from xml.etree import ElementTree as ET

import pytest
from import_steps import PARTNER, har_entry, read_sites, run, write

from mockapi import MockApi
from mockapi.replay.drift import Drift, DriftReport, OperationDrift
from mockapi.replay.drift_documents import document_of

ADA = "mockAccessToken000000000Ada1"


@pytest.fixture
def url(server_url) -> str:
    return server_url(scenario="demo")


@pytest.fixture
def recorded(test_client, url):
    """Entries of a session with the first site of the demo, with all response headers."""
    client = test_client(scenario="demo")
    exchanges = read_sites(client, ADA, 1)
    entries = [har_entry(*each) for each in exchanges]
    for entry, (token, target, *_) in zip(entries, exchanges, strict=True):
        response = client.get(target, headers={"Authorization": f"Bearer {token}"})
        pairs = response.headers.multi_items()
        entry["response"]["headers"] = [{"name": name, "value": value} for name, value in pairs]
    return entries


def replay(folder, entries, url, *words):
    return run("replay", write(folder, {"log": {"entries": entries}}), "--to", url, *words)


def changed(entries, part, change):
    """Return *entries* after *change* of the body of the response of *part*."""
    entries = copy.deepcopy(entries)
    entry = next(each for each in entries if each["request"]["url"].endswith(part))
    content = entry["response"]["content"]
    body = json.loads(content["text"])
    change(entry["response"], body)
    content["text"] = json.dumps(body)
    return entries


def test_recording_of_the_same_world_has_no_drift(recorded, url, tmp_path):
    exit_code, text, _ = replay(tmp_path, recorded, url, "--report", tmp_path / "drift.md")
    assert (exit_code, text.splitlines()[-1]) == (
        0,
        "0 different, 0 ignored, 0 not compared, in 6 operations",
    )
    assert "1 request, 0 different" in (tmp_path / "drift.md").read_text("utf-8")


def without_member(_, body):
    for each in body:
        del each["sourceSystemId"]


def with_member(_, body):
    for each in body:
        each["colour"] = "red"


def with_text(_, body):
    for each in body:
        each["metadata"]["grossArea"] = "12000"


def with_member_of_one(_, body):
    body[0]["colour"] = "red"


def with_text_of_one(_, body):
    body[0]["metadata"]["grossArea"] = "12000"


def with_id_of_one(_, body):
    body[0]["id"] = "hq"


def with_plain_ids(_, body):
    for each in body:
        each["id"] = f"hq {each['name']}"


def with_other_ids(_, body):
    for each in body:
        each["name"] = "2026-01-01"


def with_new_category(_, body):
    body[0]["category"] = "noise"


def with_status(response, _):
    response["status"] = 206


def with_other_header(response, _):
    for each in response["headers"]:
        if each["name"].lower() == "cache-control":
            each["value"] = "public"


def with_additional_header(response, _):
    response["headers"].append({"name": "X-Backend", "value": "7"})


def not_json(response, body):
    body.clear()
    response["content"]["mimeType"] = "text/html"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("/v1/sites", without_member), "member $[].sourceSystemId: is new", id="new"),
        pytest.param(("/v1/sites", with_member), "member $[].colour: is missing", id="missing"),
        pytest.param(
            ("/v1/sites", with_text),
            "type $[].metadata.grossArea: was string, is number",
            id="type",
        ),
        pytest.param(
            ("/v1/sites", with_member_of_one),
            "member $[].colour: is missing; some recorded objects have it",
            id="missing-of-one",
        ),
        pytest.param(
            ("/v1/sites", with_text_of_one),
            "type $[].metadata.grossArea: was number or string, is number",
            id="type-of-one",
        ),
        pytest.param(
            ("/v1/sites", with_id_of_one),
            "format $[].id: was UUID or text, is UUID",
            id="format-of-one",
        ),
        pytest.param(
            ("/v1/sites", with_plain_ids), "format $[].id: was text, is UUID", id="format-of-id"
        ),
        pytest.param(
            ("/v1/sites", with_other_ids), "format $[].name: was date, is text", id="format"
        ),
        pytest.param(
            ("/performance-scores", with_new_category),
            "value $[].category: the recorded value 'noise' is not known to mockapi",
            id="value",
        ),
        pytest.param(("/meters", with_status), "status 206: was 206, is 200", id="status"),
        pytest.param(
            ("/meters", with_other_header),
            "header cache-control: was 'public', is 'no-cache, no-store, max-age=0, must-revali",
            id="header value",
        ),
        pytest.param(
            ("/meters", with_additional_header), "header x-backend: is missing", id="header"
        ),
    ],
)
def test_change_of_the_real_api_is_drift(recorded, url, tmp_path, change, expected):
    entries = changed(recorded, *change)
    exit_code, text, _ = replay(tmp_path, entries, url, "--report", tmp_path / "drift.html")
    assert exit_code == 1
    assert f"     {expected}" in text
    assert text.splitlines()[-1].startswith("1 different, ")
    page = (tmp_path / "drift.html").read_text("utf-8")
    assert page.count('<p class="drift">') == 1


def test_body_that_is_not_json_is_drift(recorded, url, tmp_path):
    entries = copy.deepcopy(recorded)
    entries[0]["response"]["content"]["text"] = "<html>"
    text = replay(tmp_path, entries, url, "--report", tmp_path / "drift.xml")[1]
    assert "body $: was not JSON, is JSON (request 1)" in text


def test_reports_have_the_same_differences(recorded, url, tmp_path):
    entries = changed(recorded, "/v1/sites", with_member)
    files = [tmp_path / f"drift.{ending}" for ending in ("html", "md", "xml")]
    words = [word for file in files for word in ("--report", file)]
    assert replay(tmp_path, entries, url, *words)[0] == 1
    page, text, xml = (file.read_text("utf-8") for file in files)
    assert "<td>member<td><code>$[].colour</code><td>is missing<td>1" in page
    assert r"| member | $\[\].colour | is missing | 1 |" in text
    assert "http://" not in page.replace(url, "")
    suite = parsed(xml).find("testsuite")
    assert suite.attrib["failures"] == "1"
    (failure,) = suite.iter("failure")
    assert failure.text == "member $[].colour: is missing (request 1)"


def test_rules_ignore_differences(recorded, url, tmp_path):
    entries = changed(recorded, "/v1/sites", with_member)
    rules = tmp_path / "ignore.txt"
    rules.write_text(
        "# The colour is of no interest.\n\npartner.* member $[].colour\n* status 5*\n", "utf-8"
    )
    exit_code, text, problems = replay(tmp_path, entries, url, "--ignore", rules)
    assert (exit_code, text.splitlines()[-1]) == (
        0,
        "0 different, 1 ignored, 0 not compared, in 6 operations",
    )
    assert problems == "warning: the rule in line 4 ignores nothing\n"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param(
            "listSites", "'listSites' is not a rule. Use OPERATION KIND PLACE", id="short"
        ),
        pytest.param("* colour *", "'colour' is not a kind of difference. Use status,", id="kind"),
    ],
)
def test_wrong_rule_is_rejected(recorded, url, tmp_path, line, complaint):
    rules = tmp_path / "ignore.txt"
    rules.write_text(f"\n{line}\n", "utf-8")
    exit_code, _, problems = replay(tmp_path, recorded, url, "--ignore", rules)
    assert exit_code == 2
    assert problems.startswith(f"{rules}:2: {complaint}")


def test_unknown_ending_of_a_report_is_rejected(recorded, url, tmp_path):
    exit_code, _, problems = replay(tmp_path, recorded, url, "--report", "drift.pdf")
    assert (exit_code, problems) == (
        2,
        "--report: 'drift.pdf' has an unknown ending. Use .html, .md, .xml.\n",
    )
    assert MockApi(url).journal() == []


def test_session_is_sent_to_a_world_with_other_sites(recorded, server_url, tmp_path):
    """Site ids are replaced by place in the list, and tokens by the given one."""
    entries = json.loads(json.dumps(recorded).replace(ADA, "aTokenOfTheRealApi0000000001"))
    url = server_url(scenario="demo", seed=7)
    assert replay(tmp_path, entries, url)[0] == 1
    sites = {each["id"] for each in json.loads(entries[0]["response"]["content"]["text"])}
    exit_code, text, _ = replay(tmp_path, entries, url, "--token", ADA)
    seen = [each["path"] for each in MockApi(url).journal()]
    assert (exit_code, "DIFF" in text) == (0, False)
    assert [each for each in seen[len(entries) :] if set(each.split("/")) & sites] == []


def path_of(entry):
    return entry["request"]["url"].removeprefix("https://api.example.net")


def parsed(xml):
    return ET.fromstring(xml)  # noqa: S314 - written by this test


EVIL = "<script>alert(1)</script>|`\x00\ud800]]>&\n\"'"


@pytest.mark.parametrize("ending", ["html", "md", "xml"])
def test_texts_of_the_recording_are_escaped(tmp_path, ending):
    drift = Drift(EVIL, "value", EVIL, EVIL, [1])
    report = DriftReport(EVIL, EVIL, [OperationDrift(EVIL, 1, [drift])], [(EVIL, EVIL)])
    text = document_of(report, tmp_path / f"x.{ending}")
    assert "<script>" not in text
    assert text.encode("utf-8")
    if ending == "xml":
        assert parsed(text).find("testsuite/testcase").attrib["name"].startswith("<")
    if ending == "md":
        assert "|`" not in text.replace("\\|", "")


def test_drift_as_json(recorded, url, tmp_path):
    entries = changed(recorded, f"{PARTNER}", with_member)
    text = replay(tmp_path, entries, url, "--report", tmp_path / "x.md", "--json")[1]
    sites = json.loads(text)["operations"][0]
    assert (sites["operation"], sites["drifts"][0]["place"]) == ("partner.listSites", "$[].colour")


def test_unknown_path_is_not_compared_unless_its_status_differs(recorded, url, tmp_path):
    unknown = copy.deepcopy(recorded[-1])
    unknown["request"]["url"] = unknown["request"]["url"].partition("/sites")[0] + "/buildings"
    unknown["response"] |= {"status": 404, "content": {}}
    exit_code, text, _ = replay(tmp_path, [*recorded, unknown], url, "--report", tmp_path / "a.md")
    assert (exit_code, text.splitlines()[-1]) == (
        0,
        "0 different, 0 ignored, 1 not compared, in 6 operations",
    )
    assert "The path is not an operation of the APIs." in text
    unknown["response"]["status"] = 200
    exit_code, text, _ = replay(tmp_path, [*recorded, unknown], url, "--report", tmp_path / "b.md")
    assert (exit_code, "status 200: was 200, is 404" in text) == (1, True)
