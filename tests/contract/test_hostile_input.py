from urllib.parse import quote

import pytest
from authorization_scenario import OWNED, bearer, body_of, secret
from published_operations import OPERATIONS, SITE_OPERATIONS, compact

OWNER = bearer(secret("Owner"))
SCORES = f"/sites/{OWNED}/performance-scores"
PROVIDERS = f"/sites/{OWNED}/scoring-providers"
DETAIL = "Provided input request parameter is not valid."
NOT_A_DICTIONARY = "Input should be a valid dictionary or object to extract fields from"
NOT_UNICODE = "Input should be a valid string, unable to parse raw data as a unicode string"
NO_PERCENTAGE = "must be a number from 0 to 100"


def post(client, path, content, media_type="application/json"):
    return client.post(
        f"/ecostruxure/scoring/v1{path}",
        content=content,
        headers={**OWNER, "Content-Type": media_type},
    )


def refusal(path, *complaints):
    """The text of a 400 with (path, name, reason) of *complaints*."""
    body = {
        "type": f"/ods-api/openesx/v1{path}",
        "title": "Bad Request",
        "status": 400,
        "detail": DETAIL,
    }
    if complaints:
        body["invalid-params"] = [
            {"path": place, "name": name, "reason": reason} for place, name, reason in complaints
        ]
    return compact(body)


def score(**members):
    """One score as JSON text, *members* being JSON text too."""
    good = {"date": '"2026-01-04"', "score": "50", "type": '"daily"', "category": '"energy"'}
    return "[{" + ",".join(f'"{key}":{text}' for key, text in (good | members).items()) + "}]"


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        pytest.param("", [("body", "body", "Field required")], id="nothing"),
        pytest.param(
            "{",
            [("body", "body", "is not JSON: Expecting property name enclosed in double quotes")],
            id="half-an-object",
        ),
        pytest.param(b"\xff\xfe", [("body", "body", "is not JSON: Expecting value")], id="no-text"),
        pytest.param("null", [("body", "body", NOT_A_DICTIONARY)], id="null"),
        pytest.param("[]", [("body", "body", NOT_A_DICTIONARY)], id="array"),
        pytest.param(
            "[" * 100_000,
            [("body", "body", "is nested deeper than 100 levels")],
            id="nested-too-deep",
        ),
        pytest.param(
            '{"leedId":' + "9" * 5_000 + ',"leedName":"x"}',
            [("body", "body", "holds an integer beyond 64 bits")],
            id="endless-integer",
        ),
        pytest.param(
            '{"leedId":NaN,"leedName":"x"}',
            [("leedId", "leedId", "Input should be a valid integer")],
            id="not-a-number",
        ),
        pytest.param(
            '{"leedId":1e400,"leedName":"x"}',
            [("leedId", "leedId", "Input should be a valid integer")],
            id="infinite",
        ),
        pytest.param(
            '{"leedId":"1","leedName":"x"}',
            [("leedId", "leedId", "Input should be a valid integer")],
            id="integer-as-text",
        ),
        pytest.param(
            '{"leedId":true,"leedName":""}',
            [
                ("leedId", "leedId", "Input should be a valid integer"),
                ("leedName", "leedName", "String should have at least 1 character"),
            ],
            id="boolean-and-empty-name",
        ),
        pytest.param(
            '{"leedId":1,"leedName":null}',
            [("leedName", "leedName", "Input should be a valid string")],
            id="null-name",
        ),
        pytest.param(
            '{"leedId":1,"leedName":"\\ud800"}',
            [("leedName", "leedName", NOT_UNICODE)],
            id="lone-surrogate",
        ),
        pytest.param(
            compact({"leedId": 1, "leedName": "x" * 1_001}),
            [("leedName", "leedName", "String should have at most 1000 characters")],
            id="long-name",
        ),
    ],
)
def test_invalid_registration_is_rejected(rights, content, complaints):
    response = post(rights(), PROVIDERS, content)

    assert (response.status_code, response.text) == (400, refusal(PROVIDERS, *complaints))


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        pytest.param("{}", [("body", "body", "Input should be a valid list")], id="object"),
        pytest.param("[1]", [("[0]", "body", NOT_A_DICTIONARY)], id="array-of-numbers"),
        pytest.param(
            "[{}]",
            [
                (f"[0].{name}", name, "Field required")
                for name in ("date", "score", "type", "category")
            ],
            id="empty-score",
        ),
        *(
            pytest.param(
                score(score=number), [("[0].score", "score", NO_PERCENTAGE)], id=f"score-{number}"
            )
            for number in ("NaN", "Infinity", "1e400", '"NaN"', '"1_0"', '""', "101", "-0.01")
        ),
        *(
            pytest.param(
                score(score=text), [("[0].score", "score", "must be a number")], id=f"score-{text}"
            )
            for text in ("true", "null", "[]", "{}")
        ),
        pytest.param(
            score(date='"2026-02-30"'),
            [("[0].date", "date", "day is out of range for month")],
            id="no-such-day",
        ),
        pytest.param(
            score(date='"0000-01-01"'),
            [("[0].date", "date", "year 0 is out of range")],
            id="year-zero",
        ),
        pytest.param(
            score(date='"2026-W01-1"'),
            [("[0].date", "date", r"String should match pattern '^\d{4}-\d{2}-\d{2}$'")],
            id="week-date",
        ),
        pytest.param(
            score(date="20260104"),
            [("[0].date", "date", "Input should be a valid string")],
            id="date-as-number",
        ),
    ],
)
def test_invalid_score_is_rejected(rights, content, complaints):
    response = post(rights(), SCORES, content)

    assert (response.status_code, response.text) == (400, refusal(SCORES, *complaints))


