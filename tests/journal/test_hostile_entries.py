"""All views of the journal work with hostile requests."""

import json
from datetime import UTC, datetime

import pytest
from journal_steps import SITES, TOKEN, TOKEN_PATH, entry

from mockapi.journal.entry import RawExchange, RequestAnnotations
from mockapi.journal.redaction import Redactor

JSON = {"Content-Type": "application/json"}
VIEWS = (
    "/__admin/journal",
    "/__admin/journal/1",
    "/__admin/journal/har",
    "/__admin/journal/lint",
    "/__admin/journal/coverage",
    "/",
    "/console/journal",
    "/console/journal?view=lint",
    "/console/journal?view=coverage",
    "/console/journal/1",
)
STUB = "mock…0042"
SECRET = "mockSomebodysToken0000000042"


def assert_every_view_answers(client):
    assert {path: client.get(path).status_code for path in VIEWS} == dict.fromkeys(VIEWS, 200)
    verdict = client.post("/__admin/journal/verify", json={"operation": "listMeters"})
    assert (verdict.status_code, verdict.json()["title"]) == (409, "Not as expected")
    verdict = client.post("/__admin/journal/verify", json={"body": {"a": 1}})
    assert (verdict.status_code, verdict.json()["title"]) == (409, "Not as expected")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(SITES, '{"token":' + "[" * 900 + "]" * 900 + "}", id="deep secret"),
        pytest.param(SITES, "[" * 15_000, id="deep and torn"),
        pytest.param(SITES, '{"token":"' + '\\"' * 16_000, id="escaped quotes"),
        pytest.param(SITES, 'token \\"' + '\\"' * 16_000, id="quotes outside of strings"),
        pytest.param(SITES, '{"token":"\\ud800aaaaaaaaaaaaaaaaaaaa"}', id="lone surrogate"),
        pytest.param(SITES, '{"\\ud800":"\\udfff","token":1}', id="lone surrogate as name"),
        pytest.param(SITES, '{"a":' + "9" * 5_000 + "}", id="long number"),
        pytest.param(SITES, '{"tok\\qen":"abc"}', id="wrong escape"),
        pytest.param(TOKEN_PATH, '{"client_id":[[{}]],"error":{}}', id="client that is no text"),
        pytest.param(TOKEN_PATH, '{"client_id":"\\ud800"}', id="client that is no Unicode"),
    ],
)
def test_every_view_answers_after_hostile_body(client, path, body):
    client.post(path, content=body, headers=JSON)
    assert_every_view_answers(client)


def test_entry_that_cannot_be_built_is_replaced(client, caplog):
    world = client.app.state.world
    line = ("GET", "http", "/sites", None, None)  # The query string is not text.
    world.journal.add(
        RawExchange(
            datetime(2026, 6, 1, tzinfo=UTC), world.edition.name, line, (), RequestAnnotations()
        )
    )
    client.get(SITES)
    assert_every_view_answers(client)
    shown, following = client.get("/__admin/journal").json()["entries"]
    assert (shown["number"], shown["method"], shown["path"]) == (1, "GET", "/…")
    assert entry(client, 1)["request_body"]["note"].startswith("This request cannot be shown")
    assert following["path"] == SITES
    assert [each.message for each in caplog.records] == [
        "Request 1 of the journal cannot be shown."
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"token": [[{"a": ["%s", 12345678901234567]}], true, null], "b": "%s"}',
        '{"token": "%s',
        "{'token': '%s', other: 1}",
        '{"tok\\u0065n": "%s"}',
        '{"x": "y", "z": "%s"}',
    ],
)
def test_json_text_hides_secret_at_any_depth(text):
    redactor = Redactor()
    shown = redactor.scrub(redactor.json_text(text.replace("%s", SECRET)))
    assert SECRET not in shown
    assert STUB in shown


def test_json_text_does_not_change_the_rest():
    text = '{ "a" : [1.50, "x"],\n "token":"abcdefghijklmnopqrst", "b":"\\u00e9"}'
    assert Redactor().json_text(text) == text.replace("efghijklmnop", "…")


def test_too_many_secrets_hide_all_text():
    redactor = Redactor()
    for number in range(1_000):
        redactor.hide(f"secret-{number:08}")
    assert redactor.scrub("secret-00000999 and more") == "…"


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(f"{SITES}/{SECRET}/meters", id="path"),
        pytest.param(f"{SITES}?note={SECRET}", id="query by another name"),
        pytest.param(f"{SITES}?{SECRET}=1", id="name of a parameter"),
        pytest.param(f"{SITES}?access_token={SECRET}", id="query"),
        pytest.param(f"{SITES}?note=Zq8fXw2LmN0pRs4tUv6yAb1CdE3g", id="token of the vendor"),
    ],
)
def test_token_in_target_is_hidden_in_every_view(client, target):
    token = target.rpartition("=")[2] if "Zq8f" in target else SECRET
    client.get(target, headers={"Authorization": f"Bearer {TOKEN}"})
    texts = [client.get(path).text for path in VIEWS]
    texts.append(client.post("/__admin/journal/verify", json={"operation": "listMeters"}).text)
    assert [text for text in texts if token in text] == []
    assert f"{token[:4]}…{token[-4:]}" in json.dumps(entry(client, 1), ensure_ascii=False)


def test_verify_finds_path_by_its_token(client):
    client.get(f"{SITES}/{SECRET}/meters")
    verdict = client.post("/__admin/journal/verify", json={"path": f"*/{SECRET}/meters"})
    assert verdict.json() == {"verified": True, "matched": [1]}


def test_parameters_beyond_256_are_counted(client):
    client.get(f"{SITES}?" + "&".join(f"a{number}=x" for number in range(300)))
    query = entry(client, 1)["query"]
    assert (len(query), query[255], query[256]) == (257, ["a255", "x"], ["…", "44 more parameters"])
