"""HAR 1.2 of recorded requests."""

import json

import jsonschema_rs
from journal_steps import CLIENT, SITES, TOKEN_PATH

TEXT = {"type": "string"}
NUMBER = {"type": "number", "minimum": -1}
PAIRS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": TEXT, "value": TEXT},
    },
}


def of(required, **optional):
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


# The HAR 1.2 specification, without pages and caches.
HAR = of(
    {
        "log": of(
            {
                "version": {"const": "1.2"},
                "creator": of({"name": TEXT, "version": TEXT}),
                "entries": {
                    "type": "array",
                    "items": of(
                        {
                            "startedDateTime": {"type": "string", "format": "date-time"},
                            "time": {"type": "number", "minimum": 0},
                            "request": of(
                                {
                                    "method": TEXT,
                                    "url": {"type": "string", "pattern": "^https?://"},
                                    "httpVersion": TEXT,
                                    "cookies": {"type": "array"},
                                    "headers": PAIRS,
                                    "queryString": PAIRS,
                                    "headersSize": NUMBER,
                                    "bodySize": NUMBER,
                                },
                                postData={
                                    **of({"mimeType": TEXT}, text=TEXT, params=PAIRS),
                                    "not": {"required": ["text", "params"]},
                                },
                            ),
                            "response": of(
                                {
                                    "status": {"type": "integer", "minimum": 0},
                                    "statusText": TEXT,
                                    "httpVersion": TEXT,
                                    "cookies": {"type": "array"},
                                    "headers": PAIRS,
                                    "content": of({"size": NUMBER, "mimeType": TEXT}, text=TEXT),
                                    "redirectURL": TEXT,
                                    "headersSize": NUMBER,
                                    "bodySize": NUMBER,
                                }
                            ),
                            "cache": {"type": "object"},
                            "timings": of({"send": NUMBER, "wait": NUMBER, "receive": NUMBER}),
                        }
                    ),
                },
            }
        )
    }
)


def session(client, site):
    client.get(f"{SITES}?x=å b")
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
    client.post(f"{SITES}/{site}/performance-scores", json=[score])
    client.post(TOKEN_PATH, data={"grant_type": "x", "client_id": CLIENT})
    client.get("/signin")
    return client.get("/__admin/journal/har").json()


def test_every_type_of_entry_is_valid_har(client, site):
    result = session(client, site)
    jsonschema_rs.validator_for(HAR, validate_formats=True).validate(result)
    assert len(result["log"]["entries"]) == 4


def test_har_has_request_and_response(client, site):
    first, _, token, page = session(client, site)["log"]["entries"]
    request, response = first["request"], first["response"]
    assert (request["method"], request["url"], request["queryString"]) == (
        "GET",
        f"http://testserver{SITES}?x=%C3%A5+b",
        [{"name": "x", "value": "å b"}],
    )
    assert {"name": "authorization", "value": "Bearer mock…Ada1"} in request["headers"]
    assert (response["status"], response["statusText"]) == (200, "OK")
    assert json.loads(response["content"]["text"]) == client.get(SITES).json()
    assert first["_mockapi"]["operation"] == "listSites"
    assert token["request"]["postData"]["params"] == [
        {"name": "grant_type", "value": "x"},
        {"name": "client_id", "value": CLIENT},
    ]
    assert "text" not in page["response"]["content"]
    assert page["response"]["content"]["comment"].endswith("bytes of text/html, not shown")


def test_har_contains_only_filtered_entries(client, site):
    session(client, site)
    result = client.get("/__admin/journal/har", params={"operation": "token"}).json()
    assert [each["_mockapi"]["number"] for each in result["log"]["entries"]] == [3]
