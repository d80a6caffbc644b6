"""The commands for state and requests of a running server."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    """The working directory, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def get(server, path: str, **headers: str) -> None:
    headers = {"Authorization": f"Bearer {server.token()}", **headers}
    request = urllib.request.Request(server.partner_url + path, headers=headers)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        error.close()


@pytest.fixture
def key(server) -> str:
    """The key of the first timeseries."""
    return server.site(server.sites()[0]["id"])["meters"][0]["measurements"][0]["key"]


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_reset_restores_clock_and_journal(server, output_of):
    get(server, "/sites")
    server.clock.advance("P1D")
    assert output_of("reset") == ""
    assert (server.journal(), output_of("clock", "show")) == ([], "2026-06-01T09:00:00Z  frozen\n")


def test_reset_with_reload_needs_a_file(server, run):
    result = run("reset", "--reload")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "'demo' is a scenario of mockapi" in result.stderr


def test_snapshots_are_taken_listed_restored_and_removed(server, output_of):
    assert output_of("snapshots", "take", "before") == ""
    server.clock.advance("P1D")
    heads, row = table(output_of("snapshots", "list"))
    assert (heads, row[:2]) == (["name", "at", "bytes"], ["before", "2026-06-01T09:00:00Z"])
    output_of("snapshots", "restore", "before")
    assert output_of("clock", "show") == "2026-06-01T09:00:00Z  frozen\n"
    output_of("snapshots", "remove", "before")
    assert json.loads(output_of("snapshots", "list", "--json")) == []


def test_journal_lists_filtered_requests_in_columns(server, output_of):
    get(server, "/sites?a=b%20c")
    with server.fault("status", status=503):
        get(server, "/sites")
    get(server, "/sites/nowhere/meters")
    heads, first, second, third = table(output_of("journal"))
    assert heads == ["number", "at", "status", "ms", "request"]
    assert first[2] == "200" and first[-1] == "/ecostruxure/scoring/v1/sites?a=b+c"
    assert second[2] == "503" and second[-3:-1] == ["(InjectedGatewayError,", "status"]
    assert third[2] == "404" and third[-1] == "(SiteNotFound)"
    chosen = output_of("journal", "--status", "4xx", "--operation", "listMeters")
    assert [row[0] for row in table(chosen)] == ["number", "3"]
    assert json.loads(output_of("journal", "--limit", "1", "--json"))["entries"][0]["number"] == 3
    har = json.loads(output_of("journal", "--har", "--status", "503"))
    assert [each["response"]["status"] for each in har["log"]["entries"]] == [503]
    assert output_of("journal", "--clear") == ""
    assert len(table(output_of("journal"))) == 1


def test_journal_prints_a_request_in_full_without_secrets(server, output_of):
    get(server, "/sites/nowhere/meters?limit=1", Accept="application/json")
    text = output_of("journal", "1")
    assert "\nGET /ecostruxure/scoring/v1/sites/nowhere/meters?limit=1\n" in text
    assert "\nHTTP 404\n" in text
    assert "error      SiteNotFound\n" in text
    assert "ignored    limit\n" in text
    assert '"detail":"Site Not found"' in text
    assert "authorization: Bearer mock…" in text
    assert json.loads(output_of("journal", "1", "--json"))["number"] == 1


