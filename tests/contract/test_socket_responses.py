"""Headers that the server itself sends, over a socket."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from authorization_scenario import TOKENS, bearer
from published_operations import HEADER_LINES, RECORDINGS, compact

HTTP_DATE = r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$"


@pytest.fixture
def address(server_url):
    return urlsplit(server_url(scenario="vendor-samples"))


@pytest.fixture
def connection(address):
    connection = HTTPConnection(address.hostname, address.port, timeout=10)
    yield connection
    connection.close()


def send(connection, recording):
    body = None if recording.body is None else compact(recording.body)
    media_type = {} if body is None else {"Content-Type": "application/json"}
    connection.request(
        recording.method,
        recording.target,
        body,
        {**bearer(TOKENS[recording.customer]), **media_type},
    )
    return connection.getresponse()


def lines(response):
    """All headers of *response*, with that of the transfer, which the server adds, last."""
    sent = [(name.lower(), value) for name, value in response.getheaders()]
    return sorted(sent, key=lambda line: line[0] == "transfer-encoding")


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=lambda each: each.name)
def test_responses_have_exactly_the_recorded_headers(connection, recording):
    response = send(connection, recording)
    response.read()
    sent = lines(response)
    recorded = sorted(HEADER_LINES, key=lambda line: line[0] == "transfer-encoding")

    assert len(sent) == 17
    assert [(name, None if name == "date" else value) for name, value in sent] == recorded


def test_date_header_has_the_http_format(connection):
    response = send(connection, RECORDINGS["partner-sites"])
    response.read()

    assert re.match(HTTP_DATE, response.getheader("Date"))


@pytest.mark.parametrize("name", [each for each in RECORDINGS if each != "partner-scores-written"])
def test_the_recorded_body_arrives_whole_over_a_socket(connection, name):
    response = send(connection, RECORDINGS[name])

    assert (response.status, response.read().decode()) == (
        RECORDINGS[name].status,
        RECORDINGS[name].text,
    )


def test_one_connection_carries_many_requests(connection):
    first = send(connection, RECORDINGS["partner-sites"]).read()
    kept = connection.sock.getsockname()
    second = send(connection, RECORDINGS["partner-sites"]).read()

    assert first == second
    assert connection.sock.getsockname() == kept


def test_head_sends_the_lines_and_no_body(connection):
    recording = RECORDINGS["partner-sites"]
    connection.request("HEAD", recording.path, headers=bearer(TOKENS["partner"]))
    response = connection.getresponse()
    text = response.read()
    follow_up = send(connection, recording)

    assert (response.status, text) == (200, b"")
    assert follow_up.read().decode() == recording.text


def test_unauthenticated_response_has_headers_and_challenge(connection):
    connection.request("GET", RECORDINGS["partner-sites"].path)
    response = connection.getresponse()
    response.read()
    recorded = sorted(HEADER_LINES, key=lambda line: line[0] == "transfer-encoding")

    assert response.status == 401
    assert [
        (name, None if name == "date" else value)
        for name, value in lines(response)
        if name != "www-authenticate"
    ] == recorded
    assert response.getheader("WWW-Authenticate") == 'Bearer realm="null"'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b" " * 10_000_000, id="with-its-length"),
        pytest.param([b" " * 100_000] * 100, id="in-chunks"),
    ],
)
def test_server_continues_after_a_rejected_large_body(address, connection, body):
    recording = RECORDINGS["partner-scores-written"]
    connection.request(
        "POST",
        recording.path,
        body,
        {**bearer(TOKENS["partner"]), "Content-Type": "application/json"},
        encode_chunked=not isinstance(body, bytes),
    )
    refused = connection.getresponse()
    text = refused.read().decode()
    another = HTTPConnection(address.hostname, address.port, timeout=10)
    answer = send(another, RECORDINGS["partner-sites"]).read().decode()
    another.close()

    assert (refused.status, text) == (
        413,
        compact(
            {
                "type": "/ods-api/openesx/v1/sites/fc64ac6a-abfd-4f5e-9d38-81101152c0ca"
                "/certification-scores",
                "title": "Request Entity Too Large",
                "status": 413,
                "detail": "The request body is larger than 2000000 bytes.",
            }
        ),
    )
    assert answer == RECORDINGS["partner-sites"].text


def test_plus_sign_in_an_offset_is_accepted(address):
    recording = RECORDINGS["partner-timeseries"]
    request = (
        f"GET {recording.path}?updatedAt[gte]=2022-02-01T20:19:46+05:30 HTTP/1.1\r\n"
        f"Host: {address.netloc}\r\nAuthorization: Bearer {TOKENS['partner']}\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
        raw.sendall(request.encode())
        response = HTTPResponse(raw)
        response.begin()
        text = response.read().decode()

    assert (response.status, text) == (200, recording.text)


def test_concurrent_scores_have_distinct_timestamps(address):
    path = RECORDINGS["partner-scores-written"].path
    headers = {**bearer(TOKENS["partner"]), "Content-Type": "application/json"}
    days = [f"2021-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 21)]

    def post(date):
        connection = HTTPConnection(address.hostname, address.port, timeout=10)
        score = {"date": date, "score": 50, "type": "daily", "category": "waste"}
        connection.request("POST", path, compact([score]), headers)
        (answer,) = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, days))
    connection = HTTPConnection(address.hostname, address.port, timeout=10)
    connection.request("GET", f"{path}?category=waste", headers=headers)
    kept = json.loads(connection.getresponse().read())
    connection.close()

    assert [each["date"] for each in answers] == days
    assert len({each["updatedAt"] for each in answers}) == len(days)
    by_stamp = sorted(answers, key=lambda each: each["updatedAt"].removesuffix("Z").ljust(29, "0"))
    assert [each["date"] for each in kept] == [each["date"] for each in by_stamp]
