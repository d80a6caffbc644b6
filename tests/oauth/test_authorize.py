"""The authorization endpoint by RFC 6749, 7636 and 9207."""

from urllib.parse import parse_qs, urlsplit

import pytest
from dirty_equals import IsStr
from oauth_steps import (
    ADA,
    BASE,
    CLIENT_ID,
    HOST,
    PUBLIC_ID,
    REDIRECT_URI,
    answer,
    code_of,
    public_question,
    question,
    redeem,
    sites_with,
)

CODE = IsStr(regex="mock[A-Za-z0-9]{24}")
ALIASES = (BASE, "/openesx/v1/oauth", "/openesx/poc/v1/oauth")


def ask(client, asked, path="authorize"):
    return client.get(f"{BASE}/{path}", params=asked)


@pytest.mark.parametrize("base", ALIASES)
def test_every_published_base_grants_by_code(machine, base):
    code = code_of(machine, base=base)

    assert redeem(machine, code, base=base).json() == {
        "access_token": CODE,
        "expires_in": "3599",
        "refresh_token": CODE,
        "scope": "read:site offline_access",
        "token_type": "Bearer",
    }


def test_redirect_has_code_state_and_issuer(machine):
    response = ask(machine, question(state="a b&c=d/é"))

    assert response.headers["location"].startswith(f"{REDIRECT_URI}?code=mock")
    assert answer(response) == {"code": CODE, "state": "a b&c=d/é", "iss": HOST}


def test_redirect_without_state_in_the_request_has_none(machine):
    assert answer(ask(machine, question(state=None))) == {"code": CODE, "iss": HOST}


def test_the_issuer_is_the_public_url_where_one_is_set(test_client):
    client = test_client(auto_consent=True, public_url="https://mock.example/")

    assert answer(ask(client, question()))["iss"] == "https://mock.example"


def test_redirect_is_not_cached_and_has_no_referrer(machine):
    headers = ask(machine, question()).headers

    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        pytest.param(
            {"response_type": None},
            "invalid_request",
            "The parameter response_type is missing.",
            id="response-type-missing",
        ),
        pytest.param(
            {"response_type": ""},
            "invalid_request",
            "The parameter response_type is missing.",
            id="response-type-blank",
        ),
        pytest.param(
            {"response_type": "token"},
            "unsupported_response_type",
            "response_type must be code.",
            id="response-type-other",
        ),
        pytest.param(
            {"response_type": 'é"\n'},
            "unsupported_response_type",
            "response_type must be code.",
            id="response-type-hostile",
        ),
        pytest.param(
            {"scope": "read:site delete:site"},
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
            id="scope-unknown",
        ),
        pytest.param(
            {"scope": "  "},
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
            id="scope-of-spaces",
        ),
        pytest.param(
            {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
            "invalid_request",
            "code_challenge_method must be S256.",
            id="challenge-plain",
        ),
        pytest.param(
            {"code_challenge": "x" * 43},
            "invalid_request",
            "code_challenge_method must be S256.",
            id="challenge-plain-by-default",
        ),
        pytest.param(
            {"code_challenge": "short", "code_challenge_method": "S256"},
            "invalid_request",
            "Invalid 'code_challenge'",
            id="challenge-malformed",
        ),
        pytest.param(
            {"code_challenge_method": "S256"},
            "invalid_request",
            "Missing 'code_challenge'",
            id="challenge-missing",
        ),
        pytest.param(
            {"login_hint": "nobody@example.com"},
            "invalid_request",
            "login_hint names no customer of this world.",
            id="login-hint-unknown",
        ),
    ],
)
def test_error_of_a_known_client_is_redirected_to_it(machine, changes, error, description):
    assert answer(ask(machine, question(**changes))) == {
        "error": error,
        "error_description": description,
        "state": "mock state",
        "iss": HOST,
    }


