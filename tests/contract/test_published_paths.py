import re

import pytest
from authorization_scenario import FOREIGN, OWNED, bearer, body_of, secret
from published_operations import APP_HEADER_LINES, OPERATIONS, RECORDINGS, compact, read

from mockapi.api.products import PRODUCTS
from mockapi.domain.edition import EDITIONS

OAUTH = [each["path"] for each in read("paths.json")["oauth"]]
IMPERSONATION = "/ecostruxure/v1/oauth-impersonate/token"
OWNER = bearer(secret("Owner"))
PUBLISHED = read("paths.json")["products"]
operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)


def mounted(*, edition="latest", strict=False):
    """All pairs of method and full path of the products."""
    found = set()
    for product in PRODUCTS:
        routes = product.routes(EDITIONS[edition], strict_paths=strict)
        for base in product.mounted_bases(EDITIONS[edition], strict_paths=strict):
            for route in routes:
                path = route.path.replace("{site_id}", "{site-id}")
                found |= {(method, base + path) for method in route.methods}
    return found


def test_every_published_path_is_mounted_and_no_other():
    assert mounted() == {
        (operation.method, target) for operation in OPERATIONS for target in operation.targets
    }


def test_every_product_is_mounted_on_its_canonical_base_first():
    assert {product.name: list(product.bases) for product in PRODUCTS} == {
        name: [each["base"] for each in given["bases"]] for name, given in PUBLISHED.items()
    }


def ask(rights, operation, target):
    return rights().request(
        operation.method,
        target.replace("{site-id}", OWNED),
        headers=OWNER,
        **body_of(operation),
    )


@operations
def test_older_bases_and_names_equal_the_canonical_path(rights, operation):
    canonical, *others = operation.targets
    expected = ask(rights, operation, canonical)

    assert expected.is_success
    for target in others:
        answer = ask(rights, operation, target)
        assert (answer.status_code, answer.text) == (expected.status_code, expected.text), target
        assert answer.headers.multi_items() == APP_HEADER_LINES, target


@pytest.mark.parametrize(
    ("operation", "target"),
    [
        pytest.param(operation, target, id=f"{operation.method} {target}")
        for operation in OPERATIONS
        for target in operation.targets
        if "{site-id}" in target
    ],
)
def test_problem_type_has_the_requested_resource(rights, operation, target):
    response = rights().request(
        operation.method,
        target.replace("{site-id}", FOREIGN),
        headers=OWNER,
        **body_of(operation),
    )
    resource = target.rsplit("/", 1)[1]

    assert response.json()["type"] == f"/ods-api/openesx/v1/sites/{FOREIGN}/{resource}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_strict_paths_leave_the_paths_of_the_edition(edition):
    given = read("paths.json")["editions"][edition]
    wanted = set().union(
        *(
            operation.in_edition(given["bases"], old_names=given["old_names"])
            for operation in OPERATIONS
        )
    )

    assert mounted(edition=edition, strict=True) == wanted
    assert mounted(edition=edition) == mounted()


COMBINATIONS = sorted(
    {
        (operation.method, base + path)
        for operation in OPERATIONS
        for base in operation.bases
        for other in OPERATIONS
        for path in (other.path, *other.aliases)
    }
)


