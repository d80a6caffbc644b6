from datetime import timedelta

import pytest
from authorization_scenario import (
    EVERY_SCOPE,
    FOREIGN,
    OWNED,
    SCOPES,
    UNKNOWN,
    bearer,
    body_of,
    secret,
)
from published_operations import APP_HEADER_LINES, OPERATIONS, SITE_OPERATIONS, compact

from mockapi.domain.timestamps import parse

UNAUTHORIZED = "https://ecostructure-openapi.se.com/problem/unauthorized"
FORBIDDEN = "https://ecostruxure-openapi.se.com/problem/access-forbidden"
SITES = {"partner": "/ecostruxure/scoring/v1/sites", "user": "/ecostruxure/user/scoring/v1/sites"}

operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
styles = pytest.mark.parametrize("style", ["problem", "apigee"])


def ask(client, operation, site_id, headers):
    return client.request(
        operation.method, operation.at(site_id), headers=headers, **body_of(operation)
    )


def unauthorized(style, fault_string, fault_code):
    """The body of a 401 in *style*."""
    if style == "apigee":
        return compact(
            {"fault": {"faultstring": fault_string, "detail": {"errorcode": fault_code}}}
        )
    return compact(
        {"type": UNAUTHORIZED, "title": "Unauthorized", "status": 401, "detail": fault_string}
    )


@pytest.mark.parametrize("operation", SITE_OPERATIONS, ids=lambda each: each.label)
def test_unknown_and_inaccessible_sites_give_equal_bytes(rights, operation):
    client = rights()
    unknown, foreign = (
        ask(client, operation, site_id, bearer(secret("Owner"))) for site_id in (UNKNOWN, FOREIGN)
    )

    assert foreign.is_client_error
    assert foreign.text.replace(FOREIGN, UNKNOWN) == unknown.text
    assert foreign.status_code == unknown.status_code
    assert foreign.headers.multi_items() == unknown.headers.multi_items() == APP_HEADER_LINES


@pytest.mark.parametrize("operation", SITE_OPERATIONS, ids=lambda each: each.label)
def test_inaccessible_site_is_not_found_or_denied(rights, operation):
    response = ask(rights(), operation, FOREIGN, bearer(secret("Owner")))
    resource = operation.path.rsplit("/", 1)[1]
    title, status, detail = "Not Found", 404, "Site Not found"
    if resource in ("scoring-requests", "certification-requests"):
        title, status = "Unauthorized", 401
        detail = "Access is denied to recieve from the request made"

    assert response.status_code == (400 if status == 401 else 404)
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1/sites/{FOREIGN}/{resource}",
            "title": title,
            "status": status,
            "detail": detail,
        }
    )


def test_rejected_write_to_a_foreign_site_stores_nothing(rights):
    client = rights()
    seen = [each for each in OPERATIONS if each.method == "GET"]
    before = [ask(client, each, FOREIGN, bearer(secret("Stranger"))).text for each in seen]
    for operation in OPERATIONS:
        if operation.method == "POST":
            ask(client, operation, FOREIGN, bearer(secret("Owner")))

    assert [ask(client, each, FOREIGN, bearer(secret("Stranger"))).text for each in seen] == before


@styles
@operations
def test_token_without_the_scope_is_forbidden(rights, operation, style):
    weak = bearer(secret(f"Without{OPERATIONS.index(operation)}"))
    response = ask(rights(error_style=style), operation, OWNED, weak)
    needed = SCOPES[operation.label][0]
    detail = f"Required scope(s): {needed}"

    assert response.status_code == 403
    assert response.text == (
        compact({"type": FORBIDDEN, "title": "Access Forbidden", "status": 403, "detail": detail})
        if style == "problem"
        else compact(
            {
                "fault": {
                    "faultstring": detail,
                    "detail": {"errorcode": "steps.oauth.v2.InsufficientScope"},
                }
            }
        )
    )
    assert response.headers["www-authenticate"] == (
        f'Bearer realm="null",error="insufficient_scope",scope="{needed}"'
    )


@operations
def test_token_with_one_required_scope_is_accepted(rights, operation):
    client = rights()
    opened = {
        scope
        for number, scope in enumerate(sorted(EVERY_SCOPE))
        if ask(client, operation, OWNED, bearer(secret(f"Only{number}"))).status_code != 403
    }

    assert opened == set(SCOPES[operation.label])


NO_TOKEN = ("Invalid access token", "oauth.v2.InvalidAccessToken")
UNKNOWN_TOKEN = ("Invalid Access Token", "keymanagement.service.invalid_access_token")
EXPIRED_TOKEN = ("Access Token expired", "keymanagement.service.access_token_expired")
REVOKED_TOKEN = ("Access Token not approved", "keymanagement.service.access_token_not_approved")
OTHER_PRODUCT = (
    "Invalid API call as no apiproduct match found",
    "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound",
)


def challenge(fault):
    """The value of `WWW-Authenticate` for *fault*; without details if there is no token."""
    if fault == NO_TOKEN:
        return 'Bearer realm="null"'
    return f'Bearer realm="null",error="invalid_token",error_description="{fault[1]}: {fault[0]}"'


