"""Secrets in requests and responses are redacted everywhere."""

import base64
import json
import string
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_steps import CLIENT, SECRET, SITES, TOKEN_PATH, answering, entry, refresh

from mockapi.journal.redaction import Redactor, is_secret, mask

ANY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# With a marker, so that they do not occur in responses by chance.
SECRETS = st.text(string.ascii_letters + string.digits + "-._~+/=&%\"'\\é ", min_size=1).map(
    lambda text: f"zq{text.strip()}9ZqSecret"
)
NAMES = st.sampled_from(
    ["access_token", "refresh_token", "client_secret", "password", "code", "code_verifier", "token"]
)
PLACES = st.sampled_from(
    ["bearer", "basic", "header", "query", "form", "json", "torn json", "text", "cookie", "answer"]
)


def all_outputs(client):
    """Return all responses of the control API about the journal as one text."""
    newest = client.get("/__admin/journal").json()["newest"]
    paths = ["", "/har", "/lint", "/coverage", *(f"/{number + 1}" for number in range(newest))]
    texts = [client.get(f"/__admin/journal{path}").text for path in paths]
    bodies = ({"operation": "listMeters"}, {"in_order": [{"method": "PUT"}]})
    results = [client.post("/__admin/journal/verify", json=body).text for body in bodies]
    return "\n".join((*texts, *results))


def spellings(secret):
    """Return *secret* as it may be written into JSON, a URL, a form or HTTP Basic."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret, ensure_ascii=False)[1:-1], ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        urlencode({"": secret})[1:],
        base64.b64encode(f"a:{secret}".encode()).decode(),
    }


def send(client, place, name, secret):
    ascii_only = quote(secret, safe="")
    if place == "bearer":
        client.get(SITES, headers={"Authorization": f"Bearer {ascii_only}"})
    elif place == "basic":
        client.post(TOKEN_PATH, auth=("a", secret))
    elif place == "header":
        client.get(SITES, headers={"X-Api-Key": ascii_only, "X-Auth-Token": ascii_only})
    elif place == "query":
        client.get(f"{SITES}?{urlencode({name: secret, 'x': '1'})}")
    elif place == "form":
        client.post(TOKEN_PATH, data={name: secret, "grant_type": "password"})
    elif place == "json":
        client.post(SITES, json={"a": [{name: secret}], name: [secret, {"b": secret}]})
    elif place == "torn json":
        text = json.dumps({"a": [{name: secret}]})
        client.post(SITES, content=text[:-1], headers={"Content-Type": "application/json"})
    elif place == "text":
        text = f"{name}: {secret}"
        client.post(SITES, content=text.encode(), headers={"Content-Type": "text/plain"})
    elif place == "cookie":
        client.get("/signin", headers={"Cookie": f"mockapi_session={ascii_only}; b=c"})
    else:
        location = f"https://a.example/?{urlencode({'state': 's', name: secret})}"
        headers = [
            (b"content-type", b"application/json"),
            (b"set-cookie", f"s={ascii_only}; Path=/".encode()),
            (b"location", location.encode()),
        ]
        answering(client, 302, headers, json.dumps({name: secret}).encode()).get("/x")


@settings(suppress_health_check=ANY, deadline=None, max_examples=120)
@given(PLACES, NAMES, SECRETS)
def test_secrets_are_redacted_everywhere(client, place, name, secret):
    client.post("/__admin/reset")
    send(client, place, name, secret)
    result = all_outputs(client)
    assert [each for each in spellings(secret) if each in result] == []


@given(NAMES, SECRETS, st.integers(0, 200))
def test_truncated_json_contains_no_secret(name, secret, end):
    text = json.dumps({"a": 1, "b": [{name: secret, "c": 2}], name: secret}, ensure_ascii=False)
    result = Redactor().json_text(text[:end])
    escaped = json.dumps(secret, ensure_ascii=False)[1:-1]
    # At most the masked part of a truncated secret may be shown.
    assert escaped not in result
    assert escaped[: max(9, len(escaped) - 3)] not in result


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_text_without_secrets_is_unchanged(tree):
    text = json.dumps({"sites": tree}, ensure_ascii=False)
    assert json.loads(Redactor().json_text(text)) == json.loads(text)


def test_issued_tokens_are_masked(client):
    minted = client.post("/__admin/tokens").json()
    answer = refresh(client, minted["refresh_token"]).json()
    result = entry(client, 1)
    assert (result["request_body"]["text"], json.loads(result["response_body"]["text"])) == (
        f"grant_type=refresh_token&refresh_token={mask(minted['refresh_token'])}",
        {
            **answer,
            "access_token": mask(answer["access_token"]),
            "refresh_token": mask(answer["refresh_token"]),
        },
    )
    assert SECRET not in client.get("/__admin/journal/1").text
    assert ["authorization", "Basic …"] in result["request_headers"]


def test_code_in_a_redirect_is_masked(test_client):
    client = test_client(auto_consent=True)
    query = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "state": "s1",
    }
    answer = client.get("/ecostruxure/v1/oauth/authorize", params=query)
    code = answer.headers["location"].split("code=")[1].split("&")[0]
    result = entry(client, 1)
    location = dict(result["response_headers"])["location"]
    assert code not in json.dumps(result)
    assert f"code={mask(code)}" in location and "state=s1" in location


def test_secret_in_an_unusual_place_is_masked(client):
    token = "mockSomebodysToken0000000042"
    path = f"{SITES}/{token}/meters?redirect={token}"
    client.get(path, headers={"Authorization": f"Bearer {token}", "X-Note": token})
    result = client.get("/__admin/journal/1").text
    assert token not in result and "mock…0042" in result


def test_secret_in_a_path_parameter_is_masked(client):
    secret = "hushhushsecret12345"
    path = f"/ecostruxure/scoring/v1/x;token={secret}/y;page=2"
    client.get(path, headers={"Authorization": "Bearer mockAccessToken000000000Ada1"})
    views = [client.get(f"/__admin/journal{view}").text for view in ("/1", "/har", "")]
    assert [view for view in views if secret in view] == []
    entry = client.get("/__admin/journal/1").json()
    assert entry["path"] == "/ecostruxure/scoring/v1/x;token=hush…2345/y;page=2"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("mockAccessToken000000000Ada1", "mock…Ada1"), ("short", "…"), ("", "…")],
)
def test_mask_is_recognizable(secret, shown):
    assert mask(secret) == shown


@pytest.mark.parametrize(
    "name",
    ["token_type", "expires_in", "token_endpoint", "countryIsoCode", "code_challenge", "key"],
)
def test_similar_names_are_not_secret(name):
    assert not is_secret(name)


def test_raw_data_is_deleted_after_the_first_read(client):
    client.get(SITES)
    entry(client, 1)
    (record,) = client.app.state.world.journal.records
    assert (record.request_headers, record.response_headers) == ((), ())
    assert (record.request.text(), record.response.text()) == ("", "")
