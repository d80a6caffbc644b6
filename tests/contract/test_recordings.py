import re

import pytest
from authorization_scenario import PERSONAL_TOKENS, TOKENS, bearer
from published_operations import APP_HEADER_LINES, RECORDINGS, compact

from mockapi.domain import timestamps

STAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{0,8}[1-9]Z"
"""A nanosecond stamp as recorded: one to nine digits, the last one no zero."""

WRITTEN = RECORDINGS["partner-scores-written"]
SAME_EVERY_TIME = [each for each in RECORDINGS.values() if each is not WRITTEN]


def answer(client, recording, token):
    return client.request(
        recording.method, recording.target, json=recording.body, headers=bearer(token)
    )


def app_headers(response):
    """All headers of *response*, except those that only some responses have."""
    return [line for line in response.headers.multi_items() if line[0] != "www-authenticate"]


@pytest.mark.parametrize("recording", SAME_EVERY_TIME, ids=lambda each: each.name)
def test_a_recorded_request_gets_the_recorded_answer(api, recording):
    response = answer(api(), recording, TOKENS[recording.customer])

    assert (response.status_code, response.text) == (recording.status, recording.text)


@pytest.mark.parametrize("name", [each for each in RECORDINGS if each.startswith("user-")])
def test_personal_token_gets_the_recorded_user_api_response(api, name):
    recording = RECORDINGS[name]
    response = answer(api(), recording, PERSONAL_TOKENS[recording.customer])

    assert (response.status_code, response.text) == (recording.status, recording.text)


def test_posted_scores_have_ordered_distinct_timestamps(api):
    response = answer(api(), WRITTEN, TOKENS["partner"])
    hole = re.escape(WRITTEN.text)
    for stamp in re.findall(STAMP, WRITTEN.text):
        hole = hole.replace(re.escape(stamp), f"({STAMP})")

    assert response.status_code == 201
    assert (found := re.fullmatch(hole, response.text))
    assert found[1][:20] == found[2][:20] == "2023-03-10T09:00:00."
    assert found[1].ljust(30, "0") < found[2].ljust(30, "0")


@pytest.mark.parametrize("stamp", re.findall(STAMP, WRITTEN.text))
def test_recorded_timestamp_is_formatted_from_nanoseconds(stamp):
    second, fraction = stamp.removesuffix("Z").split(".")
    nanoseconds = timestamps.to_nanoseconds(timestamps.parse(f"{second}Z")) + int(f"{fraction:0<9}")

    assert timestamps.format_nanoseconds(nanoseconds) == stamp


def test_posted_scores_are_read_back_with_stamps_to_the_second(api):
    client = api()
    answer(client, WRITTEN, TOKENS["partner"]).raise_for_status()
    read = client.get(WRITTEN.path, headers=bearer(TOKENS["partner"]))

    assert read.text == compact(
        [
            {
                "date": "2022-07-11",
                "score": 94.99,
                "type": "average",
                "category": "energy",
                "updatedAt": "2022-07-11T12:18:01Z",
            },
            *({**score, "updatedAt": "2023-03-10T09:00:00Z"} for score in WRITTEN.body),
        ]
    )


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=lambda each: each.name)
def test_responses_have_the_recorded_headers_in_order(api, recording):
    response = answer(api(), recording, TOKENS[recording.customer])

    assert app_headers(response) == APP_HEADER_LINES


def test_the_recorded_site_without_readings_has_no_timeseries(api):
    path = RECORDINGS["partner-timeseries"].path
    client = api()
    for site in client.get("/ecostruxure/v1/sites", headers=bearer(TOKENS["partner"])).json()[:2]:
        other = path.replace("fc64ac6a-abfd-4f5e-9d38-81101152c0ca", site["id"])

        assert client.get(other, headers=bearer(TOKENS["partner"])).text == "[]"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2147483647673456567", id="recorded"),
        pytest.param("9223372036854775807", id="largest"),
        pytest.param("-9223372036854775808", id="smallest"),
        pytest.param("9007199254740993", id="no-double-holds-it"),
        pytest.param("0", id="zero"),
    ],
)
def test_a_64_bit_integer_comes_back_digit_for_digit(api, value):
    client, headers = api(), bearer(TOKENS["partner"])
    site = "/ecostruxure/scoring/v1/sites/33f1096f-5293-49c0-8370-1844ecb511ee"
    posted = client.post(
        f"{site}/scoring-providers",
        content=f'{{"leedName": "Padstow", "leedId": {value}}}',
        headers={**headers, "Content-Type": "application/json"},
    )

    assert (posted.status_code, posted.text) == (201, f'{{"leedId":{value},"leedName":"Padstow"}}')
    projects = client.get(f"{site}/projects", headers=headers)
    assert projects.text == f'[{{"leedId":{value},"leedName":"Padstow"}}]'


TOO_LARGE = "Input should be less than or equal to 9223372036854775807"
TOO_SMALL = "Input should be greater than or equal to -9223372036854775808"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("9223372036854775808", TOO_LARGE, id="one-too-large"),
        pytest.param("-9223372036854775809", TOO_SMALL, id="one-too-small"),
        pytest.param("1e19", TOO_LARGE, id="with-an-exponent"),
        pytest.param("5.5", "Input should be a valid integer", id="with-a-fraction"),
    ],
)
def test_value_that_is_not_a_64_bit_integer_is_rejected(api, value, reason):
    path = "/sites/33f1096f-5293-49c0-8370-1844ecb511ee/scoring-providers"
    response = api().post(
        f"/ecostruxure/scoring/v1{path}",
        content=f'{{"leedName": "Padstow", "leedId": {value}}}',
        headers={**bearer(TOKENS["partner"]), "Content-Type": "application/json"},
    )

    assert response.status_code == 400
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1{path}",
            "title": "Bad Request",
            "status": 400,
            "detail": "Provided input request parameter is not valid.",
            "invalid-params": [{"path": "leedId", "name": "leedId", "reason": reason}],
        }
    )