@pytest.mark.parametrize(
    ("media_type", "named"),
    [
        pytest.param("text/plain", "Content-Type 'text/plain'", id="text"),
        pytest.param("application/xml", "Content-Type 'application/xml'", id="xml"),
        pytest.param("APPLICATION/XML; x=y", "Content-Type 'application/xml'", id="parameters"),
        pytest.param("", "A body without Content-Type", id="none"),
        pytest.param("x" * 500, f"Content-Type '{'x' * 100}'", id="long"),
    ],
)
def test_a_body_of_another_media_type_is_not_read(rights, media_type, named):
    response = post(rights(), SCORES, score(), media_type)

    assert response.status_code == 415
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1{SCORES}",
            "title": "Unsupported Media Type",
            "status": 415,
            "detail": f"{named} is not supported; send application/json.",
        }
    )


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_read_whatever_its_parameters(rights, media_type):
    assert post(rights(), SCORES, "[]", media_type).text == "[]"


def too_large(limit):
    """Return the problem of a body with scores that is larger than *limit* bytes."""
    return compact(
        {
            "type": f"/ods-api/openesx/v1{SCORES}",
            "title": "Request Entity Too Large",
            "status": 413,
            "detail": f"The request body is larger than {limit} bytes.",
        }
    )


def test_a_body_of_ten_megabytes_is_too_large_and_writes_nothing(rights):
    client = rights()
    before = client.get(f"/ecostruxure/scoring/v1{SCORES}", headers=OWNER).text
    response = post(client, SCORES, score().encode() + b" " * 10_000_000)

    assert response.status_code == 413
    assert response.text == too_large(2_000_000)
    assert client.get(f"/ecostruxure/scoring/v1{SCORES}", headers=OWNER).text == before


@pytest.mark.parametrize(
    ("content", "media_type"), [(b"{", "application/json"), (b"<request/>", "application/xml")]
)
def test_body_of_an_operation_without_one_is_ignored(rights, content, media_type):
    response = rights().post(
        f"/ecostruxure/user/scoring/v1/sites/{OWNED}/scoring-requests",
        content=content,
        headers={**OWNER, "Content-Type": media_type},
    )
    created = response.json()

    assert response.status_code == 201
    assert response.text == compact(
        {
            "id": created["id"],
            "status": "PENDING",
            "detail": "Site is being configured",
            "createdAt": "2026-06-01T09:00:00Z",
        }
    )


def test_setting_limits_the_size_of_bodies(rights):
    client = rights(max_body_bytes=1_000)
    accepted, refused = (post(client, SCORES, "[]".ljust(size)) for size in (1_000, 1_001))

    assert (accepted.status_code, accepted.text) == (201, "[]")
    assert refused.status_code == 413
    assert refused.text == too_large(1_000)


HOSTILE = {
    "quotes": ("'%22%60--", "'\"`--"),
    "sql": ("'%20or%20'1'='1", "' or '1'='1"),
    "markup": ("%3Cscript%3Ealert(1)%3Cscript%3E", "<script>alert(1)<script>"),
    "nul": ("%00", "\0"),
    "newlines": ("a%0D%0AX-Injected:%20yes", "a\r\nX-Injected: yes"),
    "not-utf-8": ("%ff%fe", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"),
    "astral": ("%F0%9F%98%80", "\N{GRINNING FACE}"),
    "dots": ("...", "..."),
    "template": ("%7Bsite-id%7D", "{site-id}"),
    "three-groups": ("9b6e4438-d4e6-482c", "9b6e4438-d4e6-482c"),
    "long": ("x" * 2_000, "x" * 2_000),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("operation", SITE_OPERATIONS, ids=lambda each: each.label)
def test_a_hostile_site_id_is_a_site_that_does_not_exist(rights, operation, name):
    raw, plain = HOSTILE[name]
    response = rights().request(
        operation.method, operation.at(raw), headers=OWNER, **body_of(operation)
    )
    title, status, detail = "Not Found", 404, "Site Not found"
    if operation.path.endswith("-requests"):
        title, status = "Unauthorized", 401
        detail = "Access is denied to recieve from the request made"
    result = quote(plain, safe="'=():")

    assert response.status_code == (400 if status == 401 else 404)
    assert response.text == (
        f'{{"type":"/ods-api/openesx/v1/sites/{result}/{operation.path.rsplit("/", 1)[1]}",'
        f'"title":"{title}","status":{status},"detail":"{detail}"}}'
    )
    assert "x-injected" not in response.headers


@pytest.mark.parametrize("base", sorted({base for each in OPERATIONS for base in each.bases}))
@pytest.mark.parametrize(
    "rest",
    ["/sites/a%2Fb/meters", "/sites/%2e%2e%2fetc/meters", "/sites//meters", "/" + "x" * 2_000],
    ids=["slash", "parents", "empty", "long"],
)
def test_unknown_path_is_not_a_resource(rights, base, rest):
    response = rights().get(base + rest, headers=OWNER)

    assert (response.status_code, response.json()["detail"]) == (
        404,
        "Resource not found for provided identifier.",
    )


def test_long_path_outside_the_apis_is_not_found(rights):
    response = rights().get("/" + "x" * 2_000)

    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in response.text


@pytest.mark.parametrize("header", ["Accept", "Accept-Language", "User-Agent", "Cookie", "Range"])
def test_a_strange_header_changes_nothing(rights, header):
    client, path = rights(), "/ecostruxure/scoring/v1/sites"
    strange = {**OWNER, header: b"\xff" + b"x" * 4_000}

    assert client.get(path, headers=strange).text == client.get(path, headers=OWNER).text