def test_a_scope_that_the_client_did_not_register_is_refused(machine):
    refused = answer(ask(machine, public_question(scope="write:energy-score")))

    assert refused["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "name", ["response_type", "scope", "state", "code_challenge", "code_challenge_method"]
)
def test_a_repeated_parameter_is_an_invalid_request(machine, name):
    asked = public_question()
    refused = answer(ask(machine, [*asked.items(), (name, asked[name])]))

    assert refused["error"] == "invalid_request"
    assert refused["error_description"] == f"The parameter {name} is there more than once."


def test_an_unknown_parameter_is_ignored(machine):
    assert answer(ask(machine, question(resource="x", prompt="login")))["code"] == CODE


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param(question(client_id=None), "client_id is missing", id="client-missing"),
        pytest.param(question(client_id="x"), "No client with this", id="client-unknown"),
        pytest.param(question(client_id='<b>"é'), "No client with this", id="client-hostile"),
        pytest.param(
            question(redirect_uri=None), "registered several redirect URIs", id="redirect-missing"
        ),
        pytest.param(
            question(redirect_uri=REDIRECT_URI + "/"), "not one of those", id="redirect-longer"
        ),
        pytest.param(
            question(redirect_uri=REDIRECT_URI + "?a=b"), "not one of those", id="redirect-query"
        ),
        pytest.param(
            question(redirect_uri='https://evil.example/é"'), "not one of those", id="hostile"
        ),
        pytest.param(
            [*question().items(), ("redirect_uri", REDIRECT_URI)],
            "redirect_uri is there more than once",
            id="redirect-twice",
        ),
        pytest.param(
            [*question().items(), ("client_id", CLIENT_ID)],
            "client_id is there more than once",
            id="client-twice",
        ),
    ],
)
@pytest.mark.parametrize("path", ["authorize", "sandbox-authorize"])
def test_unknown_client_or_redirect_uri_is_not_redirected(machine, path, asked, says):
    response = ask(machine, asked, path)

    assert (response.status_code, response.headers.get("location")) == (400, None)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert says in response.text
    assert "<b>" not in response.text


def test_parameters_that_are_not_utf_8_are_rejected(machine):
    response = machine.get(f"{BASE}/authorize?client_id=%FF")

    assert response.status_code == 400
    assert "The parameters must be UTF-8" in response.text


def test_single_redirect_uri_is_optional(machine):
    asked = public_question(redirect_uri=None)
    location = ask(machine, asked).headers["location"]

    assert location.startswith("http://127.0.0.1:8766/callback?code=mock")


def test_query_of_a_registered_redirect_uri_is_unchanged(test_client, scenario):
    path = scenario(
        "customers: [{email: a@b.c}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        " redirect_uris: ['https://app.example/cb?tenant=1', 'my.app:/cb']}]\n"
    )
    client = test_client(scenario=path, auto_consent=True)
    asked = question(client_id="mockOne", redirect_uri="https://app.example/cb?tenant=1")
    response = ask(client, asked)

    assert parse_qs(urlsplit(response.headers["location"]).query)["tenant"] == ["1"]


def test_custom_scheme_is_redirected_to(test_client, scenario):
    path = scenario(
        "customers: [{email: a@b.c}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        " redirect_uris: ['my.app:/cb']}]\n"
    )
    client = test_client(scenario=path, auto_consent=True)
    asked = question(client_id="mockOne", redirect_uri="my.app:/cb")

    assert ask(client, asked).headers["location"].startswith("my.app:/cb?code=mock")


def test_request_without_scope_has_all_registered_scopes(machine):
    code = code_of(machine, public_question(scope=None))
    body = redeem(
        machine,
        code,
        auth=None,
        client_id=PUBLIC_ID,
        redirect_uri="http://127.0.0.1:8766/callback",
        code_verifier="mock-verifier-mock-verifier-mock-verifier-0",
    ).json()

    assert body["scope"] == "read:site read:energy-score offline_access"


