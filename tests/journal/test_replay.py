"""A recorded session sent again."""

import gzip
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mockapi.app import create_app
from mockapi.cli.replay import replay
from mockapi.client import MockApi
from mockapi.replay.recording import LARGEST_FILE, read_session
from mockapi.replay.structures import differences, structure_of
from mockapi.server import serve_in_thread

FORM = "application/x-www-form-urlencoded"
SITES = "/ecostruxure/scoring/v1/sites"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def ask(url, path, token, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    try:
        with urlopen(Request(url + path, data, headers)) as answer:
            return json.load(answer)
    except HTTPError as error:
        return json.load(error)


def run(*words):
    result = CliRunner().invoke(replay, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A session with every kind of credential, a write, refusals, and a form with a secret."""
    with serve_in_thread(create_app()) as url:
        server = MockApi(url)
        token = server.token()
        site = ask(url, SITES, token)[0]["id"]
        ask(url, f"{SITES}/{site}/meters", token)
        ask(url, SITES, "mockUnknownToken00000000001")
        ask(url, f"{SITES}/{site}/projects", server.token(scope="read:energy-score"))
        ask(url, "/ecostruxure/user/scoring/v1/sites", server.pat(customer="grace@example.com"))
        score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
        ask(url, f"{SITES}/{site}/performance-scores", token, [score])
        with pytest.raises(HTTPError, match="400"):
            urlopen(f"{url}/ecostruxure/v1/oauth/token", b"client_secret=mockSecret000001")
        session = server.har()
    file = tmp_path_factory.mktemp("sessions") / "session.har"
    file.write_text(json.dumps(session), "utf-8")
    return file, site


def test_session_is_equal_in_the_same_world(server_url, recorded):
    file, site = recorded
    url = server_url()
    outcome = run(file, "--to", url)
    seen = [(each["status"], each["customer"]) for each in MockApi(url).journal()]
    ada, grace = (each["id"] for each in MockApi(url).world()["customers"])
    assert outcome[0] == 0
    assert outcome[1] == (
        f"ok      1. GET {SITES} 200\n"
        f"ok      2. GET {SITES}/{site}/meters 200\n"
        f"ok      3. GET {SITES} 401\n"
        f"ok      4. GET {SITES}/{site}/projects 403\n"
        "ok      5. GET /ecostruxure/user/scoring/v1/sites 200\n"
        f"ok      6. POST {SITES}/{site}/performance-scores 201\n"
        "skip    7. POST /ecostruxure/v1/oauth/token 400\n"
        "           contains redacted credentials\n"
        "6 alike, 0 different, 1 not sent\n"
    )
    assert seen == [(200, ada), (200, ada), (401, None), (403, ada), (200, grace), (201, ada)]


def test_recording_without_entries_writes_no_report(tmp_path):
    file, report = tmp_path / "e.har", tmp_path / "drift.md"
    file.write_text(json.dumps({"log": {"entries": []}}), "utf-8")
    message = f"{file} has no entries. Record a session first.\n"
    assert run(file, "--to", "http://127.0.0.1:1") == (2, message)
    assert run(file, "--to", "http://127.0.0.1:1", "--report", report) == (2, message)
    assert not report.exists()


def test_outcomes_as_json(server_url, recorded):
    file, _ = recorded
    url = server_url(edition="2022")
    exit_code, output = run(file, "--to", url, "--json")
    expected = json.loads(output)
    assert exit_code == 1
    assert expected[0] == {
        "number": 1,
        "method": "GET",
        "target": SITES,
        "status": 200,
        "outcome": "different",
        "reasons": ["$[].sourceSystemId: is missing"],
    }
    assert [each["outcome"] for each in expected[5:]] == ["alike", "not_sent"]
    assert expected[6]["reasons"] == ["contains redacted credentials"]


def test_another_edition_differs_in_status_and_structure(server_url, recorded):
    file, site = recorded
    exit_code, output = run(file, "--to", server_url(edition="2022", strict_paths=True))
    assert exit_code == 1
    assert f"DIFF    1. GET {SITES} 200\n           status: was 200, is 404\n" in output
    url = server_url(edition="2022")
    exit_code, output = run(file, "--to", url)
    assert exit_code == 1
    assert f"DIFF    1. GET {SITES} 200\n           $[].sourceSystemId: is missing\n" in output
    assert f"ok      6. POST {SITES}/{site}/performance-scores 201\n" in output
    assert output.endswith("3 alike, 3 different, 1 not sent\n")


def test_given_token_is_used(server_url, recorded):
    file, _ = recorded
    url = server_url(admin=False)
    exit_code, output = run(file, "--to", url)
    assert exit_code == 2
    assert output.endswith("Give a token with --token.\n")
    _, output = run(file, "--to", url, "--token", "mockAccessToken000000000Ada1")
    assert f"ok      1. GET {SITES} 200\n" in output


def test_admin_token_is_sent_to_the_control_api(server_url, recorded):
    file, _ = recorded
    url = server_url(admin_token="mockAdmin")
    assert run(file, "--to", url)[0] == 2
    exit_code, output = run(file, "--to", url, "--admin-token", "mockAdmin")
    assert (exit_code, output.splitlines()[-1]) == (0, "6 alike, 0 different, 1 not sent")


def test_unreachable_server_is_reported(new_app, recorded):
    file, _ = recorded
    with serve_in_thread(new_app(scenario="empty")) as url:
        pass
    exit_code, output = run(file, "--to", url)
    assert exit_code == 2
    assert output.startswith(f"No response from {url}: Connection refused. Start a server ")


ENTRY = {
    "request": {"method": "GET", "url": "http://a/x", "headers": []},
    "response": {"status": 200, "content": {}},
}


def odd_request(**request):
    return {
        "request": {**ENTRY["request"], **request},
        "response": dict(ENTRY["response"]),
    }


def har(**request):
    return {"log": {"entries": [odd_request(**request)]}}


@pytest.mark.parametrize(
    ("tree", "complaint"),
    [
        pytest.param({}, "log is missing. Use a HAR file.", id="no log"),
        pytest.param([], "log is missing. Use a HAR file.", id="a list"),
        pytest.param({"log": {"entries": {}}}, "log.entries is not an array", id="entries"),
    ],
)
def test_file_that_is_not_har_is_rejected(tmp_path, tree, complaint):
    file = tmp_path / "x.har"
    file.write_text(json.dumps(tree), "utf-8")
    assert run(file, "--to", "http://127.0.0.1:1") == (2, f"{file}: {complaint}\n")


def test_too_large_file_is_not_read(tmp_path):
    file = tmp_path / "x.har"
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST_FILE + 1)
    assert run(file, "--to", "http://127.0.0.1:1") == (
        2,
        f"{file}: is larger than {LARGEST_FILE} bytes. Shorten it.\n",
    )


def test_invalid_url_is_rejected(recorded):
    file, _ = recorded
    assert run(file, "--to", "ftp://a") == (
        2,
        "--to: 'ftp://a' is not a valid URL. Example: http://127.0.0.1:8080\n",
    )


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param({"headers": [{"name": "X", "value": "a\r\nX-Evil: 1"}]}, id="in a header"),
        pytest.param({"method": "GET /evil HTTP/1.1\r\nX:"}, id="in a method"),
    ],
)
def test_line_breaks_in_a_session_are_not_sent(server_url, tmp_path, request_):
    file = tmp_path / "x.har"
    file.write_text(json.dumps(har(**request_)), "utf-8")
    url = server_url(scenario="empty")
    exit_code, output = run(file, "--to", url)
    seen = MockApi(url).journal()
    assert (exit_code, seen) == (2, [])
    assert "           has a line break or control character in its head" in output
    assert "0 alike, 0 different, 1 not sent\n" in output
    assert f"{file}: no request was sent, so nothing was compared. " in output


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        pytest.param([], "log.entries[0].request is missing. Use a HAR file.", id="list"),
        pytest.param(
            {"request": {}, "response": {}},
            "log.entries[0].request.url is missing. Use a HAR file.",
            id="no url",
        ),
        pytest.param(
            odd_request(method=1),
            "log.entries[0].request.method is not a text",
            id="method",
        ),
        pytest.param(
            {"request": ENTRY["request"]},
            "log.entries[0].response is missing. Use a HAR file.",
            id="no response",
        ),
        pytest.param(odd_request(url="http://["), "is not an HTTP request", id="broken url"),
        pytest.param(odd_request(url="data:,x"), "is not an HTTP request", id="data"),
        pytest.param(odd_request(url="ws://a/x"), "is not an HTTP request", id="websocket"),
        pytest.param(odd_request(method="CONNECT"), "opened a tunnel through a proxy", id="tunnel"),
        pytest.param(
            odd_request(url="https://fonts.example.net/x"),
            "was sent to another host: fonts.example.net",
            id="other host",
        ),
        pytest.param(
            odd_request(postData={"text": "%", "encoding": "base64"}),
            "its body is not base64",
            id="not base64",
        ),
        pytest.param(
            odd_request(
                postData={"mimeType": "multipart/form-data", "params": [{"name": "a"}]},
            ),
            "its body was not recorded, only its parts",
            id="multipart",
        ),
    ],
)
def test_invalid_entry_is_skipped(server_url, tmp_path, odd, reason):
    good = odd_request(url=f"http://a{SITES}")
    good["response"]["status"] = 401
    file = tmp_path / "x.har"
    file.write_text(json.dumps({"log": {"entries": [odd, good]}}), "utf-8")
    url = server_url(scenario="empty")
    exit_code, output = run(file, "--to", url)
    seen = [each["path"] for each in MockApi(url).journal()]
    assert (exit_code, seen) == (0, [SITES])
    assert f"           {reason}\nok      2. GET {SITES} 401\n" in output


@pytest.mark.parametrize(
    ("post", "sent"),
    [
        pytest.param(
            {"params": [{"name": "a", "value": "b &c"}], "mimeType": FORM}, b"a=b+%26c", id="params"
        ),
        pytest.param(
            {"params": [{"name": "a", "value": "b"}], "text": "", "mimeType": FORM},
            b"a=b",
            id="params and empty text",
        ),
        pytest.param({"text": "a=b", "mimeType": FORM}, b"a=b", id="text"),
        pytest.param({"text": "YT1i", "encoding": "base64"}, b"a=b", id="base64"),
        pytest.param({"text": "", "params": []}, None, id="nothing"),
    ],
)
def test_body_is_read_in_all_forms(tmp_path, post, sent):
    file = tmp_path / "x.har"
    file.write_text(json.dumps(har(method="POST", postData=post)), "utf-8")
    (recorded,) = read_session(file)
    assert (recorded.body, recorded.unsendable) == (sent, None)


@pytest.mark.parametrize("status", [200, 200.0, "200"])
def test_status_is_read_as_number_or_text(tmp_path, status):
    file = tmp_path / "x.har"
    entry = {**ENTRY, "response": {"status": status, "content": None}}
    file.write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    (recorded,) = read_session(file)
    assert (recorded.status, recorded.response_body, recorded.unsendable) == (200, None, None)


def test_non_ascii_target_and_header_are_sent(server_url, tmp_path):
    tree = har(
        url=f"http://a{SITES}?name=Caf\u00e9 b%20c",
        headers=[{"name": "X-Client", "value": "\u2615"}],
    )
    file = tmp_path / "x.har"
    file.write_text(json.dumps(tree), "utf-8")
    url = server_url(scenario="empty")
    run(file, "--to", url)
    (seen,) = MockApi(url).journal()
    assert (seen["path"], seen["query"]) == (SITES, [["name", "Caf\u00e9 b c"]])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(gzip.compress(b"{}"), "is compressed by gzip. Decompress it", id="gzip"),
        pytest.param("{}".encode("utf-16"), "is UTF-16. Save it as UTF-8.", id="utf-16"),
        pytest.param(b"{", "1:2: is not JSON. Use a HAR file.", id="json"),
        pytest.param(b"\xe4", "is not UTF-8 from byte 0 on", id="latin-1"),
    ],
)
def test_file_in_another_format_is_rejected(tmp_path, content, complaint):
    file = tmp_path / "x.har"
    file.write_bytes(content)
    exit_code, output = run(file, "--to", "http://127.0.0.1:1")
    assert (exit_code, output.removeprefix(f"{file}:").lstrip().startswith(complaint)) == (2, True)


@given(JSON)
def test_tree_has_its_own_structure(tree):
    assert list(differences(structure_of(tree), structure_of(tree))) == []


@given(JSON, JSON)
def test_list_of_two_structures_matches_either(one, other):
    assert list(differences(structure_of([one, other]), structure_of([one]))) == []


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": 1}, {"a": "1"}, ["$.a: was number, is string"]),
        ({"a": 1}, {}, ["$.a: is missing"]),
        ({}, {"a": 1}, ["$.a: is new"]),
        ([{"a": 1}, {}], [{}], []),
        ([{"a": 1}], [], []),
        ([], [{"a": 1}], []),
        ([{"a": [1]}], [{"a": [None]}], ["$[].a[]: was number, is null"]),
        ({}, [], ["$: was object, is array"]),
    ],
)
def test_differences_of_structure_and_type(before, now, expected):
    assert list(differences(structure_of(before), structure_of(now))) == expected


def test_unreadable_entry_has_no_status(server_url, tmp_path):
    file = tmp_path / "x.har"
    file.write_text(json.dumps({"log": {"entries": [{"request": {"url": "http://a/x"}}]}}), "utf-8")
    url = server_url(scenario="empty")
    assert run(file, "--to", url)[1].splitlines()[0] == "skip    1. ? http://a/x"
    assert json.loads(run(file, "--to", url, "--json")[1].partition("\n]")[0] + "]")[0] == {
        "number": 1,
        "method": "?",
        "target": "http://a/x",
        "status": None,
        "outcome": "not_sent",
        "reasons": ["log.entries[0].request.method is missing. Use a HAR file."],
    }