@pytest.mark.parametrize("strict", [False, True], ids=["all-paths", "strict-paths"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_combination_of_base_and_name_answers_as_mounted(rights, edition, strict):
    client = rights(edition=edition, strict_paths=strict)
    expected = mounted(edition=edition, strict=strict)
    found = set()
    for method, target in COMBINATIONS:
        path = target.replace("{site-id}", OWNED)
        response = client.request(method, path, headers=OWNER)
        title = response.json()["title"] if response.is_error else ""
        if response.status_code not in (404, 405) and title != "Not Found":
            found.add((method, target))

    assert found == expected


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=lambda each: each.name)
def test_recorded_path_exists_in_an_edition_with_strict_paths(recording):
    path = re.sub("/sites/[^/]+", "/sites/{site-id}", recording.path)
    reached = [
        edition
        for edition in EDITIONS
        if (recording.method, path) in mounted(edition=edition, strict=True)
    ]

    assert reached != []


def test_older_name_alone_answers_on_partner_bases(rights):
    path = f"/ecostruxure/v1/sites/{OWNED}/certification-requests"
    client = rights()
    created = client.post(path, headers=OWNER)
    listed = client.get(path, headers=OWNER)
    newer = client.get(
        f"/ecostruxure/user/scoring/v1/sites/{OWNED}/scoring-requests", headers=OWNER
    )
    repeated = client.post(path, headers=OWNER)

    assert (created.status_code, created.json()["status"]) == (201, "PENDING")
    assert (listed.status_code, listed.json()) == (200, [created.json()])
    assert newer.json() == listed.json()
    assert (repeated.status_code, repeated.json()["title"]) == (409, "Conflict")


def test_strict_paths_reject_older_bases_and_names(rights):
    client = rights(strict_paths=True)
    older_base = client.get("/openesx/v1/sites", headers=OWNER)
    older_name = client.get(
        f"/ecostruxure/scoring/v1/sites/{OWNED}/certification-scores", headers=OWNER
    )

    assert (older_base.status_code, older_base.json()["detail"]) == (
        404,
        "Unable to identify proxy for host: default and url: /openesx/v1/sites",
    )
    assert (older_name.status_code, older_name.json()["detail"]) == (
        404,
        "Resource not found for provided identifier.",
    )


def known(client, path):
    """Whether *path* exists."""
    return client.put(path).status_code == 405


def test_every_published_oauth_path_leads_somewhere(rights):
    client = rights(internal_grants=True)

    assert [path for path in OAUTH if not known(client, path)] == []


def test_the_internal_editions_path_is_behind_its_setting(rights):
    client = rights()

    assert [path for path in OAUTH if not known(client, path)] == [IMPERSONATION]


def test_strict_paths_leaves_the_newest_oauth_paths_alone(rights):
    client = rights(strict_paths=True)

    assert [path for path in OAUTH if known(client, path)] == [
        "/ecostruxure/v1/oauth/authorize",
        "/ecostruxure/v1/oauth/token",
        "/ecostruxure/v1/oauth/sandbox-authorize",
    ]


PATHS = sorted({(each.product, each.at(OWNED)) for each in OPERATIONS})
paths = pytest.mark.parametrize("path", [path for _, path in PATHS])


def methods_of(path):
    own = {each.method for each in OPERATIONS if each.at(OWNED) == path}
    return sorted(own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set()))


@paths
def test_unknown_method_is_rejected_with_allow_header(rights, path):
    client = rights()
    unknown = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"}
    for method in sorted(unknown - set(methods_of(path)) - {"HEAD"}):
        response = client.request(method, path, headers=OWNER)

        assert (response.status_code, response.headers["allow"]) == (
            405,
            ", ".join(methods_of(path)),
        )
        assert response.text == compact(
            {
                "type": path.replace("/ecostruxure/user/scoring/v1", "/ods-api/openesx/v1").replace(
                    "/ecostruxure/scoring/v1", "/ods-api/openesx/v1"
                ),
                "title": "Method Not Allowed",
                "status": 405,
                "detail": f"Request method '{method}' is not supported.",
            }
        )


@paths
def test_options_lists_the_allowed_methods(rights, path):
    response = rights().options(path, headers=OWNER)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["allow"] == ", ".join(methods_of(path))


@paths
def test_head_is_get_without_a_body(rights, path):
    client = rights()
    get, head = (client.request(method, path, headers=OWNER) for method in ("GET", "HEAD"))

    assert head.content == b""
    assert head.status_code == get.status_code
    assert head.headers.multi_items() == get.headers.multi_items()


@paths
def test_a_browser_may_ask_from_any_origin(rights, path):
    preflight = rights().options(
        path,
        headers={
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    lines = preflight.headers.multi_items()
    allowed = preflight.headers["access-control-allow-methods"].split(", ")

    assert (preflight.status_code, preflight.text) == (200, "OK")
    assert [line for line in lines if line[0].startswith("access-control-")] == [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", ", ".join(allowed)),
        ("access-control-max-age", "600"),
        ("access-control-allow-headers", "authorization,content-type"),
    ]
    assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(allowed)
    assert [line for line in lines if line[0] == "vary"] == [
        line for line in APP_HEADER_LINES if line[0] == "vary"
    ]


@pytest.mark.parametrize("headers", [OWNER, {}], ids=["token", "no-token"])
def test_cors_headers_are_on_every_response(rights, headers):
    response = rights().get(
        "/ecostruxure/scoring/v1/sites", headers={**headers, "Origin": "https://app.example.com"}
    )
    permission = {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "Retry-After, WWW-Authenticate",
    }
    own = {*permission, "www-authenticate"}

    assert permission.items() <= dict(response.headers).items()
    assert [line for line in response.headers.multi_items() if line[0] not in own] == (
        APP_HEADER_LINES
    )


@operations
def test_a_java_client_may_name_a_media_type_on_any_request(rights, operation):
    headers = {**OWNER, "Content-Type": "application/json", "Accept": "application/json"}
    response = rights().request(
        operation.method, operation.at(OWNED), headers=headers, **body_of(operation)
    )

    assert response.text == ask(rights, operation, operation.targets[0]).text
    assert response.is_success


def test_get_instead_of_post_is_method_not_allowed(rights):
    path = f"/ecostruxure/scoring/v1/sites/{OWNED}/scoring-providers"
    response = rights().get(path, headers=OWNER)

    assert (response.status_code, response.headers["allow"]) == (405, "OPTIONS, POST")
