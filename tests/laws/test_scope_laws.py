import json
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mockapi.api.products import PRODUCTS
from mockapi.app import create_app
from mockapi.domain.oauth import Scope
from mockapi.settings import Settings

REQUESTS = [
    (operation.method, each.bases[0] + operation.path.replace("{site_id}", "one"))
    for each, operation in [(each, operation) for each in PRODUCTS for operation in each.operations]
]
SUBSETS = [
    tuple(scope for scope, kept in zip(Scope, keep, strict=True) if kept)
    for keep in product([False, True], repeat=len(Scope))
]
"""Every set of scopes; the empty one first, which no token may have."""


def token(scopes):
    """The token of the scenario below that holds exactly *scopes*."""
    return f"mockScopes{SUBSETS.index(tuple(scopes)):03}{'x' * 15}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    tokens = [{"token": token(scopes), "scopes": list(scopes)} for scopes in SUBSETS[1:]]
    scenario = {
        "clock": "2026-06-01T09:00:00Z",
        "clients": [
            {
                "client_id": "mockLawClient",
                "client_secret": "mockSecret000001",
                "name": "Laws",
                "redirect_uris": ["http://127.0.0.1:8765/callback"],
            }
        ],
        "customers": [
            {
                "email": "owner@example.com",
                "access_tokens": tokens,
                "sites": [{"id": "one", "type": "office"}],
            }
        ],
    }
    path = tmp_path_factory.mktemp("laws") / "scopes.yaml"
    path.write_text(json.dumps(scenario), "utf-8")
    app = create_app(Settings(scenario=str(path)))
    yield TestClient(app)
    app.state.world.close()


@pytest.fixture(scope="module")
def granted(client):
    """Returns the requests that a token with the scopes given is not forbidden."""

    @cache
    def granted(scopes):
        headers = {"Authorization": f"Bearer {token(scopes)}"}
        return {
            (method, path)
            for method, path in REQUESTS
            if client.request(method, path, headers=headers).status_code != 403
        }

    return granted


subsets = st.sampled_from(SUBSETS[1:])


@settings(max_examples=25)
@given(subsets, subsets)
def test_narrowing_scopes_never_grants_more(granted, some, others):
    narrow = tuple(scope for scope in some if scope in others)
    if narrow:
        assert granted(narrow) <= granted(some) & granted(others)


@settings(max_examples=25)
@given(subsets, subsets)
def test_scopes_together_grant_what_they_grant_apart(granted, some, others):
    both = tuple(scope for scope in Scope if scope in some or scope in others)

    assert granted(both) == granted(some) | granted(others)


def test_every_scope_together_grants_everything(granted):
    assert granted(SUBSETS[-1]) == set(REQUESTS)
