"""Requests with several errors, of which the first in the fixed order is returned."""

import pytest
from authorization_scenario import FOREIGN, OWNED, bearer, secret
from published_operations import OPERATIONS, compact

PARTNER, USER = "/ecostruxure/scoring/v1", "/ecostruxure/user/scoring/v1"
SCORES = f"{PARTNER}/sites/{{}}/performance-scores"
PROVIDERS = f"{PARTNER}/sites/{{}}/scoring-providers"
REQUESTS = f"{USER}/sites/{{}}/scoring-requests"

STRANGER = {"Authorization": f"Bearer {secret('Nobody')}"}
NO_WRITE = bearer(secret("Without3"))
"""A token that lacks `write:energy-score`."""
NO_READ = bearer(secret("Without6"))
"""A token that lacks `read:energy-score`."""
NO_REQUEST = bearer(secret("Without8"))
"""A token that lacks `write:scoring-request`."""
OWNER = bearer(secret("Owner"))
GOOD = [{"date": "2026-01-04", "score": 1, "type": "daily", "category": "energy"}]
BAD = [{"date": "2026-01-04", "score": 1, "type": "weekly", "category": "energy"}]
XML = {"content": b"<scores/>", "headers": {"Content-Type": "application/xml"}}


def problem(response):
    """The status, the body's `title`, and its `detail`."""
    body = response.json()
    return response.status_code, body["title"], body["detail"]


UNAUTHORIZED = (401, "Unauthorized", "Invalid Access Token")
WRITE_FORBIDDEN = (403, "Access Forbidden", "Required scope(s): write:energy-score")
READ_FORBIDDEN = (403, "Access Forbidden", "Required scope(s): read:energy-score")
REQUEST_FORBIDDEN = (403, "Access Forbidden", "Required scope(s): write:scoring-request")
INVALID = (400, "Bad Request", "Provided input request parameter is not valid.")
NOT_FOUND = (404, "Not Found", "Site Not found")
NO_RESOURCE = (404, "Not Found", "Resource not found for provided identifier.")
DENIED = (400, "Unauthorized", "Access is denied to recieve from the request made")
UNSUPPORTED = (
    415,
    "Unsupported Media Type",
    "Content-Type 'application/xml' is not supported; send application/json.",
)
CONFLICT = "Already site is being configured,Conflict occured cannot create a new request"
TOO_LARGE = (413, "Request Entity Too Large", "The request body is larger than 2000000 bytes.")


@pytest.mark.parametrize(
    ("request_line", "headers", "sent", "refusal"),
    [
        pytest.param(("POST", SCORES), STRANGER, {"json": BAD}, UNAUTHORIZED, id="token-then-body"),
        pytest.param(("POST", SCORES), STRANGER, XML, UNAUTHORIZED, id="token-then-media-type"),
        pytest.param(
            ("POST", SCORES),
            STRANGER,
            {"content": b"x" * 3_000_000},
            UNAUTHORIZED,
            id="token-then-size",
        ),
        pytest.param(
            ("GET", SCORES + "?type=weekly"), STRANGER, {}, UNAUTHORIZED, id="token-then-query"
        ),
        pytest.param(
            ("GET", PARTNER + "/nothing"), STRANGER, {}, UNAUTHORIZED, id="token-then-resource"
        ),
        pytest.param(("PUT", SCORES), STRANGER, {}, UNAUTHORIZED, id="token-then-method"),
        pytest.param(
            ("POST", SCORES), NO_WRITE, {"json": BAD}, WRITE_FORBIDDEN, id="scope-then-body"
        ),
        pytest.param(("POST", SCORES), NO_WRITE, XML, WRITE_FORBIDDEN, id="scope-then-media-type"),
        pytest.param(
            ("POST", PROVIDERS), NO_WRITE, {"content": b"{"}, WRITE_FORBIDDEN, id="scope-then-json"
        ),
        pytest.param(
            ("GET", SCORES + "?type=weekly"), NO_READ, {}, READ_FORBIDDEN, id="scope-then-query"
        ),
        pytest.param(("GET", SCORES), NO_READ, {}, READ_FORBIDDEN, id="scope-then-site"),
        pytest.param(("POST", REQUESTS), NO_REQUEST, {}, REQUEST_FORBIDDEN, id="scope-then-denial"),
        pytest.param(("POST", SCORES), OWNER, {"json": BAD}, INVALID, id="body-then-site"),
        pytest.param(("POST", SCORES), OWNER, XML, UNSUPPORTED, id="media-type-then-site"),
        pytest.param(
            ("POST", SCORES),
            {**OWNER, "Content-Type": "application/json"},
            {"content": b" " * 3_000_000},
            TOO_LARGE,
            id="size-then-json",
        ),
        pytest.param(("GET", SCORES + "?type=weekly"), OWNER, {}, INVALID, id="query-then-site"),
        pytest.param(("POST", SCORES), OWNER, {"json": GOOD}, NOT_FOUND, id="site-last"),
        pytest.param(("POST", REQUESTS), OWNER, {}, DENIED, id="denial-then-conflict"),
        pytest.param(
            ("GET", PARTNER + "/sites/{}/"), NO_READ, {}, NO_RESOURCE, id="resource-then-scope"
        ),
    ],
)
def test_first_error_in_order_is_returned(rights, request_line, headers, sent, refusal):
    method, path = request_line
    headers = {**headers, **sent.get("headers", {})}
    response = rights().request(method, path.format(FOREIGN), **{**sent, "headers": headers})

    assert problem(response) == refusal


def test_conflict_is_checked_last(rights):
    client = rights()
    client.post(REQUESTS.format(OWNED), headers=OWNER).raise_for_status()

    assert problem(client.post(REQUESTS.format(OWNED), headers=STRANGER)) == UNAUTHORIZED
    assert problem(client.post(REQUESTS.format(OWNED), headers=NO_REQUEST)) == REQUEST_FORBIDDEN
    assert client.post(REQUESTS.format(OWNED), headers=OWNER).text == compact(
        {
            "type": f"/ods-api/openesx/v1/sites/{OWNED}/scoring-requests",
            "title": "Conflict",
            "status": 409,
            "detail": CONFLICT,
        }
    )


@pytest.mark.parametrize(
    "headers", [{}, STRANGER, OWNER], ids=["no-token", "unknown-token", "token"]
)
@pytest.mark.parametrize(
    "path",
    ["/ecostruxure/sites", "/openesx/v2/sites", "/ecostruxure/energy-performance-score/v1/sites"],
)
def test_unknown_base_path_needs_no_token(rights, path, headers):
    response = rights().get(path, headers=headers)

    assert response.status_code == 404
    assert response.text == compact(
        {
            "type": "https://ecostructure-openapi.se.com/problem/not-found",
            "title": "Not Found",
            "status": 404,
            "detail": f"Unable to identify proxy for host: default and url: {path}",
        }
    )


@pytest.mark.parametrize("base", sorted({base for each in OPERATIONS for base in each.bases}))
@pytest.mark.parametrize("rest", ["", "/", "/nothing", "/sites/", "//sites", "/Sites"])
def test_unknown_resource_is_reported_by_the_backend(rights, base, rest):
    response = rights().get(base + rest, headers=OWNER)

    assert response.status_code == 404
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1{rest}",
            "title": "Not Found",
            "status": 404,
            "detail": "Resource not found for provided identifier.",
        }
    )