def test_journal_follows_new_requests_until_it_is_interrupted(server):
    get(server, "/sites")
    with subprocess.Popen(
        [sys.executable, "-m", "mockapi", "journal", "--follow", "--json", "--url", server.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert json.loads(process.stdout.readline())["number"] == 1
        get(server, "/sites/nowhere/meters")
        assert json.loads(process.stdout.readline())["status"] == 404
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (0, "")


def test_verify_prints_the_requests_or_the_nearest(server, output_of, run, folder):
    for _ in range(2):
        get(server, "/sites?a=b", **{"X-Trace": "t1"})
    assert output_of("verify", "--operation", "listSites") == (
        "As expected, 2 requests match: 1, 2\n"
    )
    words = ("--query", "a=*", "--header", "x-trace=t1", "--at-most", "2")
    assert json.loads(output_of("verify", *words, "--json"))["matched"] == [1, 2]
    assert output_of("verify", "--status", "5xx", "--times", "0") == (
        "As expected, no request matches.\n"
    )
    failed = run("verify", "--operation", "listMeters", "--times", "1")
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr.startswith("Expected listMeters exactly once, received none.\n")
    assert "\n  2. GET /ecostruxure/scoring/v1/sites?a=b -> 200\n" in failed.stderr
    problem = run("verify", "--operation", "listMeters", "--json")
    assert (problem.exit_code, json.loads(problem.stdout)["verified"]) == (1, False)
    (folder / "steps.json").write_text('{"in_order": [{"query": {"a": "b"}}, {"status": 200}]}')
    assert output_of("verify", "--file", "steps.json").endswith("match: 1, 2\n")


def test_verify_matches_a_body(server, output_of):
    site = server.sites()[0]["id"]
    headers = {"Authorization": f"Bearer {server.token()}", "Content-Type": "application/json"}
    score = {"date": "2026-05-31", "type": "daily", "category": "energy", "score": 71}
    url = f"{server.partner_url}/sites/{site}/performance-scores"
    body = json.dumps([score]).encode()
    urllib.request.urlopen(urllib.request.Request(url, body, headers, method="POST")).close()
    assert output_of("verify", "--body", '[{"score": 71}]', "--times", "1").endswith("matches: 1\n")


def test_sites_are_added_shown_changed_and_removed(server, output_of):
    site = output_of("sites", "add", "building=office", "city=Lyon", "registered=true").strip()
    row = next(each for each in table(output_of("sites", "list")) if each[0] == site)
    assert row[-2:] == ["ada@example.com", "2026-03-03T09:00:00Z"]
    assert output_of("sites", "update", site, "name=Tour A", "area=9000") == ""
    shown = output_of("sites", "show", site)
    assert "name                         Tour A\n" in shown
    assert json.loads(output_of("sites", "show", site, "--json"))["gross_area"] == 9000
    assert "Purchased from Grid" in shown
    removed = json.loads(output_of("sites", "update", site, "name=null", "--json"))
    assert "name" not in removed
    assert output_of("sites", "remove", site) == ""
    assert site not in output_of("sites", "list")


def test_readings_are_pushed_and_withdrawn(server, output_of, key, folder):
    (folder / "readings.csv").write_text("date,value\n2026-06-01T07:00:00Z,1.5\n\n")
    pushed = output_of("push", key, "2026-06-01T08:00:00Z=-2", "--file", "readings.csv")
    assert pushed == "2 readings pushed, updated at 2026-06-01T09:00:00Z\n"
    assert [each["value"] for each in server.pushed(key)] == [1.5, -2]
    gone = output_of("push", key, "--withdraw", "2026-06-01T08:00:00Z")
    assert gone == "1 reading withdrawn\n"
    limits = ("--since", "2026-06-01T07:00:00Z", "--until", "2026-06-01T07:30:00Z")
    assert output_of("push", key, "--withdraw", *limits) == "1 reading withdrawn\n"
    assert [each["value"] for each in server.pushed(key)] == [None, None]


def test_scores_are_listed_and_explained(server, output_of):
    site = server.sites()[0]["id"]
    listed = table(output_of("scores", "list", site, "--type", "daily", "--since", "2026-05-30"))
    assert listed[0][:3] == ["type", "date", "energy"]
    assert listed[1][:2] == ["daily", "2026-05-30"]
    explained = output_of("scores", "explain", site, "2026-05-30", "--category", "water")
    assert f"daily water score on 2026-05-30: {listed[1][3]}" in explained
    assert "100 / (1 + r^2)" in explained
    posted = json.loads(output_of("scores", "explain", site, "2026-05-30", "--json"))
    assert (posted["category"], posted["origin"]) == ("energy", "posted")
    assert len(json.loads(output_of("scores", "list", site, "--type", "monthly", "--json"))) > 8


def test_used_world_is_that_of_the_next_commands(server, output_of, run, folder, monkeypatch):
    (folder / ".env").write_text("# mine\nOTHER='1'")
    server.create_world("blue", scenario="empty", clock="2026-03-01T00:00:00Z")
    assert output_of("worlds", "use", "blue") == "Commands with .env use the world blue.\n"
    assert (folder / ".env").read_text() == "# mine\nOTHER='1'\nMOCKAPI_WORLD=blue\n"
    assert output_of("worlds", "use") == "blue\n"
    assert output_of("clock", "show").startswith("2026-03-01")
    assert output_of("clock", "show", "--world", "").startswith("2026-06-01")
    assert output_of("clock", "show", "--url", f"{server.url}/w/blue").startswith("2026-03-01")
    # The worlds are those of the server, also after the world in use is deleted.
    assert output_of("worlds", "delete", "blue") == ""
    lost = run("clock", "show")
    assert (lost.exit_code, lost.stderr.count("\n")) == (2, 1)
    assert ".env:3: MOCKAPI_WORLD uses it in all commands; `mockapi worlds use --default` " in (
        lost.stderr
    )
    assert output_of("worlds", "use", "--default") == "Commands with .env use the world default.\n"
    assert (folder / ".env").read_text() == "# mine\nOTHER='1'\n"
    assert output_of("worlds", "use") == "default\n"


def test_world_is_stored_in_the_given_file(server, output_of, run, folder, monkeypatch):
    server.create_world("green", scenario="empty")
    (folder / "mine.env").touch()
    assert output_of("--env-file", "mine.env", "worlds", "use", "green")
    assert [each.name for each in folder.iterdir()] == ["mine.env"]
    monkeypatch.setenv("MOCKAPI_WORLD", "other")
    result = run("--env-file", "mine.env", "worlds", "use", "green")
    assert result.exit_code == 0
    assert "the environment sets MOCKAPI_WORLD=other, which has priority" in result.stderr
    assert run("--env-file", "mine.env", "worlds", "use", "--default").exit_code == 0
    assert (folder / "mine.env").read_text() == ""
    server.named_world("green").delete()


def test_world_in_the_url_has_priority(server, output_of, run, folder, monkeypatch):
    server.create_world("green", scenario="empty")
    monkeypatch.setenv("MOCKAPI_URL", f"{server.url}/w/blue")
    assert output_of("worlds", "use") == "blue\n"
    assert output_of("worlds", "list").splitlines()[1].startswith("green ")
    for words in (["green"], ["--default"]):
        result = run("worlds", "use", *words)
        assert (result.exit_code, result.stderr) == (
            0,
            "But MOCKAPI_URL has the world blue, which has priority. Remove /w/blue from it.\n",
        )
    server.named_world("green").delete()


@pytest.mark.parametrize("text", ["", "A=1\n", "hello world\n"])
def test_default_world_needs_no_variable(server, output_of, folder, text):
    (folder / ".env").write_text(text)
    assert output_of("worlds", "use", "--default") == "Commands with .env use the world default.\n"
    assert (folder / ".env").read_text() == text


def test_world_that_does_not_exist_is_not_used(server, run, folder):
    result = run("worlds", "use", "nowhere")
    assert (result.exit_code, result.stderr.count("\n"), [*folder.iterdir()]) == (2, 1, [])


FIRST = "2026-06-01T08:00:00Z"
INPUTS = {
    "list.json": "[1,2,3]",
    "empty.csv": "",
    "heading.csv": "date,value\n",
    "other.csv": f"time,val\n{FIRST},1\n",
    "twice.csv": f"date,value\n{FIRST},1\n\n{FIRST},2\n",
    "number.csv": f"Date, Value\n{FIRST},x\n",
    "date.csv": "yesterday,1\n",
}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["journal", "--status", "9"], "status: must be a status such as 404, a class "),
        (["journal", "--operation", "lstSites"], "'lstSites' is not a known operation. Did you"),
        (["journal", "1", "--follow"], "NUMBER, --follow, --har and --clear exclude each other."),
        (["journal", "1", "--status", "404"], "NUMBER and --clear cannot be combined with "),
        (["journal", "--har", "--limit", "1"], "--har cannot be combined with --limit. "),
        (["journal", "--limit", "0"], "limit: must be at least 1, not '0'"),
        (["journal", "x"], "NUMBER: 'x' is not a whole number. "),
        (["journal", "--product", "x"], "--product: 'x' is not known. Use partner, user, oauth."),
        (["snapshots", "take", "a b"], "name: must be 1 to 64 letters, "),
        (["verify", "--body", "{"], "--body: the text is not JSON: "),
        (["verify", "--query", "a"], "'a' is not a value of --query. Use NAME=VALUE."),
        (["verify", "--query", "a=1", "--query", "a=2"], "--query: 'a' is given twice. Remove "),
        (["verify", "--times", "1", "--at-most", "1"], "times: cannot be combined with "),
        (["verify", "--file", "x", "--times", "1"], "--file has the whole expectation. Remove "),
        (["verify", "--file", "nowhere.json"], "--file: nowhere.json cannot be read: No such "),
        (["verify", "--file", "list.json"], "--file: list.json is not a JSON object."),
        (["sites", "add", "city"], "'city' is not a value. Use KEY=VALUE."),
        (["sites", "add"], "`mockapi sites add` needs KEY=VALUE"),
        (["sites", "add", "kind=x"], "kind: unknown key. "),
        (["sites", "add", "type="], "type: must not be empty"),
        (["sites", "show", ""], "GET /__admin/sites/: the id or the name in the path is empty. "),
        (["sites", "remove", ""], "DELETE /__admin/sites/: the id or the name in the path is "),
        (["faults", "remove", ""], "DELETE /__admin/faults/: the id or the name in the path "),
        (["snapshots", "restore", ""], "POST /__admin/snapshots//restore: the id or the name "),
        (["worlds", "use", ""], "GET /__admin/worlds/: the id or the name in the path is empty. "),
        (["sites", "add", "bulding=office"], "bulding: unknown key. Did you mean building?"),
        (["sites", "add", "area=1", "area=2"], "area is given twice. Remove one."),
        (["scores", "list", "x", "--type", "y"], "--type: 'y' is not known. Use daily, monthly, "),
        (["scores", "explain", "x", "soon"], "date: must be a date such as 2026-06-01, not "),
        (["push", "KEY"], "Readings are missing. Add DATE=VALUE or --file."),
        (["push", "KEY", "x"], "'x' is not a reading. Use DATE=VALUE."),
        (["push", "KEY", "2026=x"], "2026=x: 'x' is not a number. Use one such as 41.5."),
        (["push", "KEY", "2026=nan"], "2026=nan: 'nan' is not a number. Use one such as 41.5."),
        (["push", "KEY", "2026=1"], "2026=1: must be an RFC 3339 date-time such as "),
        (["push", "KEY", "a=1", "a=2"], "a=2: a is given twice. Remove one."),
        (["push", "KEY", "--since", "x"], "--since and --until need --withdraw. Add it."),
        (["push", "KEY", "--withdraw", "--file", "x"], "--withdraw cannot be combined with --f"),
        (
            ["push", "KEY", "--file", "list.json"],
            "list.json:1: '[1,2,3]' is not a reading. Use DATE,VALUE.",
        ),
        (["push", "KEY", "--file", "empty.csv"], "empty.csv has no readings. Add rows with date"),
        (["push", "KEY", "--file", "heading.csv"], "heading.csv has no readings. Add rows with "),
        (["push", "KEY", "--file", "other.csv"], "other.csv:1: the heading is 'time,val'. Use "),
        (["push", "KEY", "--file", "twice.csv"], "twice.csv:4: 2026-06-01T08:00:00Z is given "),
        (["push", "KEY", "--file", "number.csv"], "number.csv:2: 'x' is not a number. Use one "),
        (["push", "KEY", "--file", "date.csv"], "date.csv:1: must be an RFC 3339 date-time such "),
        (["push", "KEY", "--withdraw", "2026=1"], "'2026=1' has a value. Withdraw it by its "),
        (["push", "KEY", "--withdraw", "a"], "a: must be an RFC 3339 date-time such as "),
        (
            ["push", "KEY", "--withdraw", "--since", "2026-06-02T00:00:00Z", "--until", FIRST],
            "since: 2026-06-02T00:00:00Z is after until. Exchange them.",
        ),
        (["sites", "add", "meters=[1"], "meters: '[1' is not JSON: Expecting ',' delimiter at "),
        (["sites", "add", "name=5"], "name: must be text, not 5. Put text in double quotes. "),
        (["faults", "add", "respond", 'json={"a": 1'], "json: '{\"a\": 1' is not JSON: "),
        (["faults", "add", "respond", "text=5"], "text: must be text, not 5. Put text in double"),
        (["clock", "show", "--world", "../x"], "--world: '../x' is not the name of a world. Use"),
        (["worlds", "use", "../x"], "NAME: '../x' is not the name of a world. Use 1 to 100 "),
        (["worlds", "delete", "a?b"], "NAME: 'a?b' is not the name of a world. Use 1 to 100 "),
        (["worlds", "use", "a", "--default"], "NAME and --default exclude each other. Remove one."),
    ],
)
def test_wrong_input_is_2_in_one_line(server, run, folder, words, line):
    for name, text in INPUTS.items():
        (folder / name).write_text(text)
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


def test_control_characters_do_not_reach_the_terminal(server, output_of):
    site = server.add_site(type="x", name="a\x1b[2Jb\nc")["id"]
    get(server, f"/sites/{site}/nowhere%1b[2J%0a?a=%1b[2J")
    for words in (["sites", "list"], ["sites", "show", site], ["journal"], ["journal", "1"]):
        text = output_of(*words)
        assert "\x1b" not in text
    assert "a?[2Jb?c" in output_of("sites", "list")


@pytest.mark.parametrize(
    "words",
    [
        ["journal", "7"],
        ["snapshots", "restore", "nowhere"],
        ["sites", "show", "nowhere"],
        ["sites", "remove", "nowhere"],
        ["scores", "list", "nowhere"],
        ["push", "nowhere", "2026-06-01T08:00:00Z=1"],
        ["push", "nowhere", "--withdraw"],
    ],
)
def test_unknown_name_is_2_in_one_line(server, run, words):
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