@styles
@pytest.mark.parametrize("product", ["partner", "user"])
@pytest.mark.parametrize(
    ("authorization", "fault"),
    [
        pytest.param(None, NO_TOKEN, id="missing"),
        pytest.param("", NO_TOKEN, id="empty"),
        pytest.param("Bearer", NO_TOKEN, id="without-token"),
        pytest.param("Bearer ", NO_TOKEN, id="with-blank-token"),
        pytest.param("Basic bW9jazptb2Nr", NO_TOKEN, id="basic"),
        pytest.param(secret("Owner"), NO_TOKEN, id="without-scheme"),
        pytest.param(f"Bearer {secret('Nobody')}", UNKNOWN_TOKEN, id="unknown"),
        pytest.param(f"Bearer {secret('Owner')[:-1]}", UNKNOWN_TOKEN, id="cut"),
        pytest.param(f"Bearer {secret('Owner')}x", UNKNOWN_TOKEN, id="one-too-long"),
        pytest.param(f"Bearer {secret('Owner').upper()}", UNKNOWN_TOKEN, id="in-capitals"),
        pytest.param("Bearer ' or 1=1 --", UNKNOWN_TOKEN, id="malformed"),
        pytest.param("Bearer \xff\xfe", UNKNOWN_TOKEN, id="latin"),
        pytest.param("Bearer " + "x" * 8_000, UNKNOWN_TOKEN, id="long"),
        pytest.param(f"Bearer {secret('Expired')}", EXPIRED_TOKEN, id="expired"),
    ],
)
def test_request_without_a_valid_token_is_unauthorized(
    rights, product, style, authorization, fault
):
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    response = rights(error_style=style).get(SITES[product], headers=headers)

    assert (response.status_code, response.text) == (401, unauthorized(style, *fault))
    assert response.headers["www-authenticate"] == challenge(fault)
    assert response.headers["content-type"] == "application/json"


@operations
def test_operations_reject_unknown_tokens_without_details(rights, operation):
    client = rights()
    answers = {
        ask(client, operation, site_id, bearer(secret("Nobody"))).text
        for site_id in (OWNED, FOREIGN, UNKNOWN)
    }

    assert answers == {unauthorized("problem", *UNKNOWN_TOKEN)}


@styles
@pytest.mark.parametrize("label", ["Owner", "OwnerPAT"])
def test_revoked_token_is_rejected(rights, label, style):
    client = rights(error_style=style)
    store = client.app.state.world.store
    client.app.state.world.tokens.revoke(store.token(secret(label)))
    response = client.get(SITES["user"], headers=bearer(secret(label)))

    assert (response.status_code, response.text) == (401, unauthorized(style, *REVOKED_TOKEN))
    assert response.headers["www-authenticate"] == challenge(REVOKED_TOKEN)


def test_token_expires_at_its_instant(rights, clock):
    client = rights(system_clock=clock)
    clock.advance(parse("2026-06-01T09:59:59Z") - clock.now())
    alive = client.get(SITES["partner"], headers=bearer(secret("Lapsing")))
    clock.advance(timedelta(seconds=1))
    dead = client.get(SITES["partner"], headers=bearer(secret("Lapsing")))

    assert [each["id"] for each in alive.json()] == ["11111111", "22222222"]
    assert (dead.status_code, dead.text) == (401, unauthorized("problem", *EXPIRED_TOKEN))


@styles
@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if each.product == "partner"],
    ids=lambda each: each.label,
)
def test_personal_token_is_rejected_on_the_partner_api(rights, operation, style):
    response = ask(rights(error_style=style), operation, OWNED, bearer(secret("OwnerPAT")))

    assert (response.status_code, response.text) == (401, unauthorized(style, *OTHER_PRODUCT))
    assert response.headers["www-authenticate"] == challenge(OTHER_PRODUCT)


def test_setting_rejects_access_tokens_on_the_user_api(rights):
    headers = bearer(secret("Owner"))
    shut = rights(user_api_oauth=False)

    assert rights().get(SITES["user"], headers=headers).status_code == 200
    assert shut.get(SITES["user"], headers=headers).text == unauthorized("problem", *OTHER_PRODUCT)
    assert shut.get(SITES["user"], headers=bearer(secret("OwnerPAT"))).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_without_regard_to_case(rights, scheme):
    headers = {"Authorization": f"{scheme} {secret('Owner')}"}

    sites = rights().get(SITES["partner"], headers=headers).json()

    assert [each["id"] for each in sites] == ["11111111", "22222222"]


def test_setting_accepts_any_token_for_the_first_customer(rights):
    client = rights(accept_any_token=True)
    mine = client.get(SITES["partner"], headers=bearer(secret("Owner"))).text

    assert client.get(SITES["partner"], headers=bearer("whatever")).text == mine
    assert client.get(SITES["partner"]).text == unauthorized("problem", *NO_TOKEN)


@styles
def test_unknown_base_path_follows_the_error_style(rights, style):
    response = rights(error_style=style).get("/ecostruxure/sites")
    fault_string = "Unable to identify proxy for host: default and url: /ecostruxure/sites"

    assert response.status_code == 404
    assert response.text == (
        compact(
            {
                "type": "https://ecostructure-openapi.se.com/problem/not-found",
                "title": "Not Found",
                "status": 404,
                "detail": fault_string,
            }
        )
        if style == "problem"
        else compact(
            {
                "fault": {
                    "faultstring": fault_string,
                    "detail": {"errorcode": "messaging.adaptors.http.flow.ApplicationNotFound"},
                }
            }
        )
    )


def test_refusals_of_the_backend_are_problems_in_either_style(rights):
    path = f"/ecostruxure/scoring/v1/sites/{FOREIGN}/meters"
    plain, apigee = (
        rights(error_style=style).get(path, headers=bearer(secret("Owner"))).text
        for style in ("problem", "apigee")
    )

    assert plain == apigee