def test_public_client_must_send_a_challenge(machine):
    asked = public_question(code_challenge=None, code_challenge_method=None)

    assert answer(ask(machine, asked)) == {
        "error": "invalid_request",
        "error_description": "A client without a secret must send a code_challenge.",
        "state": "mock state",
        "iss": HOST,
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_authorize_allows_only_get(machine, method):
    response = machine.request(method, f"{BASE}/authorize")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_authorize_has_no_cors_headers(machine):
    response = machine.get(
        f"{BASE}/authorize", params=question(), headers={"Origin": "https://app.example"}
    )

    assert "access-control-allow-origin" not in response.headers


def test_automatic_consent_uses_the_first_customer(machine):
    token = redeem(machine, code_of(machine)).json()["access_token"]

    assert len(sites_with(machine, token).json()) == 8


@pytest.mark.parametrize("hint", ["grace@example.com", "GRACE@example.com"])
def test_automatic_consent_follows_the_login_hint(machine, hint):
    token = redeem(machine, code_of(machine, question(login_hint=hint))).json()["access_token"]

    assert len(sites_with(machine, token).json()) == 4


def test_automatic_consent_takes_a_customer_id_as_hint(machine):
    grace = machine.app.state.world.store.customer_named("grace@example.com")
    token = redeem(machine, code_of(machine, question(login_hint=grace.id))).json()["access_token"]

    assert len(sites_with(machine, token).json()) == 4


def test_automatic_consent_without_customers_is_denied(test_client, scenario):
    path = scenario(
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        f" redirect_uris: ['{REDIRECT_URI}']}}]\n"
    )
    client = test_client(scenario=path, auto_consent=True)

    assert answer(ask(client, question(client_id="mockOne"))) == {
        "error": "access_denied",
        "error_description": "This world has no customers.",
        "state": "mock state",
        "iss": HOST,
    }


def test_a_scenario_can_consent_automatically_too(test_client, scenario):
    path = scenario(
        "auto_consent: true\ncustomers: [{email: a@b.c}]\n"
        "clients: [{client_id: mockOne, client_secret: mockTwo, name: Q,"
        f" redirect_uris: ['{REDIRECT_URI}']}}]\n"
    )
    client = test_client(scenario=path)

    assert answer(ask(client, question(client_id="mockOne")))["code"] == CODE


def test_sandbox_authorize_uses_the_sandbox_customer(machine):
    asked = question(login_hint="grace@example.com")
    code = answer(ask(machine, asked, "sandbox-authorize"))["code"]
    token = redeem(machine, code).json()["access_token"]
    kept = machine.app.state.world.store.token(token)

    assert (kept.sandbox, kept.customer_id) == (
        True,
        machine.app.state.world.store.customer_named(ADA).id,
    )


def test_strict_paths_allow_only_the_canonical_base(test_client):
    client = test_client(auto_consent=True, strict_paths=True)
    status = [client.get(f"{base}/authorize", params=question()).status_code for base in ALIASES]

    assert status == [302, 404, 404]


def test_unknown_path_below_an_oauth_base_is_a_problem(machine):
    response = machine.get(f"{BASE}/introspect")

    assert (response.status_code, response.json()) == (
        404,
        {
            "type": "https://ecostructure-openapi.se.com/problem/not-found",
            "title": "Not Found",
            "status": 404,
            "detail": "Unable to identify proxy for host: default and url: "
            "/ecostruxure/v1/oauth/introspect",
        },
    )


@pytest.mark.parametrize("mode", ["form_post", "fragment", "web_message"])
def test_other_response_mode_is_refused_at_the_client(machine, mode):
    response = ask(machine, question(response_mode=mode))

    assert response.headers["location"].startswith(f"{REDIRECT_URI}?")
    assert answer(response) == {
        "error": "invalid_request",
        "error_description": "response_mode must be query.",
        "state": "mock state",
        "iss": HOST,
    }


def test_response_mode_query_is_the_default(machine):
    assert answer(ask(machine, question(response_mode="query"))) == {
        "code": CODE,
        "state": "mock state",
        "iss": HOST,
    }


def test_repeated_response_mode_is_refused(machine):
    asked = [*question().items(), ("response_mode", "query"), ("response_mode", "query")]

    assert answer(ask(machine, asked))["error"] == "invalid_request"
